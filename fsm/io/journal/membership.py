"""Which supervisors share a journal, and which of them does what is done once for all."""

import os
import secrets
import socket

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from fsm import __version__
from fsm.core.engine.effects import Ask
from fsm.io.journal.journal import Journal
from fsm.io.journal.notes import ask_of
from fsm.io.journal.schema import LEASES, NOW, OUTBOX, QUESTIONS, WORKERS
from fsm.io.journal.upserts import upsert
from fsm.io.jsonio import loads

LEASE = 3.0  # seconds without a sign of life after which others do what it was to do
DEAD = 30.0  # and likewise for what it may be sending, lest that is sent twice
FORGOTTEN = 86400.0  # seconds after which nothing is known of it
CHORES = "chores"
_COLUMNS = ("name", "began", "beat", "host", "process", "version")


@attrs.frozen
class Worker:
    """One of the supervisors.

    Attributes:
        name: of it, no other has the same.
        began, beat: when it began, and last gave a sign of life, unix seconds of the database.
        host, process: where it runs.
        version: of its program.
    """

    name: str
    began: float
    beat: float
    host: str
    process: int
    version: str


class Membership:
    """This supervisor among those that share a journal.

    Each method is to be called within a transaction that writes.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.

    Attributes:
        name: of this one.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        about = {"host": socket.gethostname(), "process": os.getpid(), "version": __version__}
        self._beat = upsert(WORKERS, ["name"], ["beat"]).values(
            name=self.name, began=NOW, beat=NOW, **about)
        made = insert(LEASES).values(name=CHORES, holder=self.name, until=NOW + LEASE)
        self._lease = made.on_conflict_do_update(
            index_elements=["name"], where=(LEASES.c.holder == self.name) | (LEASES.c.until < NOW),
            set_={"holder": made.excluded.holder, "until": made.excluded.until}
        ).returning(LEASES.c.name)

    def beat(self) -> bool:
        """Give a sign of life; returns whether this one does what is done once for all."""
        self.journal.db.execute(self._beat)
        return self.journal.db.scalar(self._lease) is not None

    def workers(self) -> list[Worker]:
        """All that there are, also those that have given no sign of life for a while."""
        return [Worker(*row) for row in self.journal.db.execute(
            sa.select(*(WORKERS.c[name] for name in _COLUMNS)).order_by(WORKERS.c.began))]

    def holder(self) -> str:
        """Who does what is done once for all; "" for nobody."""
        return self.journal.db.scalar(sa.select(LEASES.c.holder).where(LEASES.c.until > NOW)) or ""

    def inherit(self) -> None:
        """Take over what dead ones had in hand."""
        db = self.journal.db
        db.execute(sa.update(OUTBOX).where(
            OUTBOX.c.done.is_(None), OUTBOX.c.until > NOW, OUTBOX.c.claimed.not_in(_alive(DEAD)))
            .values(until=None))
        db.execute(sa.delete(WORKERS).where(WORKERS.c.beat < NOW - FORGOTTEN))
        db.execute(sa.update(QUESTIONS).where(QUESTIONS.c.worker.not_in(_alive(LEASE)))
                   .values(worker=self.name))

    def mine(self) -> list[Ask]:
        """The questions that this one is to ask; whether a commit that was cut off has come to
        pass nobody has said, so there may be some that it does not know of."""
        with self.journal.reading("a question"):
            return [ask_of(loads(body)) for body in self.journal.db.scalars(
                sa.select(QUESTIONS.c.body).where(QUESTIONS.c.worker == self.name))]

    def leave(self) -> None:
        """Have others take over at once, since this one ends."""
        db = self.journal.db
        db.execute(sa.update(OUTBOX).where(OUTBOX.c.done.is_(None), OUTBOX.c.claimed == self.name)
                   .values(until=None))
        for table, column in ((WORKERS, WORKERS.c.name), (LEASES, LEASES.c.holder)):
            db.execute(sa.delete(table).where(column == self.name))


def _alive(seconds: float) -> sa.Select[tuple[str]]:
    return sa.select(WORKERS.c.name).where(WORKERS.c.beat > NOW - seconds)
