"""People look at a superevent."""

from fsm.testing.bench import (
    CREATED_TODAY,
    Bench,
    Run,
    expectations,
    transitions,
    unlabelled,
)
from machines.o4.vetting import ADVOCATE_VETTING, OPERATOR_VETTING

PATH = "sign.signoff"
BENCHES = (
    Bench(ADVOCATE_VETTING, {PATH: lambda s, t: s.signoff("ADV", "", "OK", t)},
          start=lambda s: (s.new(), s.label("ADVREQ", 30)),
          excused={PATH: (unlabelled("ADVREQ"), lambda s, t: s.signoff("ADV", "", "OK", t))}),
    Bench(OPERATOR_VETTING, {PATH: lambda s, t: s.signoff("OP", "L1", "NO", t)},
          start=lambda s: (s.new(), s.label("L1OPS", 30)),
          excused={PATH: (unlabelled("L1OPS"), lambda s, t: s.signoff("OP", "L1", "NO", t))}),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def test_a_refusal_is_an_answer_and_retracts():
    run = Run(BENCHES[0])
    run.write(lambda s, t: s.signoff("ADV", "", "NO", t), 600)
    assert run.check(PATH).state == "met" and run.check(PATH).at == CREATED_TODAY + 600
    assert run.candidate.state == "waived.retracted"


def test_the_reminder_comes_after_half_an_hour():
    run = Run(BENCHES[0])
    run.pass_time(CREATED_TODAY + 30 + 1800)
    assert run.check(PATH).state == "warned"
