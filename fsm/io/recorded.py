"""Stand-ins for GraceDB in a replay: what a recording shows, or nothing at all."""

from bisect import bisect_left, bisect_right

import attrs

from fsm.core.entries import signoff_labels
from fsm.core.inputs import Answer
from fsm.core.times import finite, unix_seconds

SEARCH = ("group", "pipeline", "search")
CLOCKS = {"gpstime": finite, "created": unix_seconds}


class RecordedGraceDB:
    """Answers with what a recording shows had been annotated by the time of the question.

    Args:
        records: all :class:`~fsm.io.recording.Record` of the recording, also undelivered ones.
    """

    def __init__(self, records):
        self._known, self._contents = {}, {}
        events = {}
        for record in records:
            alert = record.alert
            self._known.setdefault(alert.graceid, []).append(
                (min(alert.time, alert.received), alert))
            if record.contents is not None and alert.entry is not None:
                name = f"{alert.entry.filename},{alert.entry.version or 0}"
                self._contents.setdefault(alert.graceid, {})[name] = record.contents
            if alert.what == "new":
                events.setdefault(alert.graceid, alert.fields)
        for known in self._known.values():
            known.sort(key=lambda item: item[0])
        self._by_search = {}
        for clock in CLOCKS:
            for search, rows in _by_search(clock, events).items():
                self._by_search[clock, *search] = ([row[0] for row in rows], rows)

    def answer(self, ask):
        """Answer one :class:`~fsm.core.effects.Ask`."""
        neighbours, contents, unavailable = self._wanted(ask)
        members = tuple(self.state(want[1], ask.time) for want in ask.wants
                        if want[0] == "member")
        return attrs.evolve(self.state(ask.graceid, ask.time), question=ask.question,
                            neighbours=neighbours, contents=contents, unavailable=unavailable,
                            members=members)

    def state(self, graceid, time):
        """What there was of a candidate at a time, unix seconds, as an answer."""
        visible = [a for when, a in self._known.get(graceid, ()) if when <= time]
        labels, signoffs = {}, {}
        for alert in visible:
            if alert.label:
                labels[alert.label] = alert.time if alert.what == "label_added" else None
            labels.update(dict.fromkeys(alert.labels, alert.time))
            if alert.signoff is not None:
                key, signoff = alert.signoff
                signoffs[key] = signoff
                brought = signoff_labels(*key, signoff.status)
                labels.update({name: alert.time if on else None for name, on in brought.items()})
        return Answer(
            time, graceid, "", event=_event(visible),
            logs=tuple(a.entry for a in visible if a.entry is not None),
            labels=tuple((name, time) for name, time in labels.items() if time is not None),
            signoffs=tuple(signoffs.items()))

    def _wanted(self, ask):
        neighbours, contents, unavailable = {}, {}, set()
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

    def _neighbours(self, clock, start, stop, *search, now):
        moments, rows = self._by_search.get((clock, *search), ([], []))
        found = rows[bisect_left(moments, start):bisect_right(moments, stop)]
        return [row for _, _, created, row in found if created is None or created <= now]


def _by_search(clock, events):
    searches = {}
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


def _event(visible):
    stated = [a.fields for a in visible if a.fields is not None]
    seen = [a.snapshot for a in visible if a.snapshot is not None]
    return stated[-1] if stated else seen[-1] if seen else None


class NoGraceDB:
    """Answers every question with the failure to answer it."""

    def answer(self, ask):
        """Answer one :class:`~fsm.core.effects.Ask`."""
        return Answer(ask.time, ask.graceid, ask.question, failure="there is none in this replay")
