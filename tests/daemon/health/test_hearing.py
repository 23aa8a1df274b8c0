"""What several supervisors hear is seen as one: no silence begins anew, none is told in vain."""

from types import SimpleNamespace

import pytest

from fsm.daemon.health import hearing
from fsm.daemon.health.arrivals import Arrivals
from fsm.daemon.health.silence import SilenceWatch
from fsm.io.config.sections import Silence
from fsm.io.jsonio import dumps

T, HOUR, DAY = 1_502_000_000.0, 3600.0, 86400.0
QUIET = Silence(all=100.0, topics={"cbc": 100.0})


class Ear:
    """A supervisor that listens to "x", and may look at what all hear."""

    def __init__(self, journal, instance="", now=T, listens=True):
        self.journal, self.instance, self.well = journal, instance, True
        self.heard = hearing.taken_up(journal, instance, now)
        self.listens, self.watch = listens, None
        self.watch = SilenceWatch(QUIET, self.heard, lambda name: self.well,
                                  SimpleNamespace(since={}), self.everybody)

    def noted(self, now):
        conditions = [SimpleNamespace(short="x", well=self.well)] if self.listens else []
        return hearing.noted(self.heard, conditions, now)

    def everybody(self, now):
        return [self.noted(now), *hearing.others(self.journal, self.instance)]

    def keep(self, after):
        self.watch.listen(T + after)
        with self.journal.writing():
            hearing.keep(self.journal, self.instance, self.noted(T + after))

    def hears(self, after, topic="cbc"):
        self.heard.note("x", topic, dumps(after), T + after)

    def silent(self, after):
        return [one.name.removeprefix("silence of ") for one in self.watch.reports(T + after)
                if one.wrong]


@pytest.fixture
def ears(journals):
    return [Ear(journal, name) for journal, name in zip(journals, "ab", strict=True)]


def test_what_any_has_heard_was_heard(ears):
    one, other = ears
    for after in range(0, 1000, 50):
        other.hears(after)
        other.keep(after)
        assert one.silent(after + 40) == []
    other.keep(1040)
    assert one.silent(1045) == []
    other.keep(1060)
    assert one.silent(1065) == ["all topics", "topic cbc"]
    one.hears(1070)
    assert one.silent(1075) == []


def test_one_that_dies_leaves_what_it_has_heard_and_holds_nothing_up(ears):
    one, other = ears
    one.hears(0)
    other.hears(300)
    for ear in ears:
        ear.keep(310)
    assert one.silent(350) == []
    one.keep(310 + hearing.STALE)
    assert one.silent(310 + hearing.STALE) == ["all topics", "topic cbc"]


@pytest.mark.parametrize(("instance", "end"), [("a", 115), ("c", 61 + hearing.STALE)])
def test_neither_a_restart_nor_a_change_of_leader_makes_silence_begin_anew(ears, instance, end):
    ears[0].hears(0)
    for ear in ears:
        ear.keep(60)
    next_one = Ear(ears[0].journal, instance, T + 70)  # it was away, or is a new one
    assert next_one.heard.rhythms()["x", "cbc"].last == T
    for after in (70, 100):
        ears[1].keep(after)
        next_one.keep(after)
    assert next_one.silent(100) == []
    ears[1].keep(end)
    next_one.keep(end)
    assert next_one.silent(end) == ears[1].silent(end) == ["all topics", "topic cbc"]


def test_while_those_who_listen_are_deaf_there_is_no_silence(ears):
    one = ears[0]
    one.hears(0)
    one.keep(0)
    other = Ear(ears[1].journal, "c", T, listens=False)
    assert other.heard.last() == {"cbc": T}
    for after in range(0, 10_000, 50):
        one.well = after < 90 or after > 9000
        for ear in (one, other):
            ear.keep(after)
        assert other.silent(after) == [] or after > 9000
    assert other.silent(10_000) == ["all topics", "topic cbc"]


def test_one_that_hears_makes_up_for_one_that_is_deaf(ears):
    one, other = ears
    one.well = False
    for after in range(0, 500, 50):
        for ear in ears:
            ear.keep(after)
        if after < 300:
            other.hears(after)
    assert one.silent(350) == [] and one.silent(460) == ["all topics", "topic cbc"]


def test_alone_it_is_as_it_was(journals):
    (journal, _), stored = journals, None
    heard = Arrivals(None, T)
    heard.note("x", "cbc", b"1", T)
    with journal.writing():
        journal.set_facts(heard=heard.plain(T + 50))  # as earlier versions wrote it
    ear = Ear(journal, "", T + 1000)
    assert ear.silent(1040) == [] and ear.silent(1051) == ["all topics", "topic cbc"]
    ear.keep(1060)
    stored = journal.fact("heard")
    assert list(journal.facts("heard")) == [""]
    assert stored["topics"] == ear.heard.plain(T + 1060)["topics"]


def test_what_one_has_noted_long_ago_is_dropped(ears):
    one, other = ears
    for ear in ears:
        ear.hears(0)
        ear.keep(0)
    one.keep(hearing.FORGOTTEN + 1)
    assert hearing.others(one.journal, "a") == []
    assert hearing.taken_up(one.journal, "c", T + DAY + 2).rhythms()["x", "cbc"].last == T


def test_what_is_usual_is_known_to_who_leads_next(ears):
    one, other = ears
    other.hears(0)
    for number in range(1, 300):
        one.hears(number * 1200.0)
    end = 300 * 1200.0
    for ear in ears:
        ear.keep(end)
        ear.watch.settings = Silence()
    other.keep(end + 12 * HOUR)
    one.keep(end + 12 * HOUR)
    assert set(other.silent(end + 12 * HOUR)) == {"x"}
