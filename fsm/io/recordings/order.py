"""Brings records into the order of their arrival while they are read, as far as a look ahead tells.

What is further out is noticed, and an :class:`OrderError` says so: then the whole recording must be
sorted first, see :mod:`fsm.io.recordings.sorting`.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from math import inf

from fsm.core.times import span
from fsm.errors import RecordingError
from fsm.io.recordings.files import Record

# A look ahead goes as far as the nearer of these two. Alerts overtake each other by seconds, one
# that is sent again comes minutes later.
SECONDS, RECORDS = 600.0, 10_000


class OrderError(RecordingError):
    """A record comes when it is too late for it."""


def arrived(record: Record) -> float:
    """When a record arrived, unix seconds."""
    return record.alert.received


def known(record: Record) -> float:
    """When GraceDB had at the latest what a record tells of, unix seconds."""
    return min(record.alert.time, record.alert.received)


def in_order(records: Iterable[Record], seconds: float = SECONDS,
             most: int = RECORDS) -> Iterator[Record]:
    """Yield records in the order of arrival, those of the same moment as they come.

    Args:
        records: nearly in this order.
        seconds: how far one looks ahead.
        most: likewise, in records.

    Raises:
        OrderError: at a record that is further out.
    """
    waiting: deque[Record] = deque()
    last = -inf
    for record in records:
        moment = arrived(record)
        if not waiting or moment >= arrived(waiting[-1]):
            waiting.append(record)
        else:
            _insert(waiting, record, last)
        newest = arrived(waiting[-1])
        while newest - arrived(waiting[0]) > seconds or len(waiting) > most:
            last = arrived(waiting[0])
            yield waiting.popleft()
    yield from waiting


def _insert(waiting: deque[Record], record: Record, last: float) -> None:
    moment = arrived(record)
    if moment < last:
        before = span(arrived(waiting[-1]) - moment)
        raise OrderError(f"an alert about {record.alert.graceid} arrived {before} before others "
                         "that are written earlier")
    place = len(waiting)
    while place and moment < arrived(waiting[place - 1]):
        place -= 1
    waiting.insert(place, record)


def merged(streams: Iterable[Iterable[Record]]) -> Iterator[Record]:
    """Records of several recordings in the order of arrival, if each is; ties as they are given."""
    return heapq.merge(*streams, key=arrived)


def ahead(records: Iterable[Record], tell: Callable[[Record], None], seconds: float = SECONDS,
          most: int = RECORDS) -> Iterator[Record]:
    """Yield records after somebody was told of them, and of those that arrive soon after.

    Args:
        records: in the order of arrival.
        tell: called with each record.
        seconds: how far one looks ahead.
        most: likewise, in records.
    """
    waiting: deque[Record] = deque()
    for record in records:
        tell(record)
        waiting.append(record)
        while arrived(record) - arrived(waiting[0]) > seconds or len(waiting) > most:
            yield waiting.popleft()
    yield from waiting
