"""Follows recordings while they are written: a file, a folder of files, or standard input."""

import logging
import os
import sys
from math import inf
from pathlib import Path
from typing import IO, Literal, TypeAlias

from fsm.core.evidence.fields import Plain
from fsm.errors import RecordingError
from fsm.io.jsonio import loads
from fsm.io.listeners import Listening, Positions, file_positions, file_rotation
from fsm.io.listeners.file_lines import Reader, bounded
from fsm.io.listeners.file_positions import Place
from fsm.io.listeners.inbox import pause
from fsm.io.paths import shown
from fsm.io.recordings.files import time_of

LOOK = 0.2  # seconds between two looks
CHUNK = 1 << 20  # bytes read at once
LONGEST_LINE = 64 << 20  # bytes; a longer one is passed over, and kept as rejected
MOST_GONE = 1000  # names that are remembered whose files are gone
LOG = logging.getLogger("fsm")

# Device, number, bytes, when it was changed, and when its place among files was, ns.
_Signature: TypeAlias = tuple[int, int, int, int, int]


def _stamp(line: bytes) -> tuple[str, float]:
    """Topic and time of a line, for what needs them before it is read in full."""
    try:
        plain = loads(line)
        return str(plain.get("topic", "")), time_of(plain)
    except (ValueError, TypeError, AttributeError, RecursionError, RecordingError):
        return "", -inf


