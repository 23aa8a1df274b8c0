"""The journal: every input before it is acted on, and what came of it; one SQLite file.

It has one writer, the supervisor's main loop. What a turn writes is one transaction, on the disk
when :meth:`Journal.writing` ends; a program that is killed loses what it had not taken yet, nothing
else.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from fsm.core.engine.effects import Retired
from fsm.core.evidence.fields import Plain
from fsm.errors import JournalDamaged, JournalError
from fsm.io.journal import codec
from fsm.io.journal.codec import Numbered
from fsm.io.journal.errors import damaged, meant
from fsm.io.journal.lock import locked, unlock
from fsm.io.journal.notes import Notes
from fsm.io.journal.pruning import Pruning
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, FAILED, INPUTS, lacking, migrate
from fsm.io.jsonio import dumps, loads

_PRAGMAS = ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL",
            "busy_timeout = 500", "temp_store = MEMORY", "journal_size_limit = 67108864")
ACTED = "acted"  # the fact: number of the last input whose effects are in the journal
PRUNED = "pruned"  # the fact: the highest number of an input that was dropped as too old
_ROWS = sa.select(INPUTS.c.number, INPUTS.c.time, INPUTS.c.graceid, INPUTS.c.kind,
                  INPUTS.c.body).order_by(INPUTS.c.number)
_OF_ONE = _ROWS.where(
    INPUTS.c.graceid == sa.bindparam("graceid"), INPUTS.c.number > sa.bindparam("after"),
    INPUTS.c.number <= sa.bindparam("upto"), INPUTS.c.number.not_in(sa.select(FAILED.c.number)))
_TIMER = insert(CANDIDATES)
_TIMER = _TIMER.on_conflict_do_update(
    ["graceid"], set_={name: _TIMER.excluded[name]
                       for name in ("timer", "heard", "state", "open", "overdue", "regions",
                                    "profile")})
_SNAPSHOT = insert(CANDIDATES)
_SNAPSHOT = _SNAPSHOT.on_conflict_do_update(
    ["graceid"], set_={name: _SNAPSHOT.excluded[name] for name in ("number", "body")})
_ARCHIVED = insert(ARCHIVE).on_conflict_do_nothing()

class Journal(Notes):
    """An open journal.

    Args:
        path: of its file, made where there is none. The file itself is locked while it is open,
            under whatever name, and for earlier versions ``path.lock`` beside it.

    Attributes:
        db: SQLAlchemy connection; within :meth:`writing` it is in a transaction. Its errors are
            :class:`~fsm.errors.JournalError`.
        broken: the error after which nothing is written any more: damage, or something that could
            not be read outside of :meth:`writing`, whoever has made what of that; else None.

    Raises:
        JournalDamaged: where it is damaged.
        JournalError: where another supervisor has it open, or it cannot be used.
    """

    broken: JournalError | None = None
    _writing = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._real = self.path.resolve()
            self._real.parent.mkdir(parents=True, exist_ok=True)
            self._lock = locked(self._real)
        except OSError as error:
            raise JournalError(f"{self.path}: {error.strerror}") from None
        except JournalError as error:
            raise JournalError(f"{self.path}: {error}") from None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        address = sa.URL.create("sqlite", database=str(self._real))  # whatever is in its name
        self._engine = sa.create_engine(address, poolclass=sa.StaticPool)
        sa.event.listen(self._engine, "handle_error", self._failed)
        self.db = self._engine.connect()
        for pragma in _PRAGMAS:
            self.db.exec_driver_sql(f"PRAGMA {pragma}")
        self.db.commit()
        with self.writing(), self.reading("what an older version has written"):
            migrate(self.db)
        missing = lacking(self.db.exec_driver_sql)
        if missing:
            raise damaged(self.path, f"it lacks {', '.join(missing)}")
        self.db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # what was overwritten goes
        self.db.commit()
        # The last inputs may have been pruned; no number is given twice all the same.
        last = self.db.scalar(sa.select(sa.func.max(INPUTS.c.number)))
        self._last = max(last or 0, self.fact(ACTED, 0))
        self._pruning = Pruning(self.db)

    def close(self) -> None:
        """Close it and let others have it."""
        with suppress(JournalError):
            if hasattr(self, "db"):  # it may not have come so far
                self.db.close()
        self._engine.dispose()
        unlock(self._lock)

    def _failed(self, context: sa.ExceptionContext) -> JournalError | None:
        """SQLAlchemy asks here what is to be raised in the place of an error of the database."""
        if isinstance(context.original_exception, sqlite3.Error):
            return self._error(context.original_exception)
        return None

    def _error(self, error: sqlite3.Error) -> JournalError:
        made = meant(self.path, error, "cannot be written" if self._writing else "cannot be used")
        if isinstance(made, JournalDamaged) or not self._writing:
            self.broken = self.broken or made
        return made

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """What is made within of the journal's content; where that is rubbish, it is damaged.

        Args:
            what: whose content that is.

        Raises:
            JournalDamaged: where anything else than an error of the journal is raised within.
        """
        try:
            yield
        except JournalError:
            raise
        except Exception as error:  # whatever rubbish leads to
            raise damaged(self.path, f"{what} cannot be read ({type(error).__name__}: "
                                     f"{error!s:.80})") from None

    def lost(self) -> str:
        """What has become of the file that is open, under its name; "" where that is all right."""
        try:
            there = os.stat(self._real)
        except OSError as error:
            return f"{self._real} cannot be found any more ({error.strerror})"
        mine = os.fstat(self._lock[-1].fileno())
        same = (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
        return "" if same else f"{self._real} is another file than the one that is open"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction.

        Raises:
            JournalDamaged: where no waiting helps.
            JournalLocked: where another program writes it at present.
            JournalError: where it could not be written, for a reason that may pass, such as a full
                disk; then nothing of it has been.
        """
        if self.broken:
            raise self.broken
        self._writing = True
        try:
            self.db.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            if self.broken:  # somebody has made something of what could not be read
                raise self.broken
            self.db.commit()
        except BaseException:
            with suppress(JournalError):
                self.db.rollback()
            raise
        finally:
            self._writing = False

    # -- inputs ---------------------------------------------------------------------------------

    def add(self, rows: Sequence[codec.Input]) -> range:
        """Append inputs; returns their numbers.

        Args:
            rows: :class:`~fsm.io.journal.codec.Input` objects.
        """
        numbers = range(self._last + 1, self._last + 1 + len(rows))
        self._last += len(rows)
        if rows:
            self.db.execute(sa.insert(INPUTS), [
                {"number": number, "time": row.time, "graceid": row.graceid, "kind": row.kind,
                 "body": row.body} for number, row in zip(numbers, rows, strict=True)])
        return numbers

    def inputs_of(self, graceid: str, after: int, upto: int) -> list[Numbered]:
        """Pairs (number, input) about a candidate with numbers in a range, in order, but for those
        that failed."""
        return self._read(_OF_ONE, {"graceid": graceid, "after": after, "upto": upto})

    def not_acted_on(self) -> list[Numbered]:
        """Pairs (number, input) of those whose effects are not in the journal, in order."""
        return self._read(_ROWS.where(INPUTS.c.number > int(self.fact(ACTED, 0))))

    def _read(self, query: sa.Select[Any], values: Plain | None = None) -> list[Numbered]:
        return [(number, codec.read(*row)) for number, *row in self.db.execute(query, values)]

    def last_time(self) -> float | None:
        """When the last input was taken, unix seconds; None before the first."""
        return self.db.scalar(sa.select(INPUTS.c.time).order_by(INPUTS.c.number.desc()).limit(1))

    # -- candidates -----------------------------------------------------------------------------

    def timers(self) -> list[tuple[str, float, float | None]]:
        """Triples (GraceID, when it is next looked at, when it was last heard of) of all candidates
        under supervision; None as the last where nothing is expected of it."""
        return list(map(tuple, self.db.execute(
            sa.select(CANDIDATES.c.graceid, CANDIDATES.c.timer, CANDIDATES.c.heard))))

    def save_summaries(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Note where candidates are, of those not known before too.

        Args:
            rows: tuples (GraceID, when it is next looked at, when it was last heard of, state,
                number of open checks, number of overdue ones, regions in words, profile).
        """
        if rows:
            names = ("graceid", "timer", "heard", "state", "open", "overdue", "regions", "profile")
            self.db.execute(_TIMER, [{"number": 0, **dict(zip(names, row, strict=True))}
                                     for row in rows])

    def unstored(self) -> Sequence[str]:
        """The GraceIDs of candidates that have had inputs since their last configuration."""
        last = sa.select(sa.func.max(INPUTS.c.number)).where(
            INPUTS.c.graceid == CANDIDATES.c.graceid).scalar_subquery()
        return self.db.scalars(
            sa.select(CANDIDATES.c.graceid).where(last > CANDIDATES.c.number)).all()

    def snapshot(self, graceid: str) -> tuple[int, Plain | None]:
        """(number of its last input, configuration) of a candidate; (0, None) without any."""
        row = self.db.execute(sa.select(CANDIDATES.c.number, CANDIDATES.c.body).where(
            CANDIDATES.c.graceid == graceid)).first()
        return (row.number, loads(row.body)) if row and row.body else (0, None)

    def save_snapshots(self, snapshots: Sequence[tuple[str, int, Plain]]) -> None:
        """Keep configurations, as triples (GraceID, number of its last input, configuration)."""
        if snapshots:
            self.db.execute(_SNAPSHOT, [
                {"graceid": graceid, "number": number, "body": dumps(configuration)}
                for graceid, number, configuration in snapshots])

    def archive(self, retired: Retired) -> None:
        """Move a candidate that has left into the archive."""
        self.db.execute(sa.delete(CANDIDATES).where(CANDIDATES.c.graceid == retired.graceid))
        self.db.execute(_ARCHIVED, {"graceid": retired.graceid, "time": retired.time,
                                    "body": codec.packed(dumps(retired.configuration))})

    def archived_configuration(self, graceid: str) -> Plain | None:
        """The last configuration of a candidate that has left, None without any."""
        body = self.db.scalar(sa.select(ARCHIVE.c.body).where(ARCHIVE.c.graceid == graceid))
        with self.reading(f"what is archived of {graceid}"):
            return None if body is None else loads(codec.unpacked(body))

    def archived(self) -> Sequence[str]:
        """The GraceIDs in the archive, the oldest first."""
        return self.db.scalars(sa.select(ARCHIVE.c.graceid).order_by(ARCHIVE.c.time)).all()

    def prune(self, before: float, archived: float = float("-inf")) -> bool:
        """Drop some of what is too old; see :meth:`fsm.io.journal.pruning.Pruning.look`."""
        more = self._pruning.look(before, archived)
        if self._pruning.last > self.fact(PRUNED, 0):
            self.set_facts(**{PRUNED: self._pruning.last})
        return more

    def shrink(self, pages: int = 1000) -> None:
        """Give pages that are free back to the disk, a few at a time; outside of transactions."""
        # A script, since the driver would take only the first of the statement's many steps.
        try:
            driver: Any = self.db.connection.dbapi_connection
            driver.executescript(f"PRAGMA incremental_vacuum({pages})")
            self.db.commit()
        except sqlite3.Error as error:  # past SQLAlchemy
            made = meant(self.path, error, "cannot be made smaller")
            if isinstance(made, JournalDamaged):
                self.broken = made
                raise made from None

    def count(self, table: sa.Table) -> int:
        """The number of rows of one of the tables of :mod:`fsm.io.journal.schema`."""
        return self.db.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def size(self) -> tuple[int, int]:
        """(bytes of its file, how many of these are free)."""
        page, count, free = (self.db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in
                             ("page_size", "page_count", "freelist_count"))
        return page * count, page * free
