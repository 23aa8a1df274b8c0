"""Rates: counted exactly in the window, among events of the same search only."""

import attrs
import pytest

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import TickAll
from fsm.testing.bench import CREATED, Bench, Run, expectations, transitions
from machines.o2.rates import CREATION_RATE, LOCAL_RATE

GPSTIME = 1186035164.75


def start(script):
    script.new()


def others(count, **fields):
    row = {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "gpstime": GPSTIME - 5,
           "created": CREATED - 5, **fields}
    return [{"graceid": f"G{number}", **row} for number in range(count)]


def bench(chart, clock, excused):
    return Bench(
        chart, start=start, fields={"gpstime": GPSTIME},
        right={"count.rate": {"neighbours": {clock: others(10)}}},
        wrong={"count.rate": {"neighbours": {clock: others(11)}}},
        excused={"count.rate": excused},
    )


LOCAL = bench(LOCAL_RATE, "gpstime", {"gpstime": None})
CREATION = bench(CREATION_RATE, "created", {"created": None})


@transitions(LOCAL, CREATION)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(LOCAL, CREATION)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("neighbours", "state"), [
    (others(11, search="Other"), "met"),
    (others(11, pipeline="CWB"), "met"),
    (others(11, gpstime=GPSTIME - 10000.01), "met"),
    (others(11, gpstime=GPSTIME + 0.01), "met"),
    (others(11, gpstime=GPSTIME - 10000.0), "overdue"),
    (others(11, gpstime=None), "met"),
    (others(11, graceid="G298048"), "met"),
    ([], "met"),
])
def test_who_counts(neighbours, state):
    run = Run(LOCAL)
    run.pass_time(run.engine.now + 10, neighbours={"gpstime": neighbours})
    assert run.check("count.rate").state == state


def test_events_without_a_search_are_those_without_any():
    run = Run(attrs.evolve(LOCAL, fields={"gpstime": GPSTIME, "search": None}))
    asked, = [one for one in run.engine.step(TickAll(run.engine.now + 10)).effects
              if isinstance(one, Ask)]
    assert asked.wants == (
        ("neighbours", "gpstime", GPSTIME - 10000.0, GPSTIME, "CBC", "gstlal", ""),)


def test_both_rates_are_asked_in_one_question():
    from fsm.core.charts.policy import default_policy
    from fsm.core.engine.engine import Engine

    run = Run(LOCAL)
    engine = Engine([LOCAL_RATE, CREATION_RATE], run.engine.charts.lifecycles.values(),
                    default_policy([LOCAL_RATE, CREATION_RATE]))
    from fsm.core.evidence.parsing import parse

    line = run.script.lines[0]
    engine.step(parse(line["payload"], line["time"]))
    effects = engine.step(TickAll(engine.next_timer())).effects
    assert [want[1] for want in effects[0].wants] == ["gpstime", "created"]
    assert len(effects) == 1