class Files:
    """Follows a file, or all ``*.jsonl`` files of a folder, in the order of their names.

    Where it is in each is kept in the journal together with what it has read, so that every line is
    taken once. A file that loses its name is read to its end before the one that gets it; see
    :mod:`~fsm.io.listeners.file_rotation`.

    Args:
        path: of the file or folder; it need not be there yet.
        positions: function that returns what the journal has of a source's position, or None.
    """

    def __init__(self, path: str | Path, positions: Positions) -> None:
        self.path, self.name, self._positions = Path(path), f"file {shown(path)}", positions
        self._at: dict[Path, Plain] = {}
        self._looked: dict[Path, tuple[_Signature | None, int]] = {}

    def run(self, ear: Listening) -> None:
        """Follow until nothing is wanted any more, whatever becomes of the files meanwhile."""
        listens = False
        while True:
            found, failed = self._round(ear)
            if failed:
                ear.hindered(failed)
                listens = False
            elif not listens:
                ear.connected()
                listens = True
            if not found and not pause(ear.inbox, LOOK):
                return
            if not ear.open:
                return

    def _round(self, ear: Listening) -> tuple[bool, str]:
        """Read what is new in all files.

        Returns:
            (whether anything was; why one could not be read, "" where all could).
        """
        found, failed = False, ""
        try:
            paths = self._paths()
        except OSError as error:
            return False, _words(self.path, error)
        for path in paths:
            try:
                found = self._read(ear, path) or found
            except FileNotFoundError:
                continue  # it has just gone, and is looked for again
            except OSError as error:
                failed = failed or _words(path, error)
        return found, failed

    def _paths(self) -> list[Path]:
        """The names to be followed, of those that are gone too while their files may be there."""
        if not self.path.is_dir():
            paths = [self.path]
        else:
            there = file_rotation.files(self.path)
            numbers = {inode for _, inode in there}
            named = {path for path, _ in there if path.match("*.jsonl")}
            gone = {path for path, plain in self._at.items()
                    if path.parent == self.path and plain["inode"] in numbers}
            paths = sorted(named | gone)
        for path in paths:
            self._known(path)
        self._forget(set(paths))
        return paths

    def _forget(self, followed: set[Path]) -> None:
        """Forget the names that came first of those whose files are gone, where they are many."""
        many = len(self._at) - len(followed) - MOST_GONE
        if many > 0:
            for path in [one for one in self._at if one not in followed][:many]:
                del self._at[path]
                self._looked.pop(path, None)

    def _known(self, path: Path) -> Plain | None:
        """The place that was reached under a name, as a dict, None where it is new."""
        if path not in self._at:
            # Earlier versions kept it under the name as it is.
            plain = self._positions(f"file {shown(path)}") or self._positions(f"file {path}")
            if plain is not None:
                self._at[path] = plain
        return self._at.get(path)

    def _read(self, ear: Listening, path: Path) -> bool:
        """Read what is new under a name; returns whether anything was."""
        now, found = _signature(path), False
        if now is not None and now == self._looked.get(path, (None,))[0]:
            return False
        chain, inode = self._chain(path, now), now and now[1]
        for number, (name, plain) in enumerate(chain, 1):
            try:
                found = self._read_file(ear, path, inode, name, plain,
                                        number < len(chain)) or found
            except OSError as error:
                if plain is not None or number == len(chain):
                    raise
                LOG.warning("%s; it is passed over", _words(name, error))
            if not ear.open:
                return found
        return found

    def _chain(self, path: Path, now: _Signature | None) -> list[tuple[Path, Plain | None]]:
        """What is to be read under a name, in order: (path of the file, place in it or None)."""
        plain = self._known(path)
        if plain is None:
            return [] if now is None else [(path, self._elsewhere(path))]
        fits = now is not None and file_positions.is_of(path, plain)
        if fits and plain["offset"]:
            return [(path, plain)]
        old = None if fits else (file_rotation.moved(path, plain, self._beside(path))
                                 # or renamed again meanwhile
                                 or file_rotation.moved(path, plain, self._beside(path)))
        newer: list[tuple[Path, Plain | None]] = [
            (one, None) for one in file_rotation.between(path, plain, self._beside(path))]
        if fits:  # it may have been copied and cut before anything of it was read
            return [*newer, (path, plain)]
        chain = newer if old is None else [(old, plain), *newer]
        if now is not None and (now[2] or not chain):
            chain.append((path, self._elsewhere(path)))
        return chain

    def _beside(self, path: Path) -> list[tuple[Path, int]]:
        """What is in the folder of a name now, but for what is followed under its own name."""
        there = file_rotation.files(path.parent)
        if self.path != path.parent:
            return there
        return [one for one in there if not one[0].match("*.jsonl")]

    def _elsewhere(self, path: Path) -> Plain | None:
        """The place in a file that had another name before, None where it is not known."""
        inode, fits = os.stat(path).st_ino, []
        for other, plain in self._at.items():
            copied = path.name.startswith(other.stem)
            fits += [one for one in (plain, *plain.get("before", ()))
                     if (copied or one["inode"] == inode) and "print" in one and one["offset"]
                     and file_positions.is_of(path, one)]
        return max(fits, key=lambda one: one["offset"], default=None)

    def _read_file(self, ear: Listening, path: Path, inode: int | None, name: Path,
                   plain: Plain | None, ended: bool) -> bool:
        """Read on in a file of a chain; returns whether anything was new."""
        with file_positions.opened(name) as stream:
            now = _signature(stream.fileno())
            place = file_positions.of(stream, plain)
            if now is None or place is None or (name == path and place.inode != inode):
                return False  # it has just been replaced, and is looked for again
            before = self._at.get(path)
            if before is not None and plain is not before:
                file_positions.later(place, before)
            same = plain is before and not place.skips
            scanned = self._looked.get(path, (None, 0))[1] if same else 0
            if place.offset + scanned > now[2]:
                scanned = 0
            reader, found = Reader(place, scanned, LONGEST_LINE, CHUNK), False
            for line in reader.lines(stream, ended):
                if line.strip() and not self._hand(ear, path, line, place):
                    return True
                found = True
                if not ear.open:
                    break
            self._at[path] = place.plain()
            self._looked[path] = (now if name == path else None, reader.scanned)
        return found

    def _hand(self, ear: Listening, path: Path, line: bytes, place: Place) -> bool:
        topic, time = _stamp(line)
        source = f"file {shown(path)}"
        return ear.line(topic, line.rstrip(b"\n"), time, source, {source: place.plain()})


def _signature(path: Path | int) -> _Signature | None:
    """What changes when a file does; None where there is none."""
    try:
        found = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _words(path: Path, error: OSError) -> str:
    return f"{shown(path)}: {error.strerror or error}"


class StandardInput:
    """Reads standard input; its end is the end of the recording."""

    name = "standard input"

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._stream = stream or sys.stdin.buffer

    def run(self, ear: Listening) -> Literal["ended"]:
        """Read to the end."""
        ear.connected()
        for line in bounded(self._stream, LONGEST_LINE, CHUNK):
            if line.strip() and not ear.line(*_with_line(line.rstrip(b"\n"))):
                return "ended"
        ear.line("", None, inf)
        return "ended"


def _with_line(line: bytes) -> tuple[str, bytes, float]:
    topic, time = _stamp(line)
    return topic, line, time
