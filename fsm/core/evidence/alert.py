"""Alerts of every payload flavour, read into one shape.

Flavours: LVAlert of 2016-2018 (``description``, ``file``, ``object``), the superevents of
mid-2018 in the same keys, and today's (``data``, ``object``), over XMPP or Kafka alike.
Source: public alert payloads and GraceDB's server code; see docs/architecture.md.
"""

import re
from functools import partial

import attrs

from fsm.core.evidence.entries import LogEntry, Signoff, tag_set
from fsm.core.evidence.graceids import SUPEREVENT, kind_of
from fsm.core.interning import once
from fsm.core.times import gps_seconds, stated, unix_seconds
from fsm.errors import AlertError

CONTROL_IDS = {"command", "heartbeat"}

_VERSIONED = re.compile(r"(.+),(\d{1,9})", re.DOTALL)
_UPLOAD = re.compile(r"UPLOAD: '([^']*)' ?(.*)", re.DOTALL)
_LABEL_TEXT = re.compile(
    r"(?:LABEL: (?P<added>\S+) added|(?:Label|UPDATE:) (?P<removed>\S+) removed)"
)

# Today's alert types and what each one does to the evidence; all others are kept as "other".
_CURRENT = {
    "new": "new", "update": "update", "log": "log",
    "label_added": "label_added", "label_removed": "label_removed",
    "signoff_created": "signoff", "signoff_updated": "signoff",
    "signoff_deleted": "signoff_deleted", "voevent": "voevent",
    "emobservation": "other", "embb_event_log": "other",
    "exposed": "exposure", "hidden": "exposure",
    "added_to_superevent": "membership", "removed_from_superevent": "membership",
    "selected_as_preferred": "membership", "removed_as_preferred": "membership",
    "event_added": "membership", "event_removed": "membership",
    "confirmed_as_gw": "membership",
}
_LEGACY = {"new", "update", "label", "signoff"}
_GPS = ("gpstime", "t_0", "t_start", "t_end")


