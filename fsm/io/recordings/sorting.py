"""Sorts recordings that are far out of order, or that can be read only once, on the disk.

Sorted runs are written to temporary files and merged. What a recording of alerts that arrived late
shows of GraceDB was there before they arrived, so records are sorted by when GraceDB had what they
tell of.
"""

import heapq
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from fsm.io.recordings.files import Record
from fsm.io.recordings.history import content_of
from fsm.io.recordings.order import arrived, known
from fsm.io.recordings.spool import explained

RUN = 10_000  # records that are sorted in memory
BLOCK = 25  # records that are written and read together
RUNS = 60  # that are merged at a time
Numbered = tuple[float, int, Record]  # when it was known, its place in the recordings, and itself


def _key(one: Numbered) -> tuple[float, int]:
    return one[:2]


class Sorted:
    """Records in the order in which GraceDB had what they tell of.

    Args:
        records: in any order.
        shown: called with the number of records that have been read, now and then; not where they
            are few.

    Attributes:
        graceids: the candidates that they are about.
        contents: of which files they tell the content, as pairs (GraceID, ``name,version``).
    """

    def __init__(self, records: Iterable[Record], shown: Callable[[int], None]) -> None:
        self.graceids: set[str] = set()
        self.contents: set[tuple[str, str]] = set()
        self._runs: list[_Run] = []
        self._last: list[Numbered] = []  # that which needs no file
        number = 0
        for number, record in enumerate(records, 1):
            self._note(record)
            self._last.append((known(record), number, record))
            if len(self._last) == RUN:
                self._put_away()
                shown(number)
        self._last.sort(key=_key)
        if self._runs:
            shown(number)

    def _note(self, record: Record) -> None:
        graceid, name = record.alert.graceid, content_of(record)
        self.graceids.add(graceid)
        if name is not None:
            self.contents.add((graceid, name))

    def _put_away(self) -> None:
        if len(self._runs) == RUNS:
            self._runs = [_Run(heapq.merge(*self._runs, key=_key))]
        self._runs.append(_Run(sorted(self._last, key=_key)))
        self._last = []

    def __iter__(self) -> Iterator[Numbered]:
        return heapq.merge(*self._runs, self._last, key=_key)


class _Run:
    """A sorted part, in a file without a name."""

    def __init__(self, ordered: Iterable[Numbered]) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        block: list[Numbered] = []
        with explained():
            for one in ordered:
                block.append(one)
                if len(block) == BLOCK:
                    self._write(block)
                    block = []
            self._write(block)
            self._file.flush()

    def _write(self, block: list[Numbered]) -> None:
        data = zlib.compress(pickle.dumps(block, pickle.HIGHEST_PROTOCOL), 1)
        self._file.write(len(data).to_bytes(4, "big") + data)

    def __iter__(self) -> Iterator[Numbered]:
        self._file.seek(0)
        while size := self._file.read(4):
            yield from pickle.loads(zlib.decompress(self._file.read(int.from_bytes(size, "big"))))


def arrivals(ordered: Iterable[Numbered], tell: Callable[[Record, int], None]) -> Iterator[Record]:
    """Yield records in the order of arrival, after somebody was told of all that was known by then.

    Args:
        ordered: as :class:`Sorted` gives them.
        tell: called with each record, and its place in the recordings.
    """
    waiting: list[tuple[float, int, Record]] = []
    for moment, number, record in ordered:
        while waiting and waiting[0][0] < moment:
            yield heapq.heappop(waiting)[2]
        tell(record, number)
        heapq.heappush(waiting, (arrived(record), number, record))
    while waiting:
        yield heapq.heappop(waiting)[2]
