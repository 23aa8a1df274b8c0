"""Recordings: alerts in a file, one JSON object a line, gzip allowed.

A line is ``{"time": unix seconds, "topic": text, "payload": {...}}``. Two further keys are
understood: ``"delivered": false`` marks what is in GraceDB but never reached the supervisor, and
``"contents": {...}`` holds facts about the content of the file that the alert announces. An alert's
payload alone is taken too, and JSON that is printed over several lines.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import IO, TypeAlias, cast

import attrs

from fsm.core.evidence.alert import Alert
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.parsing import parse
from fsm.core.times import EARLIEST, LATEST, finite, too_late, unix_seconds
from fsm.errors import AlertError, RecordingError
from fsm.io.jsonio import dumps, loads
from fsm.io.paths import shown
from fsm.io.recordings.alike import Alike
from fsm.io.recordings.json_stream import entries

STANDARD_INPUT = "-"
REJECTED = "rejected"  # the key of a line that was refused before, with the reason


@attrs.frozen(slots=True, weakref_slot=False)
class Record:
    """One usable line.

    Attributes:
        alert: the alert, with the line's time as its arrival.
        delivered: False where the supervisor never received it.
        contents: facts about the content of its file, or None.
    """

    alert: Alert
    delivered: bool = True
    contents: Plain | None = None


@attrs.frozen(slots=True)
class Rejection:
    """One line that cannot be used.

    Attributes:
        recording: name of the file, as it can be shown.
        line: its number, from 1.
        reason: one sentence.
    """

    recording: str
    line: int
    reason: str


Found: TypeAlias = tuple[Record, Plain] | tuple[Rejection, None]


def read(name: str | Path) -> Iterator[Record | Rejection]:
    """Read a recording.

    Args:
        name: path of the file, or ``-`` for standard input.

    Yields:
        :class:`Record` or :class:`Rejection`; nothing for control messages and empty lines.

    Raises:
        RecordingError: where the file cannot be opened.
    """
    for found, _ in _found(name):
        yield found


def read_with_lines(name: str | Path) -> Iterator[Found]:
    """Read a recording, each record beside the line that it is made of.

    Args:
        name: as of :func:`read`.

    Yields:
        Pairs (:class:`Record`, line as a dict with ``time`` and ``payload``) or
        (:class:`Rejection`, None).

    Raises:
        RecordingError: as :func:`read`.
    """
    for found, plain in _found(name):
        if isinstance(found, Rejection):
            yield found, None
        else:
            line = {"payload": plain} if _is_payload(plain) else plain
            yield found, {**line, "time": found.alert.received}


def _found(name: str | Path) -> Iterator[tuple[Record | Rejection, Plain]]:
    """What is in a recording, each beside the entry that it is made of."""
    recording = shown(name)
    with _opened(name) as stream:
        lines, alike = _Lines(stream), Alike()
        for number, plain in entries(lines):
            try:
                record = record_of_entry(alike.shared(plain))
            except (RecordingError, AlertError) as error:
                yield Rejection(recording, number, str(error)), {}
            else:
                if record is not None:
                    yield record, cast(Plain, plain)  # nothing else makes a record
        if lines.broken:
            why = f"the recording breaks off: {lines.broken}"
            yield Rejection(recording, lines.count + 1, why), {}


class _Lines:
    """Lines of a stream up to where it breaks off, which is noted."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream, self.count = stream, 0
        self.broken: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for line in self._stream:
                self.count += 1
                yield line
        except (OSError, EOFError, zlib.error) as error:
            self.broken = error


def record_of(line: str | bytes, now: float = inf) -> Record | None:
    """Read one line, as :func:`record_of_entry` does.

    Args:
        line: text or bytes.
        now: as there.
    """
    try:
        plain = loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"not JSON: {error}"[:200]) from None
    return record_of_entry(plain, now)


