"""The meter fails a run that leaves a transition unfired, and only then."""

import pytest

CHART = """
from fsm.chart import Process, Stage, check, log, new
MINE = Process("mine", "Mine", starts=new(), stages=[
    Stage("s", check("c", log("hello"), within=60))])
"""
TEST = """
import pytest
from fsm.testing.bench import Bench
from own_machines.mine import MINE
BENCH = Bench(MINE, start=lambda s: s.new(), right={"s.c": lambda s, t: s.log("hello", t)})
@pytest.mark.parametrize("row", BENCH.rows(), ids=str)
def test_transition(row):
    BENCH.check_row(row)
"""

pytest_plugins = ["pytester"]


def run(pytester, *arguments, test=TEST):
    pytester.makepyfile(**{"own_machines/__init__": "", "own_machines/mine": CHART,
                           "test_mine": test})
    pytester.makeini("[pytest]\nfsm_meter = own_machines\npythonpath = .")
    return pytester.runpytest_subprocess(*arguments)


def test_a_full_table_passes(pytester):
    done = run(pytester)
    done.stdout.fnmatch_lines(["meter: * of * transitions of 1 chart fired by their own tests"])
    assert done.ret == 0


@pytest.mark.parametrize("left_out", ["", "too_late"])
def test_workers_hand_over_what_they_fired(pytester, left_out):
    some = TEST.replace("BENCH.rows()", f"[r for r in BENCH.rows() if r.guard != {left_out!r}]")
    done = run(pytester, "-n", "2", test=some)
    done.stdout.fnmatch_lines([f"meter: {'*never fired' if left_out else '* of 1 chart fired'}*"])
    assert done.ret == bool(left_out)


def test_a_missing_row_fails_and_is_named(pytester):
    done = run(pytester, test=TEST.replace(
        "BENCH.rows()", "[r for r in BENCH.rows() if r.guard != 'too_late']"))
    done.stdout.fnmatch_lines(["meter: never fired: test_mine.py: mine s.c awaiting --evidence--> "
                               "late"])
    assert done.ret == 1


def test_a_chart_without_tests_fails(pytester):
    done = run(pytester, test="def test_nothing():\n    pass")
    assert done.ret == 1


def test_a_chosen_part_of_the_tests_is_not_judged(pytester):
    assert run(pytester, "-k", "give_up").ret == 0


def test_a_row_that_does_not_hold_fails(pytester):
    wrong = TEST.replace("BENCH.rows()", "[BENCH.rows()[0]._replace(dest='missing')]")
    done = run(pytester, test=wrong)
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*it fired*"])
