"""Notify: every new candidate, except injections."""

import pytest

from fsm.core.charts.policy import default_settings
from fsm.testing.bench import CREATED, Bench, Run, expectations, labelled, transitions, unlabelled
from machines.o2.notify import NOTIFY

BENCH = Bench(NOTIFY, {"announce.notice": lambda s, t: s.update(t, {"pipeline": "gstlal"})},
              fields={"pipeline": None},
              excused={"announce.notice": (labelled("INJ"), unlabelled("INJ"))})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def told(run):
    return [effect for effect in run.effects if effect[4:5] == ("success",)]


def test_whoever_wants_to_know_is_told_once_what_was_found():
    run = Run(Bench(NOTIFY))
    run.pass_time(CREATED + 10)
    run.pass_time(CREATED + 1000)
    assert [effect.to for effect in told(run)] == [("operators",)]
    words = told(run)[0].message
    assert "CBC gstlal AllSky" in words and ", FAR 1.2e-08 Hz, instruments H1,L1,V1" in words


def test_an_injection_is_not_announced():
    run = Run(BENCH)
    run.write(labelled("INJ"), 5)
    run.pass_time(CREATED + 1000)
    assert run.check("announce.notice").state == "not_expected"
    assert not told(run)


@pytest.mark.parametrize(("fields", "words"), [
    ({"far": None, "instruments": None}, ", no FAR, instruments unknown"),
    ({"search": None}, "of CBC gstlal, "), ({"far": "much"}, ", no FAR, "),
    ({"instruments": 5}, "instruments 5")])
def test_odd_values_do_not_keep_it_from_being_announced(fields, words):
    run = Run(Bench(NOTIFY, fields=fields))
    run.pass_time(CREATED + 10)
    assert len(told(run)) == 1 and words in told(run)[0].message


def test_by_default_nobody_wants_to_know():
    assert default_settings(NOTIFY).success == ()
