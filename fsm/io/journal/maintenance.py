"""Copies a journal while it is in use, and makes one smaller that is not."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from fsm.core.evidence.fields import Plain
from fsm.errors import JournalDamaged, JournalError
from fsm.io.journal.check import check
from fsm.io.journal.errors import meant
from fsm.io.journal.lock import locked, unlock
from fsm.io.journal.reading import reading, there
from fsm.io.paths import shown

PAGES = 1000  # copied between two looks at the progress


def backup(path: str | Path, to: str | Path,
           progress: Callable[[int, int], object] = lambda done, whole: None) -> Plain:
    """Copy a journal into one new file, as it is at this moment; its supervisor may run.

    The copy has its name only when it is whole and has been verified.

    Args:
        path: of the journal.
        to: of the copy, which must not exist; nobody else may read it.
        progress: called with the number of pages copied, and of all.

    Returns:
        What :func:`~fsm.io.journal.check.check` says of the copy, quickly.

    Raises:
        JournalDamaged: where the journal is; then the copy is as damaged, and kept.
        JournalError: where it cannot be made.
    """
    real, to = there(path), Path(to)
    if os.path.lexists(to):
        what = "a folder: give a file in it" if to.is_dir() else "there already; it is left alone"
        raise JournalError(f"{shown(to)} is {what}")
    part = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with _said_of(to, path):
            _copy(real, part, progress)
        found = check(part, quick=True)
        _give_name(part, to)
    except OSError as error:
        raise JournalError(f"{shown(to)}: {error.strerror}") from None
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(f"{part}{end}")
    if not found["sound"]:
        raise JournalDamaged(f"{shown(to)} was made, and is damaged as the journal is: "
                             f"{found['findings'][0]}; see 'Journal damaged' in docs/operating.md")
    return {**found, "journal": str(path), "copy": str(to)}


@contextmanager
def _said_of(to: Path, path: str | Path) -> Iterator[None]:
    """Errors of the database, which are about either file."""
    try:
        yield
    except sqlite3.Error as error:
        raise meant(path, error, f"cannot be copied to {shown(to)}") from None


def _copy(real: Path, part: Path, progress: Callable[[int, int], object]) -> None:
    with reading(real) as source, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # or each write begins it anew
        source.backup(copy, pages=PAGES,
                      progress=lambda _, left, whole: progress(whole - left, whole))
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it


def _give_name(part: Path, to: Path) -> None:
    """Under its name it is whole, and nothing is replaced by it."""
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    try:
        os.link(part, to)
    except FileExistsError:
        raise
    except OSError:  # this file system has no links
        os.rename(part, to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def vacuum(path: str | Path) -> Plain:
    """Make a journal as small as it can be, and let it give back free pages from now on.

    Args:
        path: of the journal, which nobody may have open.

    Returns:
        A mapping with ``journal``, and ``before`` and ``after`` in bytes.

    Raises:
        JournalError: where it is open, or that is not possible; then it is as it was.
    """
    real = there(path)
    try:
        held = locked(real)
    except JournalError as error:
        raise JournalError(f"{shown(path)}: {error}".replace(
            ", or give this one another journal", "")) from None
    except OSError as error:
        raise JournalError(f"{shown(path)}: {error.strerror}") from None
    try:
        return {"journal": str(path), **_vacuumed(path, real)}
    finally:
        unlock(held)


def _vacuumed(path: str | Path, real: Path) -> Plain:
    found = check(real, quick=True)
    if not found["sound"]:
        raise JournalDamaged(f"{shown(path)}: it is left as it is, since it is damaged: "
                             f"{found['findings'][0]}; see 'Journal damaged' in docs/operating.md")
    before = _bytes(real)
    free = shutil.disk_usage(real.parent).free
    try:
        with closing(sqlite3.connect(real, timeout=10, isolation_level=None)) as db:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts from the VACUUM on
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        hint = f"{before / 1e6:.0f} MB are needed for a while, {free / 1e6:.0f} MB are free"
        raise JournalError(f"{shown(path)} cannot be made smaller: {error} ({hint})") from None
    return {"before": before, "after": _bytes(real)}


def _bytes(real: Path) -> int:
    """The size of its file and of what is still beside it."""
    return sum(os.path.getsize(name) for name in (f"{real}", f"{real}-wal")
               if os.path.exists(name))
