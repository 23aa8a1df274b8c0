"""What is too old leaves the journal, a little at a time, so that the main loop hardly waits.

A look costs the same however much there is: it takes up the inputs where the last one has stopped,
and begins again at the oldest when it has come to what is too young.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from fsm.io.journal.schema import (
    ALARMS,
    ARCHIVE,
    CANDIDATES,
    FAILED,
    HISTORY,
    INPUTS,
    LATENCIES,
    OUTBOX,
    POST,
)

ROWS = 2000  # inputs, and messages, that one look is about
MOST = 20  # candidates that leave the archive in one look
PRUNED = "pruned"  # the fact: the highest number of an input that was dropped as too old
# The facts: the time before which inputs and messages, and candidates of the archive, were dropped.
DROPPED, FORGOTTEN = "dropped before", "forgotten before"


class Pruning:
    """Prunes a journal.

    Args:
        db: its SQLAlchemy connection.

    Attributes:
        facts: of what was dropped: the highest of each.
    """

    def __init__(self, db: sa.Connection) -> None:
        self._db, self._after = db, 0
        self.facts: dict[str, float] = {}

    def look(self, before: float, archived: float) -> bool:
        """Drop what is too old, within a transaction.

        Args:
            before: unix seconds; older inputs go, but for those of candidates that are under
                supervision or were archived later, and effects delivered before that.
            archived: what else is known of candidates goes that were archived before.

        Returns:
            Whether there is more to look at.
        """
        numbers = self._inputs(before)
        for table in (HISTORY, FAILED, INPUTS):
            self._db.execute(sa.delete(table).where(table.c.number.in_(numbers)))
        dropped = self._messages(before)
        left = self._db.scalars(sa.select(ARCHIVE.c.graceid).where(ARCHIVE.c.time < archived)
                                .order_by(ARCHIVE.c.time).limit(MOST)).all()
        for table in (ARCHIVE, LATENCIES, ALARMS):
            self._db.execute(sa.delete(table).where(table.c.graceid.in_(left)))
        self._note(**{PRUNED: max(numbers, default=0), FORGOTTEN: archived if left else 0,
                      DROPPED: before if numbers or dropped else 0})
        return self._after > 0 or len(left) == MOST

    def _inputs(self, before: float) -> Sequence[int]:
        """The numbers of the next inputs that are too old and that nobody needs."""
        some = (sa.select(INPUTS.c.number, INPUTS.c.time, INPUTS.c.graceid)
                .where(INPUTS.c.number > self._after).order_by(INPUTS.c.number).limit(ROWS)
                .subquery())
        count, last, latest = self._db.execute(sa.select(
            sa.func.count(), sa.func.max(some.c.number), sa.func.max(some.c.time))).one()
        self._after = last if count == ROWS and latest < before else 0
        needed = sa.exists().where(CANDIDATES.c.graceid == some.c.graceid) | sa.exists().where(
            ARCHIVE.c.graceid == some.c.graceid, ARCHIVE.c.time >= before)
        return self._db.scalars(sa.select(some.c.number)
                                .where(some.c.time < before, ~needed)).all()

    def _messages(self, before: float) -> bool:
        """Drop the next ones; returns whether there were any of the outbox."""
        dropped = self._db.execute(sa.delete(OUTBOX).where(OUTBOX.c.number.in_(
            sa.select(OUTBOX.c.number).where(OUTBOX.c.done < before).limit(ROWS))))
        oldest = sa.select(POST.c.number).order_by(POST.c.number).limit(ROWS)
        self._db.execute(sa.delete(POST).where(
            POST.c.number.in_(oldest), POST.c.letter.is_not(None), POST.c.time < before))
        return dropped.rowcount > 0

    def _note(self, **facts: float) -> None:
        for name, value in facts.items():
            self.facts[name] = max(value, self.facts.get(name, 0))
