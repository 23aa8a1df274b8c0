"""Incidents are told once, and their end once, whichever supervisor has them or looks."""

import pytest

from fsm.daemon.health.incidents import AGAIN, CALM, LEFT, Incidents
from fsm.io.reports import Report

T = 1_502_000_000.0
BAD, GOOD = Report("clock", True, "it jumped"), Report("clock", False, "it is right")
FLOOD, OVER = (Report("flood of x", wrong, "many", of="") for wrong in (True, False))


def told(incidents, *reports, after=0.0):
    """The messages that reports give rise to."""
    with incidents.journal.writing():
        return incidents.effects(incidents.news(reports, T + after), T + after)


@pytest.fixture
def alone(journals):
    return Incidents(journals[0])


@pytest.fixture
def some(journals):
    return [Incidents(journal, place) for journal, place in zip(journals, "ab", strict=True)]


def test_a_trouble_is_told_once_and_its_end_once(alone, journals):
    assert told(alone, GOOD) == []
    (first,) = told(alone, BAD, BAD, after=1)
    assert (first.process, first.check, first.outcome, first.to, first.key) == (
        "supervisor", "clock", "failure", ("operators",), f"supervisor/clock/failure/{T + 1:.3f}")
    again = Incidents(journals[1])  # after a restart
    assert told(again, BAD, after=2) == [] and again.since == {"clock": T + 1}
    (over,) = told(again, GOOD, GOOD, after=3)
    assert (over.outcome, over.key) == ("recovery", f"supervisor/clock/recovery/{T + 1:.3f}")
    assert again.since == {}
    (new,) = told(again, BAD, after=4)
    assert new.key != first.key


def test_what_begins_and_ends_at_once_is_told(alone):
    assert [one.outcome for one in told(alone, BAD, GOOD)] == ["failure", "recovery"]
    assert [one.outcome for one in told(alone, BAD, GOOD, after=60)] == ["failure"]
    assert told(alone, BAD, GOOD, after=120) == []  # it has come too often


def test_what_is_no_news_is_not_written(alone):
    told(alone, BAD)
    assert alone.news([BAD, Report("x", False, "well")], T + AGAIN - 1) == []
    assert alone.news([BAD], T + AGAIN) == [BAD]


def test_a_trouble_that_comes_and_goes_sends_no_letters_without_end(alone):
    found = []
    for minute in range(300):  # every other minute it is there
        found += told(alone, Report("a", minute % 2 == 0, "x"), after=60 * minute)
    assert [one.outcome for one in found] == ["failure", "recovery", "failure"]
    end = 60 * 299
    assert told(alone, Report("a", False, "x"), after=end + 1700) == []
    (over,) = told(alone, after=end + 1900)
    assert over.outcome == "recovery" and alone.since == {}


def test_also_where_several_see_it_come_and_go(some):
    found = []
    for minute in range(300):
        found += told(some[minute // 2 % 2], Report("a", minute % 2 == 0, "x", of=""),
                      after=60 * minute)
    assert [one.outcome for one in found] == ["failure", "recovery", "failure"]


def test_one_that_was_told_long_ago_is_told_and_over_at_once(alone):
    outcomes = [one.outcome for hour in range(0, 20, 2) for wrong in (True, False)
                for one in told(alone, Report("a", wrong, "x"),
                                after=3600 * hour + 60 * (not wrong))]
    assert outcomes == ["failure", "recovery"] * 10


def test_what_is_long_over_is_forgotten(alone, journals):
    told(alone, BAD)
    told(alone, GOOD, after=1)
    told(alone, Report("a", True, "x"), after=6 * CALM)
    assert list(journals[0].db.exec_driver_sql("SELECT name FROM incidents")) == [("a",)]


def test_what_each_has_by_itself_is_its_own(some):
    one, other = some
    (mine,), (theirs,) = told(one, BAD), told(other, BAD, after=1)
    assert (mine.check, theirs.check) == ("clock on a", "clock on b")
    (over,) = told(one, GOOD, after=2)
    assert over.check == "clock on a" and told(one, GOOD, after=3) == []
    assert one.since == {} and other.since == {"clock": T + 1}
    assert one.everywhere() == {"clock on b": T + 1}


def test_what_concerns_all_is_one_whoever_reports_it(some):
    one, other = some
    (begun,) = told(one, FLOOD)
    assert begun.check == "flood of x" and told(other, FLOOD, after=1) == []
    assert one.since == other.since == {"flood of x": T}
    (over,) = told(other, OVER, after=2)
    assert over.key == f"supervisor/flood of x/recovery/{T:.3f}"
    assert told(one, OVER, after=3) == [] and one.since == {}


def test_two_that_report_at_the_same_moment_tell_it_once(some):
    one, other = some
    mine, theirs = one.news([FLOOD], T), other.news([FLOOD], T)
    with one.journal.writing():
        assert len(one.effects(mine, T)) == 1
    with other.journal.writing():
        assert other.effects(theirs, T) == []


def test_one_that_could_not_be_written_is_told_later(some):
    one, other = some
    with pytest.raises(ZeroDivisionError), one.journal.writing():
        one.effects(one.news([FLOOD], T), T)
        1 / 0  # noqa: B018
    assert len(told(other, FLOOD)) == 1


def test_what_one_that_is_gone_has_left_is_over_after_a_while(some):
    one, other = some
    told(one, BAD)
    told(one, BAD, after=AGAIN)  # it is there still
    assert list(other.left(T + AGAIN + LEFT)) == list(one.left(T + 10 * LEFT)) == []
    (over,) = told(other, *other.left(T + AGAIN + LEFT + 1), after=AGAIN + LEFT + 1)
    assert (over.check, over.outcome) == ("clock on a", "recovery")
    assert "nobody is there any more" in over.message and other.everywhere() == {}
    (again,) = told(one, BAD, after=2 * LEFT)  # it was only held up
    assert again.check == "clock on a"


def test_one_that_comes_in_its_place_takes_over_what_it_has_left(some, journals):
    told(some[0], BAD)
    successor = Incidents(journals[1], "a")
    assert told(successor, BAD, after=5) == [] and successor.since == {"clock": T}
    assert [one.outcome for one in told(successor, GOOD, after=10)] == ["recovery"]
