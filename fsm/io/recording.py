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
from contextlib import contextmanager
from pathlib import Path

import attrs

from fsm.core.alert import Alert, parse
from fsm.core.times import finite, unix_seconds
from fsm.errors import AlertError, RecordingError
from fsm.io.documents import entries
from fsm.io.plain import loads

STANDARD_INPUT = "-"


@attrs.frozen(slots=True)
class Record:
    """One usable line.

    Attributes:
        alert: the alert, with the line's time as its arrival.
        delivered: False where the supervisor never received it.
        contents: facts about the content of its file, or None.
    """

    alert: Alert
    delivered: bool = True
    contents: dict | None = None


@attrs.frozen(slots=True)
class Rejection:
    """One line that cannot be used.

    Attributes:
        recording: name of the file.
        line: its number, from 1.
        reason: one sentence.
    """

    recording: str
    line: int
    reason: str


def read(name):
    """Read a recording.

    Args:
        name: path of the file, or ``-`` for standard input.

    Yields:
        :class:`Record` or :class:`Rejection`; nothing for control messages and empty lines.

    Raises:
        RecordingError: where the file cannot be opened.
    """
    with _opened(name) as stream:
        lines = _Lines(stream)
        for number, plain in entries(lines):
            yield from _usable(name, number, plain)
        if lines.broken:
            yield Rejection(name, lines.count + 1, f"the recording breaks off: {lines.broken}")


class _Lines:
    """Lines of a stream up to where it breaks off, which is noted."""

    def __init__(self, stream):
        self._stream, self.count, self.broken = stream, 0, None

    def __iter__(self):
        try:
            for line in self._stream:
                self.count += 1
                yield line
        except (OSError, EOFError, zlib.error) as error:
            self.broken = error


def _usable(name, number, plain):
    try:
        record = record_of_entry(plain)
    except (RecordingError, AlertError) as error:
        yield Rejection(name, number, str(error))
        return
    if record is not None:
        yield record


def record_of(line):
    """Read one line, as :func:`record_of_entry` does.

    Args:
        line: text or bytes.
    """
    try:
        plain = loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"not JSON: {error}"[:200]) from None
    return record_of_entry(plain)


def record_of_entry(plain):
    """Read one entry.

    Args:
        plain: a line's JSON, or an alert's payload alone, which then is as old as it says itself.

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
    time = time_of(plain)
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
    return None if alert is None else Record(alert, delivered, contents)


def _is_payload(plain):
    """Whether it is an alert's payload that stands alone."""
    return "uid" in plain and "payload" not in plain


def time_of(plain):
    """When the alert of an entry arrived, unix seconds.

    Args:
        plain: the entry as a dict.

    Raises:
        RecordingError: where it does not say.
    """
    told = plain.get("time")
    if told is None and _is_payload(plain):
        return _own_time(plain)
    time = None if isinstance(told, str) else unix_seconds(told)
    if time is None:
        unit = f"; {told} is none between 1970 and 2100" if finite(told) is not None else ""
        raise RecordingError(f"'time' must be unix seconds, a number{unit}")
    return time


def _own_time(payload):
    """When a payload's change was made, as it says itself."""
    for part in (payload.get("data"), payload.get("object")):
        time = unix_seconds(part.get("created")) if isinstance(part, dict) else None
        if time is not None:
            return time
    raise RecordingError("an alert without 'time', which does not say 'created' in its data or "
                         "object either; put it into a line {\"time\": unix seconds, "
                         "\"payload\": ...}")


@contextmanager
def _opened(name):
    if name == STANDARD_INPUT:
        yield _unzipped(sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as stream:
            yield _unzipped(stream)
    except OSError as error:
        raise RecordingError(f"{name}: {error.strerror}; give the path of a recording, or - for "
                             "standard input") from None


def _unzipped(stream):
    if not hasattr(stream, "peek"):
        stream = io.BufferedReader(stream)
    head = stream.peek(2)[:2]
    return gzip.open(stream) if head == b"\x1f\x8b" else stream
