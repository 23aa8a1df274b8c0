"""The journal: every input before it is acted on, and what came of it.

It is in a file of SQLite with one writer, the supervisor's main loop, or in a database that several
supervisors share. What a turn brings is one transaction, and what comes of it another; on the disk
they are when the second has ended, before anybody is told. A program that is killed loses what it
had not taken yet, nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path

import sqlalchemy as sa

from fsm.errors import JournalDamaged, JournalError, JournalLost
from fsm.io.journal import codec
from fsm.io.journal.codec import Numbered
from fsm.io.journal.database import Database
from fsm.io.journal.errors import damaged
from fsm.io.journal.pruning import PRUNED, Pruning
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import INPUTS
from fsm.io.journal.sqlite import SQLite
from fsm.io.journal.supervised import ROWS

MOST = 200  # inputs about a candidate that are acted on together
_WAITING = ROWS.where(INPUTS.c.graceid == sa.bindparam("graceid"), INPUTS.c.seq.is_(None)
                       ).order_by(INPUTS.c.number).limit(MOST)
_ADD = sa.insert(INPUTS).returning(INPUTS.c.number, sort_by_parameter_order=True)
_NOBODYS = sa.update(INPUTS).where(INPUTS.c.number == sa.bindparam("n")).values(
    seq=INPUTS.c.number)
_PLACE = sa.update(INPUTS).where(INPUTS.c.number == sa.bindparam("n")).values(
    seq=sa.bindparam("place"), time=sa.bindparam("at"))


def columns(row: codec.Input) -> dict[str, object]:
    """An input that waits to be acted on, as columns of its table; its number is the database's."""
    return {"time": row.time, "graceid": row.graceid, "kind": row.kind, "body": row.body,
            "origin": row.origin}


