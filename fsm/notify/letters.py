"""Letters: what one address is told, as a plain text that can be read on a telephone.

What is ready for an address at the same time becomes one letter: a single message, or a digest.
Whatever comes from outside is made printable and short before it is in one.
"""

from collections.abc import Collection, Iterable, Sequence

from fsm.core.charts.outcomes import (
    ESCALATION,
    EXCEPTION,
    FAILURE,
    RECOVERY,
    REMINDER,
    SUCCESS,
    TEST,
    WARNING,
)
from fsm.core.engine.effects import Notify
from fsm.core.evidence.graceids import SUPEREVENT, kind_of
from fsm.core.printable import short
from fsm.core.times import utc
from fsm.io.journal.outgoing import Letter, letter_key, written_key

MOST = 100  # messages that a digest tells one by one
SUBJECT = 120  # characters of a subject
WORDS = {FAILURE: "needs attention", EXCEPTION: "cannot be checked",
         ESCALATION: "is overdue, and escalated to you", REMINDER: "still needs attention",
         WARNING: "is not there yet", RECOVERY: "recovered", SUCCESS: "succeeded",
         TEST: "test message"}  # the gravest first
GRAVE = (FAILURE, EXCEPTION, ESCALATION, REMINDER, WARNING)
ANNOUNCING, NEW = "notify", "new candidate of "  # the process, and how its words begin


def link(web: str, graceid: str) -> str:
    """The address of a candidate's page, "" where there is none."""
    kind = kind_of(graceid)
    if not web or kind is None:
        return ""
    return f"{web}{'superevents' if kind == SUPEREVENT else 'events'}/{graceid}/view/"


def letter(address: str, messages: Sequence[Notify], now: float, web: str = "",
           parties: Collection[str] = ()) -> Letter:
    """Write a letter.

    Args:
        address: whom to.
        messages: :class:`~fsm.core.engine.effects.Notify` objects, at least one.
        now: unix seconds.
        web: address of GraceDB's pages, such as ``https://gracedb.ligo.org/``; "" for none.
        parties: names of the parties that this address is one of.
    """
    told = _last_of_each(messages)
    if len(told) == 1:
        subject, lines = _single(told[0], web, parties)
    else:
        subject, lines = _digest(told, web, parties)
    key = letter_key(address, map(written_key, messages))
    gravity = 0 if any(message.outcome in GRAVE for message in messages) else 1
    return Letter(now, address, short(subject, SUBJECT), "\n".join(lines) + "\n", key, gravity)


def _last_of_each(messages: Iterable[Notify]) -> list[Notify]:
    """The last message about each check; one that has failed and recovered meanwhile says so."""
    last: dict[tuple[str, ...], Notify] = {}
    for message in messages:
        about = (message.graceid, message.process, message.check,
                 message.key if message.outcome == TEST else "")
        before = last.get(about)
        if before and before.outcome == FAILURE and message.outcome == RECOVERY:
            message = message._replace(message=f"it failed, and is over: {message.message}")
        last[about] = message
    order = list(WORDS)
    return sorted(last.values(), key=lambda m: (m.graceid, order.index(m.outcome), m.process))


def _single(message: Notify, web: str, parties: Collection[str]) -> tuple[str, list[str]]:
    name = _named(message)
    if message.outcome == SUCCESS and message.process == ANNOUNCING:
        return _announced(message, web)
    rows = [("What", message.message), ("Expected", message.expected),
            ("Since", "" if message.since is None else utc(message.since)),
            ("GraceID", message.graceid), ("GraceDB", link(web, message.graceid)),
            ("Also told", _others([message], parties))]
    lines = [f"{name} {WORDS[message.outcome]}.", ""]
    lines += [f"{title}: {short(text)}" for title, text in rows if text]
    return f"{name}: {WORDS[message.outcome]}", [*lines, "", *_help(message.graceid)]


def _announced(message: Notify, web: str) -> tuple[str, list[str]]:
    """A new candidate, which nobody need do anything about."""
    subject = f"new candidate {message.graceid}, {message.message.removeprefix(NEW)}"
    lines = [f"{short(subject)}.", ""]
    page = link(web, message.graceid)
    return subject, [*lines, *([f"GraceDB: {page}"] if page else ()), "", *_help(message.graceid)]


def _digest(told: Sequence[Notify], web: str, parties: Collection[str]) -> tuple[str, list[str]]:
    subject = _summary(told)
    lines, about = [f"{subject}."], None
    for message in told[:MOST]:
        if message.graceid != about:
            about = message.graceid
            lines += ["", f"{about or 'The supervisor itself'} {link(web, about)}".rstrip()]
        since = "" if message.since is None else f" (since {utc(message.since)})"
        lines.append(f"- {_named(message, short_form=True)} {WORDS[message.outcome]}: "
                     f"{short(message.message)}{since}")
        if message.expected:
            lines.append(f"  expected: {short(message.expected)}")
    if len(told) > MOST:
        lines += ["", f"... and {len(told) - MOST} more: fsm status"]
    others = _others(told, parties)
    if others:
        lines += ["", f"Also told: {others}"]
    graceids = {message.graceid for message in told}
    return subject, [*lines, "", *_help(graceids.pop() if len(graceids) == 1 else "")]


def _summary(told: Sequence[Notify]) -> str:
    """What a digest is about: the GraceID, the process, or just how many."""
    graceids, processes = {m.graceid for m in told}, {m.process for m in told}
    outcomes = {m.outcome for m in told}
    words = WORDS[outcomes.pop()] if len(outcomes) == 1 else "have news"
    words = words.replace("needs", "need").replace("is ", "are ")
    what = next(iter(processes)) if len(processes) == 1 else ""
    checks = f"{len(told)} checks"
    if len(graceids) == 1:
        name = next(iter(graceids)) or "Event Supervisor"
        return short(f"{name}: {checks}{' of ' + what if what else ''} {words}")
    return short(f"{what + ': ' if what else ''}{checks} of {len(graceids)} candidates {words}")


def _named(message: Notify, short_form: bool = False) -> str:
    parts = (message.process, message.check) if short_form else (
        message.graceid or "Event Supervisor:", message.process if message.graceid else "",
        message.check)
    return short(" ".join(part for part in parts if part))


def _others(told: Iterable[Notify], parties: Collection[str]) -> str:
    """The parties told of any of it, apart from those that the reader belongs to."""
    names = dict.fromkeys(name for message in told for name in message.to)
    return ", ".join(short(name, 80) for name in names if name not in parties)


def _help(graceid: str) -> list[str]:
    if not graceid:
        return ["-- ", "Event Supervisor. More: fsm status"]
    return ["-- ", f"Event Supervisor. More: fsm show {graceid}",
            f"No more reminders: fsm acknowledge {graceid}"]