def record_of_entry(plain: object, now: float = inf) -> Record | None:
    """Read one entry.

    Args:
        plain: a line's JSON, or an alert's payload alone, which then is as old as it says itself.
        now: unix seconds; what says to have arrived well after it is refused.

    Returns:
        :class:`Record`, or None for a control message.

    Raises:
        RecordingError, AlertError: where it cannot be used.
    """
    if isinstance(plain, RecordingError):
        raise plain
    if not isinstance(plain, dict):
        raise RecordingError(f"expected an object with 'time' and 'payload', found "
                             f"{type(plain).__name__}")
    if _is_refused(plain):
        raise RecordingError(str(plain[REJECTED]))
    time = _told(plain)
    payload = plain if _is_payload(plain) else plain.get("payload")
    if isinstance(payload, str):
        raise RecordingError("'payload' is text; it must be the alert's JSON object itself")
    delivered = plain.get("delivered", True)
    if not isinstance(delivered, bool):
        raise RecordingError("'delivered' must be true or false")
    contents = plain.get("contents")
    if contents is not None and not isinstance(contents, dict):
        raise RecordingError("'contents' must be an object with facts about the file")
    alert = parse(payload, time)
    if alert is None:
        return None
    wrong = _beyond(time) or too_late(time, now)
    if wrong:
        raise RecordingError(wrong)
    return Record(alert, delivered, contents)


def refused(line: bytes, why: str) -> bytes:
    """A line that cannot be used, in bytes, with the reason: it is kept like this, never used."""
    try:
        if _is_refused(loads(line)):
            return line
    except (ValueError, RecursionError):
        pass
    return dumps({REJECTED: why, "line": line.decode("utf-8", "surrogateescape")})


def _is_refused(plain: object) -> bool:
    return isinstance(plain, dict) and plain.keys() == {REJECTED, "line"}


def _is_payload(plain: Plain) -> bool:
    """Whether it is an alert's payload that stands alone."""
    return "uid" in plain and "payload" not in plain


def time_of(plain: Plain) -> float:
    """When the alert of an entry arrived, unix seconds.

    Args:
        plain: the entry as a dict.

    Raises:
        RecordingError: where it does not say, or where no alert can have arrived then.
    """
    time = _told(plain)
    wrong = _beyond(time)
    if wrong:
        raise RecordingError(wrong)
    return time


def _told(plain: Plain) -> float:
    """When it says to have arrived, whenever that is."""
    told = plain.get("time")
    if told is None and _is_payload(plain):
        return _own_time(plain)
    number = None if isinstance(told, str) else finite(told)
    if number is None:
        raise RecordingError(f"'time' must be unix seconds, a number between 1990 and 2100, not "
                             f"{told!r:.60}")
    time = unix_seconds(number)
    return number if time is None else time


def _beyond(time: float) -> str:
    """Why no alert can have arrived at a time; "" where one can."""
    if EARLIEST <= time < LATEST:
        return ""
    return f"'time' must be unix seconds between 1990 and 2100; {time:.15g} is none"


def _own_time(payload: Plain) -> float:
    """When a payload's change was made, as it says itself."""
    for part in (payload.get("data"), payload.get("object")):
        time = unix_seconds(part.get("created")) if isinstance(part, dict) else None
        if time is not None:
            return time
    raise RecordingError("an alert without 'time', which does not say 'created' in its data or "
                         "object either; put it into a line {\"time\": unix seconds, "
                         "\"payload\": ...}")


@contextmanager
def _opened(name: str | Path) -> Iterator[Iterable[bytes]]:
    if name == STANDARD_INPUT:
        yield _unzipped(sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as stream:
            yield _unzipped(stream)
    except OSError as error:
        raise RecordingError(f"{shown(name)}: {error.strerror or error}; give the path of a "
                             "recording, or - for standard input") from None


def _unzipped(stream: IO[bytes]) -> Iterable[bytes]:
    buffered = cast(io.BufferedReader, stream if hasattr(stream, "peek") else
                    io.BufferedReader(cast(io.RawIOBase, stream)))
    head = buffered.peek(2)[:2]
    return gzip.open(buffered) if head == b"\x1f\x8b" else buffered
