"""Candidates of special interest are labelled."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, said, transitions, unlabelled
from machines.o4.high_profile import HIGH_PROFILE

SAID = "Superevent labeled <b>HIGH_PROFILE</b> since it is an unmodelled burst."


def noticed(script):
    script.new()
    script.label("GCN_PRELIM_SENT", 30)


BURST = {"group": "Burst", "pipeline": "cwb"}
BENCH = Bench(HIGH_PROFILE, {"label.label": labelled("HIGH_PROFILE"),
                             "label.message": said(SAID, ("em_follow",))},
              {"label.message": said(SAID)}, start=noticed, fields=BURST,
              excused={"label.message": (labelled("RAVEN_ALERT"), unlabelled("RAVEN_ALERT"))})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("fields", "expected"), [
    ({"search": "SSM"}, True), ({**BURST, "search": "BBH"}, False), ({}, False)])
def test_of_what_search_alone_tells(fields, expected):
    assert bool(Run(Bench(HIGH_PROFILE, start=noticed, fields=fields)).candidate.runs) is expected


def test_it_is_weighed_with_the_notice_and_not_when_another_event_is_preferred():
    run = Run(Bench(HIGH_PROFILE, start=noticed))
    run.write(lambda s: s.update(600, {"preferred_event": "G100077", **BURST}))
    run.write(labelled("RAVEN_ALERT"), 700)
    assert not run.candidate.runs
