"""Records in the order of arrival: nearly in order while they are read, or else refused."""

import pytest

from fsm.core.evidence.alert import Alert
from fsm.io.recordings.files import Record
from fsm.io.recordings.order import OrderError, ahead, in_order, merged

T = 1_502_000_000.0


def record(moment, graceid="G1", made=None):
    return Record(Alert(graceid, "other", T + (moment if made is None else made), T + moment))


def moments(records):
    return [one.alert.received - T for one in records]


@pytest.mark.parametrize("given", [
    [], [5], [1, 2, 3], [3, 1, 2], [9, 8, 7, 6], [1, 1, 1], [1, 40, 2, 41, 3, 42], [0, 50, 0, 100]])
def test_what_is_slightly_out_of_order_is_put_in_order(given):
    assert moments(in_order(map(record, given), seconds=50, most=10)) == sorted(given)


def test_what_arrives_at_the_same_moment_stays_in_its_order():
    names = [one.alert.graceid for one in in_order(
        [record(5, "G1"), record(9, "G2"), record(5, "G3"), record(5, "G4")])]
    assert names == ["G1", "G3", "G4", "G2"]


@pytest.mark.parametrize(("given", "seconds", "most"), [
    ([0, 10, 100, 5], 50, 10),  # by time
    ([0, 1, 2, 3, 4, 0.5], 50, 2),  # by number
    ([0, 10, 1e9, 20, 5], 50, 10)])  # a clock that was wrong for one alert ends the look ahead
def test_what_is_further_out_is_refused(given, seconds, most):
    with pytest.raises(OrderError, match="an alert about G1 arrived"):
        list(in_order(map(record, given), seconds, most))


def test_one_clock_that_jumps_ahead_harms_no_order():
    assert moments(in_order(map(record, [0, 1e9, 20, 30]), 50, 10)) == [0, 20, 30, 1e9]


@pytest.mark.parametrize(("seconds", "most", "left"), [(1000, 3, 3), (20, 1000, 3)])
def test_no_more_is_held_than_the_look_ahead(seconds, most, left):
    read = []
    given = (read.append(moment) or record(moment) for moment in range(0, 1000, 10))
    for done, _ in enumerate(in_order(given, seconds, most), 1):
        assert len(read) - done <= left


def test_several_recordings_are_one_ties_as_they_are_given():
    first = [record(1, "G1"), record(5, "G1")]
    second = [record(1, "G2"), record(3, "G2"), record(5, "G2")]
    assert [(one.alert.graceid, one.alert.received - T) for one in merged([first, second])] == [
        ("G1", 1), ("G2", 1), ("G2", 3), ("G1", 5), ("G2", 5)]


def test_somebody_is_told_of_records_that_arrive_soon_after():
    told = []
    for one in ahead(map(record, range(0, 200, 10)), told.append, seconds=30, most=100):
        last = moments(told)[-1]
        assert last == 190 or last > one.alert.received - T + 30
    told.clear()
    assert moments(ahead(map(record, range(9)), told.append, seconds=1000, most=3)) == moments(told)
