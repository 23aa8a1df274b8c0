"""Low-latency data-quality report: one message, soon."""

from fsm.testing.bench import CREATED, Bench, Run, expectations, said, transitions
from machines.o2.lldq_report import LLDQ_REPORT

BENCH = Bench(LLDQ_REPORT, {"report.report": said("Automatic Data-quality report posted")})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_a_deadline_of_one_second_leaves_time_until_it_can_be_seen():
    run = Run(BENCH)
    assert run.check("report.report").due == CREATED + 10
