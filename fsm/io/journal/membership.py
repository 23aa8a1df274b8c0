"""Which supervisors share a journal, and which of them is the leader: it does what is done once."""

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
from fsm.io.journal.schema import LEASES, NOW, OUTBOX, QUESTIONS, RULES, WORKERS
from fsm.io.journal.upserts import add_new, upsert
from fsm.io.jsonio import loads

LEASE = 3.0  # seconds without a sign of life after which others do what it was to do
DEAD = 30.0  # and likewise for what it may be sending, lest that is sent twice
ABSENT = 60.0  # seconds without a supervisor of newer rules, after which older ones count again
FORGOTTEN = 86400.0  # seconds after which nothing is known of it
LEADER = "chores"  # the lease of the leader, as the journals have it
# What others have written may lack anything; who never gave a sign of life did so long ago.
_BEAT = sa.func.coalesce(WORKERS.c.beat, 0.0)
_WORKERS = sa.select(
    WORKERS.c.name, sa.func.coalesce(WORKERS.c.began, 0.0), _BEAT, WORKERS.c.host,
    WORKERS.c.process, WORKERS.c.version, WORKERS.c.rules, WORKERS.c.instance,
).order_by(WORKERS.c.began)
_SINCE = sa.func.coalesce(RULES.c.since, 0.0)
_MINE = sa.select(_SINCE).where(RULES.c.digest == sa.bindparam("mine")).scalar_subquery()
_NOT_NEWER = sa.select(RULES.c.digest).where(_SINCE <= _MINE)
_NEWER_ALIVE = sa.select(sa.exists().where(
    _SINCE > _MINE, WORKERS.c.rules == RULES.c.digest, WORKERS.c.beat > NOW - ABSENT))
_RENEWED = sa.update(RULES).where(
    RULES.c.digest == sa.bindparam("mine"),
    sa.select(sa.func.max(_SINCE)).scalar_subquery() > _SINCE).values(since=NOW)


@attrs.frozen
class Worker:
    """One of the supervisors.

    Attributes:
        name: of it, no other has the same.
        began, beat: when it began, and last gave a sign of life, unix seconds of the database.
        host, process: where it runs.
        version: of its program.
        rules: by which it judges, as :meth:`fsm.daemon.rules.Rules.digest` tells them apart.
        instance: which of them it is, the same after a restart.
    """

    name: str
    began: float
    beat: float
    host: str | None
    process: int | None
    version: str | None
    rules: str | None
    instance: str | None


class Membership:
    """This supervisor among those that share a journal.

    Each method is to be called within a transaction that writes.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        rules: by which this one judges.
        instance: which of them this one is, the same after a restart; "" for the only one of this
            host, which is named after that.

    Attributes:
        name: of this one.
        known: the rules by which what has been judged may be judged by its own from now on.
    """

    def __init__(self, journal: Journal, rules: str, instance: str = "") -> None:
        self.journal, self.rules = journal, rules
        self.instance = instance or socket.gethostname()
        self.known: frozenset[str] = frozenset()
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        about = {"host": socket.gethostname(), "process": os.getpid(), "version": __version__}
        self._beat = upsert(WORKERS, ["name"], ["beat", "rules"]).values(
            name=self.name, began=NOW, beat=NOW, instance=self.instance, **about)
        made = insert(LEASES).values(name=LEADER, holder=self.name, until=NOW + LEASE, since=NOW)
        steadily = (LEASES.c.holder == self.name) & (LEASES.c.until > NOW - DEAD)
        self._lease = made.on_conflict_do_update(
            index_elements=["name"], where=(LEASES.c.holder == self.name)
            | sa.not_(LEASES.c.until.between(NOW, NOW + LEASE)),  # nor where that clock went back
            set_={"holder": made.excluded.holder, "until": made.excluded.until,
                  "since": sa.case((steadily, LEASES.c.since), else_=NOW)}
        ).returning(LEASES.c.name)

    def beat(self) -> bool:
        """Give a sign of life; returns whether this one is the leader."""
        self.journal.db.execute(self._beat, {"rules": self.rules})
        self._compare_rules()
        return self.journal.db.scalar(self._lease) is not None

    def _compare_rules(self) -> None:
        """Its rules are new where nobody has had them before, or nobody has newer ones any more,
        such as after going back to an earlier version."""
        db, mine = self.journal.db, {"mine": self.rules}
        db.execute(add_new(RULES).values(digest=self.rules, since=NOW))
        if not db.scalar(_NEWER_ALIVE, mine):
            db.execute(_RENEWED, mine)
        self.known = frozenset(db.scalars(_NOT_NEWER, mine))

    def alive(self) -> int:
        """How many there are, this one too."""
        return len(self.journal.db.scalars(_alive(LEASE)).all())

    def agree(self) -> bool:
        """Whether none that gave a sign of life of late judges by other rules than this one."""
        return not self.journal.db.scalar(sa.select(sa.exists().where(
            WORKERS.c.rules != self.rules, WORKERS.c.beat > NOW - ABSENT)))

    def workers(self) -> list[Worker]:
        """All that there are, also those that have given no sign of life for a while."""
        return [Worker(*row) for row in self.journal.db.execute(_WORKERS)]

    def leader(self) -> str:
        """The name of the leader; "" where there is none."""
        return self.journal.db.scalar(sa.select(LEASES.c.holder).where(LEASES.c.until > NOW)) or ""

    def present(self, seconds: float) -> set[str]:
        """The instances that have given a sign of life within so many seconds."""
        return set(self.journal.db.scalars(
            sa.select(WORKERS.c.instance).where(WORKERS.c.beat > NOW - seconds)))

    def silent(self) -> dict[str, float]:
        """For how many seconds no sign of life has come from which instance; nothing is known
        before this one has led for a while, in which all that are there have given one."""
        db = self.journal.db
        led = sa.select(LEASES.c.name).where(LEASES.c.holder == self.name,
                                             LEASES.c.since < NOW - ABSENT)
        return dict(db.execute(
            sa.select(WORKERS.c.instance, NOW - sa.func.max(_BEAT))
            .where(led.exists(), WORKERS.c.instance.is_not(None))
            .group_by(WORKERS.c.instance)).all())

    def inherit(self) -> None:
        """Take over what dead ones had in hand."""
        db = self.journal.db
        db.execute(sa.update(OUTBOX).where(
            OUTBOX.c.done.is_(None), OUTBOX.c.until > NOW, OUTBOX.c.claimed.not_in(_alive(DEAD)))
            .values(until=None))
        db.execute(sa.delete(WORKERS).where(_BEAT < NOW - FORGOTTEN))
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
        # Those that it has come in the place of are not missed any more either.
        db.execute(sa.delete(WORKERS).where(WORKERS.c.instance == self.instance))
        db.execute(sa.delete(LEASES).where(LEASES.c.holder == self.name))


def _alive(seconds: float) -> sa.Select[tuple[str]]:
    """Who has given a sign of life of late; none is of the future, but where the clock went back.
    """
    return sa.select(WORKERS.c.name).where(WORKERS.c.beat.between(NOW - seconds, NOW + seconds))