@attrs.frozen(slots=True)
class Alert:
    """One alert in the one shape that the engine knows.

    Attributes:
        graceid: which candidate it is about.
        what: ``new``, ``update``, ``log``, ``label_added``, ``label_removed``, ``signoff``,
            ``signoff_deleted``, ``voevent``, ``membership``, ``exposure`` or ``other``.
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
    what: str
    time: float
    received: float
    fields: dict | None = None
    snapshot: dict | None = None
    entry: LogEntry | None = None
    label: str = ""
    labels: tuple = ()
    signoff: tuple | None = None
    superevent: str | None = ""
    made: float | None = None
    today: bool = False

    def add_to(self, evidence):
        """Add what it says to the evidence.

        Returns:
            What it tells, as a tuple: a log entry as kept, label names, ``"fields"``,
            ``"signoff"``; also where GraceDB had told it before, because only now its alert has
            come.
        """
        what, changes = self.what, ()
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
            evidence.add_fields(self.snapshot, self.received, snapshot=True)
            if evidence.superevent != before:
                changes = (*changes, "fields")
        stated = self.fields if self.fields is not None else self.snapshot
        if stated and evidence.learn_preferred(stated, self.received):
            changes = (*changes, "members")
        return changes

    def _label_to(self, evidence):
        on = self.what == "label_added"
        names = (self.snapshot or {}).get("labels")
        if not on and isinstance(names, list) and self.label in names and (
                evidence.has_label(self.label)):
            evidence.doubts.add(self.label)  # it was on again when the alert was sent
            return ()
        heard = self.time if self.made is None else self.received
        (evidence.add_label if on else evidence.remove_label)(self.label, self.made, heard)
        return (self.label,) if evidence.has_label(self.label) == on else ()


def parse(payload, received):
    """Read one payload.

    Args:
        payload: the JSON object of the alert as a dict.
        received: when it arrived, unix seconds.

    Returns:
        The :class:`Alert`; None for control messages of the listeners (commands, heartbeats).

    Raises:
        AlertError: where the payload is no alert about a GraceID.
    """
    if not isinstance(payload, dict):
        raise AlertError(f"expected a JSON object as payload, found {type(payload).__name__}")
    uid, kind = payload.get("uid"), payload.get("alert_type")
    if not isinstance(uid, str) or not isinstance(kind, str):
        raise AlertError("payload without text in 'uid' and 'alert_type', which every alert has")
    if uid in CONTROL_IDS:
        return None
    if kind_of(uid) is None:
        raise AlertError(f"uid {uid[:40]!r} is no GraceID (such as G298048 or S190425z)")
    if "data" not in payload and kind in _LEGACY and (
            "description" in payload or "file" in payload):
        return _legacy(uid, kind, payload, received)
    return _current(uid, kind, payload, received)


def split_version(name):
    """Split ``x.fits,2`` into name and version; None as version where none is written."""
    match = _VERSIONED.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, None)


def log_entry(record, received, comment=None, filename=None):
    """Read a log dictionary, from an alert or from GraceDB's REST interface.

    The same texts and tags of many candidates are kept once.

    Args:
        record: log dictionary of any era; missing and odd values are tolerated.
        received: time to use where it has none, unix seconds.
        comment: message to use where the record has none.
        filename: name, perhaps with version, to use where the record has none.
    """
    time = unix_seconds(record.get("created"))
    name = record.get("filename") or filename or ""
    name, version = split_version(name) if isinstance(name, str) else ("", None)
    stated = record.get("file_version")
    number = record.get("N")
    tags = record.get("tag_names")
    tags = tags if isinstance(tags, list) else ()
    text = record.get("comment", comment)
    return LogEntry(
        received if time is None else time,
        number if type(number) is int else None,
        once(text) if type(text) is str else comment or "",
        once(name),
        stated if type(stated) is int else version,
        tag_set(tuple(t for t in tags if type(t) is str)),
    )


def _sound(value, received):
    """A dictionary of a payload without the times in it that cannot be: they are not told."""
    if not isinstance(value, dict):
        return {}
    if isinstance(inner := value.get("preferred_event_data"), dict):
        sound = _sound(inner, received)
        value = value if sound is inner else {**value, "preferred_event_data": sound}
    wrong = [name for name in _GPS if value.get(name) is not None
             and gps_seconds(value[name]) is None]
    if value.get("created") is not None and stated(value["created"], received) is None:
        wrong.append("created")
    return {name: one for name, one in value.items() if name not in wrong} if wrong else value


def _label_names(value):
    return tuple(n for n in value if isinstance(n, str)) if isinstance(value, (list, dict)) else ()


def _event(make, uid, what, fields, received, labels):
    time = unix_seconds(fields.get("created")) if what == "new" else None
    return make(uid, what, received if time is None else time, received, fields=fields,
                labels=_label_names(labels) if what == "new" else ())


def _signed(make, uid, what, record, received):
    key = (str(record.get("signoff_type", "")), str(record.get("instrument") or ""))
    status = "" if what == "signoff_deleted" else str(record.get("status", ""))
    signoff = Signoff(received, status, str(record.get("comment", "")))
    return make(uid, what, received, received, signoff=(key, signoff))


_today = partial(Alert, today=True)


def _current(uid, kind, payload, received):
    what = _CURRENT.get(kind, "other")
    data, state = _sound(payload.get("data"), received), _sound(payload.get("object"), received)
    if what == "new" or what == "update":
        fields = {**data, **state}
        return _event(_today, uid, what, fields, received, fields.get("labels"))
    snapshot = state or None
    if what == "log":
        entry = log_entry(data, received)
        return _today(uid, what, entry.time, received, snapshot=snapshot, entry=entry)
    if what == "label_added" or what == "label_removed":
        made = unix_seconds(data.get("created"))
        time = made if what == "label_added" and made is not None else received
        return _today(uid, what, time, received, snapshot=snapshot,
                      label=str(data.get("name", "")), made=made)
    if what == "signoff" or what == "signoff_deleted":
        return _signed(_today, uid, what, data, received)
    if what == "voevent":
        entry = log_entry(data, received, comment="New VOEvent")
        entry = attrs.evolve(entry, number=None)  # N counts VOEvents here, not log messages
        return _today(uid, what, entry.time, received, snapshot=snapshot, entry=entry)
    if what == "membership":
        return _membership(uid, kind, data, state, received)
    return _today(uid, what, received, received, snapshot=snapshot)


def _membership(uid, kind, data, state, received):
    """Events come and go in a superevent, which is stated whole both in theirs and its own alerts.

    Only what it is now counts: among the alerts about one change those of the events may come
    first.
    """
    if kind_of(uid) == SUPEREVENT:
        return _event(_today, uid, "membership", {**data, **state}, received, None)
    told = data.get("superevent_id")
    if kind == "removed_from_superevent":
        superevent = None
    else:
        superevent = told if isinstance(told, str) else ""
    return _today(uid, "membership", received, received, snapshot=state or None,
                  superevent=superevent)


def _legacy(uid, kind, payload, received):
    record = _sound(payload.get("object"), received)
    text = payload.get("description")
    text = text if isinstance(text, str) else ""
    if kind == "new":
        return _event(Alert, uid, kind, record, received, record.get("labels"))
    if kind == "signoff":
        return _signed(Alert, uid, kind, record, received)
    match = _LABEL_TEXT.fullmatch(text)
    if kind == "label" or match:
        return _legacy_label(uid, text, match, received)
    return _legacy_update(uid, text, payload.get("file"), record, received)


def _legacy_label(uid, text, match, received):
    if match and match["removed"]:
        return Alert(uid, "label_removed", received, received, label=match["removed"])
    label = match["added"] if match else text
    return Alert(uid, "label_added", received, received, label=label)


def _legacy_update(uid, text, file, record, received):
    file = file if isinstance(file, str) else ""
    if text.startswith("VOEVENT: ") or "voevent_type" in record:
        entry = log_entry({**record, "N": None}, received, "New VOEvent", file)
        return Alert(uid, "voevent", entry.time, received, entry=entry)
    if text.startswith(("New EMBB", "New embb")):
        return Alert(uid, "other", received, received)
    if "pipeline" in record and "comment" not in record:
        return _event(Alert, uid, "update", record, received, None)
    match = _UPLOAD.fullmatch(text)
    if match:
        file, comment = file or match[1], match[2]
    elif text.startswith("UPLOAD: "):
        file, comment = file or text.removeprefix("UPLOAD: "), ""
    else:
        comment = text.removeprefix("LOG: ")
    entry = log_entry(record, received, comment, file)
    return Alert(uid, "log", entry.time, received, entry=entry)
