"""Alerts, whatever payload they came in, and what each adds to the evidence."""

from typing import Literal

import attrs

from fsm.core.evidence.entries import Change, LogEntry, Signoff, SignoffKey
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Plain

What = Literal["new", "update", "log", "label_added", "label_removed", "signoff",
               "signoff_deleted", "voevent", "membership", "exposure", "other"]


@attrs.frozen(slots=True, weakref_slot=False)
class Alert:
    """One alert in the one shape that the engine knows.

    Attributes:
        graceid: which candidate it is about.
        what: what has happened.
        time: when the change was made, as GraceDB says; else when the alert arrived.
        received: when it arrived, unix seconds.
        fields: event dictionary where the alert states it, else None.
        snapshot: event dictionary that merely came along, else None.
        entry: log entry, or None.
        label: label name, or "".
        made: when the label was put on, as far as GraceDB tells, else None; of one that was taken
            off GraceDB may tell when that was instead.
        labels: labels already on a new candidate.
        today: whether the payload is of today's kind.
        signoff: ((type, instrument), :class:`Signoff`), or None.
        superevent: where the alert says that an event is in one: its id, or None where it left.
    """

    graceid: str
    what: What
    time: float
    received: float
    fields: Plain | None = None
    snapshot: Plain | None = None
    entry: LogEntry | None = None
    label: str = ""
    labels: tuple[str, ...] = ()
    signoff: tuple[SignoffKey, Signoff] | None = None
    superevent: str | None = ""
    made: float | None = None
    today: bool = False

    def add_to(self, evidence: Evidence) -> tuple[Change, ...]:
        """Add what it says to the evidence.

        Returns:
            What it tells, as a tuple: a log entry as kept, label names, ``"fields"``,
            ``"signoff"``; also where GraceDB had told it before, because only now its alert has
            come.
        """
        what = self.what
        changes: tuple[Change, ...] = ()
        evidence.today = evidence.today or self.today
        if self.entry is not None:
            evidence.add_entry(self.entry)
            kept = evidence.logs.get(self.entry.identity)
            changes = () if kept is None else (kept,)
        elif what == "label_added" or what == "label_removed":
            changes = self._label_to(evidence)
        elif self.signoff is not None:
            changes = evidence.hear_signoff(*self.signoff[0], self.signoff[1])
        elif self.superevent != "":
            evidence.hear_of_joining(self.superevent, self.received)
            if evidence.superevent == self.superevent:
                changes = ("fields",)
        if self.fields is not None:
            for name in self.labels:
                evidence.add_label(name, None, self.time)
            evidence.hear(what, self.fields, self.received)
            changes = ("fields",)
        elif self.snapshot is not None:
            before = evidence.superevent
            news = evidence.add_fields(self.snapshot, self.received, snapshot=True)
            if evidence.superevent != before or (news and evidence.stated):
                changes = (*changes, "fields")
        stated = self.fields if self.fields is not None else self.snapshot
        if stated and evidence.learn_preferred(stated, self.received):
            changes = (*changes, "members")
        return changes

    def _label_to(self, evidence: Evidence) -> tuple[str, ...]:
        on = self.what == "label_added"
        names = (self.snapshot or {}).get("labels")
        if not on and isinstance(names, list) and self.label in names and (
                evidence.has_label(self.label)):
            evidence.doubts.add(self.label)  # it was on again when the alert was sent
            return ()
        heard = self.time if self.made is None else self.received
        (evidence.add_label if on else evidence.remove_label)(self.label, self.made, heard)
        return (self.label,) if evidence.has_label(self.label) == on else ()
