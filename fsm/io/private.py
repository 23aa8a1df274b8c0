"""Files for nobody else's eyes: they hold what candidates and people said."""

import grp
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from fsm.errors import ConfigurationError

LOG = logging.getLogger("fsm")
ALONE, SHARED = 0o600, 0o640  # modes of files: of the owner, and with a group that may read


def begin(group: str, files: Iterable[str | Path], folders: Iterable[str | Path]) -> None:
    """Have all that is written from now on be private, and tighten what is there.

    Args:
        group: of the operating system, whose members may read it; "" for the owner alone.
        files: paths, whether there is anything or not.
        folders: likewise, with all files in them; new files there belong to the group.

    Raises:
        ConfigurationError: where there is no such group.
    """
    try:
        gid = grp.getgrnam(group).gr_gid if group else -1
    except KeyError:
        raise ConfigurationError(f"operators.group: there is no group {group!r}") from None
    mode = SHARED if group else ALONE
    os.umask(0o027 if group else 0o077)
    for folder in map(Path, folders):
        files = [*files, *_inside(folder)]
        if folder.is_dir() and group:
            _set(folder, 0o2750, gid)  # what is made in it belongs to its group
    for path in map(Path, files):
        _tighten(path, mode, gid)


def read(key: str, path: str | Path) -> str:
    """What is in a file with secrets, which nobody else may read.

    Args:
        key: the setting that names it, for errors.
        path: of the file.

    Raises:
        ConfigurationError: where it cannot be read, or others may.
    """
    try:
        with Path(path).open(encoding="utf-8") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigurationError(f"{key}: {path} may be read by others (mode {mode:o}); "
                                         "chmod 600 it")
            return stream.read()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{key}: {path}: {error}") from None


def _inside(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.is_file()]
    except OSError:
        return []


def _tighten(path: Path, mode: int, gid: int) -> None:
    try:
        found = path.stat()
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        return  # such as /dev/stderr
    if found.st_mode & 0o777 & ~mode:
        LOG.warning("%s could be read or written by others (mode %o): it has mode %o now", path,
                    found.st_mode & 0o777, mode)
        _set(path, mode, gid)
    elif gid not in (-1, found.st_gid):
        _set(path, mode, gid)


def _set(path: Path, mode: int, gid: int) -> None:
    try:
        os.chown(path, -1, gid)
        os.chmod(path, mode)
    except OSError as error:
        LOG.warning("%s: its mode or group cannot be changed: %s", path, error.strerror)
