"""What counts as heard, and how long the pauses are, over restarts too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.daemon.health.arrivals import Arrivals, restored
from fsm.errors import JournalError
from fsm.io.jsonio import dumps, loads

T = 1_502_000_000.0


def line(number, time=T):
    return dumps({"time": time, "topic": "cbc", "payload": {"uid": f"G{number}"}})


def test_the_last_alert_of_each_listener_and_topic():
    heard = Arrivals()
    heard.note("a", "cbc", line(1), T)
    heard.note("b", "cbc", line(2), T + 5)
    heard.note("a", "burst", line(3), T + 7)
    assert heard.last() == {"cbc": T + 5, "burst": T + 7}
    assert {topic: one.last for (_, topic), one in heard.rhythms("a").items()} == {
        "cbc": T, "burst": T + 7}


def test_what_comes_again_does_not_count_whenever_it_does():
    heard = Arrivals()
    for seconds in (0, 100, 200):
        heard.note("a", "cbc", line(1, T + seconds), T + seconds)
    assert heard.last() == {"cbc": T}
    heard.note("a", "burst", line(1), T + 300)  # it is another topic's
    assert heard.last() == {"cbc": T, "burst": T + 300}


@given(st.lists(st.floats(1.0, 5000.0), min_size=1, max_size=30))
def test_the_longest_pause_is_known(pauses):
    heard, now = Arrivals(), T
    heard.note("a", "cbc", line(0), now)
    for number, pause in enumerate(pauses, 1):
        now += pause
        heard.note("a", "cbc", line(number), now)
    (rhythm,) = heard.rhythms().values()
    assert rhythm.pauses == len(pauses) and rhythm.last == now
    assert 0.8 * max(pauses) < rhythm.longest < max(pauses) + 0.001  # the older the shorter
    assert rhythm.lasts(now + 10) == 10


def test_while_nobody_listened_there_was_no_silence():
    heard = Arrivals(None, T)
    heard.note("a", "cbc", line(1), T)
    stored = loads(dumps(heard.plain(T + 100)))
    again = Arrivals(stored, T + 10_000)
    (rhythm,) = again.rhythms().values()
    assert rhythm.last == T and rhythm.lasts(T + 10_050) == 150
    assert again.watched(T + 10_050) == 150
    third = Arrivals(loads(dumps(again.plain(T + 10_050))), T + 20_000)
    assert third.rhythms()["a", "cbc"].lasts(T + 20_000) == 150
    third.note("a", "cbc", line(2), T + 20_010)
    assert third.rhythms()["a", "cbc"].longest == 160


@pytest.mark.parametrize("stored", [5, [], {}, {"at": "x"}, {"at": T, "began": T, "away": 0},
                                    {"at": T, "began": T, "away": 0, "topics": [[1, 2, None]]},
                                    {"at": T, "began": T, "away": 0, "topics": 7}], ids=repr)
def test_what_cannot_be_read_again_keeps_nobody_from_starting(stored):
    assert len(restored(lambda: stored, T)) == 0


def test_neither_does_damage():
    def read():
        raise JournalError("damaged")

    assert len(restored(read, T)) == 0
