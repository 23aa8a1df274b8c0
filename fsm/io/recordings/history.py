"""What a recording shows of one candidate, as GraceDB would show it."""

import json
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from math import inf
from typing import NamedTuple

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry, signoff_labels
from fsm.core.evidence.fields import Plain
from fsm.io.recordings.files import Record
from fsm.io.recordings.order import OrderError, known

AT_ONCE = 60.0  # seconds: a label's times are whole seconds, in which it may come and go
MARKS = ("label_added", "label_removed")


class _Row(NamedTuple):
    """An alert, and when GraceDB had what it tells; of the same moment in the order of arrival."""

    known: float
    arrived: float
    number: int
    alert: Alert


def content_of(record: Record) -> str | None:
    """The ``name,version`` of the file of which a record tells the content, None for none."""
    entry = record.alert.entry
    return None if record.contents is None or entry is None \
        else f"{entry.filename},{entry.version or 0}"


class History:
    """One candidate's alerts, and what there was of it at any time.

    Attributes:
        graceid: its id.
        contents: facts about the contents of its files, by ``name,version``.
        introduced: whether the alert of its creation is known.
        denied: contents, by the same, of which was said that nothing will tell them.
    """

    __slots__ = ("graceid", "contents", "introduced", "denied", "_rows", "_marks", "_seen",
                 "_put_on", "_signed", "_again", "_asked", "_read", "_event", "_logs")

    def __init__(self, graceid: str) -> None:
        self.graceid, self.introduced = graceid, False
        self.contents: dict[str, Plain] = {}
        self.denied: set[str] = set()
        self._rows: list[_Row] = []  # of what has values or a log entry
        self._marks: list[_Row] = []  # of what tells of labels or sign-offs
        self._seen: dict[object, float] = {}
        self._put_on: dict[str, list[float]] = {}
        self._signed: set[object] = set()
        self._again: set[int] = set()  # numbers of alerts about sign-offs heard of before
        self._asked = -inf
        self._begin()

    def _begin(self) -> None:
        self._read = 0
        self._event: Plain | None = None
        self._logs: tuple[LogEntry, ...] = ()

    def add(self, record: Record, number: int) -> bool:
        """Add an alert, but for one that was delivered again.

        Args:
            record: :class:`~fsm.io.recordings.files.Record`.
            number: its place in the recording, by which what arrived at once is ordered.

        Returns:
            Whether it is the first that tells of the candidate's creation.

        Raises:
            OrderError: where it should have been known when GraceDB was last asked.
        """
        alert = record.alert
        change = _change(alert)
        if change is not None:
            first = self._seen.setdefault(change, alert.received)
            if alert.received > first + (AT_ONCE if alert.label else 0.0):
                return False
        row = _Row(known(record), alert.received, number, alert)
        if row.known <= self._asked:
            raise OrderError(f"GraceDB was asked about {self.graceid} before an alert of what it "
                             "had by then is read")
        if alert.entry is not None or alert.fields is not None or alert.snapshot is not None:
            _put(row, self._rows, _in_gracedb)
        if alert.what in MARKS or alert.labels or alert.signoff is not None:
            _put(row, self._marks, _in_time)
            self._mark(alert, number)
        self._open(record)
        first = alert.what == "new" and not self.introduced
        self.introduced = self.introduced or first
        return first

    def _open(self, record: Record) -> None:
        """Take up what a record tells of the content of its file."""
        name = content_of(record)
        if name is None or record.contents is None:
            return
        if name in self.denied:
            raise OrderError(f"GraceDB was asked for the content of {name} of {self.graceid} "
                             "before the alert that tells it is read")
        self.contents[name] = record.contents

    def _mark(self, alert: Alert, number: int) -> None:
        if alert.what == "label_added":
            self._put_on.setdefault(alert.label, []).append(alert.received)
        if alert.signoff is not None:
            (kind, instrument), signoff = alert.signoff
            change = (alert.what, kind, instrument, signoff.status, signoff.comment)
            if change in self._signed:
                self._again.add(number)
            self._signed.add(change)

    def state(self, time: float) -> Answer:
        """What there was of it at a time, unix seconds, as an answer."""
        self._asked = max(self._asked, time)
        self._read_until(time)
        heard = [row.alert for row in self._marks if row.known <= time and not self._old(row)]
        signoffs = dict(alert.signoff for alert in heard if alert.signoff is not None)
        return Answer(time, self.graceid, "", event=self._event, logs=self._logs,
                      labels=_labels(heard), signoffs=tuple(signoffs.items()))

    def _read_until(self, time: float) -> None:
        """Take up what is known by then; what was, is not looked at again."""
        count = bisect_right(self._rows, time, key=_moment)
        if count < self._read:
            self._begin()
        fresh = [row.alert for row in self._rows[self._read:count]]
        self._event = _event(self._event, fresh)
        entries = tuple(alert.entry for alert in fresh if alert.entry is not None)
        if entries:
            self._logs += entries
        self._read = count

    def _old(self, row: _Row) -> bool:
        """Whether it is of a sign-off that was heard of before, and was not given anew.

        Its alert has neither time nor number, but GraceDB puts a label on with it.
        """
        if row.number not in self._again or row.alert.signoff is None:
            return False
        (kind, instrument), signoff = row.alert.signoff
        brought = signoff_labels(kind, instrument, signoff.status)
        moments = [moment for label, is_on in brought.items() if is_on
                   for moment in self._put_on.get(label, ())]
        return bool(moments) and all(abs(moment - row.arrived) > AT_ONCE for moment in moments)


