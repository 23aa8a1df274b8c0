"""External triggers: one message."""

from fsm.testing.bench import Bench, expectations, said, transitions
from machines.o2.external_triggers import EXTERNAL_TRIGGERS

BENCH = Bench(EXTERNAL_TRIGGERS, {"search.search": said("Coincidence search complete")})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)
