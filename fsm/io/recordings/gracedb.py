"""Stand-ins for GraceDB in a replay: what a recording shows, or nothing at all."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from math import inf
from typing import Protocol, TypeAlias

import attrs

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import signoff_labels
from fsm.core.evidence.fields import Plain
from fsm.core.expect.hints import Want
from fsm.core.times import finite, unix_seconds
from fsm.io.recordings.files import Record

SEARCH = ("group", "pipeline", "search")
SILENT = "the recording has nothing about it"
AT_ONCE = 60.0  # seconds: a label's times are whole seconds, in which it may come and go
CLOCKS = {"gpstime": finite, "created": unix_seconds}
# The moment of an event by a clock, its GraceID, its creation, and what is told of it.
_Row: TypeAlias = tuple[float, str, float | None, Plain]


class Source(Protocol):
    """Whoever answers questions as GraceDB does."""

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`."""


class RecordedGraceDB:
    """Answers with what a recording shows had been annotated by the time of the question.

    Args:
        records: all :class:`~fsm.io.recordings.files.Record` of the recording, also undelivered
            ones.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._known: dict[str, list[tuple[float, int, Alert]]] = {}
        self._contents: dict[str, dict[str, Plain]] = {}
        events: dict[str, Plain] = {}
        for record in _changes(records):
            alert = record.alert
            known = self._known.setdefault(alert.graceid, [])
            known.append((min(alert.time, alert.received), len(known), alert))
            if record.contents is not None and alert.entry is not None:
                name = f"{alert.entry.filename},{alert.entry.version or 0}"
                self._contents.setdefault(alert.graceid, {})[name] = record.contents
            if alert.what == "new":
                events.setdefault(alert.graceid, alert.fields or {})
        for known in self._known.values():
            known.sort(key=lambda item: item[:2])  # at the same time, in the order of arrival
        self._by_search: dict[tuple[str, ...], tuple[list[float], list[_Row]]] = {}
        for clock in CLOCKS:
            for search, rows in _by_search(clock, events).items():
                self._by_search[clock, *search] = ([row[0] for row in rows], rows)

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`."""
        if ask.graceid not in self._known:
            return Answer(ask.time, ask.graceid, ask.question, failure=SILENT)
        neighbours, contents, unavailable = self._wanted(ask)
        wanted = [want[1] for want in ask.wants if want[0] == "member"]
        members = tuple(self.state(graceid, ask.time) for graceid in wanted
                        if graceid in self._known)
        unread = {graceid: SILENT for graceid in wanted if graceid not in self._known}
        return attrs.evolve(self.state(ask.graceid, ask.time), question=ask.question,
                            neighbours=neighbours, contents=contents, unavailable=unavailable,
                            members=members, unread=unread)

    def state(self, graceid: str, time: float) -> Answer:
        """What there was of a candidate at a time, unix seconds, as an answer."""
        known = [item for item in self._known.get(graceid, ()) if item[0] <= time]
        visible = [alert for *_, alert in known]
        heard = [alert for *_, alert in sorted(known, key=lambda item: item[1])]
        signoffs = dict(alert.signoff for alert in heard if alert.signoff is not None)
        return Answer(
            time, graceid, "", event=_event(visible),
            logs=tuple(a.entry for a in visible if a.entry is not None),
            labels=_labels(heard), signoffs=tuple(signoffs.items()))

    def _wanted(self, ask: Ask) -> tuple[dict[str, list[Plain]], dict[str, Plain], frozenset[Want]]:
        neighbours: dict[str, list[Plain]] = {}
        contents: dict[str, Plain] = {}
        unavailable: set[Want] = set()
        for want in ask.wants:
            if want[0] == "neighbours":
                neighbours[want[1]] = self._neighbours(*want[1:], now=ask.time)
            elif want[0] == "content":
                name = f"{want[1]},{want[2]}"
                facts = self._contents.get(ask.graceid, {}).get(name)
                if facts is None:
                    unavailable.add(want)
                else:
                    contents[name] = facts
        return neighbours, contents, frozenset(unavailable)

    def _neighbours(self, clock: str, start: float, stop: float, *search: str,
                    now: float) -> list[Plain]:
        moments, rows = self._by_search.get((clock, *search), ([], []))
        found = rows[bisect_left(moments, start):bisect_right(moments, stop)]
        return [row for _, _, created, row in found if created is None or created <= now]


