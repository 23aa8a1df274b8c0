"""Contradictions: there only while their parts are, and told after a minute."""

import pytest

from fsm.testing.bench import (
    CREATED,
    GRACEID,
    Bench,
    Run,
    expectations,
    labelled,
    said,
    transitions,
    unlabelled,
    uploaded,
)
from fsm.testing.script import CURRENT
from machines.o2.contradictions import (
    ASKED_IN_VAIN,
    NOTICE_AFTER_RETRACTION,
    READY_BUT_REJECTED,
    TWO_SIGNOFFS,
)

PATH = "resolve.resolved"


def start(*annotations):
    def write(script):
        script.new()
        for annotate in annotations:
            annotate(script, 30)

    return write


READY = Bench(READY_BUT_REJECTED, flavour=CURRENT, right={PATH: unlabelled("DQV")},
              start=start(labelled("EM_READY"), labelled("DQV")))
TWO = Bench(TWO_SIGNOFFS, flavour=CURRENT, right={PATH: unlabelled("L1OK")},
            start=start(labelled("L1OK"), labelled("L1NO")))
VAIN = Bench(ASKED_IN_VAIN, flavour=CURRENT, right={PATH: unlabelled("H1OPS")},
             start=start(labelled("H1OPS"), said("AP: State: new_to_preliminary --> rejected.")))


def notice_in_between(script, after):
    """The retraction turns out to be newer than the notice: a new version of it is written."""
    script.file(f"{GRACEID}-3-Retraction.xml", 60, version=1)


AFTER = Bench(NOTICE_AFTER_RETRACTION, flavour=CURRENT, right={PATH: notice_in_between},
              start=start(uploaded(f"{GRACEID}-3-Retraction.xml"),
                          lambda s, t: s.file(f"{GRACEID}-4-Update.xml", t + 1)),
              renewed=lambda s, t: s.file(f"{GRACEID}-4-Update.xml", max(t, 61), version=1))


@transitions(READY, TWO, VAIN, AFTER)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(READY, TWO, VAIN)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("bench", "part"), [
    (READY, labelled("EM_READY")), (READY, labelled("DQV")), (TWO, labelled("L1OK")),
    (TWO, labelled("H1NO")), (VAIN, labelled("H1OPS")),
    (AFTER, uploaded(f"{GRACEID}-4-Update.xml")), (AFTER, uploaded(f"{GRACEID}-3-Retraction.xml"))])
def test_one_part_alone_is_no_contradiction(bench, part):
    run = Run(Bench(bench.chart))
    run.write(part, 60)
    assert not run.candidate.runs


def test_it_is_told_of_a_vetoed_candidate_of_which_nothing_else_is_expected():
    run = Run(READY)
    assert run.candidate.state == "waived.vetoed"
    run.pass_time(CREATED + 90)
    failures = [effect for effect in run.effects if effect[4:5] == ("failure",)]
    assert failures and "EM_READY" in failures[0].message


@pytest.mark.parametrize(("bad", "told"), [((), False), (("DQV",), False), (("INJ",), True)])
def test_an_injection_may_be_approved_like_a_real_candidate(bad, told):
    run = Run(Bench(READY_BUT_REJECTED, options={"bad_labels": bad},
                    start=start(labelled("EM_READY"), labelled("INJ"))))
    assert bool(run.candidate.runs) == told
