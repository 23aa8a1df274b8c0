"""Times in every form that GraceDB has used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.times import finite, span, unix_seconds, utc

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
])
def test_what_is_no_time(value):
    assert unix_seconds(value) is None


@given(st.floats(min_value=0, max_value=4e9).map(int))
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


def test_far_off_times_are_written_all_the_same():
    assert utc(1e300) == "1e+300 s"
