"""What GraceDB has of each candidate of a recording, whether the supervisor heard of it or not."""

import re
from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime

import attrs

STATED = ("new", "update", "event_added", "event_removed", "confirmed_as_gw")
TOLD_BY_OBJECT = ("added_to_superevent", "removed_from_superevent")
GPS_EPOCH, LEAP_SECONDS = 315964800, 18


def seconds(text):
    """Unix seconds of a date as GraceDB writes it."""
    if isinstance(text, (int, float)):
        return float(text)
    text = text.replace(" UTC", "+00:00").replace("Z", "+00:00")
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


@attrs.frozen
class Entry:
    """One log message, perhaps with a file."""

    time: float
    comment: str
    filename: str = ""
    version: int = 0
    tags: frozenset = frozenset()
    empty: bool = False


@attrs.define
class Candidate:
    """One candidate: when its values changed, its labels were on, its messages were written."""

    graceid: str
    world: dict = attrs.field(repr=False)
    created: float = 0.0
    values: list = attrs.field(factory=list)  # (time, fields)
    spans: dict = attrs.field(factory=lambda: defaultdict(list))  # label: [[on, off or None]]
    entries: list = attrs.field(factory=list)
    signoffs: list = attrs.field(factory=list)  # (time, "ADV" or interferometer, status or None)
    heard: float = float("-inf")  # when the supervisor last heard of it

    @property
    def kind(self):
        """``superevent``, ``external``, ``event``, or "" where nothing is annotated by itself."""
        match = re.fullmatch(r"(M?S\d{6}[a-z]+|M?GW\d{6}[A-Z]+)|(E\d+)|([GM]\d+)", self.graceid)
        return ("superevent", "external", "event")[match.lastindex - 1] if match else ""

    def fields(self, time=float("inf")):
        """Its values at a time."""
        index = bisect_right([when for when, _ in self.values], time)
        return self.values[max(0, index - 1)][1] if self.values else {}

    def event(self, time=float("inf")):
        """The values of the event that it is, or of its preferred event."""
        fields = self.fields(time)
        if self.kind != "superevent":
            return fields
        event = self.member(fields.get("preferred_event"))
        known = event.fields(time) if event and event.values else {}
        return {**(fields.get("preferred_event_data") or {}), **known}

    def member(self, graceid):
        """Another candidate of the recording, or None."""
        return self.world.get(graceid)

    def members(self, kind, time=float("inf")):
        """Its events (``gw_events``) or external events (``em_events``) that are recorded."""
        return [self.world[one] for one in self.fields(time).get(kind) or () if one in self.world]

    def on(self, name, time):
        """Whether a label is on at a time."""
        return any(on <= time and (off is None or time < off) for on, off in self.spans[name])

    def touched(self, name, start, stop):
        """Whether a label is on at any time of a range."""
        return any(on <= stop and (off is None or off > start) for on, off in self.spans[name])

    def put_on(self, *names):
        """When any of some labels was put on."""
        return sorted(on for name in names for on, _ in self.spans[name])


def worlds(lines):
    """The candidates of a recording.

    Args:
        lines: dicts with ``time`` and ``payload``; where ``delivered`` is false they count as well.

    Returns:
        GraceID to :class:`Candidate`.
    """
    world = {}
    in_order = sorted(lines, key=lambda line: line["time"])
    for line in sorted(in_order, key=_when):  # dates are whole seconds: then as they arrived
        payload = line["payload"]
        graceid = payload["uid"]
        candidate = world.setdefault(graceid, Candidate(graceid, world))
        _take(candidate, _when(line), payload, line.get("contents") or {})
        if line.get("delivered", True):
            candidate.heard = max(candidate.heard, line["time"])
    return world


def _when(line):
    data = line["payload"].get("data")
    created = data.get("created") if isinstance(data, dict) else None
    dated = ("new", "log", "label_added", "label_removed", "voevent")
    told = line["payload"]["alert_type"] in dated and created
    return min(seconds(created), line["time"]) if told else line["time"]


def _take(candidate, time, payload, contents):
    what, data = payload["alert_type"], payload.get("data") or {}
    if what in STATED:
        candidate.values.append((time, data))
    elif what in TOLD_BY_OBJECT or (payload.get("object") and not candidate.values):
        candidate.values.append((time, payload.get("object") or {}))
    if what == "new":
        candidate.created = candidate.created or min(time, seconds(data.get("created", time)))
        for name in data.get("labels") or ():
            _put_on(candidate, name, time)
    elif what == "log":
        entry = Entry(time, data.get("comment") or "", data.get("filename") or "",
                      data.get("file_version") or 0, frozenset(data.get("tag_names") or ()),
                      contents.get("size") == 0)
        if entry not in candidate.entries:
            candidate.entries.append(entry)
    elif what == "label_added":
        _put_on(candidate, data["name"], time)
    elif what == "label_removed":
        _take_off(candidate, data["name"], time)
    elif what.startswith("signoff_"):
        _sign(candidate, time, what, data)


def _put_on(candidate, name, time):
    spans = candidate.spans[name]
    if not spans or spans[-1][1] is not None:
        spans.append([time, None])


def _take_off(candidate, name, time):
    spans = candidate.spans[name]
    if spans and spans[-1][1] is None:
        spans[-1][1] = time


def _sign(candidate, time, what, data):
    """A sign-off brings its label and takes its request off, silently."""
    who = "ADV" if data["signoff_type"] == "ADV" else data["instrument"]
    status = None if what == "signoff_deleted" else data["status"]
    candidate.signoffs.append((time, who, status))
    request = "ADVREQ" if who == "ADV" else f"{who}OPS"
    if status is None:
        _take_off(candidate, f"{who}{data['status']}", time)
        _put_on(candidate, request, time)
        return
    _put_on(candidate, f"{who}{status}", time)
    _take_off(candidate, f"{who}{'NO' if status == 'OK' else 'OK'}", time)
    _take_off(candidate, request, time)
