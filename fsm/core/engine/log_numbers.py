"""Whether an alert was lost, as the numbers of GraceDB's log tell.

GraceDB counts the entries of each log, its server's own among them, which are about labels, tags,
sign-offs and memberships and have no log alert. So numbers that neither an alert had nor an
alert's own tags, label or sign-off make up for belong to an annotation whose alert was lost, or is
still under way.

Source: GraceDB's server, as :mod:`fsm.io.recordings.server_entries`.
"""

import re

import attrs

from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.graceids import is_superevent
from fsm.core.evidence.labels import RESOLUTION

_BY_SIGNOFF = re.compile(r"(ADV|[A-Z]\d)(OK|NO)")  # of which its own entry tells
_BESIDE = 3.0  # seconds between the alerts about one change
_OF_NOTICE = 2  # an entry with the notice's file, and one with its tag
_OF_SIGNOFF = 2  # an entry about it and, with superevents, one with its tag
_CLOCKS = 10.0  # seconds by which GraceDB's clock and the supervisor's may differ


@attrs.define(slots=True)
class LogNumbers:
    """What is known of the numbers of one candidate's log.

    Attributes:
        read: entries up to this number are looked for no more: GraceDB has told them, or was asked.
        highest: the highest number known.
        numbered: of those above ``read``, how many alerts with a number have told of, or made the
            server write.
        unnumbered: likewise how many alerts without one.
    """

    read: int = 0
    highest: int = 0
    numbered: int = 0
    unnumbered: int = 0

    @property
    def lost(self) -> int:
        """How many entries there must be of which no alert has told."""
        return max(0, self.highest - self.read - self.numbered - self.unnumbered)

    def hear(self, alert: Alert, evidence: Evidence, answered: float) -> None:
        """Take up an alert, before it is added to the evidence.

        Args:
            alert: what it tells.
            evidence: of the candidate, by which an alert that comes again is told.
            answered: as of when GraceDB last told its log, unix seconds.
        """
        entry = alert.entry
        if entry is not None and entry.number is not None:
            if entry.number > self.read and entry.number not in evidence.logs:
                self.numbered += 1 + len(entry.tags)
                self.highest = max(self.highest, entry.number + len(entry.tags))
        elif alert.label or alert.signoff is not None:
            if alert.time > answered - RESOLUTION:  # else an answer may have told it
                self.unnumbered += _marked_with(alert, evidence)
        elif alert.time > answered:
            self.unnumbered += _written_with(alert, evidence)

    def learn(self, entries: tuple[LogEntry, ...], evidence: Evidence, as_of: float) -> None:
        """Take up GraceDB's word of its log, after it is added to the evidence.

        A number beyond it that an alert had is that of a newer entry, or of none: what was written
        before GraceDB told its log would be in it. What alerts without number have told since it
        was asked is taken to be newer.

        Args:
            entries: all of the log; none where they were not told.
            evidence: of the candidate.
            as_of: when GraceDB told them, unix seconds.
        """
        if not entries:
            return
        self.read = max(entry.number or 0 for entry in entries)
        later = [(identity, len(entry.tags)) for identity, entry in evidence.logs.items()
                 if type(identity) is int and identity > self.read
                 and entry.time > as_of - _CLOCKS]
        self.highest = max([self.read, *(number + tags for number, tags in later)])
        self.numbered = sum(1 + tags for _, tags in later)

    def look(self) -> None:
        """GraceDB is asked for what is lost: that is done once."""
        self.read, self.numbered, self.unnumbered = self.highest, 0, 0


def _marked_with(alert: Alert, evidence: Evidence) -> int:
    """How many entries, at most, the server writes with a label or sign-off that is news."""
    of_superevent = is_superevent(alert.graceid)
    if alert.signoff is not None:
        key, said = alert.signoff
        known = evidence.signoffs.get(key)
        if known is not None and (known.status, known.comment) == (said.status, said.comment):
            return 0
        return 1 if alert.today and not of_superevent else _OF_SIGNOFF
    told = evidence.has_label(alert.label) == (alert.what == "label_added")
    return 0 if told or (of_superevent and _BY_SIGNOFF.fullmatch(alert.label)) else 1


def _written_with(alert: Alert, evidence: Evidence) -> int:
    """How many entries, at most, the server writes with whatever else has no number."""
    if alert.what == "update" and not is_superevent(alert.graceid):
        return 0
    if alert.fields is not None and evidence.has_heard(alert.what, alert.fields):
        return 0
    if alert.what == "voevent":
        known = alert.entry is not None and alert.entry.identity in evidence.logs
        return 0 if known else _OF_NOTICE
    if alert.superevent and alert.superevent == evidence.superevent:
        # That it is preferred from the beginning is told beside its joining, and written for both.
        return int(alert.received > evidence.joined[0] + _BESIDE)
    return 1
