"""What an error of the journal's database means: whether it passes, or no waiting mends it."""

import sqlite3
from pathlib import Path

from fsm.errors import JournalDamaged, JournalError, JournalLocked
from fsm.io.paths import shown

# What is free again, or let go, mends these; everything else that SQLite says does not pass.
_PASSING = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
            sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNREADABLE = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ,
               sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_DATA}
WHAT_TO_DO = "see 'Journal damaged' in docs/operating.md"


def damaged(path: str | Path, why: object) -> JournalDamaged:
    """The error that a journal is damaged.

    Args:
        path: of its file.
        why: what is wrong with it.
    """
    return JournalDamaged(f"{shown(path)}: damaged, no usable journal: {why}; {WHAT_TO_DO}")


def meant(path: str | Path, error: Exception, what: str = "cannot be used") -> JournalError:
    """The error of the journal that one of SQLite is.

    Args:
        path: of the journal's file.
        error: of :mod:`sqlite3`.
        what: what could not be done, said where it passes.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code not in _UNREADABLE:
        if code & 0xFF in _LOCKED:
            return JournalLocked(f"{shown(path)} {what}: {error}")
        if code & 0xFF in _PASSING:
            return JournalError(f"{shown(path)} {what}: {error}")
    return damaged(path, error)
