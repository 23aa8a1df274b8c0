"""What is put aside while a recording is replayed: in memory at first, then in a temporary file.

The file has no name, so it is gone with the program, and nobody else can read or change it.
"""

import copyreg
import errno
import io
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Generic, TypeVar

import attrs

from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry
from fsm.errors import RecordingError

IN_MEMORY = 4_000_000  # bytes that a spool holds before it becomes a file
BLOCK = 100  # rows that are written together
Item = TypeVar("Item")
Place = tuple[int, int]  # where something is, and its size, in bytes


def _reducing(made: type[attrs.AttrsInstance]) -> Callable[[object], tuple[object, ...]]:
    """How pickle takes objects of a class by their values alone, which attrs does slowly."""
    values = attrgetter(*(field.name for field in attrs.fields(made)))
    return lambda one: (made, values(one))


_REDUCED: dict[Any, Callable[[Any], Any]] = {
    **copyreg.dispatch_table, Alert: _reducing(Alert), LogEntry: _reducing(LogEntry)}


def _pickled(value: object) -> bytes:
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCED
    pickler.dump(value)
    return buffer.getvalue()


@contextmanager
def explained() -> Iterator[None]:
    """Say of a disk that is full or cannot be written which one it is, and what to do."""
    try:
        yield
    except OSError as error:
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror
        raise RecordingError(f"temporary files in {tempfile.gettempdir()}: {why}; name a folder "
                             "with more room in the variable TMPDIR") from None


class Spool:
    """Values that are written once and read in any order."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self._end = 0

    def put(self, value: object) -> Place:
        """Write a value that pickle takes; returns its place."""
        data = zlib.compress(_pickled(value), 1)
        place = self._end, len(data)
        with explained():
            self._file.seek(self._end)
            self._file.write(data)
        self._end += len(data)
        return place

    def get(self, place: Place) -> Any:
        """The value at a place."""
        with explained():
            self._file.seek(place[0])
            data = self._file.read(place[1])
        return pickle.loads(zlib.decompress(data))


class Rows(Generic[Item]):
    """A list to which items are added, and that is read from its beginning."""

    def __init__(self) -> None:
        self._spool, self._blocks = Spool(), list[Place]()
        self._last: list[Item] = []

    def append(self, item: Item) -> None:
        """Add an item."""
        self._last.append(item)
        if len(self._last) == BLOCK:
            self._blocks.append(self._spool.put(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        for place in self._blocks:
            yield from self._spool.get(place)
        yield from self._last


class Table(MutableMapping[str, Item]):
    """A mapping that has only its keys in memory."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._places: dict[str, Place] = {}

    def __getitem__(self, key: str) -> Item:
        value: Item = self._spool.get(self._places[key])
        return value

    def __setitem__(self, key: str, value: Item) -> None:
        self._places[key] = self._spool.put(value)

    def __delitem__(self, key: str) -> None:
        del self._places[key]

    def drop(self, key: str) -> None:
        """Forget a key, if it is there."""
        self._places.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
