"""What is too old leaves the journal, a little at a time, so that the main loop hardly waits.

A look costs the same however much there is: it takes up the inputs where the last one has stopped,
and begins again at the oldest when it has come to what is too young.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from fsm.io.journal.schema import (
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


class Pruning:
    """Prunes a journal.

    Args:
        db: its SQLAlchemy connection.

    Attributes:
        last: the highest number of an input that was dropped, 0 before the first.
    """

    def __init__(self, db: sa.Connection) -> None:
        self._db, self._after, self.last = db, 0, 0

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
        self.last = max(numbers, default=self.last)
        for table in (HISTORY, FAILED, INPUTS):
            self._db.execute(sa.delete(table).where(table.c.number.in_(numbers)))
        self._messages(before)
        left = self._db.scalars(sa.select(ARCHIVE.c.graceid).where(ARCHIVE.c.time < archived)
                                .order_by(ARCHIVE.c.time).limit(MOST)).all()
        for table in (ARCHIVE, LATENCIES):
            self._db.execute(sa.delete(table).where(table.c.graceid.in_(left)))
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

    def _messages(self, before: float) -> None:
        self._db.execute(sa.delete(OUTBOX).where(OUTBOX.c.number.in_(
            sa.select(OUTBOX.c.number).where(OUTBOX.c.done < before).limit(ROWS))))
        oldest = sa.select(POST.c.number).order_by(POST.c.number).limit(ROWS)
        self._db.execute(sa.delete(POST).where(
            POST.c.number.in_(oldest), POST.c.letter.is_not(None), POST.c.time < before))
