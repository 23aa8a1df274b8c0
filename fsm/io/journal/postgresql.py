"""A journal in a database of PostgreSQL, which several supervisors share."""

import time
from collections.abc import Callable
from typing import Any, cast

import psycopg
import sqlalchemy as sa

from fsm.errors import JournalDamaged, JournalError, JournalLocked, JournalLost
from fsm.io.journal import upgrading
from fsm.io.journal.connection import BEGIN, Steady
from fsm.io.journal.sharing import OVERDUE
from fsm.io.postgres import SECRETS, conninfo, unsuited, words

WAIT, PAUSE = 30.0, 0.5  # seconds for which a server is awaited where nobody says for how long
REST = 600.0  # seconds after which a connection that is kept is made anew
# What the server ends by itself, so that a supervisor that hangs holds nobody up.
_LIMITS = {"idle_in_transaction_session_timeout": "5s", "lock_timeout": "5s"}
# Serialization, deadlock, a lock that is not to be had, and the same written by another just now.
_BUSY = {"40001", "40P01", "55P03", "23505"}
# Cut, hung too long, idle for too long, cancelled by somebody, shut down, not yet up; and a session
# that may only read, such as one begun before a standby has been promoted.
_LOST = {"", "25P03", "57P05", "57014", "57P01", "57P02", "57P03", "25006"}
_LOST_KINDS = ("08", "53")  # connections; what the server lacks: disk, memory, connections
_BROKEN = {"XX000", "XX001", "XX002", "42P01", "42703"}  # rubbish in its files, tables that lack
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_MAKING = "the journal's tables"


class PostgreSQL:
    """The database of a journal.

    Args:
        url: its address, ``postgresql://user:password@host/database``, with options of libpq after
            a question mark.
        keep: how many connections are kept for whoever asks next; 0 where each asks on its own.

    Raises:
        JournalError: where it cannot be reached, or its address cannot be used.
    """

    shared, begins = True, BEGIN
    away: Callable[[JournalLost], None] | None = None

    def __init__(self, url: str, keep: int = 0) -> None:
        self._url = url
        try:
            conninfo(url, "journal")
            shown = sa.make_url(url)
            self._name = shown.update_query_dict(
                {name: "***" for name in SECRETS if name in shown.query}).render_as_string()
        except (sa.exc.ArgumentError, psycopg.Error):
            raise JournalError("journal.url: it is no address of a database") from None
        self.engine = sa.create_engine(
            "postgresql+psycopg://", isolation_level="AUTOCOMMIT", **_kept(keep),
            creator=lambda: psycopg.connect(conninfo(url, "journal", **_LIMITS)))

    @property
    def name(self) -> str:
        """Its address, without a password."""
        return self._name

    def opened(self) -> sa.Connection:
        """See :class:`~fsm.io.journal.database.Database`."""
        return cast(sa.Connection, Steady(self.engine.connect, self._away))

    def prepare(self, db: sa.Connection) -> None:
        """Make its tables where there are none, and what is new of them where there are."""
        why = unsuited(db.scalar(sa.text("SHOW server_encoding")))
        if why:
            raise JournalError(f"{self.name}: {why}")
        self.lock(db, _MAKING)
        upgrading.prepare(_whole(db))

    def ready(self, db: sa.Connection) -> None:
        """Nothing can be lacking."""

    def meant(self, error: BaseException, what: str) -> JournalError | None:
        """See :class:`~fsm.io.journal.database.Database`."""
        if not isinstance(error, psycopg.Error):
            return None
        said = words(error, self._url)
        if error.sqlstate in _BROKEN:
            return JournalDamaged(f"{self.name}: damaged, no usable journal: {said}")
        state = error.sqlstate or ""
        kind = JournalLocked if state in _BUSY else \
            JournalLost if state in _LOST or state.startswith(_LOST_KINDS) else JournalError
        return kind(f"{self.name} {what}: {said}")

    def lock(self, db: sa.Connection, name: str) -> None:
        """Have others that lock this name wait until the transaction ends."""
        db.execute(_LOCK, {"name": name})

    def flushing(self, db: sa.Connection, flushed: bool) -> None:
        """They always are: whoever sees them may act on them at once."""

    def checkpoint(self) -> None:
        """The server does that by itself."""

    def lost(self) -> str:
        """It tells by itself when it is used."""
        return ""

    def size(self, db: sa.Connection) -> tuple[int, int]:
        """(its bytes, 0)."""
        return db.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0, 0

    def shrink(self, db: sa.Connection, pages: int) -> None:
        """The server does that by itself."""

    def _away(self, error: JournalLost, seconds: float) -> None:
        if self.away:
            self.away(error)
        elif seconds > WAIT:
            raise error
        else:
            time.sleep(PAUSE)

    def close(self) -> None:
        """End all connections."""
        self.engine.dispose()


def _kept(keep: int) -> dict[str, Any]:
    """How many connections an engine keeps; twice as many may be in use."""
    if not keep:
        return {"poolclass": sa.NullPool}
    return {"poolclass": sa.QueuePool, "pool_size": keep, "max_overflow": keep,
            "pool_timeout": WAIT, "pool_pre_ping": True, "pool_recycle": REST}


class Overdue:
    """Looks, on a connection of its own, for GraceIDs that nobody acts on.

    Args:
        url: address of the database.
    """

    def __init__(self, url: str) -> None:
        self._database = PostgreSQL(url)

    def __call__(self) -> list[str]:
        """The GraceIDs of inputs that have waited for two seconds, and those with something due."""
        with self._database.engine.connect() as db:
            return list(db.scalars(OVERDUE))


def _whole(db: sa.Connection) -> sa.Connection:
    return db.whole if isinstance(db, Steady) else db
