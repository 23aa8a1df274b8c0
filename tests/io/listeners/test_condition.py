"""When a listener is well, and what is told of one that is not; on a clock that is set by hand."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.io import listeners
from fsm.io.listeners import ListenerError, Listening, condition, lvalert_session
from fsm.io.listeners.condition import Condition
from fsm.io.listeners.inbox import Inbox

T = 1_502_000_000.0


class Clock:
    def __init__(self):
        self.time = 1000.0

    def monotonic(self):
        return self.time


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(condition, "time", made)
    return made


@pytest.fixture
def one(clock):
    return Condition("listener x", lambda: T + clock.time)


def wrong(one):
    return {report.name: report.message for report in one.reports() if report.wrong}


def test_it_is_well_as_soon_as_it_has_connected_for_the_first_time(one, clock):
    assert not one.well and not wrong(one)
    one.connected()
    assert one.well and not wrong(one)


def test_one_that_never_connects_is_told_after_a_minute(one, clock):
    clock.time += 60
    assert not wrong(one)
    clock.time += 1
    assert wrong(one) == {"listener x": "it has not connected yet"}


def test_one_that_is_away_for_less_than_a_minute_is_not_told(one, clock):
    one.connected()
    one.failed("away")
    clock.time += 59
    assert not wrong(one)
    one.connected()
    for _ in range(60):
        assert not wrong(one)
        clock.time += 1
    assert one.well and not wrong(one)


def test_one_that_is_connected_again_and_again_is_not_well(one, clock):
    one.connected()
    for _ in range(3):
        one.failed("thrown out")
        clock.time += 10
        one.connected()
        assert not one.well
        clock.time += 30
    assert wrong(one) == {"listener x": "thrown out"}
    clock.time += 29
    assert wrong(one)
    clock.time += 1
    assert one.well and not wrong(one)


def test_a_refusal_is_told_at_once_when_it_is_repeated(one):
    one.failed("no such login", lasting=True)
    assert not wrong(one)
    one.failed("no such login", lasting=True)
    assert wrong(one) == {"listener x": "no such login"}


def test_often_within_an_hour_is_told_until_it_has_been_calm_for_half_an_hour(one, clock):
    one.connected()
    for number in range(5):
        assert not wrong(one)
        clock.time += 600
        one.failed("reset")
        one.connected()
        assert one.restarts == number + 1
        clock.time += 61
    assert wrong(one) == {"listener x, unsteady": "its connection has ended 5 times within an "
                          "hour, at last because: reset"}
    clock.time += 1700
    assert wrong(one)
    clock.time += 100
    assert not wrong(one) and one.restarts == 3
    clock.time += 3600
    assert one.restarts == 0


def test_many_tries_to_connect_in_one_outage_are_not_many_outages(one, clock):
    one.connected()
    for _ in range(20):
        one.failed("refused")
        clock.time += 2
    assert wrong(one) == {} and one.restarts == 20
    one.connected()
    clock.time += 3601
    assert wrong(one) == {}


def test_topics_are_told_one_by_one(one, clock):
    one.connected({"a": "", "b": "there is none"})
    assert wrong(one) == {}  # it may pass
    clock.time += 40
    one.connected({"a": "away", "b": "there is none"})
    clock.time += 21
    assert wrong(one) == {"listener x, b": "there is none"}
    one.connected({"a": "", "b": ""})
    assert not wrong(one)


def test_it_can_be_shown(one, clock):
    one.connected({"a": ""})
    clock.time += 5
    one.failed("reset")
    assert one.plain() == {"name": "x", "state": "failing", "since": T + 1005.0, "well": False,
                           "restarts": 1, "reason": "reset", "reason_at": T + 1005.0,
                           "topics": {"a": ""}}


@given(st.lists(st.tuples(st.sampled_from(["connected", "failed", "hindered"]),
                          st.floats(0.0, 200.0)), max_size=30))
def test_what_is_told_is_over_only_when_it_has_stayed_connected(steps):
    clock, told, since = Clock(), False, None
    condition.time, before = clock, condition.time
    try:
        one = Condition("listener x", lambda: T)
        for step, seconds in steps:
            getattr(one, step)(*(() if step == "connected" else ("why",)))
            since = (since or clock.time) if step == "connected" else None
            clock.time += seconds
            now = "listener x" in wrong(one)
            if told and not now:
                assert since is not None and clock.time - since >= condition.STAY
            told = now
    finally:
        condition.time = before


class Failing:
    """A listener that ends at once, so many times."""

    name = "x"

    def __init__(self, times, lasting=False):
        self.times, self.lasting = times, lasting

    def run(self, ear):
        self.times -= 1
        if not self.times:
            ear.inbox.close()
        raise ListenerError("away", self.lasting)


def pauses(monkeypatch, listener):
    waited = []
    monkeypatch.setattr(listeners, "pause", lambda inbox, seconds: waited.append(seconds) or True)
    listening = Listening(listener, Inbox(), lambda: T)
    listening.start()
    listening.join(10)
    return waited


def test_pauses_grow_and_stay_so_short_that_the_way_back_takes_half_a_minute(monkeypatch):
    random.seed(1)
    waited = pauses(monkeypatch, Failing(50))
    assert waited[0] <= 1.0 < waited[2] <= 4.0
    assert max(waited) <= 10.0 and len(set(waited[10:])) > 10  # not all at the same moment
    assert max(waited) + lvalert_session.CONNECT <= 30.0


def test_where_somebody_must_do_something_first_they_are_longer(monkeypatch):
    assert 40.0 < max(pauses(monkeypatch, Failing(50, lasting=True))) <= 60.0


class Raining:
    """A listener to which strays come by the thousand."""

    name = "x"

    def run(self, ear):
        for number in range(1000):
            ear.anomaly("forged alerts at", f"number {number}")
        ear.inbox.close()


def test_strays_are_told_together_however_many_come(monkeypatch):
    times = iter(range(10_000))
    monkeypatch.setattr(listeners.time, "monotonic", lambda: next(times) / 40)  # in 25 seconds
    inbox = Inbox()
    listening = Listening(Raining(), inbox, lambda: T)
    listening.start()
    listening.join(10)
    told = inbox.take(0)[1]
    assert [(one.name, one.message, one.count) for one in told] == [
        ("forged alerts at x", "number 0", 1), ("forged alerts at x", "number 400", 400),
        ("forged alerts at x", "number 800", 400)]


def test_reasons_are_printable_and_short(one):
    one.failed("a\nb\x1b[31m\u202e" + "c" * 5000)
    one.connected({"x": "d\n" * 1000})
    assert one.why.isprintable() and one.topics["x"].isprintable()
    assert max(len(one.why), len(one.topics["x"])) == 500
