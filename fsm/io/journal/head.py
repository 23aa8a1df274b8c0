"""How far a journal has come: what changes with everything that people may want to see."""

from collections.abc import Iterable

import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.io.journal.codec import ALERT, ANSWER, COMMAND
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import (
    ALARMS,
    ARCHIVE,
    CANDIDATES,
    FACTS,
    FAILED,
    HISTORY,
    INCIDENTS,
    INPUTS,
    OUTBOX,
    POST,
)
from fsm.io.jsonio import loads


def _one(query: sa.Select) -> sa.ScalarSelect:
    return query.scalar_subquery()


_FAILED = _one(sa.select(sa.func.count()).where(FAILED.c.retried.is_(None)))
_HEAD = sa.select(
    _one(sa.select(sa.func.max(INPUTS.c.number))), _one(sa.select(sa.func.max(HISTORY.c.number))),
    _one(sa.select(sa.func.count()).select_from(INPUTS).where(INPUTS.c.seq.is_(None))),
    _one(sa.select(sa.func.count()).select_from(ALARMS)),
    _one(sa.select(sa.func.sum(ALARMS.c.reminded))),
    _one(sa.select(sa.func.count()).where(ALARMS.c.acknowledged != "")),
    _one(sa.select(sa.func.count()).where(OUTBOX.c.done.is_(None))),
    _one(sa.select(sa.func.count()).where(INCIDENTS.c.since.is_not(None))),
    _one(sa.select(FACTS.c.value).where(FACTS.c.name == "paused")), _FAILED)
_ABOUT: sa.BindParameter[str] = sa.bindparam("graceids", expanding=True)
_OF = (
    sa.select(CANDIDATES.c.graceid, CANDIDATES.c.seq).where(CANDIDATES.c.graceid.in_(_ABOUT)),
    sa.select(ARCHIVE.c.graceid, ARCHIVE.c.time).where(ARCHIVE.c.graceid.in_(_ABOUT)),
    sa.select(
        ALARMS.c.graceid, sa.func.count(), sa.func.sum(ALARMS.c.reminded),
        sa.func.sum(ALARMS.c.until),
        sa.func.sum(sa.func.length(ALARMS.c.acknowledged) + sa.func.length(ALARMS.c.note))
    ).where(ALARMS.c.graceid.in_(_ABOUT)).group_by(ALARMS.c.graceid))
# Others are told where a letter does not reach somebody, without anything else of its candidate
# changing: that shows in the messages of late, whose keys begin with their candidate.
LATE = 200  # messages
_TOLD = sa.select(POST.c.number, POST.c.key).where(
    POST.c.number > _one(sa.select(sa.func.max(POST.c.number))) - LATE).order_by(POST.c.number)
RELOAD = b'"order":"reload"'  # in the body of such a command
FAR = 50_000  # inputs, as far as it is looked back for the last of a kind
_RELOADS = sa.select(INPUTS.c.body).where(
    INPUTS.c.number > sa.bindparam("after"), INPUTS.c.graceid == "", INPUTS.c.kind == COMMAND)
_LAST = sa.select(INPUTS.c.time, INPUTS.c.body).where(
    INPUTS.c.kind == sa.bindparam("kind"),
    INPUTS.c.number > _one(sa.select(sa.func.max(INPUTS.c.number))) - FAR
).order_by(INPUTS.c.number.desc()).limit(1)


def head(journal: Readable) -> tuple[object, ...]:
    """What is another after every commit that people may want to see."""
    return tuple(journal.db.execute(_HEAD).one())


def of_candidates(journal: Readable, graceids: Iterable[str]) -> dict[str, tuple[object, ...]]:
    """For each of some candidates what is another after every commit that changes what is to be
    seen of it: of its configuration, of what is wrong with it, and of who was told.

    Args:
        journal: that has them.
        graceids: of these.
    """
    about = {"graceids": list(graceids)}
    if not about["graceids"]:
        return {}
    told = {str(key).partition("/")[0]: number for number, key in journal.db.execute(_TOLD)}
    failed = journal.db.scalar(sa.select(_FAILED))  # seldom any, so it is not asked of which
    found: dict[str, tuple[object, ...]] = {
        graceid: (told.get(graceid), failed) for graceid in about["graceids"]}
    for query in _OF:
        for graceid, *values in journal.db.execute(query, about):
            found[graceid] += (len(values), *values)
    return found


def last_number(journal: Readable) -> int:
    """The number of the last input, 0 before the first."""
    return journal.db.scalar(sa.select(sa.func.max(INPUTS.c.number))) or 0


def last_time(journal: Readable) -> float | None:
    """When the last input was taken, unix seconds; None before the first."""
    return journal.db.scalar(
        sa.select(INPUTS.c.time).order_by(INPUTS.c.number.desc()).limit(1))


def last_alert(journal: Readable) -> float | None:
    """When the last alert was taken, unix seconds; None before the first."""
    row = journal.db.execute(_LAST, {"kind": ALERT}).first()
    return None if row is None else row.time


def last_answer(journal: Readable) -> Plain | None:
    """When GraceDB was heard last, as ``time`` (unix seconds), and ``failure``, why it did not
    answer, "" where it did; None before the first question."""
    row = journal.db.execute(_LAST, {"kind": ANSWER}).first()
    if row is None:
        return None
    with journal.reading("the last answer"):
        return {"time": row.time, "failure": str(loads(row.body).get("failure") or "")}


def was_reloaded(journal: Readable, after: int) -> bool:
    """Whether the configuration was read anew by a command after the input of a number."""
    return any(RELOAD in bytes(body) for body in journal.db.scalars(_RELOADS, {"after": after}))
