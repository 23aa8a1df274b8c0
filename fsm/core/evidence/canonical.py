"""Evidence as plain values, for storing and comparing, and back."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fsm.core.evidence import labels
from fsm.core.evidence.entries import LogEntry, Signoff, tag_set
from fsm.core.evidence.fields import Plain
from fsm.core.interning import once

if TYPE_CHECKING:  # it stores and compares itself by what is here
    from fsm.core.evidence.evidence import Evidence


def stored(evidence: "Evidence",
           order: Callable[[Iterable[LogEntry]], Iterable[LogEntry]] = iter) -> Plain:
    """The evidence as plain JSON values, in the order in which it was heard.

    What is restored decides as what was stored: of entries and labels that fit alike the one that
    was heard first, or last, is found.

    Args:
        evidence: of one GraceID.
        order: in which entries are given.
    """
    return {
        "fields": dict(evidence.fields),
        "fields_rank": list(evidence._fields_rank),
        "logs": [[e.time, e.number, e.comment, e.filename, e.version, sorted(e.tags)]
                 for e in order(evidence.logs.values())],
        "labels": {k: v.plain() for k, v in evidence.labels.items()},
        "signoffs": [[kind, instrument, s.time, s.status, s.comment]
                     for (kind, instrument), s in sorted(evidence.signoffs.items())],
        **({"stated_before": evidence.stated_before} if evidence.stated_before else {}),
        **({"was_in": evidence.was_in} if evidence.was_in else {}),
        "changed": dict(evidence.changed),
        **({"today": True} if evidence.today else {}),
        "neighbours": dict(evidence.neighbours),
        "contents": dict(evidence.contents),
        **({"members": {name: stored(one, order) for name, one in evidence.members.items()}}
           if evidence.members else {}),
        **({"joined": list(evidence.joined)} if evidence.joined[0] > float("-inf") else {}),
        **({"state": evidence.state} if evidence.state else {}),
        **({} if evidence.gone is None else {"gone": evidence.gone}),
    }


def canonical(evidence: "Evidence") -> Plain:
    """Likewise, equal where the same is known in whatever order it was heard."""
    return stored(evidence, _by_identity)


def _by_identity(entries: Iterable[LogEntry]) -> list[LogEntry]:
    return sorted(entries, key=lambda entry: (str(entry.identity), entry.time))


def fill(evidence: "Evidence", plain: Plain) -> None:
    """Put into empty evidence what :func:`stored` gave."""
    evidence.fields = dict(plain["fields"])
    evidence._fields_rank = (*plain["fields_rank"], "")[:4]  # earlier journals lack the kind
    for time, number, comment, filename, version, tags in plain["logs"]:
        evidence.add_entry(LogEntry(time, number, once(comment), once(filename), version,
                                    tag_set(tuple(tags))))
    evidence.labels = {k: labels.restored(v) for k, v in plain["labels"].items()}
    evidence.changed = dict(plain.get("changed", ()))
    evidence.today = plain.get("today", False)
    evidence.stated_before = list(plain.get("stated_before", ()))
    evidence.was_in = list(plain.get("was_in", ()))
    for kind, instrument, *values in plain["signoffs"]:
        evidence.signoffs[kind, instrument] = Signoff(*values)
    evidence.neighbours = dict(plain["neighbours"])
    evidence.contents = dict(plain["contents"])
    for name, one in plain.get("members", {}).items():
        fill(evidence.member(name), one)
    evidence.joined = tuple(plain.get("joined", evidence.joined))
    evidence.state = plain.get("state", "")
    evidence.gone = plain.get("gone")
