"""What the tables of a journal say of each other, and must."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted
from fsm.io.journal.findings import Findings
from fsm.io.journal.notes import CLOCK
from fsm.io.journal.outgoing import CLAIM, letter_key
from fsm.io.journal.pruning import PRUNED
from fsm.io.journal.schema import ARCHIVE, CANDIDATES, FACTS, FAILED, INPUTS, OUTBOX, POST
from fsm.io.journal.supervised import OUT_OF_ORDER
from fsm.io.jsonio import loads

LATE = 5.0  # seconds for which something that is due may wait where nothing else happens
LETTERS = ("mail", "chat")  # the channels that letters go through
_ACTED = (INPUTS.c.graceid != "", INPUTS.c.seq.is_not(None))

# Of each GraceID: the first and last place, and how many there are, gaps and doubles besides.
_COUNT = sa.func.count(INPUTS.c.seq)
_EXTENT = sa.select(
    INPUTS.c.graceid, sa.func.min(INPUTS.c.seq).label("first"),
    sa.func.max(INPUTS.c.seq).label("last"), _COUNT.label("count"),
    (_COUNT - sa.func.count(INPUTS.c.seq.distinct())).label("doubled"),
    sa.func.min(INPUTS.c.time).label("begun"),
).where(*_ACTED).group_by(INPUTS.c.graceid).subquery()
_MISSING = _EXTENT.c.last - _EXTENT.c.first + 1 - _EXTENT.c.count + _EXTENT.c.doubled
_PLACES = sa.select(
    _EXTENT.c.graceid, CANDIDATES.c.graceid.is_not(None), _EXTENT.c.first, _EXTENT.c.last,
    _MISSING, _EXTENT.c.doubled,
).select_from(_EXTENT.outerjoin(CANDIDATES, CANDIDATES.c.graceid == _EXTENT.c.graceid)).where(
    (_EXTENT.c.first != 1) | (_MISSING != 0) | (_EXTENT.c.doubled != 0))
# What left before the first of its inputs has had others, and those of a failed one depend on when
# it was tried again.
_FAILED = sa.select(INPUTS.c.graceid).join(FAILED, FAILED.c.number == INPUTS.c.number).where(
    INPUTS.c.graceid.is_not(None))
_WHOLE = sa.select(
    _EXTENT.c.graceid, _EXTENT.c.last, CANDIDATES.c.stored,
    sa.func.coalesce(CANDIDATES.c.rules, ""),
).select_from(_EXTENT.outerjoin(ARCHIVE, ARCHIVE.c.graceid == _EXTENT.c.graceid)
              .outerjoin(CANDIDATES, CANDIDATES.c.graceid == _EXTENT.c.graceid)).where(
    _EXTENT.c.first == 1, _MISSING == 0, _EXTENT.c.doubled == 0,
    CANDIDATES.c.graceid.is_not(None) | ARCHIVE.c.time.is_(None)
    | (ARCHIVE.c.time >= _EXTENT.c.begun),
    _EXTENT.c.graceid.not_in(_FAILED)).order_by(_EXTENT.c.graceid)
_SEQ, _LAST, _STORED = (sa.func.coalesce(column, 0) for column in (
    CANDIDATES.c.seq, _EXTENT.c.last, CANDIDATES.c.stored))
_AS_AFTER = sa.select(
    CANDIDATES.c.graceid, _SEQ, _LAST, _STORED,
).select_from(CANDIDATES.outerjoin(_EXTENT, CANDIDATES.c.graceid == _EXTENT.c.graceid)).where(
    (_SEQ != _LAST) | (_STORED > _SEQ))

_BEFORE = sa.select(
    INPUTS.c.graceid, INPUTS.c.seq, INPUTS.c.time, sa.func.lag(INPUTS.c.time).over(
        partition_by=INPUTS.c.graceid, order_by=INPUTS.c.seq).label("before"),
).where(*_ACTED).subquery()
_FALLING = sa.select(_BEFORE).where(_BEFORE.c.time < _BEFORE.c.before,
                                    _BEFORE.c.before <= _BEFORE.c.time + OUT_OF_ORDER)


class Whole(NamedTuple):
    """A GraceID whose inputs are all there, and none of them failed.

    Attributes:
        graceid: of which.
        last: place of the last one that was acted on.
        stored: of that after which its configuration was stored; 0 for none, None where it is not
            under supervision.
        rules: by which it was judged last; "" where that is not known.
    """

    graceid: str
    last: int
    stored: int | None
    rules: str


def whole(db: sa.Connection) -> list[Whole]:
    """All of these that there are."""
    return [Whole(*row) for row in db.execute(_WHOLE)]


def fact(db: sa.Connection, name: str, default: float = 0.0) -> float:
    """A fact that is a number."""
    value = db.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == name))
    return loads(value) if value else default


def counts(db: sa.Connection) -> Plain:
    """How many there are of what."""
    def number(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return db.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0

    return {"inputs": number(INPUTS), "not_acted_on": number(INPUTS, INPUTS.c.seq.is_(None)),
            "candidates": number(CANDIDATES), "archived": number(ARCHIVE),
            "waiting": number(OUTBOX, OUTBOX.c.done.is_(None))}


def places(db: sa.Connection, findings: Findings) -> None:
    """Each candidate's inputs have the places from 1 on, and it is as after the last one."""
    for graceid, seq, last, stored in db.execute(_AS_AFTER).all():
        if seq != last:
            findings.add("candidate", f"candidate {graceid}: as it is after input {seq} about it, "
                                      f"but {last} is the last that was acted on")
        if stored > seq:
            findings.add("candidate", f"candidate {graceid}: stored after input {stored} about it, "
                                      f"but {seq} is the last that was acted on")
    pruned = fact(db, PRUNED)
    for graceid, supervised, first, last, missing, doubled in db.execute(_PLACES).all():
        if doubled:
            findings.add("place", f"candidate {graceid}: {doubled} of its inputs have a place that "
                                  "another has too")
        if first != 1 and not pruned:
            findings.add("place", f"candidate {graceid}: its inputs begin with {first}, though "
                                  "none were dropped as too old")
        if missing and (supervised or _begins_after(db, graceid, pruned)):
            findings.add("place", f"candidate {graceid}: {missing} of its inputs up to {last} are "
                                  "missing")


