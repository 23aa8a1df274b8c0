"""Logs: one for all, and one for each GraceID, in the same line format.

A line has the time (UTC), a hierarchical name, the level and the message. What is about a candidate
is named ``fsm.GRACEID.PROCESS.CHECK`` and is in the log of its own as well.
"""

import logging
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol

from fsm.core.engine.effects import Transition
from fsm.core.evidence.graceids import kind_of
from fsm.core.printable import printable

LINE = "%(asctime)s %(name)s %(levelname)s %(message)s"
LOG = logging.getLogger("fsm")
ALL = "supervisor.log"
MOST_OPEN = 100  # logs of candidates that are open at once


class Settings(Protocol):
    """Where logs are written; the table ``logs`` of a configuration."""

    @property
    def folder(self) -> str:
        """Where they are; "" for nowhere."""

    @property
    def megabytes(self) -> float:
        """Size at which one is rotated."""

    @property
    def keep(self) -> int:
        """How many rotated ones are kept."""


def formatter() -> logging.Formatter:
    """The line format."""
    made = logging.Formatter(LINE)
    made.converter = time.gmtime
    return made


def begin(settings: Settings) -> None:
    """Write the program's log to standard error and, where a folder is configured, into files.

    Then standard error gets no transitions: whoever keeps it has the files for these.

    Args:
        settings: :class:`~fsm.io.config.sections.Logging`.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if settings.folder:
        folder = Path(settings.folder)
        folder.mkdir(parents=True, exist_ok=True)
        handlers[0].addFilter(_of_the_whole)
        size = int(settings.megabytes * 1e6)
        handlers.append(RotatingFileHandler(folder / ALL, maxBytes=size, delay=True,
                                            backupCount=settings.keep, encoding="utf-8",
                                            errors="backslashreplace"))
        handlers.append(Candidates(folder, size))
    for handler in handlers:
        handler.setFormatter(formatter())
    logging.basicConfig(level=logging.INFO, handlers=handlers)
    logging.captureWarnings(True)


def _of_the_whole(record: logging.LogRecord) -> bool:
    """Whether a line is about the supervisor, or a warning."""
    return record.levelno >= logging.WARNING or not getattr(record, "graceid", "")


def about(level: int, graceid: str, process: str, check: str, message: str,
          when: float | None = None) -> None:
    """Log a line about a candidate.

    Args:
        level: of :mod:`logging`.
        graceid: of the candidate.
        process: name of the process, perhaps "".
        check: name of the check, perhaps "".
        message: the line.
        when: unix seconds; None for now.
    """
    if not LOG.isEnabledFor(level):
        return
    name = printable(".".join(part for part in ("fsm", graceid, process, check) if part))
    record = logging.LogRecord(name, level, "", 0, printable(message), None, None)
    record.graceid = graceid
    if when is not None:
        record.created, record.msecs = when, when % 1 * 1000
    LOG.handle(record)


def transitions(fired: Iterable[Transition]) -> None:
    """Log transitions, a line each.

    Args:
        fired: :class:`~fsm.core.engine.effects.Transition` objects.
    """
    for one in fired:
        moved = one.source if one.source == one.dest else f"{one.source} -> {one.dest}"
        about(logging.INFO, one.graceid, one.process, one.check, f"{one.trigger}: {moved}: "
              f"{one.why}", one.time)


class Candidates(logging.Handler):
    """Writes what is about a candidate into a file of its own, ``GRACEID.log``.

    Args:
        folder: where these are.
        size: bytes after which a file becomes ``GRACEID.log.1``, and the one before is dropped.
    """

    def __init__(self, folder: str | Path, size: int) -> None:
        super().__init__()
        self.folder, self.size = Path(folder), size
        self._open: OrderedDict[str, RotatingFileHandler] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, where it is about a candidate."""
        graceid = getattr(record, "graceid", "")
        if graceid and kind_of(graceid):  # nothing else becomes the name of a file
            self._file(graceid).emit(record)

    def _file(self, graceid: str) -> RotatingFileHandler:
        handler = self._open.get(graceid)
        if handler is None:
            handler = RotatingFileHandler(self.folder / f"{graceid}.log", maxBytes=self.size,
                                          backupCount=1, delay=True, encoding="utf-8",
                                          errors="backslashreplace")
            handler.setFormatter(self.formatter)
            self._open[graceid] = handler
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(graceid)
        return handler

    def rest(self) -> None:
        """Close all files; they are opened again where something comes for them."""
        self.acquire()
        try:
            for handler in self._open.values():
                handler.close()
            self._open.clear()
        finally:
            self.release()

    def close(self) -> None:
        """Close all files, for good."""
        self.rest()
        super().close()


def room() -> tuple[int, int]:
    """(number, bytes) of all log files; zeros where there is no folder for them."""
    sizes = []
    for folder in {handler.folder for handler in _of_candidates()}:
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                sizes.append(entry.stat().st_size)
    return len(sizes), sum(sizes)


def _of_candidates() -> list[Candidates]:
    return [one for one in logging.getLogger().handlers if isinstance(one, Candidates)]


def prune(folder: str | Path, before: float) -> None:
    """Delete the logs of candidates in which nothing was written since a time, unix seconds."""
    if not folder:
        return
    for handler in _of_candidates():
        handler.rest()  # what is written into a file that was deleted is lost
    for path in Path(folder).glob("*.log*"):
        with suppress(FileNotFoundError):  # somebody else may tidy up too
            if kind_of(path.name.partition(".")[0]) and path.stat().st_mtime < before:
                path.unlink()
