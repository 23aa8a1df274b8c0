"""A journal in one file of SQLite, which one supervisor has open."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from fsm.errors import JournalError, JournalLost
from fsm.io.journal.errors import damaged, meant
from fsm.io.journal.lock import locked, unlock
from fsm.io.journal.migrations import lacking, migrate

_PRAGMAS = ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL",
            "busy_timeout = 500", "temp_store = MEMORY", "journal_size_limit = 67108864")


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
        try:
            self._real = self.path.resolve()
            self._real.parent.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self._real)
        except OSError as error:
            raise JournalError(f"{self.path}: {error.strerror}") from None
        except JournalError as error:
            raise JournalError(f"{self.path}: {error}") from None
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
        self.engine.dispose()
        unlock(self._lock)
