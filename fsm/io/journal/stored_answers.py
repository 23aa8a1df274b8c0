"""GraceDB's answers as the journal holds them, checked at the same door as fresh ones.

What an earlier version has let in, in whatever shape, is left out and named as unread.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.entries import LogEntry, Signoff, SignoffKey, tag_set
from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.io.gracedb import answers
from fsm.io.gracedb.answers import COUNT, FACT, SINGLE, TEXT, TEXTS, single, text

ENTRY = {"time": FACT, "number": COUNT, "comment": TEXT, "filename": TEXT, "version": COUNT,
         "tags": TEXTS}
LABEL = {"name": TEXT, "since": FACT}
SIGNOFF = {"kind": TEXT, "instrument": TEXT, "time": FACT, "status": TEXT, "comment": TEXT}
UNUSABLE = "what the journal has of it cannot be used"

T = TypeVar("T")


def answer(plain: object, time: float, graceid: str, inner: bool = False) -> Answer:
    """The answer that a row of the journal holds.

    Args:
        plain: its JSON.
        time: when it was taken, unix seconds.
        graceid: the candidate.
        inner: whether it is that about an event of a superevent, which has no events itself.
    """
    if not isinstance(plain, dict):
        return Answer(time, graceid, "", failure=UNUSABLE)
    part = _Parts(plain)
    failure = plain.get("failure") or ""
    return Answer(
        _number(plain.get("time"), time), _text(plain.get("graceid"), graceid),
        _text(plain.get("question"), ""), failure=_text(failure, UNUSABLE),
        gone=plain.get("gone") is True,
        asked=_number(plain.get("asked"), None), event=part.checked("event", answers.event),
        logs=tuple(map(_entry, part.checked("logs", _entries) or ())),
        labels=part.labels(), signoffs=tuple(part.signoffs()), neighbours=part.neighbours(),
        contents=part.contents(), unavailable=frozenset(part.unavailable()),
        members=() if inner else tuple(part.members(time)), unread=part.unread)


class _Parts:
    """The parts of one answer.

    Attributes:
        unread: those that cannot be read, to the reason in words; the earlier ones first.
    """

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self.unread = {text(name): text(why) for name, why in self._object("unread").items()
                       if isinstance(why, str)}

    def checked(self, name: str, check: Callable[[object], tuple[T, list[str]]],
                whole: bool = False) -> T | None:
        """A part as a check leaves it, or None where it must be whole and is not; notes why."""
        if self._plain.get(name) is None:
            return None
        return self._good(name, *check(self._plain[name]), whole)

    def labels(self) -> tuple[tuple[str, float | None], ...] | None:
        """Pairs of a name and since when, or None."""
        rows = self.checked("labels", _labels, whole=True)
        return None if rows is None else tuple((row["name"], row.get("since")) for row in rows)

    def signoffs(self) -> Iterator[tuple[SignoffKey, Signoff]]:
        """Yield pairs of a key and a sign-off."""
        for row in self.checked("signoffs", _signoffs, whole=True) or ():
            key = (row.get("kind") or "", row.get("instrument") or "")
            yield key, Signoff(row["time"], row.get("status") or "", row.get("comment") or "")

    def neighbours(self) -> dict[str, list[Plain]]:
        """Rows by clock."""
        found = {text(clock): self._good("neighbours", *answers.neighbours(rows), whole=True)
                 for clock, rows in self._object("neighbours").items()}
        return {clock: rows for clock, rows in found.items() if rows is not None}

    def contents(self) -> dict[str, Plain]:
        """Facts by file."""
        found = {text(name): self._good(text(name), *answers.facts(facts), whole=True)
                 for name, facts in self._object("contents").items()}
        return {name: facts for name, facts in found.items() if facts is not None}

    def unavailable(self) -> Iterator[tuple[Any, ...]]:
        """Yield wants."""
        for want in self._list("unavailable"):
            if isinstance(want, list) and len(want) > 1 and isinstance(want[0], str) \
                    and all(isinstance(one, SINGLE) for one in want):
                yield tuple(map(single, want))

    def members(self, time: float) -> Iterator[Answer]:
        """Yield the answers about events."""
        for plain in self._list("members"):
            if isinstance(plain, dict) and isinstance(plain.get("graceid"), str):
                yield answer(plain, time, text(plain["graceid"]), inner=True)

    def _good(self, name: str, good: T, faults: list[str], whole: bool) -> T | None:
        if faults:
            self.unread[name] = f"{UNUSABLE}: {faults[0]}"
        return None if faults and whole else good

    def _object(self, name: str) -> Plain:
        value = self._plain.get(name)
        return value if isinstance(value, dict) else {}

    def _list(self, name: str) -> list[Any]:
        value = self._plain.get(name)
        return value if isinstance(value, list) else []


def _entries(plain: object) -> tuple[list[Plain], list[str]]:
    return answers.rows(_named(plain, ENTRY), ENTRY, ["time"], others=False)


def _labels(plain: object) -> tuple[list[Plain], list[str]]:
    return answers.rows(_named(plain, LABEL), LABEL, ["name"], others=False)


def _signoffs(plain: object) -> tuple[list[Plain], list[str]]:
    pairs = [[*row[0], *row[1]] if isinstance(row, list) and len(row) == 2
             and all(isinstance(one, list) for one in row) else row
             for row in plain] if isinstance(plain, list) else plain
    return answers.rows(_named(pairs, SIGNOFF), SIGNOFF, ["time"], others=False)


def _named(plain: object, table: answers.Table) -> object:
    """Rows whose values stand in the order of a table, as objects; others as they are."""
    return [dict(zip(table, row, strict=False)) if isinstance(row, list) else row
            for row in plain] if isinstance(plain, list) else plain


def _entry(row: Plain) -> LogEntry:
    return LogEntry(row["time"], row.get("number"), row.get("comment") or "",
                    row.get("filename") or "", row.get("version"),
                    tag_set(tuple(row.get("tags") or ())))


def _number(value: object, default: float | None) -> Any:
    return default if isinstance(value, str) or finite(value) is None else finite(value)


def _text(value: object, default: str) -> str:
    return text(value) if isinstance(value, str) else default
