"""Inputs that raised when they were taken: kept apart in the journal, until they are retried."""

from collections.abc import Iterable
from typing import TypeAlias

import attrs
import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import FAILED, INPUTS
from fsm.io.journal.upserts import add_new

# Number, GraceID, when it was taken (unix seconds), traceback.
Failure: TypeAlias = tuple[int, str, float, str]


def note(journal: Journal, failures: Iterable[Failure]) -> None:
    """Put inputs aside, within the journal's transaction.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        failures: of inputs that are in the journal.
    """
    if failures:
        names = ("number", "graceid", "time", "trace")
        journal.db.execute(add_new(FAILED),
                           [dict(zip(names, one, strict=True)) for one in failures])


def waiting(journal: Readable, graceid: str = "") -> list[Plain]:
    """Those that have not been retried, as dicts with ``number``, ``graceid``, ``time``, ``kind``
    and ``trace``.

    Args:
        journal: :class:`~fsm.io.journal.readable.Readable`.
        graceid: the only candidate meant; "" for all.
    """
    found = journal.db.execute(
        sa.select(FAILED.c.number, FAILED.c.graceid, FAILED.c.time, INPUTS.c.kind, FAILED.c.trace)
        .join(INPUTS, INPUTS.c.number == FAILED.c.number)
        .where(FAILED.c.retried.is_(None), FAILED.c.graceid == graceid if graceid else sa.true())
        .order_by(FAILED.c.number))
    return [row._asdict() for row in found]


def short(one: Plain) -> Plain:
    """One of them in short: without its traceback, but for ``why``, the last line of that."""
    why = one["trace"].strip().rpartition("\n")[2]
    return {"number": one["number"], "graceid": one["graceid"], "kind": one["kind"], "why": why}


def counts(journal: Readable) -> dict[str, int]:
    """How many of each candidate have not been retried."""
    return dict(journal.db.execute(
        sa.select(FAILED.c.graceid, sa.func.count()).where(FAILED.c.retried.is_(None))
        .group_by(FAILED.c.graceid)).all())


def again(journal: Journal, number: int, now: float) -> codec.Input:
    """An input that failed, as one that comes now (unix seconds).

    Where several supervisors share the journal it is written down once, whoever retries it.
    """
    row = journal.db.execute(sa.select(INPUTS.c.graceid, INPUTS.c.kind, INPUTS.c.body)
                             .where(INPUTS.c.number == number)).one()
    made = codec.read(now, *row)
    if journal.database.shared:
        made = attrs.evolve(made, origin=f"again {number}")
    return made if isinstance(row.body, bytes | None) else attrs.evolve(
        made, body=str(row.body).encode("utf-8", "backslashreplace"))


def retried(journal: Journal, numbers: Iterable[int], now: float) -> None:
    """Note, within the journal's transaction, that inputs were taken again (unix seconds)."""
    journal.db.execute(sa.update(FAILED).where(FAILED.c.number.in_(numbers))
                       .values(retried=int(now)))