class Journal(Readable):
    """An open journal.

    Args:
        where: path of its file, made where there is none, or another
            :class:`~fsm.io.journal.database.Database`.

    Attributes:
        db: SQLAlchemy connection; within :meth:`writing` it is in a transaction. Its errors are
            :class:`~fsm.errors.JournalError`.
        database: where it is.
        broken: the error after which nothing is written any more: damage, or something that could
            not be read outside of :meth:`writing`, whoever has made what of that; else None.

    Raises:
        JournalDamaged: where it is damaged.
        JournalError: where another supervisor has it open, or it cannot be used.
    """

    broken: JournalError | None = None
    _spoiled: JournalError | None = None  # the first error within a transaction
    _writing = False

    def __init__(self, where: str | Path | Database) -> None:
        self.mended = []
        self.database: Database = SQLite(where) if isinstance(where, str | Path) else where
        try:
            sa.event.listen(self.database.engine, "handle_error", self._failed)
            self.db = self.database.opened()
            with self.writing(), self.reading("what an older version has written"):
                self.database.prepare(self.db)
            self.database.ready(self.db)
            # The last inputs may have been pruned; no number is given twice all the same.
            last = self.db.scalar(sa.select(sa.func.max(INPUTS.c.number)))
            self._last = max(last or 0, self.fact(PRUNED, 0))
            self._pruning = Pruning(self.db)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """Where it is, as it is shown to people."""
        return self.database.name

    def close(self) -> None:
        """Close it and let others have it."""
        with suppress(JournalError):
            if hasattr(self, "db"):  # it may not have come so far
                self.db.close()
        self.database.close()

    def _failed(self, context: sa.ExceptionContext) -> JournalError | None:
        """SQLAlchemy asks here what is to be raised in the place of an error of the database."""
        made = self._meant(context.original_exception)
        if isinstance(made, JournalLost):  # also where the server would go on with the session
            context.is_disconnect = True
        return made

    def _meant(self, error: BaseException) -> JournalError | None:
        what = "cannot be written" if self._writing else "cannot be used"
        made = self.database.meant(error, what)
        if isinstance(made, JournalDamaged) or made and not self._writing \
                and not isinstance(made, JournalLost):
            self.broken = self.broken or made
        self._spoiled = self._spoiled or made
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
            raise damaged(self.name, f"{what} cannot be read ({type(error).__name__}: "
                                     f"{error!s:.80})") from None

    @contextmanager
    def writing(self, flushed: bool = True) -> Iterator[None]:
        """One transaction.

        Args:
            flushed: whether it is on the disk when it ends, if anything was written. Else it is
                there with the next one of which that holds: the end of the program does it no harm
                until then, that of the machine does.

        Raises:
            JournalDamaged: where no waiting helps.
            JournalLocked: where another program writes it at present.
            JournalError: where it could not be written, for a reason that may pass, such as a full
                disk; then nothing of it has been.
        """
        if self.broken:
            raise self.broken
        self._writing, self._spoiled = True, None
        try:
            self.database.flushing(self.db, flushed)
            self.db.exec_driver_sql(self.database.begins)
            yield
            failed = self.broken or self._spoiled
            if failed:  # and somebody has made something of that
                raise failed
            self.db.commit()
        except BaseException:
            with suppress(JournalError):
                self.db.rollback()
            raise
        finally:
            self._writing = False

    # -- inputs ---------------------------------------------------------------------------------

    def add(self, rows: Sequence[codec.Input]) -> Sequence[int]:
        """Append inputs that wait to be acted on; returns their numbers.

        Args:
            rows: :class:`~fsm.io.journal.codec.Input` objects.
        """
        if self.database.shared:
            return self._add_among_others(rows)
        numbers = range(self._last + 1, self._last + 1 + len(rows))
        self._last += len(rows)
        if rows:
            self.db.execute(sa.insert(INPUTS), [
                {**columns(row), "number": number, "seq": None if row.graceid else number,
                 "origin": None} for number, row in zip(numbers, rows, strict=True)])
        return numbers

    def _add_among_others(self, rows: Sequence[codec.Input]) -> Sequence[int]:
        """Likewise, where others add inputs too, and the database numbers them."""
        if not rows:
            return []
        numbers = self.db.scalars(_ADD, list(map(columns, rows))).all()
        nobodys = [number for number, row in zip(numbers, rows, strict=True) if not row.graceid]
        if nobodys:
            self.db.execute(_NOBODYS, [{"n": number} for number in nobodys])
        return numbers

    def lock(self, name: str) -> None:
        """Have others wait that lock this name, until the transaction ends."""
        self.database.lock(self.db, name)

    def waiting(self, graceid: str) -> list[Numbered]:
        """Pairs (number, input) about a candidate that have not been acted on, the first ones."""
        return self.read(_WAITING, {"graceid": graceid})

    def unacted(self) -> Sequence[str]:
        """The GraceIDs about which inputs wait to be acted on."""
        return self.db.scalars(sa.select(INPUTS.c.graceid).where(INPUTS.c.seq.is_(None))
                               .group_by(INPUTS.c.graceid)
                               .order_by(sa.func.min(INPUTS.c.number))).all()

    def acted_on(self, inputs: Iterable[tuple[int, float, int]]) -> None:
        """Note that inputs have been acted on.

        Args:
            inputs: the number of each, the time by which that was done, unix seconds, and its place
                among all about the candidate.
        """
        rows = [{"n": number, "at": time, "place": place} for number, time, place in inputs]
        if rows:
            self.db.execute(_PLACE, rows)

    def last_time(self) -> float | None:
        """When the last input was taken whose row tells that, unix seconds; None before the first.
        """
        times = self.db.scalars(sa.select(INPUTS.c.time).order_by(INPUTS.c.number.desc())
                                .limit(MOST)).all()
        return next((time for time in times if isinstance(time, float) and isfinite(time)), None)

    def prune(self, before: float, archived: float = float("-inf")) -> bool:
        """Drop some of what is too old; see :meth:`fsm.io.journal.pruning.Pruning.look`."""
        more = self._pruning.look(before, archived)
        self.set_facts(**{name: value for name, value in self._pruning.facts.items()
                          if value > self.fact(name, 0)})
        return more

    def shrink(self, pages: int = 1000) -> None:
        """Give pages that are free back to the disk, a few at a time; outside of transactions."""
        try:
            self.database.shrink(self.db, pages)
        except Exception as error:  # past SQLAlchemy
            made = self.database.meant(error, "cannot be made smaller")
            if made is None:
                raise
            if isinstance(made, JournalDamaged):
                self.broken = made
                raise made from None

    def size(self) -> tuple[int, int]:
        """(its bytes, how many of these are free)."""
        return self.database.size(self.db)
