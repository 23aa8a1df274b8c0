"""An event is complete with all labels that its search needs, and is put into a superevent."""

import pytest

from fsm.testing.bench import CREATED_TODAY, Bench, Run, expectations, transitions
from machines.o4.completeness import EVENT_COMPLETE, EVENT_GROUPED

ALL = ("SKYMAP_READY", "EMBRIGHT_READY", "PASTRO_READY")


def all_labels(script, after):
    for name in ALL:
        script.label(name, after)


BENCHES = (
    Bench(EVENT_COMPLETE, {"annotate.complete": all_labels}),
    Bench(EVENT_GROUPED, {
        "group.superevent": lambda s, t: s.update(t, {"superevent": "S170806a"})}),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def test_what_lacks_is_named_with_its_owner():
    run = Run(BENCHES[0])
    assert run.check("annotate.complete").judge().why == (
        "it lacks SKYMAP_READY (sky localization), EMBRIGHT_READY (em-followup), "
        "PASTRO_READY (pipeline)")
    run.write(lambda s: s.label("SKYMAP_READY", 20))
    run.pass_time(CREATED_TODAY + 301)
    assert run.check("annotate.complete").why == (
        "it lacks EMBRIGHT_READY (em-followup), PASTRO_READY (pipeline)")


@pytest.mark.parametrize(("group", "name", "labels"), [
    ("CBC", "AllSky", ALL), ("CBC", "EarlyWarning", ALL), ("CBC", "MDC", ALL),
    ("Burst", "BBH", ALL), ("CBC", "SSM", ALL[:2]), ("Burst", "AllSky", ALL[:1])])
def test_each_search_needs_its_own_labels(group, name, labels):
    run = Run(Bench(EVENT_COMPLETE, fields={"group": group, "search": name}))
    for number, one in enumerate(labels):
        assert run.check("annotate.complete").state == "awaiting"
        run.write(lambda s, one=one, number=number: s.label(one, 10 + number))
    assert run.check("annotate.complete").state == "met"
    assert run.check("annotate.complete").at == CREATED_TODAY + 10 + len(labels) - 1


def test_the_alert_of_the_joining_is_enough():
    run = Run(BENCHES[1])
    run.write(lambda s: s._line("added_to_superevent", {"superevent_id": "S170806a"}, 5))
    assert run.check("group.superevent").state == "met"
    run.write(lambda s: s._line("removed_from_superevent", {"superevent_id": "S170806a"}, 9))
    assert run.candidate.evidence.superevent is None


@pytest.mark.parametrize("fields", [{"far": 1e-3}, {"far": None}, {"search": "VTInjection"},
                                    {"group": "Test"}])
def test_some_events_live_on_their_own(fields):
    assert not Run(Bench(EVENT_GROUPED, fields=fields)).candidate.runs
