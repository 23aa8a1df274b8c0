"""Follows recordings while they are written: a file, a folder of files, or standard input."""

import sys
from math import inf
from pathlib import Path

from fsm.errors import RecordingError
from fsm.io.inbox import pause
from fsm.io.listeners import ListenerError
from fsm.io.plain import loads
from fsm.io.recording import time_of

LOOK = 0.2  # seconds between two looks
CHUNK = 1 << 20  # bytes read at once
LONGEST_LINE = 64 << 20  # bytes; a longer one is passed over


def _stamp(line):
    """Topic and time of a line, for what needs them before it is read in full."""
    try:
        plain = loads(line)
        return str(plain.get("topic", "")), time_of(plain)
    except (ValueError, TypeError, AttributeError, RecursionError, RecordingError):
        return "", -inf


class Files:
    """Follows a file, or all ``*.jsonl`` files of a folder, in the order of their names.

    Where it is in each is kept in the journal together with what it has read, so that every line is
    taken once. A file that is replaced, or has become shorter, is read from its beginning.

    Args:
        path: of the file or folder; it need not be there yet.
        positions: function that returns what the journal has of a source's position, or None.
    """

    def __init__(self, path, positions):
        self.path, self.name, self._positions = Path(path), f"file {path}", positions
        self._at = {}

    def run(self, ear):
        """Follow until nothing is wanted any more."""
        listens = False
        while True:
            found = self._round(ear)
            if not listens:
                ear.connected()
                listens = True
            if not found and not pause(ear.inbox, LOOK):
                return
            if not ear.open:
                return

    def _round(self, ear):
        """Read what is new in all files; returns whether anything was.

        Raises:
            ListenerError: where one cannot be read, after the others have been.
        """
        found, failed = False, None
        for path in self._paths():
            try:
                found = self._read(ear, path) or found
            except OSError as error:
                failed = f"{path}: {error.strerror}"
        if failed:
            raise ListenerError(failed)
        return found

    def _paths(self):
        if self.path.is_dir():
            return sorted(self.path.glob("*.jsonl"))
        return [self.path] if self.path.exists() else []

    def _read(self, ear, path):
        """Read what is new in a file; returns whether anything was."""
        source = f"file {path}"
        with path.open("rb") as stream:
            inode = path.stat().st_ino
            known = self._at.get(source) or self._positions(source) or {}
            offset = known.get("offset", 0) if known.get("inode") == inode else 0
            if offset > stream.seek(0, 2):
                offset = 0
            stream.seek(offset)
            self._at[source] = {"inode": inode, "offset": offset}
            found = False
            while ear.open and (line := self._whole_line(stream)):
                position = {"inode": inode, "offset": stream.tell()}
                if line.strip() and len(line) <= LONGEST_LINE:
                    topic, time = _stamp(line)
                    if not ear.line(topic, line.rstrip(b"\n"), time, position, source):
                        return True
                self._at[source], found = position, True
        return found

    def _whole_line(self, stream):
        """The next line, empty where none has been finished; a monstrous one is cut."""
        start, line = stream.tell(), stream.readline(LONGEST_LINE + 1)
        while line and not line.endswith(b"\n"):
            more = stream.readline(CHUNK)
            if not more:
                stream.seek(start)
                return b""
            line = line[:LONGEST_LINE + 1] + more[-1:]
        return line


class StandardInput:
    """Reads standard input; its end is the end of the recording."""

    name = "standard input"

    def __init__(self, stream=None):
        self._stream = stream or sys.stdin.buffer

    def run(self, ear):
        """Read to the end."""
        ear.connected()
        for line in self._stream:
            if line.strip() and not ear.line(*_with_line(line.rstrip(b"\n"))):
                return "ended"
        ear.line("", None, inf)
        return "ended"


def _with_line(line):
    topic, time = _stamp(line)
    return topic, line, time
