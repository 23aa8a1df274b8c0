"""What would keep a supervisor from starting on this machine, whatever else its configuration says.

It is looked for without making anything, so that a configuration can be checked beside a supervisor
that runs. That another one has the journal or the socket is none of it.
"""

import grp
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fsm.io.config.sections import Running
from fsm.io.extras import missing

SQLITE = b"SQLite format 3\0"  # how the file of a journal begins
BESIDE = "-journal"  # the longest end of the names of files that are beside it


def hindrances(running: Running) -> Iterator[str]:
    """What is in the way, a sentence for each.

    Args:
        running: what the configuration says.
    """
    journal, logs = Path(running.journal.path), Path(running.logs.folder)
    found = list(_of_database(running.journal.url)) if running.journal.url else \
        list(_of("journal.path", journal, _of_journal))
    yield from found
    if running.logs.folder:
        yield from _of("logs.folder", logs, _of_folder)
    if running.operators.socket or not found:  # else it is beside the journal
        yield from _of("operators.socket", Path(running.socket), lambda path: _of_socket(
            path, (journal.resolve().parent, *([logs.resolve()] if running.logs.folder else ()))))
    if running.operators.group:
        yield from _of_group(running.operators.group)


def _of(where: str, path: Path, look: Callable[[Path], Iterable[str]]) -> Iterator[str]:
    """What is in the way of a path, where that can be looked for at all."""
    try:
        for words in look(path):
            yield f"{where}: {words}"
    except (OSError, RuntimeError) as error:  # a name that is too long, links that go round
        yield f"{where}: {path}: {getattr(error, 'strerror', None) or error}"


def _of_database(url: str) -> Iterator[str]:
    try:
        from fsm.io.postgres import unreachable
    except ImportError as error:
        yield f"journal.url: {missing(error, 'cluster')}"
    else:
        why = unreachable(url)
        if why:
            yield f"journal.url: {why}"


def _of_journal(path: Path) -> Iterator[str]:
    real = path.resolve()
    _there(real.with_name(real.name + BESIDE))  # it must have a name too
    found = _there(real)
    if found is None:
        yield from _of_folder(real.parent, written=True)
    elif not stat.S_ISREG(found.st_mode):
        yield f"{path} is no file"
    elif not os.access(real, os.R_OK | os.W_OK) or not os.access(real.parent, os.W_OK | os.X_OK):
        yield f"{path}, and what is beside it, must be read and written by this user"
    elif found.st_size and not _is_journal(real):
        yield f"{path} is there, and is no journal"


def _is_journal(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(SQLITE)) == SQLITE


def _of_folder(path: Path, written: bool = False) -> Iterator[str]:
    """What is in the way of a folder, which is made where there is none.

    Args:
        path: of the folder.
        written: whether files must be made in it at once.
    """
    for one in (path, *path.parents):
        found = _there(one)
        if found is None and one.is_symlink():
            yield f"{one} is a link to what is not there"
        elif found is None:
            continue
        elif not stat.S_ISDIR(found.st_mode):
            yield f"{one} is no folder"
        elif (written or one != path) and not os.access(one, os.W_OK | os.X_OK):
            yield f"{one} must be written by this user"
        return


def _of_socket(path: Path, made: Iterable[Path]) -> Iterator[str]:
    """What is in the way of the operators' socket.

    Args:
        path: of it.
        made: folders that are made before it.
    """
    found, folder = _there(path), path.parent.resolve()
    if found is not None and not stat.S_ISSOCK(found.st_mode):
        yield f"{path} is there, and is no socket"
    elif _there(folder) is not None:
        yield from _of_folder(folder, written=True)
    elif not any(folder in (one, *one.parents) for one in made):
        yield f"there is no folder {path.parent}"


def _of_group(name: str) -> Iterator[str]:
    try:
        number = grp.getgrnam(name).gr_gid
    except (KeyError, ValueError):  # of what is no name at all
        yield f"operators.group: there is no group {name!r}"
        return
    if os.geteuid() and number not in (os.getegid(), *os.getgroups()):
        yield f"operators.group: this user is not in group {name!r}"


def _there(path: Path) -> os.stat_result | None:
    """What a path leads to; None where there is nothing."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
