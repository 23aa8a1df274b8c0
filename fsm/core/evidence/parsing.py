"""Payloads of every flavour, read into one shape.

Flavours: LVAlert of 2016-2018 (``description``, ``file``, ``object``), the superevents of
mid-2018 in the same keys, and today's (``data``, ``object``), over XMPP or Kafka alike.
Source: public alert payloads and GraceDB's server code; see docs/architecture.md.
"""

import re
from collections.abc import Callable
from functools import partial

import attrs

from fsm.core.evidence.alert import Alert, What
from fsm.core.evidence.entries import Signoff
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent, kind_of
from fsm.core.evidence.records import log_entry
from fsm.core.interning import once
from fsm.core.times import gps_seconds, stated, unix_seconds
from fsm.errors import AlertError

Make = Callable[..., Alert]  # an alert of either kind of payload

CONTROL_IDS = {"command", "heartbeat"}

_UPLOAD = re.compile(r"UPLOAD: '([^']*)' ?(.*)", re.DOTALL)
_LABEL_TEXT = re.compile(
    r"(?:LABEL: (?P<added>\S+) added|(?:Label|UPDATE:) (?P<removed>\S+) removed)"
)

# Today's alert types and what each one does to the evidence; all others are kept as "other".
_CURRENT: dict[str, What] = {
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


def parse(payload: object, received: float) -> Alert | None:
    """Read one payload.

    Args:
        payload: the JSON object of the alert as a dict.
        received: when it arrived, unix seconds.

    Returns:
        The :class:`~fsm.core.evidence.alert.Alert`; None for control messages of the listeners
        (commands, heartbeats).

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
    uid = once(uid)
    if "data" not in payload and kind in _LEGACY and (
            "description" in payload or "file" in payload):
        return _legacy(uid, kind, payload, received)
    return _current(uid, kind, payload, received)


def _sound(value: object, received: float) -> Plain:
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


def _label_names(value: object) -> tuple[str, ...]:
    return tuple(n for n in value if isinstance(n, str)) if isinstance(value, (list, dict)) else ()


def _event(make: Make, uid: str, what: What, fields: Plain, received: float,
           labels: object) -> Alert:
    time = unix_seconds(fields.get("created")) if what == "new" else None
    return make(uid, what, received if time is None else time, received, fields=fields,
                labels=_label_names(labels) if what == "new" else ())


def _signed(make: Make, uid: str, what: What, record: Plain, received: float) -> Alert:
    key = (str(record.get("signoff_type", "")), str(record.get("instrument") or ""))
    status = "" if what == "signoff_deleted" else str(record.get("status", ""))
    signoff = Signoff(received, status, str(record.get("comment", "")))
    return make(uid, what, received, received, signoff=(key, signoff))


_today = partial(Alert, today=True)


def _current(uid: str, kind: str, payload: Plain, received: float) -> Alert:
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


def _membership(uid: str, kind: str, data: Plain, state: Plain, received: float) -> Alert:
    """Events come and go in a superevent, which is stated whole both in theirs and its own alerts.

    Only what it is now counts: among the alerts about one change those of the events may come
    first.
    """
    if is_superevent(uid):
        return _event(_today, uid, "membership", {**data, **state}, received, None)
    told = data.get("superevent_id")
    if kind == "removed_from_superevent":
        superevent = None
    else:
        superevent = told if isinstance(told, str) else ""
    return _today(uid, "membership", received, received, snapshot=state or None,
                  superevent=superevent)


def _legacy(uid: str, kind: str, payload: Plain, received: float) -> Alert:
    record = _sound(payload.get("object"), received)
    text = payload.get("description")
    text = text if isinstance(text, str) else ""
    if kind == "new":
        return _event(Alert, uid, "new", record, received, record.get("labels"))
    if kind == "signoff":
        return _signed(Alert, uid, "signoff", record, received)
    match = _LABEL_TEXT.fullmatch(text)
    if kind == "label" or match:
        return _legacy_label(uid, text, match, received)
    return _legacy_update(uid, text, payload.get("file"), record, received)


def _legacy_label(uid: str, text: str, match: re.Match[str] | None, received: float) -> Alert:
    if match and match["removed"]:
        return Alert(uid, "label_removed", received, received, label=match["removed"])
    label = match["added"] if match else text
    return Alert(uid, "label_added", received, received, label=label)


def _legacy_update(uid: str, text: str, given: object, record: Plain, received: float) -> Alert:
    file = given if isinstance(given, str) else ""
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
