"""Opens a journal so that nothing can be written; its supervisor may run."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

import attrs
import sqlalchemy as sa

from fsm.errors import JournalError, JournalLost
from fsm.io.extras import missing
from fsm.io.journal.errors import meant
from fsm.io.journal.migrations import MIGRATIONS, migrate
from fsm.io.journal.schema import NOW
from fsm.io.paths import is_address, shown

if TYPE_CHECKING:
    from fsm.io.journal.postgresql import PostgreSQL

# A check may think for longer than a supervisor does, and holds no locks.
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"


@attrs.frozen
class Opened:
    """A journal that is open for reading, in one transaction: one state of it, whatever is written
    meanwhile.

    Attributes:
        name: as it is shown to people.
        db: SQLAlchemy connection.
        size: in bytes.
        now: time by its clock, unix seconds; None for a file of SQLite, which has no clock, but a
            version, and pages that can be checked.
        words: what an error of SQLAlchemy is for people; raises
            :class:`~fsm.errors.JournalLost` where it cannot be reached any more.
    """

    name: str
    db: sa.Connection
    size: int
    now: float | None
    words: Callable[[sa.exc.SQLAlchemyError], str]


def opened(where: str | Path) -> AbstractContextManager[Opened]:
    """A context in which a journal is open.

    Args:
        where: path of its file, or address of its database.

    Raises:
        JournalError: where there is none, or it may not be read.
    """
    return _of_server(str(where)) if is_address(where) else _of_file(str(where))


@contextmanager
def of_today(where: str | Path) -> Iterator[Opened]:
    """Likewise; of one that an earlier version of the program has written, a copy that is brought
    up to date.

    Args:
        where: as of :func:`opened`.

    Raises:
        JournalError: likewise, and where a newer version has written it.
    """
    with ExitStack() as stack:
        found = stack.enter_context(opened(where))
        if found.now is None and 0 < _version(found) != len(MIGRATIONS):
            copy = Path(stack.enter_context(TemporaryDirectory())) / "journal.db"
            _copied(there(where), copy)
            found = attrs.evolve(stack.enter_context(opened(copy)), name=found.name)
        yield found


def _version(found: Opened) -> int:
    return int(found.db.exec_driver_sql("PRAGMA user_version").scalar_one())


def _copied(path: Path, copy: Path) -> None:
    """Write a copy of a journal of another version, brought up to date."""
    made = sa.create_engine(f"sqlite:///{copy}", poolclass=sa.NullPool)
    try:
        with reading(path) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with made.begin() as db:
            migrate(db)
    except (sqlite3.Error, sa.exc.SQLAlchemyError, JournalError) as error:
        raise JournalError(f"{shown(path)}: {error}") from None


class Reader:
    """Opens one journal again and again: a database on connections that are kept, a file by a new
    one each time, so that it may be another file by then; either remembers its statements.

    Args:
        where: as of :func:`opened`.
        keep: how many are kept.

    Raises:
        JournalError: where the address cannot be used.
    """

    def __init__(self, where: str, keep: int) -> None:
        self._database = _database(where, keep) if is_address(where) else None
        self._path, self._engine = where, None if self._database else _engine_of_file(where)

    def opened(self) -> AbstractContextManager[Opened]:
        """See the function of that name."""
        if self._database is not None:
            return _of_database(self._database)
        return _of_file(self._path, self._engine)

    def close(self) -> None:
        """Keep no connections."""
        if self._database is not None:
            self._database.close()


def there(path: str | Path) -> Path:
    """Refuse a journal that is none, or cannot be opened; returns its path without links.

    Raises:
        JournalError: which says what is there instead.
    """
    path, name = Path(path), shown(path)
    try:
        real = path.resolve(strict=True)
        if not real.is_file():
            raise JournalError(f"{name}: it is no file, so no journal")
        if not os.access(real, os.R_OK):  # opened and closed, it would lose SQLite's locks on it
            raise JournalError(f"{name}: you may not read it")
        return real
    except FileNotFoundError:
        raise JournalError(f"{name}: there is no journal; give its file, or its configuration with "
                           "--config") from None
    except OSError as error:
        raise JournalError(f"{name}: {error.strerror}") from None


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to a journal that may be in use.

    Args:
        path: as :func:`there` returns it.
    """
    with closing(_connection(path)) as db:
        yield db


def _connection(path: Path) -> sqlite3.Connection:
    address = f"file:{quote_from_bytes(str(path).encode('utf-8', 'surrogateescape'))}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=10, isolation_level=None,
                           check_same_thread=False)


def quick_fault(path: Path) -> str:
    """The first damage that a quick look finds, in SQLite's words; "" for none.

    Args:
        path: as :func:`there` returns it.

    Raises:
        JournalError: where it cannot be read.
    """
    try:
        with reading(path) as db:
            said = [line for (line,) in db.execute("PRAGMA quick_check(1)") if line != "ok"]
    except sqlite3.Error as error:
        raise meant(path, error) from None
    return " ".join(said[0].split()) if said else ""


@contextmanager
def _of_file(path: str, engine: sa.Engine | None = None) -> Iterator[Opened]:
    try:
        db = (engine or _engine_of_file(path)).connect()
    except sa.exc.SQLAlchemyError as error:
        raise JournalError(f"{shown(path)}: {_words(error)}") from None
    try:
        db.exec_driver_sql("BEGIN")
        yield Opened(path, db, there(path).stat().st_size, None, _words)
    finally:
        db.close()


def _engine_of_file(path: str) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        driver = _connection(there(path))
        # What is no UTF-8 is a row's matter, not its table's.
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        return driver

    return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)


def _database(url: str, keep: int = 0) -> "PostgreSQL":
    try:
        from fsm.io.journal.postgresql import PostgreSQL
    except ImportError as error:
        raise JournalError(missing(error, "cluster")) from None
    return PostgreSQL(url, keep)


@contextmanager
def _of_server(url: str) -> Iterator[Opened]:
    with closing(_database(url)) as database, _of_database(database) as journal:
        yield journal


@contextmanager
def _of_database(database: "PostgreSQL") -> Iterator[Opened]:
    def words(error: sa.exc.SQLAlchemyError) -> str:
        made = database.meant(getattr(error, "orig", None) or error, "says")
        if isinstance(made, JournalLost):
            raise made from None
        return _words(error) if made is None else str(made)

    with ExitStack() as stack:
        try:
            db = stack.enter_context(database.engine.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True))
            db.exec_driver_sql(_PATIENT)
            (size, _), now = database.size(db), db.scalar(sa.select(NOW))
        except sa.exc.SQLAlchemyError as error:
            raise JournalError(words(error)) from None
        yield Opened(database.name, db, size, now, words)


def _words(error: sa.exc.SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error)
