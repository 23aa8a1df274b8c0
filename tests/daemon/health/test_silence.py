"""Silence: of what is configured, and of what usually is not silent."""

import random
from types import SimpleNamespace

import pytest

from fsm.daemon.health.arrivals import Arrivals
from fsm.daemon.health.silence import SilenceWatch
from fsm.io.config.sections import Silence
from fsm.io.jsonio import dumps, loads

T, HOUR, DAY = 1_502_000_000.0, 3600.0, 86400.0


def watching(heard, settings=None, well=True, told=()):
    return SilenceWatch(settings or Silence(), heard, lambda name: well,
                        SimpleNamespace(since=dict.fromkeys(told, T)))


def wrong(quiet, now):
    return {one.name.removeprefix("silence of "): one.message for one in quiet.reports(now)
            if one.wrong}


def test_silence_of_a_topic_and_of_all_is_told_and_its_end():
    heard = Arrivals(None, T)
    quiet = watching(heard, Silence(all=100.0, topics={"superevent": 50.0}))
    assert wrong(quiet, T) == {}  # it watches from now on
    assert wrong(quiet, T + 50) == {}
    assert set(wrong(quiet, T + 51)) == {"topic superevent"}
    heard.note("x", "cbc", b"1", T + 90)
    assert set(wrong(quiet, T + 150)) == {"topic superevent"}
    heard.note("x", "superevent", b"2", T + 160)
    assert wrong(quiet, T + 170) == {}


def test_a_restart_does_not_make_it_begin_anew():
    settings, stored = Silence(topics={"superevent": 50.0}), None
    for start in range(5):  # it is restarted every 20 seconds, and away for 10
        begun = T + 30 * start
        heard = Arrivals(stored, begun)
        quiet = watching(heard, settings)
        assert set(wrong(quiet, begun + 20)) == ({"topic superevent"} if start >= 2 else set())
        stored = loads(dumps(heard.plain(begun + 20)))


def lively(days, gap, topic="cbc", heard=None, seed=1):
    """Alerts that come by chance, so many seconds apart on average, until T."""
    chance, heard = random.Random(seed), heard or Arrivals(None, T - days * DAY)
    now = T - days * DAY
    while (now := now + chance.expovariate(1 / gap)) < T:
        heard.note("x", topic, dumps(now), now)
    return heard


def test_what_has_been_lively_and_is_not_any_more_is_told():
    quiet = watching(lively(7, 1200.0))
    assert wrong(quiet, T) == {}
    assert wrong(quiet, T + HOUR) == {}
    (told,) = wrong(quiet, T + 12 * HOUR).items()
    assert told[0] == "x" and "the longest that has been usual lately" in told[1]


@pytest.mark.parametrize("gap", [30.0, 600.0, 3600.0, 6 * 3600.0])
def test_a_healthy_month_is_never_silent(gap):
    for seed in range(3):
        chance, now, end = random.Random(seed), T, T + 30 * DAY
        heard = Arrivals(None, T)
        quiet = watching(heard)
        while now < end:
            following = now + chance.expovariate(1 / gap)
            assert wrong(quiet, following) == {}
            now = following
            heard.note("x", "cbc", dumps(now), now)


def test_one_topic_of_many_is_told_by_itself():
    heard = lively(7, 1200.0)
    quiet = watching(lively(7, 1200.0, "burst", heard, seed=2))
    for number in range(48):
        heard.note("x", "cbc", b"later %d" % number, T + number * HOUR / 2)
    assert set(wrong(quiet, T + DAY)) == {"x, burst"}


def test_the_first_candidates_of_a_new_installation_tell_nothing_of_what_is_usual():
    heard = Arrivals(None, T)
    for number in range(40):
        heard.note("x", "cbc", b"%d" % number, T + number)
    assert wrong(watching(heard), T + 10 * DAY) == {}


@pytest.mark.parametrize(("settings", "well"), [(Silence(usual=0.0), True), (Silence(), False)])
def test_where_it_is_not_wanted_or_more_is_told_already(settings, well):
    quiet = watching(lively(7, 1200.0), settings, well)
    assert wrong(quiet, T + DAY) == {}


def test_a_topic_that_is_configured_is_not_judged_by_what_is_usual():
    quiet = watching(lively(7, 1200.0), Silence(topics={"cbc": 0.0}))
    assert wrong(quiet, T + DAY) == {}


def test_what_is_watched_no_more_is_over():
    quiet = watching(Arrivals(None, T), told=["silence of topic cbc", "clock"])
    assert [(one.name, one.wrong, one.message) for one in quiet.reports(T)] == [
        ("silence of topic cbc", False, "it is watched no more")]


def test_of_a_listener_that_is_not_well_silence_neither_begins_nor_ends():
    well = [True]
    heard = lively(7, 1200.0)
    quiet = SilenceWatch(Silence(), heard, lambda name: well[0],
                         SimpleNamespace(since={"silence of x": T}))
    assert "x" in wrong(quiet, T + 12 * HOUR)
    well[0] = False
    assert list(quiet.reports(T + 13 * HOUR)) == []
    well[0] = True
    assert "x" in wrong(quiet, T + 14 * HOUR)


def test_while_nobody_could_listen_there_was_no_silence():
    well = [True]
    heard = lively(7, 1200.0)
    quiet = SilenceWatch(Silence(), heard, lambda name: well[0], SimpleNamespace(since={}))
    assert wrong(quiet, T) == {}
    well[0] = False
    for hour in range(1, 48):
        assert wrong(quiet, T + hour * HOUR) == {}
    well[0] = True
    assert wrong(quiet, T + 48 * HOUR) == {}
