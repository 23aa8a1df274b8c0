"""Times in every form that GraceDB has used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.times import (
    AHEAD,
    EARLIEST,
    GPS_EPOCH,
    LATEST,
    finite,
    gps_seconds,
    span,
    stated,
    too_late,
    unix_seconds,
    utc,
)

MOMENT = 1502973705.0


@pytest.mark.parametrize("text", [
    "2017-08-17 12:41:45 UTC", "2017-08-17T12:41:45+00:00", "2017-08-17T12:41:45Z",
    "2017-08-17 12:41:45", "2017-08-17T14:41:45+02:00", MOMENT, int(MOMENT), MOMENT * 1e3,
    MOMENT * 1e6, int(MOMENT) * 10**9,
])
def test_forms(text):
    assert unix_seconds(text) == MOMENT


def test_fraction():
    assert unix_seconds("2017-08-17T12:41:45.25+00:00") == MOMENT + 0.25


@pytest.mark.parametrize("value", [
    "", "yesterday", "2017-13-17 12:41:45", "2017-08-17", None, True, [], {}, float("nan"),
    float("inf"), 5e9, 1e11, 1e300, "9" * 10000, "2017-08-17 12:41:45 UTC; DROP",
    "9999-12-31 23:59:59 UTC", "1989-12-31 23:59:59 UTC", "0001-01-01 00:00:00+14:00", 0, -1.0, 7,
    -MOMENT, -1e308, EARLIEST - 1, LATEST, 10**400,
])
def test_what_is_no_time(value):
    assert unix_seconds(value) is None


@given(st.floats(min_value=EARLIEST, max_value=4e9).map(int))
def test_writing_and_reading_is_the_same_moment(seconds):
    assert unix_seconds(utc(seconds)) == seconds


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "0 s"), (0.25, "0.25 s"), (90, "1 min 30 s"), (3600, "1 h"), (172800, "2 d"), (-5, "-5 s"),
    (90061, "1 d 1 h"),
])
def test_span(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize("value", ["x", None, True, "nan", "inf", [], 10**400])
def test_not_finite(value):
    assert finite(value) is None


@pytest.mark.parametrize(("value", "gps"), [
    (1187008882.43, 1187008882.43), ("1187008882.43", 1187008882.43),
    (EARLIEST - GPS_EPOCH, 315_187_200),
    (1e308, None), (-5, None), (0, None), (float("nan"), None), (True, None), ("soon", None),
    (LATEST - GPS_EPOCH, None), (None, None),
])
def test_gps_times_have_limits_too(value, gps):
    assert gps_seconds(value) == gps


def test_what_states_to_be_of_later_than_it_came_states_nothing():
    assert stated(MOMENT + AHEAD, MOMENT) == MOMENT + AHEAD
    assert stated(MOMENT + AHEAD + 1, MOMENT) is None
    assert stated("1990-01-01 00:00:00", MOMENT) == EARLIEST and stated(1e308, MOMENT) is None


def test_why_a_time_has_not_come_names_it_and_what_was_expected():
    assert too_late(MOMENT + AHEAD, MOMENT) == ""
    assert too_late(4e9, MOMENT) == ("'time' is 2096-10-02 07:06:40 UTC, which has not come; "
                                     "expected one up to 2017-08-19 12:41:45 UTC")
    assert "around it" in too_late(4e9, float("-inf"))


def test_far_off_times_are_written_all_the_same():
    assert utc(1e300) == "1e+300 s"
