"""What the journal needs of the database that it is in."""

from collections.abc import Callable
from typing import Protocol

import sqlalchemy as sa

from fsm.errors import JournalError, JournalLost


class Database(Protocol):
    """Where a journal is.

    Attributes:
        shared: whether several supervisors may have it open.
        begins: statement that begins a transaction which writes.
        engine: SQLAlchemy's.
        away: called again and again while what is read outside of transactions finds no server; it
            waits a while, or raises the error where that should not be awaited. None for nobody.
    """

    shared: bool
    begins: str
    engine: sa.Engine
    away: Callable[[JournalLost], None] | None

    @property
    def name(self) -> str:
        """As it is shown to people, without secrets."""

    def opened(self) -> sa.Connection:
        """A connection to it; what is read outside of transactions leaves none open.

        Raises:
            JournalError: where it cannot be used.
        """

    def prepare(self, db: sa.Connection) -> None:
        """Bring its tables to the present version, within a transaction that writes."""

    def ready(self, db: sa.Connection) -> None:
        """See whether all is there that should be, outside of a transaction."""

    def meant(self, error: BaseException, what: str) -> JournalError | None:
        """The error of the journal that one of the driver is; None where it is another's.

        Args:
            error: whatever was raised.
            what: what could not be done, said where it passes.
        """

    def lock(self, db: sa.Connection, name: str) -> None:
        """Have others that lock this name wait until the transaction ends."""

    def flushing(self, db: sa.Connection, flushed: bool) -> None:
        """Whether transactions are to be on the disk when they end, outside of one; see
        :meth:`fsm.io.journal.journal.Journal.writing`."""

    def checkpoint(self) -> None:
        """Have what the write-ahead log has taken into the file, beside whoever calls."""

    def lost(self) -> str:
        """What has become of it under its name; "" where that is all right."""

    def size(self, db: sa.Connection) -> tuple[int, int]:
        """(its bytes, how many of these are free)."""

    def shrink(self, db: sa.Connection, pages: int) -> None:
        """Give some of what is free back to the disk; outside of transactions."""

    def close(self) -> None:
        """Let others have it."""
