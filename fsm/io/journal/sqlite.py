"""A journal in one file of SQLite, which one supervisor has open."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from fsm.errors import JournalError, JournalLost
from fsm.io.journal.checkpoints import Checkpoints
from fsm.io.journal.errors import damaged, meant
from fsm.io.journal.lock import locked, unlock
from fsm.io.journal.migrations import lacking, migrate

LOG_SIZE = 64 * 2 ** 20  # bytes of the write-ahead log beyond which a commit itself makes room
_PRAGMAS = ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "busy_timeout = 500",
            "temp_store = MEMORY", f"journal_size_limit = {LOG_SIZE}",
            f"wal_autocheckpoint = {LOG_SIZE // 4096}")


class SQLite:
    """The file of a journal.

    Args:
        path: of it, made where there is none. The file itself is locked while it is open, under
            whatever name, and for earlier versions ``path.lock`` beside it.

    Raises:
        JournalError: where another supervisor has it open, or it cannot be used.
    """

    shared, begins = False, "BEGIN IMMEDIATE"
    away: Callable[[JournalLost], None] | None = None  # a file is there, or it is damaged

    def __init__(self, path: str | Path) -> None:
        self.path, self._lock = Path(path), list[IO[bytes]]()
        self._flushed: bool | None = None  # as its transactions are now
        try:
            self._real = self.path.resolve()
            self._real.parent.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self._real)
        except OSError as error:
            raise JournalError(f"{self.path}: {error.strerror}") from None
        except JournalError as error:
            raise JournalError(f"{self.path}: {error}") from None
        self._checkpoints = Checkpoints(self._real, self.lost)
        address = sa.URL.create("sqlite", database=str(self._real))  # whatever is in its name
        self.engine = sa.create_engine(address, poolclass=sa.StaticPool)

    @property
    def name(self) -> str:
        """Its path, as it was given."""
        return str(self.path)

    def opened(self) -> sa.Connection:
        """See :class:`~fsm.io.journal.database.Database`."""
        db = self.engine.connect()
        for pragma in _PRAGMAS:
            db.exec_driver_sql(f"PRAGMA {pragma}")
        self.flushing(db, True)
        db.commit()
        return db

    def prepare(self, db: sa.Connection) -> None:
        """Bring it to the present version."""
        migrate(db)

    def ready(self, db: sa.Connection) -> None:
        """Refuse one that lacks something.

        Raises:
            JournalDamaged: where it does.
        """
        missing = lacking(db)
        db.commit()
        if missing:
            raise damaged(self.path, f"it lacks {', '.join(missing)}")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # what was overwritten goes
        db.commit()

    def meant(self, error: BaseException, what: str) -> JournalError | None:
        """See :class:`~fsm.io.journal.database.Database`."""
        return meant(self.path, error, what) if isinstance(error, sqlite3.Error) else None

    def lock(self, db: sa.Connection, name: str) -> None:
        """Nobody else writes it in any case."""

    def flushing(self, db: sa.Connection, flushed: bool) -> None:
        """See :class:`~fsm.io.journal.database.Database`."""
        if flushed is not self._flushed:
            db.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if flushed else 'NORMAL'}")
            self._flushed = flushed

    def checkpoint(self) -> None:
        """See :class:`~fsm.io.journal.database.Database`."""
        self._checkpoints.begin()

    def lost(self) -> str:
        """What has become of the file that is open, under its name; "" where that is all right."""
        try:
            there = os.stat(self._real)
        except OSError as error:
            return f"{self._real} cannot be found any more ({error.strerror})"
        mine = os.fstat(self._lock[-1].fileno())
        same = (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
        return "" if same else f"{self._real} is another file than the one that is open"

    def size(self, db: sa.Connection) -> tuple[int, int]:
        """(bytes of its file, how many of these are free)."""
        page, count, free = (db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in
                             ("page_size", "page_count", "freelist_count"))
        return page * count, page * free

    def shrink(self, db: sa.Connection, pages: int) -> None:
        """Give so many pages that are free back to the disk."""
        # A script, since the driver would take only the first of the statement's many steps.
        driver: Any = db.connection.dbapi_connection
        driver.executescript(f"PRAGMA incremental_vacuum({pages})")
        db.commit()

    def close(self) -> None:
        """Let others have it."""
        self._checkpoints.close()
        self.engine.dispose()
        unlock(self._lock)
