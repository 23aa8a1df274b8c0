"""FAR: bounds are included, and it must be a finite number."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, transitions
from machines.o2.far import FAR


def start(script):
    script.new()


BENCH = Bench(
    FAR, start=start, fields={"far": None},
    right={"bounds.far": lambda s, t: s.update(t, {"far": 1e-8})},
    wrong={"bounds.far": lambda s, t: s.update(t, {"far": 2e-3})},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("far", "state"), [
    (1e-3, "met"), (0.0, "met"), (1.0000001e-3, "awaiting"), (-1e-9, "awaiting"),
    (float("nan"), "awaiting"), (float("inf"), "awaiting"), ("much", "awaiting"),
    ("1e-8", "met"), (True, "awaiting"), (None, "awaiting"),
])
def test_bounds(far, state):
    run = Run(Bench(FAR, start=start, right={}, fields={"far": far}))
    assert run.check("bounds.far").state == state
