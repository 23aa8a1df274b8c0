"""What GraceDB does when it is told something: keeps it, and announces it.

Source: GraceDB's REST interface; what it announces and what it does in silence, its server code.
"""

import json
from datetime import UTC, datetime

from fsm.core.times import finite, unix_seconds
from fsm.io.payloads import CURRENT
from fsm.standin.store import EVENT, LABEL, LOG, SIGNOFF, SUPEREVENT, VOEVENT

LETTERS = {"Test": "T", "MDC": "M", "External": "E"}
NUMBERS = ("far", "gpstime", "likelihood", "nevents")
GPS_EPOCH, LEAP_SECONDS = 315964800, 18
PROTECTED = ("ADVOK", "ADVNO", "H1OK", "H1NO", "L1OK", "L1NO", "V1OK", "V1NO")


class Refused(Exception):
    """What cannot be done, with the HTTP status that says so."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def date(seconds):
    """A time as GraceDB writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def created_at(fields):
    """When an event or superevent was created, unix seconds."""
    return unix_seconds(fields["created"])


class Service:
    """GraceDB's behaviour over a store.

    Args:
        store: :class:`~fsm.standin.store.Store`.
        announcer: :class:`~fsm.standin.announce.Announcer`.
        grouping: whether events are put into superevents, as today's GraceDB does.
        user: who everything is done by.
    """

    def __init__(self, store, announcer, grouping=False, user="standin@example.org"):
        self.store, self.announcer, self.user = store, announcer, user
        self.grouping = grouping

    # -- showing --------------------------------------------------------------------------------

    def show(self, graceid):
        """An event or superevent as GraceDB shows it now."""
        fields = self.store.get(graceid)
        if fields is None:
            raise Refused(404, f"there is no {graceid}")
        labels = [record["name"] for record in self.store.records(graceid, LABEL)]
        shown = {**fields, "labels": labels}
        if "superevent_id" in fields and self.store.get(fields["preferred_event"]):
            shown["preferred_event_data"] = self.show(fields["preferred_event"])
            shown["far"] = shown["preferred_event_data"]["far"]
        return shown

    def announce(self, now, graceid, what, data):
        """Announce a change of an event or superevent."""
        state = self.show(graceid)
        if "superevent_id" in state:
            category = state["category"].lower()
            topic = "superevent" if category == "production" else f"{category}_superevent"
        else:
            parts = (state["group"], state["pipeline"], state["search"])
            topic = "_".join(part.lower() for part in parts if part)
        self.announcer.say(now, topic, graceid, what, data, state)

    # -- events ---------------------------------------------------------------------------------

    def create_event(self, now, group, pipeline, search, upload, values):
        """Create an event; its values come along, or from an uploaded JSON object."""
        letter = LETTERS.get("MDC" if search == "MDC" else group, "G")
        numbers = [int(known[1:]) for known in self.store.ids(letter) if known[1:].isdigit()]
        graceid = f"{letter}{max(numbers, default=100000) + 1}"
        name, content = upload
        fields = {
            "graceid": graceid, "group": group, "pipeline": pipeline, "search": search or None,
            "submitter": self.user, "created": date(now), "offline": False,
            "far": None, "gpstime": now - GPS_EPOCH + LEAP_SECONDS, "instruments": "",
            "nevents": None, "likelihood": None, "extra_attributes": {}, "links": {},
            **({"superevent": None, "superevent_neighbours": {}, "processing_status": "uploaded"}
               if self.grouping else {}),
            **_values(content), **_numbers(values),
        }
        self.store.put(graceid, EVENT, now, fields)
        self.announce(now, graceid, "new", self.show(graceid))
        self.write_log(now, graceid, "initial data", (name, content))
        return self.show(graceid)

    def change(self, now, graceid, values):
        """Change values of an event or superevent."""
        fields = self.store.get(graceid)
        if fields is None:
            raise Refused(404, f"there is no {graceid}")
        kind = SUPEREVENT if "superevent_id" in fields else EVENT
        old = fields.get("preferred_event")
        self.store.put(graceid, kind, created_at(fields), {**fields, **values})
        self.announce(now, graceid, "update", self.show(graceid))
        if kind == SUPEREVENT:
            changed = ", ".join(f"{key}: {value}" for key, value in values.items())
            self.write_log(now, graceid, f"Updated superevent parameters: {changed}",
                           announced=False)
        preferred = values.get("preferred_event", old)
        if preferred != old:
            self.announce(now, old, "removed_as_preferred", self.show(graceid))
            self.announce(now, preferred, "selected_as_preferred", self.show(graceid))
        return self.show(graceid)

    def replace(self, now, graceid, upload):
        """Replace an event's data by another upload."""
        self.store.upload(graceid, *upload)
        return self.change(now, graceid, _values(upload[1]))

    # -- annotations ----------------------------------------------------------------------------

    def write_log(self, now, graceid, comment, upload=None, tags=(), label="", announced=True):
        """Write a log entry, perhaps with a file, tags, a label."""
        self.show(graceid)
        name, version = "", None
        if upload:
            name = upload[0]
            version = self.store.upload(graceid, *upload)
        number = len(self.store.records(graceid, LOG)) + 1
        entry = {"N": number, "comment": comment, "filename": name, "file_version": version,
                 "tag_names": list(tags), "created": date(now), "issuer": self.user}
        self.store.add(graceid, LOG, number, now, entry)
        if announced:
            self.announce(now, graceid, "log", entry)
        if label:
            self.put_label(now, graceid, label)
        return entry

    def tag(self, now, graceid, number, name):
        """Tag a log entry, of which there is no alert."""
        entry = self.store.record(graceid, LOG, number)
        if entry is None:
            raise Refused(404, f"{graceid} has no log entry {number}")
        if name in entry["tag_names"]:
            raise Refused(409, f"tag {name} is already there")
        entry["tag_names"].append(name)
        self.store.correct(graceid, LOG, number, entry)
        self.write_log(now, graceid, f"Tagged message {number}: {name}", announced=False)
        return entry

    def put_label(self, now, graceid, name, protect=False, announced=True):
        """Put a label on; returns whether it was off. Its log entry has no alert."""
        self.show(graceid)
        if protect and name in PROTECTED:
            raise Refused(400, f"label {name} is set by sign-offs only")
        if self.store.record(graceid, LABEL, name):
            return False
        data = {"name": name, "creator": self.user, "created": date(now)}
        self.store.add(graceid, LABEL, name, now, data)
        self.write_log(now, graceid, f"Label: {name}", announced=False)
        if announced:
            self.announce(now, graceid, "label_added", data)
        return True

    def take_label(self, now, graceid, name, announced=True):
        """Take a label off."""
        data = self.store.record(graceid, LABEL, name)
        if data is None:
            raise Refused(404, f"{graceid} has no label {name}")
        self.store.remove(graceid, LABEL, name, now)
        self.write_log(now, graceid, f"Deleted label: {name}", announced=False)
        if announced:
            self.announce(now, graceid, "label_removed", data)

    def sign_off(self, now, graceid, values):
        """Sign off: the request is taken off in silence, the status label put on."""
        kind, ifo, status = (values.get(key, "") for key in ("signoff_type", "instrument",
                                                             "status"))
        who = "ADV" if kind == "ADV" else ifo
        request = "ADVREQ" if kind == "ADV" else f"{ifo}OPS"
        known = self.store.record(graceid, SIGNOFF, f"{kind}{ifo}")
        record = {"submitter": self.user, "instrument": ifo, "status": status,
                  "comment": values.get("comment", ""), "signoff_type": kind}
        self.store.add(graceid, SIGNOFF, f"{kind}{ifo}", now, record)
        if self.store.record(graceid, LABEL, request):
            self.take_label(now, graceid, request, announced=False)
        other = who + ("NO" if status == "OK" else "OK")
        if self.store.record(graceid, LABEL, other):
            self.take_label(now, graceid, other)
        # In the second observing run it came without an alert of its own.
        self.put_label(now, graceid, who + status, announced=self.announcer.flavour == CURRENT)
        self.announce(now, graceid, "signoff_updated" if known else "signoff_created", record)
        return record

    def withdraw(self, now, graceid, record):
        """Take a sign-off back: its label is taken off, the request put on again."""
        kind, ifo = record["signoff_type"], record["instrument"]
        who = "ADV" if kind == "ADV" else ifo
        self.store.remove(graceid, SIGNOFF, f"{kind}{ifo}", now)
        self.take_label(now, graceid, who + record["status"])
        self.put_label(now, graceid, "ADVREQ" if kind == "ADV" else f"{ifo}OPS")
        self.announce(now, graceid, "signoff_deleted", record)

    def notice(self, now, graceid, kind, title):
        """Make a VOEvent, a file of its own."""
        number = len(self.store.records(graceid, VOEVENT)) + 1
        name = f"{graceid}-{number}-{title}.xml"
        upload = (name, b"<?xml version=\"1.0\" ?><VOEvent/>")
        entry = self.write_log(now, graceid, "New VOEvent", upload, ("em_follow",), announced=False)
        record = {"N": number, "voevent_type": kind, "filename": name,
                  "file_version": entry["file_version"], "created": date(now), "issuer": self.user,
                  "text": ""}
        self.store.add(graceid, VOEVENT, number, now, record)
        self.announce(now, graceid, "voevent", record)
        return record


def _values(content):
    """The event's values in an upload that is a JSON object."""
    try:
        plain = json.loads(content)
    except (ValueError, UnicodeDecodeError):
        return {}
    known = ("far", "gpstime", "instruments", "nevents", "likelihood", "extra_attributes")
    return {key: plain[key] for key in known if key in plain} if isinstance(plain, dict) else {}


def _numbers(values):
    """Values that came as form fields."""
    return {key: finite(value) if key in NUMBERS else value for key, value in values.items()}
