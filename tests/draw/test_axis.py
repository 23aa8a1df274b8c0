"""The logarithmic axis of time."""

import pytest

from fsm.draw.axis import Axis

AXIS = Axis(100, 500, 1, 10_000)


@pytest.mark.parametrize(("seconds", "place"), [
    (1, 100), (10, 200), (100, 300), (10_000, 500), (0, 100), (-5, 100), (1e9, 500)])
def test_where_a_time_is(seconds, place):
    assert AXIS.at(seconds) == pytest.approx(place)


def test_labels_have_room():
    places = [place for place, _ in AXIS.ticks()]
    assert min(b - a for a, b in zip(places, places[1:], strict=False)) >= 50
    assert AXIS.ticks()[0] == (100, "+1 s")
