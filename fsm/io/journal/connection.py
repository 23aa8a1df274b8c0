"""A connection to a database server that is made anew when it is lost."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from fsm.errors import JournalLost

BEGIN = "BEGIN"
T = TypeVar("T")


class Steady:
    """A connection that is made anew when it is lost.

    What is read outside of a transaction is read again then; a transaction fails.

    Args:
        connect: makes a connection.
        away: called where that does not help, with the error and for how many seconds it has not;
            it waits a while, or raises the error.
    """

    def __init__(self, connect: Callable[[], sa.Connection],
                 away: Callable[[JournalLost, float], None]) -> None:
        self._connect, self._away, self._within = connect, away, False
        self._lost: JournalLost | None = None  # within the transaction
        self._db = connect()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, *args: Any) -> Any:
        """See SQLAlchemy's connection; likewise the others."""
        return self._tried(lambda: self._db.execute(*args))

    def scalar(self, *args: Any) -> Any:
        """The first value."""
        return self._tried(lambda: self._db.scalar(*args))

    def scalars(self, *args: Any) -> Any:
        """The first value of each row."""
        return self._tried(lambda: self._db.scalars(*args))

    def exec_driver_sql(self, statement: str, *args: Any) -> Any:
        """SQL as it is; ``BEGIN`` begins a transaction."""
        if statement == BEGIN:
            self._mend()
            self._within, self._lost = True, None
        return self._tried(lambda: self._db.exec_driver_sql(statement, *args))

    def commit(self) -> None:
        """End a transaction."""
        self._within = False
        self._db.commit()

    def rollback(self) -> None:
        """Likewise; nothing of it counts."""
        self._within = False
        self._mend()
        self._db.rollback()

    @property
    def whole(self) -> sa.Connection:
        """The connection itself."""
        return self._db

    def _mend(self) -> None:
        if self._db.closed or self._db.invalidated:
            lost, self._db = self._db, self._connect()  # it stays where no other can be had
            lost.close()

    def _tried(self, do: Callable[[], T]) -> T:
        began: float | None = None
        while True:
            try:
                if not self._within:
                    self._mend()
                elif self._lost:  # whatever was made of that
                    raise self._lost
                return do()
            except JournalLost as error:
                self._lost = error
                if self._within:
                    raise
                if began is None:  # it may have been lost long ago, and is made anew
                    began = time.monotonic()
                else:
                    self._away(error, time.monotonic() - began)
