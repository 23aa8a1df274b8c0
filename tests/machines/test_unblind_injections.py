"""Unblind injections: none is reported, or one in words that a profile knows."""

from fsm.testing.bench import CREATED, Bench, Run, expectations, said, transitions
from machines.unblind_injections import UNBLIND_INJECTIONS

FOUND = "Unblind injection registered at this time"
BENCH = Bench(UNBLIND_INJECTIONS, {"search.search": said("No unblind injections in window")})
ONE = Bench(UNBLIND_INJECTIONS, {"search.search": said(FOUND)}, options={"found_texts": (FOUND,)})


@transitions(BENCH, ONE)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH, ONE)
def test_expectation(bench, case):
    bench.check_case(case)


def test_the_message_that_there_is_none_is_right_and_its_absence_is_not():
    run = Run(BENCH)
    run.pass_time(CREATED + 31)
    assert run.check("search.search").state == "overdue"
    run.write(lambda s: s.log("No unblind injections in window", 40))
    assert run.check("search.search").state == "late"


def test_an_injection_is_told_apart_from_none():
    run = Run(ONE)
    run.write(ONE.right["search.search"], 20)
    assert "an injection is reported" in run.check("search.search").why


def test_without_a_known_text_only_none_counts():
    run = Run(BENCH)
    run.write(lambda s: s.log(FOUND, 20))
    assert run.check("search.search").state == "awaiting"