def _put(row: _Row, rows: list[_Row], order: Callable[[_Row], tuple[float, ...]]) -> None:
    """Put a row among others that are in an order; nearly always it is the last one."""
    if not rows or order(rows[-1]) <= order(row):
        rows.append(row)
    else:
        insort(rows, row, key=order)


def _moment(row: _Row) -> float:
    return row.known


def _in_gracedb(row: _Row) -> tuple[float, float, int]:
    return row[:3]


def _in_time(row: _Row) -> tuple[float, int]:
    return row[1:3]


def _change(alert: Alert) -> object:
    """By what an alert is known when it comes again; None where nothing tells."""
    if alert.entry is not None:
        return alert.entry.identity
    if alert.made is not None:
        return (alert.what, alert.label, alert.made)
    state = alert.snapshot if alert.fields is None else alert.fields
    if state is None or alert.signoff is not None:
        return None
    words = json.dumps(state, sort_keys=True, default=str).encode()
    return (alert.what, alert.label, alert.superevent, blake2b(words, digest_size=16).digest())


def _event(event: Plain | None, fresh: Iterable[Alert]) -> Plain | None:
    """The event's values as the last alert had them, whether it stated them or they came along.

    One of these may say less than another, so each value counts until another one is told.

    Args:
        event: the values before.
        fresh: the alerts since then.
    """
    for alert in fresh:
        fields = alert.snapshot if alert.fields is None else alert.fields
        if fields is not None:
            event = {**(event or {}), **fields}
    return event


def _labels(heard: Sequence[Alert]) -> tuple[tuple[str, float], ...]:
    """The labels that are on, since when, by all alerts in the order of their arrival.

    An alert says when a label was put on, but not when it was taken off. So one put on is on again
    when it is heard of after that, unless it was not known to be on before: then only the two
    alerts have come in the wrong order.
    """
    on: dict[str, float | None] = {}
    off_before: dict[str, float] = {}
    told = {alert.label for alert in heard}  # a sign-off tells only of what has no alert
    for alert in heard:
        for name in alert.labels:  # on from the very beginning
            on.setdefault(name, alert.time)
        if alert.signoff is not None:
            (kind, instrument), signoff = alert.signoff
            brought = signoff_labels(kind, instrument, signoff.status)
            on.update({name: (on.get(name) or alert.time) if is_on else None
                       for name, is_on in brought.items() if not (is_on and name in told)})
        elif alert.what == "label_removed":
            if on.get(alert.label) is None:
                off_before[alert.label] = alert.time
            on[alert.label] = None
        elif alert.what == "label_added" and alert.time > off_before.pop(alert.label, -inf):
            on[alert.label] = alert.time
    return tuple((name, time) for name, time in on.items() if time is not None)
