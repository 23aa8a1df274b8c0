"""Files that have been rotated: renamed, or copied and cut, while another got their name.

They are looked for in the folder of the name that is followed. A renamed file is known by its
number and fingerprint, whatever its name is now. A copy, and a file that came and went between two
looks, must be named like the one that is followed, with a number or a date.
"""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from fsm.core.evidence.fields import Plain
from fsm.io.listeners import file_positions

_PART = r"(?:[-._~]?(?:\d[-_.:T\d]*|old|bak|prev))?"


def files(folder: Path) -> list[tuple[Path, int]]:
    """(path, number) of all that is in a folder; nothing where there is none."""
    try:
        with os.scandir(folder) as found:
            return [(Path(one.path), one.inode()) for one in found]
    except (FileNotFoundError, NotADirectoryError):
        return []


def moved(path: Path, plain: Plain, there: Iterable[tuple[Path, int]]) -> Path | None:
    """Where the file is now in which a place is, under another name; None where it is not found.

    Args:
        path: the name that is followed.
        plain: the place as a dict.
        there: what is in the folder, as of :func:`files`.
    """
    marked = plain["offset"] and "print" in plain
    renamed = [one for one, inode in there if inode == plain["inode"] and one != path
               and (marked or _alike(one, path))]
    copied = [one for one, inode in there if inode != plain["inode"] and marked
              and _alike(one, path)]
    return next((one for one in (*renamed, *copied) if _is_of(one, plain)), None)


def between(path: Path, plain: Plain, there: Iterable[tuple[Path, int]]) -> list[Path]:
    """The files that had the name after the one of a place, and have lost it again, the oldest
    first.

    Args:
        path, plain, there: as of :func:`moved`.
    """
    if not plain.get("changed"):
        return []
    had = (plain, *plain.get("before", ()))
    newer = [(changed, one) for one, _ in there if _alike(one, path)
             and (changed := _changed(one)) >= plain["changed"]
             and not any(_is_of(one, place) for place in had)]
    return [one for _, one in sorted(newer)]


def _alike(one: Path, path: Path) -> bool:
    """Whether a name is that of a rotated file of another name."""
    pattern = f"{re.escape(path.stem)}{_PART}{re.escape(path.suffix)}{_PART}"
    return one.name != path.name and re.fullmatch(pattern, one.name) is not None


def _is_of(path: Path, plain: Plain) -> bool:
    try:
        return file_positions.is_of(path, plain)
    except OSError:
        return False


def _changed(path: Path) -> int:
    """When a file was last changed, ns; 0 of what is none."""
    try:
        found = os.stat(path)
    except OSError:
        return 0
    return found.st_mtime_ns if stat.S_ISREG(found.st_mode) else 0
