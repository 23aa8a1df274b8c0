"""Times beside each other, in UTC and relatively."""

import pytest

from fsm.report.moments import after, ago, near, signed

NOON = 1_502_971_200.0  # 2017-08-17 12:00:00 UTC


@pytest.mark.parametrize(("seconds", "words"), [
    (38, "+38 s 12:00:38"), (-5, "-5 s 11:59:55"), (86400, "+1 d 08-18 12:00:00"),
    (-43201, "-12 h 1 s 08-16 23:59:59")])
def test_after_a_beginning(seconds, words):
    assert after(NOON + seconds, NOON) == words


@pytest.mark.parametrize(("seconds", "far", "short"), [
    (-180, "2017-08-17 11:57:00 UTC (3 min ago)", "11:57:00 UTC (3 min ago)"),
    (7200, "2017-08-17 14:00:00 UTC (in 2 h)", "14:00:00 UTC (in 2 h)"),
    (0.2, "2017-08-17 12:00:00 UTC (now)", "12:00:00 UTC (now)"),
    (-86400, "2017-08-16 12:00:00 UTC (1 d ago)", "2017-08-16 12:00:00 UTC (1 d ago)")])
def test_from_now(seconds, far, short):
    assert (ago(NOON + seconds, NOON), near(NOON + seconds, NOON)) == (far, short)


def test_no_time_is_nothing():
    assert ago(None, NOON) == near(None, NOON) == ""
    assert signed(60) == "+1 min"
