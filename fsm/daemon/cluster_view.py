"""What operators see of several supervisors on one journal: who does what, and what waits."""

import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.io.journal.membership import ABSENT, Membership
from fsm.io.journal.schema import CANDIDATES, INPUTS, NOW, OUTBOX, QUESTIONS, RULES


def of(membership: Membership) -> Plain:
    """All of it as plain values, times in unix seconds by the database's clock.

    Args:
        membership: :class:`~fsm.io.journal.membership.Membership`.
    """
    db, leader = membership.journal.db, membership.leader()
    now: float = db.scalar(sa.select(NOW)) or 0.0
    asks, sends = _counts(db, QUESTIONS.c.worker), _counts(
        db, OUTBOX.c.claimed, OUTBOX.c.done.is_(None), OUTBOX.c.until > NOW)
    workers = membership.workers()
    waiting, oldest = db.execute(sa.select(sa.func.count(), sa.func.min(INPUTS.c.time)).where(
        INPUTS.c.seq.is_(None))).one()
    judged = _counts(db, CANDIDATES.c.rules)
    return {
        "name": membership.name, "waiting": waiting,
        "lag": max(0.0, now - oldest) if waiting else 0.0,
        "workers": [{
            "name": one.name, "host": one.host, "process": one.process, "version": one.version,
            "rules": one.rules, "since": one.began, "silent": max(0.0, now - one.beat),
            "alive": now - one.beat < ABSENT, "leads": one.name == leader,
            "questions": asks.get(one.name, 0), "sending": sends.get(one.name, 0),
        } for one in workers],
        "rules": [{
            "digest": digest, "since": since, "candidates": judged.get(digest, 0),
            "workers": sum(one.rules == digest and now - one.beat < ABSENT for one in workers),
        } for digest, since in db.execute(sa.select(RULES.c.digest, RULES.c.since)
                                          .order_by(RULES.c.since.desc()))
            if judged.get(digest) or any(one.rules == digest for one in workers)],
    }


def _counts(db: sa.Connection, column: sa.Column[str],
            *where: sa.ColumnElement[bool]) -> dict[str, int]:
    return dict(db.execute(sa.select(column, sa.func.count()).where(column.is_not(None), *where)
                           .group_by(column)).all())
