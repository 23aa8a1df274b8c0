"""Recordings of any order and length, sorted on the disk."""

import errno
import random
import tempfile

import pytest

from fsm.errors import RecordingError
from fsm.io.recordings import sorting
from fsm.io.recordings.sorting import Sorted, arrivals
from tests.io.recordings.test_order import T, record


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Many runs, merged more than once."""
    for name, value in (("RUN", 7), ("BLOCK", 2), ("RUNS", 3)):
        monkeypatch.setattr(sorting, name, value)


def some(number):
    chance = random.Random(number)
    made = []
    for count in range(number):
        moment = float(chance.randrange(50))
        made.append(record(moment, f"G{count}", moment - chance.choice([0, 0, 0, 20])))
    return made


@pytest.mark.parametrize("number", [0, 1, 6, 7, 8, 21, 100])
def test_they_arrive_in_their_order_and_are_known_before(number):
    given, seen, told = some(number), [], []
    ordered = Sorted(given, seen.append)
    assert ordered.graceids == {one.alert.graceid for one in given}
    arrived = []
    for one in arrivals(ordered, lambda record, place: told.append((record, place))):
        arrived.append(one)
        known = {record.alert.graceid for record, _ in told}
        assert all(other.alert.graceid in known for other in given
                   if min(other.alert.time, other.alert.received) <= one.alert.received)
    assert arrived == sorted(given, key=lambda one: one.alert.received)
    assert all(given[place - 1] == record for record, place in told)
    assert bool(seen) == (number >= 7) and (not seen or seen[-1] == number)


def test_few_records_need_no_file(monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    assert len(list(Sorted(some(6), print))) == 6


def test_a_full_disk_is_said(monkeypatch):
    class Full:
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(RecordingError, match="the disk is full.*TMPDIR"):
        Sorted([record(T)] * 7, print)
