"""Where a listener is in a file, and in which file: by its number alone it could be any.

A file that was removed and written anew may have the number (inode) of the one before. So a place
has a fingerprint of what was read: the file's beginning, and what stands just before the place.
"""

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import attrs

from fsm.core.evidence.fields import Plain
from fsm.io.paths import shown

SHOWS = 4096  # bytes of the beginning, and before the place, that make the fingerprint
MOST_BEFORE = 32  # files that are remembered which had the same name earlier


@attrs.define
class Place:
    """A place in a file.

    Attributes:
        inode: number of the file.
        offset: bytes before the place.
        changed: when the file was last changed as it was opened, ns; 0 where that is not known.
        skips: whether it is in the midst of a line that is too long, and passed over.
        before: the last places in the files that had this one's name before it, the newest first.
    """

    inode: int
    offset: int = 0
    changed: int = 0
    skips: bool = False
    before: tuple[Plain, ...] = ()
    _head: bytes = b""
    _tail: bytes = b""

    def move(self, raw: bytes) -> None:
        """Go on behind these bytes."""
        if self.offset < SHOWS:
            self._head += raw[:SHOWS - self.offset]
        self._tail = (self._tail + raw[-SHOWS:])[-SHOWS:]
        self.offset += len(raw)

    def plain(self) -> Plain:
        """It as a dict for the journal; see :func:`of`."""
        made = {"inode": self.inode, "offset": self.offset, "changed": self.changed,
                "print": _digest(self._head, self._tail)}
        if self.skips:
            made["skips"] = True
        if self.before:
            made["before"] = list(self.before)
        return made


def of(stream: IO[bytes], plain: Plain | None = None) -> Place | None:
    """The place in an open file that a dict tells of; the beginning without one.

    Args:
        stream: the file.
        plain: as of :meth:`Place.plain`; of earlier versions ``inode`` and ``offset`` alone.

    Returns:
        :class:`Place`, or None where it is of another file.
    """
    found = os.fstat(stream.fileno())
    if plain is None:
        return Place(found.st_ino, changed=found.st_mtime_ns)
    offset = plain["offset"]
    if offset > found.st_size:
        return None
    head = os.pread(stream.fileno(), min(offset, SHOWS), 0)
    tail = os.pread(stream.fileno(), min(offset, SHOWS), max(0, offset - SHOWS))
    if "print" in plain:
        same = _digest(head, tail) == plain["print"] and (offset or found.st_ino == plain["inode"])
    else:
        same = found.st_ino == plain["inode"] and tail[-1:] in (b"", b"\n")
    if not same:
        return None
    return Place(found.st_ino, offset, found.st_mtime_ns, plain.get("skips", False),
                 tuple(plain.get("before", ())), head, tail)


def is_of(path: Path, plain: Plain) -> bool:
    """Whether there is a file at a path in which a place is that a dict tells of."""
    try:
        with opened(path) as stream:
            return of(stream, plain) is not None
    except FileNotFoundError:
        return False


def opened(path: str | Path) -> IO[bytes]:
    """Open a file, to be read as bytes.

    Raises:
        OSError: where it cannot be, or is no file that keeps what is written.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):  # a pipe would be waited for
        raise OSError(errno.EINVAL, "it is no regular file")
    return open(path, "rb")


def of_gone(positions: Mapping[str, Any], paths: Iterable[str | Path], before: float) -> list[str]:
    """Which positions are of files that are not there any more, and have not been for long.

    Args:
        positions: names, as the journal has them, to dicts as of :meth:`Place.plain`; others than
            dicts are of no files.
        paths: of the files and folders that are followed; the files themselves stay known.
        before: unix seconds; a file changed later may have been rotated only now.
    """
    there = {f"file {shown(one)}" for path in map(Path, paths) for one in (path, *_inside(path))}
    files = {name: plain for name, plain in positions.items() if isinstance(plain, dict)}
    return [name for name, plain in files.items()
            if name not in there and plain.get("changed", 0) < before * 1e9]


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def later(place: Place, plain: Plain) -> None:
    """Let a place remember, as a dict, the one in the file that had its name before."""
    known = {key: value for key, value in plain.items() if key != "before"}
    every = (known, *plain.get("before", ()), *place.before)
    place.before = tuple({one["inode"]: one for one in reversed(every)}.values())[::-1]
    place.before = place.before[:MOST_BEFORE]


def _digest(head: bytes, tail: bytes) -> str:
    return blake2b(head + tail, digest_size=16).hexdigest()
