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


QUIET = {"far": 1e-4}
BENCH = Bench(SUPEREVENT_MANAGER, {
    "label.ready": labelled("EM_READY"), "label.request": labelled("ADVREQ"),
    "label.locked": labelled("SIGNIF_LOCKED"), "label.low_locked": labelled("LOW_SIGNIF_LOCKED")},
    start=start,
    excused=dict.fromkeys(("label.request", "label.locked", "label.low_locked"), QUIET),
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
    ({"far": 9e-8, "search": "EarlyWarning"}, {"ready", "request", "locked", "low_locked"}),
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
    assert run.process.since == CREATED_TODAY + 50


def test_another_preferred_event_moves_the_expectation():
    run = Run(Bench(SUPEREVENT_MANAGER, start=lambda s: (
        s.new(), complete(s, labels=()), complete(s, "G100002", 40))))
    assert not run.candidate.runs
    run.write(lambda s: s.update(60, {"preferred_event": "G100002",
                                      "gw_events": [PREFERRED, "G100002"]}))
    assert run.process.since == CREATED_TODAY + 60  # since it is preferred


def test_a_coincidence_stands_for_the_rate():
    run = Run(Bench(SUPEREVENT_MANAGER, start=start, fields=QUIET))
    assert states(run)["locked"] == "awaiting" or run.pass_time(CREATED_TODAY + 70) is None
    assert states(run)["locked"] == "not_expected"
    run.write(labelled("RAVEN_ALERT"), 80)
    assert states(run)["locked"] == "awaiting"


def test_test_superevents_are_left_alone():
    run = Run(Bench(SUPEREVENT_MANAGER, start=start, fields={"category": "Test"}))
    assert not run.candidate.runs
