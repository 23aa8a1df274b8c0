"""The superevent manager labels a superevent when its preferred event is complete."""

import pytest

from fsm.testing.bench import CREATED_TODAY, Bench, Run, expectations, labelled, transitions
from fsm.testing.script import PREFERRED
from machines.o4.superevent_manager import SUPEREVENT_MANAGER

LABELS = ("EMBRIGHT_READY", "PASTRO_READY", "SKYMAP_READY")


def complete(script, graceid=PREFERRED, after=30, labels=LABELS):
    event = script.member(graceid)
    event.new(1)
    for name in labels:
        event.label(name, after)


def start(script):
    script.new()
    complete(script)


def joined(script, *names, graceid="G500001", **fields):
    """Another event of the superevent, significant and complete."""
    event = script.member(graceid, **{"far": 2e-10, **fields})
    event.new(2)
    script.join(graceid, 3)
    for name in (*LABELS, *names):
        event.label(name, 25)


def begin(script):
    """One event of the whole data, one early warning: each is locked for."""
    start(script)
    joined(script, search="EarlyWarning")


def injected(graceid):
    """What keeps an event from being announced, and what lets it again."""
    return (lambda s, t: s.member(graceid).label("INJ", t),
            lambda s, t: s.member(graceid).unlabel("INJ", t))


def faint(*graceids):
    """As if no event were significant any more, and then as if they were again."""
    def said(far):
        return lambda s, t: [s.update(t, {"far": far}), *(
            s.member(graceid).update(t, {"far": far}) for graceid in graceids)]

    return said(1e-4), said(2e-10)


QUIET = {"far": 1e-4}
BENCH = Bench(SUPEREVENT_MANAGER, {
    "label.ready": labelled("EM_READY"), "label.request": labelled("ADVREQ"),
    "label.early": labelled("EARLY_WARNING"),
    "label.locked": labelled("SIGNIF_LOCKED"), "label.low_locked": labelled("LOW_SIGNIF_LOCKED")},
    start=begin,
    excused={"label.request": faint(PREFERRED, "G500001"), "label.low_locked": QUIET,
             "label.locked": injected(PREFERRED), "label.early": injected("G500001")},
    waived=(lambda s, t: s.update(t, {"category": "Test"}),
            lambda s, t: s.update(t, {"category": "Production"})))


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def states(run):
    return {check.name: check.state for check in run.process.checks}


@pytest.mark.parametrize(("fields", "expected"), [
    ({"far": 5e-8}, {"ready", "request", "locked", "low_locked"}),
    ({"far": 6e-8}, {"ready", "low_locked"}), ({"far": 3e-5}, {"ready"}),
    ({"far": 9e-8, "search": "EarlyWarning"}, {"ready", "request", "early", "low_locked"}),
    ({"far": 9e-9, "search": "SSM"}, {"ready", "request", "locked", "low_locked"}),
    ({"far": 2e-8, "group": "Burst", "pipeline": "cwb", "search": "BBH"},
     {"ready", "request", "locked", "low_locked"}),
    ({"far": 2e-8, "group": "Burst", "pipeline": "cwb"}, {"ready", "low_locked"})])
def test_what_is_expected_depends_on_the_rate_and_the_search(fields, expected):
    run = Run(Bench(SUPEREVENT_MANAGER, start=start, fields=fields))
    run.pass_time(CREATED_TODAY + 60)
    assert {name for name, state in states(run).items() if state != "not_expected"} == expected


def test_nothing_is_expected_before_the_preferred_event_is_complete():
    run = Run(Bench(SUPEREVENT_MANAGER, start=lambda s: (
        s.new(), complete(s, labels=LABELS[:2]), complete(s, "G100002"))))
    assert not run.candidate.runs
    run.write(lambda s: s.member().label("SKYMAP_READY", 50))
    assert run.process.started == CREATED_TODAY + 50


def test_another_preferred_event_moves_the_expectation():
    run = Run(Bench(SUPEREVENT_MANAGER, start=lambda s: (
        s.new(), complete(s, labels=()), complete(s, "G100002", 40))))
    assert not run.candidate.runs
    run.write(lambda s: s.update(60, {"preferred_event": "G100002",
                                      "gw_events": [PREFERRED, "G100002"]}))
    assert run.process.started == CREATED_TODAY + 60  # since it is preferred


def test_a_coincidence_stands_for_the_rate():
    run = Run(Bench(SUPEREVENT_MANAGER, start=start, fields=QUIET))
    assert states(run)["request"] == "awaiting" or run.pass_time(CREATED_TODAY + 70) is None
    assert states(run)["request"] == "not_expected"
    run.write(labelled("RAVEN_ALERT"), 80)
    assert states(run)["request"] == "awaiting"


def test_test_superevents_are_left_alone():
    run = Run(Bench(SUPEREVENT_MANAGER, start=start, fields={"category": "Test"}))
    assert not run.candidate.runs
