"""Writes recordings in the likeness of real alerts, in both payload flavours."""

import json
from datetime import UTC, datetime

from fsm.core.graceids import SUPEREVENT, kind_of
from fsm.io.payloads import CURRENT, LEGACY, payload

__all__ = ["CURRENT", "LEGACY", "Script", "text"]
VOEVENT_TYPES = {"Preliminary": "PR", "Initial": "IN", "Update": "UP", "Retraction": "RE"}
GPS_EPOCH = 315964800  # unix seconds of GPS 0; leap seconds do not matter in made-up events
CATEGORIES = {"M": "MDC", "T": "Test", "S": "Production", "G": "Production"}
PREFERRED = "G100001"  # the event of a superevent


class Script:
    """The annotations of one made-up candidate, as lines of a recording.

    Args:
        graceid: its id; that of a superevent makes one, with the values of its preferred event.
        created: when it is created, unix seconds.
        flavour: ``legacy`` (LVAlert of 2016) or ``current``.
        transit: seconds from an annotation to the arrival of its alert.
        pace: factor on all delays.
        fields: further or other values of the event.
    """

    def __init__(self, graceid, created, flavour=LEGACY, transit=1.0, pace=1.0,
                 **fields):
        self.graceid, self.created, self.flavour = graceid, created, flavour
        self.transit, self.pace = transit, pace
        self.lines, self.number, self.notices = [], 0, 0
        gpstime = round(created - GPS_EPOCH - 20.25, 4)
        event = {
            "graceid": graceid, "group": "CBC", "pipeline": "gstlal", "search": "AllSky",
            "far": 1.2e-8, "gpstime": gpstime, "instruments": "H1,L1,V1", "nevents": 3,
            "submitter": "pipeline@example.org", "created": self._date(created, " UTC"),
            "labels": {} if flavour == LEGACY else [], "likelihood": None,
        }
        if kind_of(graceid) == SUPEREVENT:
            self.flavour, self.fields = CURRENT, _superevent(event, fields)
        else:
            self.fields = {**event, **fields}

    @property
    def topic(self):
        """The node or topic on which its alerts are published."""
        if "superevent_id" in self.fields:
            category = self.fields["category"].lower()
            return "superevent" if category == "production" else f"{category}_superevent"
        parts = (self.fields["group"], self.fields["pipeline"], self.fields["search"])
        return "_".join(str(part).lower() for part in parts if part)

    def new(self, after=0.0, **how):
        """The candidate is created."""
        return self._line("new", self.fields, after, **how)

    def update(self, after, fields, **how):
        """The event's values are replaced."""
        self.fields = {**self.fields, **fields}
        return self._line("update", self.fields, after, **how)

    def member(self, graceid=PREFERRED, **fields):
        """The script of an event of this superevent, whose lines are among this one's."""
        data = self.fields["preferred_event_data"]
        known = {key: data[key] for key in ("group", "pipeline", "search", "far", "instruments")}
        made = Script(graceid, self.created, CURRENT, self.transit, self.pace,
                      **{**known, "superevent": self.graceid, **fields})
        made.lines = self.lines
        return made

    def enter(self, superevent, after, **how):
        """This event is put into a superevent, of which it gets the script."""
        self.fields = {**self.fields, "superevent": superevent.graceid}
        return self._line("added_to_superevent", superevent.fields, after, **how)

    def join(self, graceid, after, **how):
        """An event joins this superevent."""
        kind = "em_events" if graceid.startswith("E") else "gw_events"
        self.fields = {**self.fields, kind: [*self.fields[kind], graceid]}
        return self._line("event_added", self.fields, after, **how)

    def log(self, comment, after, tags=(), filename="", version=0, **how):
        """A log message is written, perhaps with a file."""
        self.number += 1
        record = {
            "N": self.number, "comment": comment, "filename": filename,
            "file_version": version if filename else None, "tag_names": list(tags),
            "created": self._date(self._at(after), "+00:00"), "issuer": "robot@example.org",
        }
        return self._line("log", record, after, **how)

    def file(self, filename, after, comment="", tags=(), version=0, **how):
        """A file is uploaded."""
        return self.log(comment, after, tags, filename, version, **how)

    def voevent(self, kind, after, **how):
        """A VOEvent is made: ``Preliminary``, ``Initial``, ``Update`` or ``Retraction``."""
        self.notices += 1
        name = f"{self.graceid}-{self.notices}-{kind}.xml"
        record = {
            "N": self.notices, "voevent_type": VOEVENT_TYPES[kind], "filename": name,
            "file_version": 0, "created": self._date(self._at(after), "+00:00"),
            "issuer": "robot@example.org", "text": "<?xml version=\"1.0\" ?><VOEvent/>",
        }
        return self._line("voevent", record, after, **how)

    def label(self, name, after, **how):
        """A label is put on."""
        data = {"name": name, "creator": "robot@example.org",
                "created": self._date(self._at(after), " UTC")}
        return self._line("label_added", data, after, **how)

    def unlabel(self, name, after, **how):
        """A label is taken off."""
        return self._line("label_removed", {"name": name}, after, **how)

    def signoff(self, kind, instrument, status, after, **how):
        """An operator or advocate signs off."""
        record = {"submitter": "scimon@example.org", "instrument": instrument, "status": status,
                  "comment": "", "signoff_type": kind}
        return self._line("signoff_created", record, after, **how)

    def _line(self, what, data, after, transit=None, **extra):
        time = round(self._at(after) + (self.transit if transit is None else transit), 3)
        line = {"time": time, "topic": self.topic,
                "payload": payload(self.graceid, self.flavour, what, data, self.fields), **extra}
        self.lines.append(line)
        return line

    def _at(self, after):
        return self.created + after * self.pace

    @staticmethod
    def _date(seconds, zone):
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") + zone


def _superevent(event, fields):
    """A superevent's values: those given, and of its preferred event what is not its own."""
    graceid, gps = event["graceid"], event["gpstime"]
    chosen = fields.get("preferred_event", PREFERRED)
    own = {
        "superevent_id": graceid, "gw_id": None, "category": CATEGORIES[graceid[0]],
        "created": event["created"], "submitter": event["submitter"], "preferred_event": chosen,
        "em_type": None, "t_start": gps - 1, "t_0": gps, "t_end": gps + 1,
        "gw_events": [chosen], "em_events": [], "far": event["far"],
        "time_coinc_far": None, "space_coinc_far": None, "labels": [], "links": {},
        "pipeline_preferred_events": {},
    }
    own.update({key: value for key, value in fields.items() if key in own})
    preferred = {**event, **{key: value for key, value in fields.items() if key in event},
                 "graceid": own["preferred_event"], "superevent": graceid, "far": own["far"]}
    return {**own, "preferred_event_data": preferred}


def text(scripts):
    """The lines of several scripts as one recording, in the order of arrival."""
    lines = [line for script in scripts for line in script.lines]
    lines.sort(key=lambda line: line["time"])
    return "".join(json.dumps(line) + "\n" for line in lines)
