"""Sign-offs: asked for by a label, reminded of, answered by a sign-off or its label."""

import pytest

from fsm.testing.bench import (
    CREATED,
    Bench,
    Run,
    expectations,
    labelled,
    transitions,
    unlabelled,
)
from fsm.testing.script import CURRENT
from machines.o2.signoffs import ADVOCATE_SIGNOFF, OPERATOR_SIGNOFF

PATH = "sign.signoff"


def asked(*names):
    def start(script):
        script.new()
        for name in names:
            script.label(name, 30)

    return start


OPERATOR = Bench(
    OPERATOR_SIGNOFF, start=asked("H1OPS"), flavour=CURRENT,
    right={PATH: lambda s, t: s.signoff("OP", "H1", "OK", t)},
    excused={PATH: (unlabelled("H1OPS"), lambda s, t: s.signoff("OP", "H1", "OK", t))})
ADVOCATE = Bench(
    ADVOCATE_SIGNOFF, start=asked("ADVREQ"), flavour=CURRENT,
    right={PATH: lambda s, t: s.signoff("ADV", "", "OK", t)},
    excused={PATH: (unlabelled("ADVREQ"), lambda s, t: s.signoff("ADV", "", "OK", t))})


@transitions(OPERATOR, ADVOCATE)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(OPERATOR, ADVOCATE)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("tells", [
    lambda s, t: s.signoff("OP", "H1", "NO", t), labelled("H1NO"), labelled("H1OK")])
def test_a_refusal_and_the_mere_label_are_answers_too(tells):
    run = Run(OPERATOR)
    run.write(tells, 600)
    assert run.check(PATH).state == "met"
    assert run.check(PATH).at == CREATED + 600


def test_every_interferometer_answers_for_itself():
    run = Run(Bench(OPERATOR_SIGNOFF, start=asked("H1OPS", "L1OPS")))
    run.write(lambda s, t: s.signoff("OP", "L1", "OK", t), 60)
    states = {name: r.checks[0].state for name, r in run.candidate.runs.items()}
    assert states == {"operator_signoff[H1]": "awaiting", "operator_signoff[L1]": "met"}


def test_the_reminder_comes_after_half_an_hour_and_the_failure_after_an_hour():
    run = Run(ADVOCATE)
    run.pass_time(CREATED + 30 + 1800)
    assert run.check(PATH).state == "warned"
    run.pass_time(CREATED + 30 + 3600)
    assert run.check(PATH).state == "overdue"


def test_a_withdrawn_signoff_is_asked_for_again_by_its_label():
    run = Run(ADVOCATE)
    run.write(lambda s, t: s.signoff("ADV", "", "NO", t), 60)
    assert run.candidate.state == "waived.retracted"
    run.write(lambda s, t: s.signoff("ADV", "", "", t), 90)
    assert run.candidate.evidence.has_label("ADVREQ")
    assert run.candidate.state == "open.following" and run.check(PATH).state == "awaiting"
