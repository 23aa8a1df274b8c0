"""Where effects go: a log, a file, GraceDB."""

import hashlib
import logging
import os
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import IO

from fsm.core.engine.effects import Annotate, Notify
from fsm.core.evidence.entries import OWN_PREFIX, OWN_TAG
from fsm.io import logs
from fsm.io.delivery.attempts import DeliveryError
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.retrying import GONE, WRONG, CallError
from fsm.io.journal.outgoing import Outgoing
from fsm.io.jsonio import dumps, loads
from fsm.io.paths import shown

LOOK_BACK = 4 << 20  # bytes of a file's end in which a doubtful message is looked for
_LEVELS = {**dict.fromkeys(("success", "recovery", "test"), logging.INFO),
           **dict.fromkeys(("warning", "failure", "reminder", "escalation"), logging.WARNING),
           "exception": logging.ERROR}


def mark(effect: Outgoing) -> str:
    """A short text that is the same for the same effect and for no other."""
    key = effect.key.encode("utf-8", "backslashreplace")
    return "ES-" + hashlib.sha256(key).hexdigest()[:16]


class LogChannel:
    """Messages to people, as lines of the program's log."""

    def takes(self, effect: object) -> bool:
        """Whether it is a message to people."""
        return isinstance(effect, Notify)

    def deliver(self, effect: Notify, again: bool) -> None:
        """Log it; a repetition shows the same mark."""
        logs.about(_LEVELS[effect.outcome], effect.graceid, effect.process, effect.check,
                   f"{effect.outcome}: {effect.message} (to {', '.join(effect.to)}) "
                   f"[{mark(effect)}]")


class FileChannel:
    """Messages to people, appended to a file as JSON, one a line.

    Args:
        path: of the file.
        megabytes: size at which it becomes ``path.1``, that one ``path.2`` and so on.
        keep: how many of these are kept.
    """

    def __init__(self, path: str | Path, megabytes: float = 50, keep: int = 10) -> None:
        self.path, self.size, self.keep = Path(path), megabytes * 1e6, max(1, keep)

    def takes(self, effect: object) -> bool:
        """Whether it is a message to people."""
        return isinstance(effect, Notify)

    def deliver(self, effect: Notify, again: bool) -> None:
        """Append it, unless it is there."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if again and any(_has(self._older(number), effect.key) for number in (0, 1)):
                return
            self._make_room()
            with self.path.open("a+b") as stream:
                flock(stream, LOCK_EX)  # several supervisors may write it
                end = stream.seek(0, os.SEEK_END)
                stream.write(_ending(stream, end) + dumps(effect._asdict()) + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise DeliveryError(f"{shown(self.path)}: {error.strerror or error}") from None


    def room(self) -> int:
        """Bytes of the file and the rotated ones."""
        files = [self._older(number) for number in range(self.keep + 1)]
        return sum(one.stat().st_size for one in files if one.exists())

    def _older(self, number: int) -> Path:
        """The path of the file that was filled so many files ago, 0 for the present one."""
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def _make_room(self) -> None:
        if not self.path.exists() or self.path.stat().st_size < self.size:
            return
        for number in range(self.keep, 0, -1):
            if self._older(number - 1).exists():
                self._older(number - 1).replace(self._older(number))


def _ending(stream: IO[bytes], end: int) -> bytes:
    """What ends a last line that was not ended, by whomever; nothing of it is taken away."""
    if not end:
        return b""
    stream.seek(end - 1)
    return b"" if stream.read(1) == b"\n" else b"\n"


def _has(path: Path, key: str) -> bool:
    try:
        with path.open("rb") as stream:
            return key in _keys(stream, stream.seek(0, os.SEEK_END))
    except FileNotFoundError:
        return False


def _keys(stream: IO[bytes], end: int) -> set[str]:
    stream.seek(max(0, end - LOOK_BACK))
    keys = set()
    for line in stream.read().splitlines():
        try:
            keys.add(loads(line)["key"])
        except (ValueError, KeyError, TypeError):
            continue  # the first one may be cut
    return keys


class GraceDBChannel:
    """Annotations, as log messages of GraceDB; it looks for each before it writes.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`.
    """

    def __init__(self, gracedb: GraceDB) -> None:
        self.gracedb = gracedb

    def takes(self, effect: object) -> bool:
        """Whether it is an annotation."""
        return isinstance(effect, Annotate)

    def deliver(self, effect: Annotate, again: bool) -> None:
        """Write it."""
        comment = f"{OWN_PREFIX}{effect.process} {effect.check}: {effect.outcome}: {effect.message}"
        try:
            self.gracedb.caller.moment = effect.time
            self.gracedb.write(effect.graceid, comment, [OWN_TAG], mark(effect))
        except CallError as error:
            raise DeliveryError(str(error), final=error.kind in (GONE, WRONG)) from None
