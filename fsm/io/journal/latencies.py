"""Reads from a journal how long its checks have taken."""

from pathlib import Path

import sqlalchemy as sa

from fsm.errors import JournalError
from fsm.io.journal.reading import Opened, opened
from fsm.io.journal.schema import LATENCIES

# A process, its check, the state that this has come to, and three spans in seconds.
Span = tuple[str, str, str, float | None, float | None, float | None]
_SPANS = sa.select(
    LATENCIES.c.process, LATENCIES.c.check, LATENCIES.c.state,
    *(LATENCIES.c.at - LATENCIES.c[name] for name in ("created", "started", "began")),
).where(LATENCIES.c.created >= sa.bindparam("since")).order_by(
    LATENCIES.c.process, LATENCIES.c.check)


def rows(where: str | Path, since: float) -> list[Span]:
    """The checks that have come to an end.

    Args:
        where: path of the journal, which may be in use, or address of its database.
        since: only candidates created since then, unix seconds.

    Returns:
        Tuples (process, check, state, seconds since the candidate's creation, since its process's
        start, since its stage's start; None where the annotation is missing).

    Raises:
        JournalError: where it cannot be read.
    """
    with opened(where) as journal:
        return rows_of(journal, since)


def rows_of(journal: Opened, since: float) -> list[Span]:
    """Likewise, of a journal that is open."""
    try:
        return [tuple(row) for row in journal.db.execute(_SPANS, {"since": max(since, -1e18)})]
    except sa.exc.SQLAlchemyError as error:
        raise JournalError(f"{journal.name}: no journal with latencies: "
                           f"{journal.words(error)}") from None
