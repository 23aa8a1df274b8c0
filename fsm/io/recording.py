"""Recordings: alerts in a file, one JSON object a line, gzip allowed.

A line is ``{"time": unix seconds, "topic": text, "payload": {...}}``. Two further keys are
understood: ``"delivered": false`` marks what is in GraceDB but never reached the supervisor, and
``"contents": {...}`` holds facts about the content of the file that the alert announces.
"""

import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path

import attrs

from fsm.core.alert import Alert, parse
from fsm.core.times import finite
from fsm.errors import AlertError, RecordingError
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
    """Read a recording line by line.

    Args:
        name: path of the file, or ``-`` for standard input.

    Yields:
        :class:`Record` or :class:`Rejection`; nothing for control messages and empty lines.

    Raises:
        RecordingError: where the file cannot be opened.
    """
    with _opened(name) as stream:
        number = 0
        while True:
            number += 1
            try:
                line = stream.readline()
            except (OSError, EOFError, zlib.error) as error:
                yield Rejection(name, number, f"the recording breaks off: {error}")
                return
            if not line:
                return
            if line.strip():
                yield from _usable(name, number, line)


def _usable(name, number, line):
    try:
        record = record_of(line)
    except (RecordingError, AlertError) as error:
        yield Rejection(name, number, str(error))
        return
    if record is not None:
        yield record


def record_of(line):
    """Read one line.

    Args:
        line: text or bytes.

    Returns:
        :class:`Record`, or None for a control message.

    Raises:
        RecordingError, AlertError: where it cannot be used.
    """
    try:
        plain = loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"not JSON: {error}"[:200]) from None
    if not isinstance(plain, dict):
        raise RecordingError(f"expected an object with 'time' and 'payload', found "
                             f"{type(plain).__name__}")
    time = plain.get("time")
    time = None if isinstance(time, str) else finite(time)
    if time is None:
        raise RecordingError("'time' must be unix seconds, a number")
    payload = plain.get("payload")
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