def _by_search(clock: str, events: Mapping[str, Plain]) -> dict[tuple[str, ...], list[_Row]]:
    searches: dict[tuple[str, ...], list[_Row]] = {}
    for graceid, fields in events.items():
        moment = CLOCKS[clock](fields.get(clock))
        if moment is not None:
            row = {key: fields.get(key) for key in (*SEARCH, *CLOCKS)}
            search = tuple(str(fields.get(key) or "") for key in SEARCH)
            searches.setdefault(search, []).append(
                (moment, graceid, unix_seconds(fields.get("created")),
                 {"graceid": graceid, **row}))
    for rows in searches.values():
        rows.sort(key=lambda row: row[:2])
    return searches


def _changes(records: Iterable[Record]) -> list[Record]:
    """The records in the order of their arrival, without what was delivered again."""
    seen: dict[object, float] = {}
    put_on: dict[tuple[str, str], list[float]] = {}
    changes: list[Record] = []
    for record in sorted(records, key=lambda record: record.alert.received):
        alert = record.alert
        first = seen.setdefault(_change(alert), alert.received)
        if alert.received <= first + (AT_ONCE if alert.label else 0.0):
            changes.append(record)
            if alert.what == "label_added":
                put_on.setdefault((alert.graceid, alert.label), []).append(alert.received)
    signed: set[object] = set()
    return [record for record in changes if not _signed_before(record.alert, signed, put_on)]


def _signed_before(alert: Alert, signed: set[object],
                   put_on: Mapping[tuple[str, str], list[float]]) -> bool:
    """Whether it is of a sign-off that was heard of before, and was not given anew.

    Its alert has neither time nor number, but GraceDB puts a label on with it.

    Args:
        alert: of the sign-off.
        signed: what was heard of; it is added.
        put_on: when labels were heard to be put on, by GraceID and label.
    """
    if alert.signoff is None:
        return False
    (kind, instrument), signoff = alert.signoff
    change = (alert.graceid, alert.what, kind, instrument, signoff.status, signoff.comment)
    again = change in signed
    signed.add(change)
    brought = signoff_labels(kind, instrument, signoff.status)
    moments = [moment for label, is_on in brought.items() if is_on
               for moment in put_on.get((alert.graceid, label), ())]
    return again and bool(moments) and \
        all(abs(moment - alert.received) > AT_ONCE for moment in moments)


def _change(alert: Alert) -> object:
    """By what an alert is known when it comes again; by itself where nothing tells."""
    if alert.entry is not None:
        return (alert.graceid, "log", alert.entry.identity)
    if alert.made is not None:
        return (alert.graceid, alert.what, alert.label, alert.made)
    state = alert.snapshot if alert.fields is None else alert.fields
    if state is None or alert.signoff is not None:
        return id(alert)
    return (alert.graceid, alert.what, alert.label, alert.superevent,
            json.dumps(state, sort_keys=True, default=str))


def _event(visible: Iterable[Alert]) -> Plain | None:
    """The event's values as the last alert had them, whether it stated them or they came along.

    One of these may say less than another, so each value counts until another one is told.
    """
    seen = [fields for alert in visible
            if (fields := alert.snapshot if alert.fields is None else alert.fields) is not None]
    return {key: value for fields in seen for key, value in fields.items()} if seen else None


def _labels(heard: list[Alert]) -> tuple[tuple[str, float], ...]:
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


class NoGraceDB:
    """Answers every question with the failure to answer it."""

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`."""
        return Answer(ask.time, ask.graceid, ask.question, failure="there is none in this replay")
