"""Unblind injections: none is reported, or one, perhaps in words that a profile knows."""

import pytest

from fsm.testing.bench import CREATED, Bench, Run, expectations, said, transitions
from machines.o2.unblind_injections import UNBLIND_INJECTIONS

FOUND = ("Unblind injection <a href='http://gracedb.ligo.org/events/H298050'>H298050</a> within "
         "window [-5,+5] seconds; ")
OTHER = "Injection registered at this time"
BENCH = Bench(UNBLIND_INJECTIONS, {"search.search": said("No unblind injections in window")})
ONE = Bench(UNBLIND_INJECTIONS, {"search.search": said(FOUND)})
NAMED = Bench(UNBLIND_INJECTIONS, {"search.search": said(OTHER)}, options={"found_texts": (OTHER,)})


@transitions(BENCH, ONE, NAMED)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH, ONE, NAMED)
def test_expectation(bench, case):
    bench.check_case(case)


def test_the_message_that_there_is_none_is_right_and_its_absence_is_not():
    run = Run(BENCH)
    run.pass_time(CREATED + 31)
    assert run.check("search.search").state == "overdue"
    run.write(lambda s: s.log("No unblind injections in window", 40))
    assert run.check("search.search").state == "late"


@pytest.mark.parametrize("bench", [ONE, NAMED])
def test_an_injection_is_told_apart_from_none(bench):
    run = Run(bench)
    run.write(bench.right["search.search"], 20)
    assert "an injection is reported" in run.check("search.search").why


@pytest.mark.parametrize("text", [OTHER, "Unblind injections are searched for"])
def test_other_words_count_only_where_a_profile_has_them(text):
    run = Run(BENCH)
    run.write(said(text), 20)
    assert run.check("search.search").state == "awaiting"