def _begins_after(db: sa.Connection, graceid: str, pruned: float) -> bool:
    """Whether all that is there of one came after what was last dropped as too old."""
    first = db.scalar(sa.select(sa.func.min(INPUTS.c.number)).where(INPUTS.c.graceid == graceid))
    return first is not None and first > pruned


def times(db: sa.Connection, findings: Findings) -> None:
    """Each candidate's inputs are in the order of time, but where the clock was set back by much.
    """
    for graceid, seq, time, before in db.execute(_FALLING).all():
        findings.add("time", f"candidate {graceid}: input {seq} about it was acted on at {time:f}, "
                             f"the one before it at {before:f}")


def rest(db: sa.Connection, findings: Findings, now: float | None) -> None:
    """Nothing waits to be acted on, and nothing is due.

    Args:
        db: SQLAlchemy connection.
        findings: to which is added what is wrong.
        now: time by the database's clock, unix seconds; None where that of the last input counts.
    """
    waiting = sa.select(INPUTS.c.graceid, sa.func.count(), sa.func.min(INPUTS.c.number)).where(
        INPUTS.c.seq.is_(None)).group_by(INPUTS.c.graceid)
    for graceid, count, number in db.execute(waiting).all():
        findings.add("rest", f"candidate {graceid}: {counted(count, 'input')} about it "
                             f"{'waits' if count == 1 else 'wait'} to be acted on, the first "
                             f"has the number {number}")
    if now is None:
        now = db.scalar(sa.select(INPUTS.c.time).order_by(INPUTS.c.number.desc()).limit(1)) or 0.0
    now = fact(db, CLOCK, now)
    due = sa.select(CANDIDATES.c.graceid, CANDIDATES.c.timer).where(CANDIDATES.c.timer < now - LATE)
    for graceid, timer in db.execute(due).all():
        findings.add("rest", f"candidate {graceid}: something is due since {timer:f}, and it is "
                             f"{now:f}")


def doubles(db: sa.Connection, findings: Findings) -> None:
    """Nothing goes twice through a channel, or is told an address twice."""
    for table, by in ((OUTBOX, OUTBOX.c.channel), (POST, POST.c.address)):
        twice = sa.select(by, table.c.key, sa.func.count()).group_by(by, table.c.key).having(
            sa.func.count() > 1)
        for where, key, count in db.execute(twice).all():
            findings.add("twice", f"{table.name}: {key} is there {count} times for {where}")


def claims(db: sa.Connection, findings: Findings, now: float) -> None:
    """Nothing that waits is in the hand of a supervisor for longer than one takes it for.

    Args:
        db: SQLAlchemy connection.
        findings: to which is added what is wrong.
        now: time by the database's clock, unix seconds.
    """
    held = sa.select(OUTBOX.c.number, OUTBOX.c.claimed, OUTBOX.c.until).where(
        OUTBOX.c.done.is_(None), OUTBOX.c.until > now + CLAIM + LATE)
    for number, claimed, until in db.execute(held).all():
        findings.add("claim", f"outbox {number}: {claimed} has it in hand until {until:f}, for "
                              f"longer than {CLAIM:g} s from now, {now:f}")


def letters(db: sa.Connection, findings: Findings) -> None:
    """Each letter has exactly the messages that are noted to be in it."""
    written: dict[tuple[str, str], list[str]] = {}
    firsts: dict[str, str] = {}  # those of which a part may have been dropped as too old
    messages = sa.select(POST.c.number, POST.c.address, POST.c.letter, POST.c.key).where(
        POST.c.letter.is_not(None)).order_by(POST.c.number)
    for number, address, letter, key in db.execute(messages):
        written.setdefault((letter, address), []).append(key)
        if number > 1:
            firsts.setdefault(address, letter)
        else:
            firsts[address] = ""
    of_letter = Counter(letter for letter, _ in written)
    for letter, address, number in _in_outbox(db):
        keys = written.get((letter, address))
        if keys and letter_key(address, keys) != letter and firsts[address] != letter:
            findings.add("letter", f"outbox {number}: the letter to {address} has other messages "
                                   f"than the {len(keys)} that are noted to be in it")
        if of_letter[letter] > (keys is not None):
            findings.add("letter", f"outbox {number}: messages to others than {address} are noted "
                                   "to be in the letter to it")


def _in_outbox(db: sa.Connection) -> Iterator[Any]:
    return iter(db.execute(sa.select(OUTBOX.c.key, OUTBOX.c.target, OUTBOX.c.number).where(
        OUTBOX.c.channel.in_(LETTERS))).all())
