"""What GraceDB keeps of one made-up candidate, and all that it writes when something is done to it.

Source: GraceDB's server: which of its own log entries have no alert, what a sign-off brings along.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.io.recordings.payloads import LEGACY

# What is written: of which register, what, with what data, and whether there is an alert.
Written = tuple["Register", str, Any, bool]

ROBOT = "robot@example.org"
CATEGORIES = {"M": "MDC", "T": "Test", "S": "Production", "G": "Production"}
PREFERRED = "G100001"  # the event of a superevent
VOEVENT_TYPES = {"Preliminary": "PR", "Initial": "IN", "Update": "UP", "Retraction": "RE"}


def date(seconds: float, zone: str = " UTC") -> str:
    """A time as GraceDB writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") + zone


class Register:
    """GraceDB's record of one candidate.

    Args:
        graceid: its id.
        fields: its values.
        flavour: of the payloads, which tells the year.

    Attributes:
        members: of a superevent, the registers of its events by their ids.
        number: of the last log entry.
    """

    def __init__(self, graceid: str, fields: Plain, flavour: str) -> None:
        self.graceid, self.fields, self.flavour = graceid, fields, flavour
        self.labels: dict[str, None] = dict.fromkeys(fields.get("labels", ()))
        self.members: dict[str, Register] = {}
        self._signoffs: dict[tuple[str, str], Plain] = {}
        self.number, self._notices = 0, 0
        self._versions: Counter[str] = Counter()

    @property
    def topic(self) -> str:
        """The node or topic on which alerts about it are published."""
        if "superevent_id" in self.fields:
            category = self.fields["category"].lower()
            return "superevent" if category == "production" else f"{category}_superevent"
        parts = (self.fields["group"], self.fields["pipeline"], self.fields["search"])
        return "_".join(str(part).lower() for part in parts if part)

    def state(self) -> Plain:
        """The event or superevent as GraceDB shows it now."""
        legacy = self.flavour == LEGACY
        shown = {**self.fields, "labels": dict.fromkeys(self.labels, "") if legacy
                 else list(self.labels)}
        preferred = self.members.get(self.fields.get("preferred_event", ""))
        if preferred is not None:
            shown["preferred_event_data"] = preferred.state()
        return shown

    def done(self, what: str, data: Any, when: float) -> Iterator[Written]:
        """Do something to the candidate.

        Args:
            what: today's name of the change, or another that only has consequences.
            data: what is to be known about it.
            when: unix seconds.

        Yields:
            (register, what, data, announced) of everything that is written, whether there is an
            alert or none; the state is at each moment that after the change.
        """
        own = getattr(self, f"_{what}", None)
        if own is None:
            yield self, what, data, True
        else:
            yield from own(data, when)

    # -- log entries ----------------------------------------------------------------------------

    def _entry(self, when: float, comment: str, filename: str = "", tags: Iterable[str] = (),
               version: int | None = None) -> Plain:
        self.number += 1
        if filename and version is None:
            version = self._versions[filename]
        self._versions[filename] = (version or 0) + 1
        return {"N": self.number, "comment": comment, "filename": filename,
                "file_version": version if filename else None, "tag_names": list(tags),
                "created": date(when, "+00:00"), "issuer": ROBOT}

    def _log(self, data: Plain, when: float) -> Iterator[Written]:
        yield self, "log", self._entry(when, **data), True

    def _silent(self, when: float, comment: str, **more: Any) -> Iterator[Written]:
        yield self, "log", self._entry(when, comment, **more), False

    def _voevent(self, data: Plain, when: float) -> Iterator[Written]:
        self._notices += 1
        name = f"{self.graceid}-{self._notices}-{data['kind']}.xml"
        yield from self._silent(when, "New VOEvent", filename=name, tags=("em_follow",))
        yield self, "voevent", {
            "N": self._notices, "voevent_type": VOEVENT_TYPES[data["kind"]], "filename": name,
            "file_version": 0, "created": date(when, "+00:00"), "issuer": ROBOT,
            "text": "<?xml version=\"1.0\" ?><VOEvent/>"}, True

    # -- labels and sign-offs -------------------------------------------------------------------

    def _label_added(self, data: Plain, when: float, announced: bool = True) -> Iterator[Written]:
        name = data["name"]
        self.labels[name] = None
        yield from self._silent(when, f"Label: {name}")
        if announced:
            yield self, "label_added", {"name": name, "creator": ROBOT, "created": date(when)}, True

    def _label_removed(self, data: Plain, when: float, announced: bool = True) -> Iterator[Written]:
        name = data["name"]
        self.labels.pop(name, None)
        yield from self._silent(when, f"Deleted label: {name}")
        if announced:
            yield self, "label_removed", {"name": name, "creator": ROBOT,
                                          "created": date(when)}, True

    def _signoff_created(self, data: Plain, when: float) -> Iterator[Written]:
        who, request, key = _parties(data)
        known = key in self._signoffs
        self._signoffs[key] = data
        other = {"OK": "NO", "NO": "OK"}.get(data["status"])
        if other:
            if request in self.labels:
                yield from self._label_removed({"name": request}, when, announced=False)
            if who + other in self.labels:
                yield from self._label_removed({"name": who + other}, when)
            if who + data["status"] not in self.labels:
                yield from self._label_added({"name": who + data["status"]}, when,
                                             self.flavour != LEGACY)
        yield self, "signoff_updated" if known else "signoff_created", data, True

    def _signoff_deleted(self, data: Plain, when: float) -> Iterator[Written]:
        who, request, key = _parties(data)
        record = self._signoffs.pop(key)
        yield from self._label_removed({"name": who + record["status"]}, when)
        yield from self._label_added({"name": request}, when)
        if self.flavour != LEGACY:  # then only the labels told of it
            yield self, "signoff_deleted", record, True

    # -- values and members ---------------------------------------------------------------------

    def _new(self, data: Plain, when: float) -> Iterator[Written]:
        self.fields = {**self.fields, "created": date(when)}
        yield self, "new", self.state(), True
        if "preferred_event" in self.fields:
            yield from self._silent(when, "Superevent created with preferred event "
                                    f"{self.fields['preferred_event']}")

    def _update(self, data: Plain, when: float) -> Iterator[Written]:
        old = self.fields.get("preferred_event")
        chosen = data.get("preferred_event", old)
        self.fields = {**self.fields, **data}
        if chosen != old and chosen in self.members:
            self.fields["far"] = self.members[chosen].fields["far"]
        yield self, "update", self.state(), True
        if old is not None:
            changed = ", ".join(f"{key}: {value}" for key, value in data.items())
            yield from self._silent(when, f"Updated superevent parameters: {changed}")
        if chosen != old:
            for graceid, what in ((old, "removed"), (chosen, "selected")):
                if graceid in self.members:
                    yield self.members[graceid], f"{what}_as_preferred", self.state(), True

    def _added_to_superevent(self, data: Plain, when: float) -> Iterator[Written]:
        superevent = data["superevent"]
        self.fields = {**self.fields, "superevent": superevent.graceid}
        yield self, "added_to_superevent", superevent.state(), True
        if superevent.fields["preferred_event"] == self.graceid:
            yield self, "selected_as_preferred", superevent.state(), True

    def _event_added(self, data: Plain, when: float) -> Iterator[Written]:
        kind = "em_events" if data["event"].startswith("E") else "gw_events"
        self.fields = {**self.fields, kind: [*self.fields[kind], data["event"]]}
        yield from self._silent(when, f"Added event: {data['event']}")
        yield self, "event_added", self.state(), True


def _parties(signoff: Plain) -> tuple[str, str, tuple[str, str]]:
    """With what a sign-off's labels begin, which label asks for it, and which one it is."""
    kind, ifo = signoff["signoff_type"], signoff["instrument"]
    return ("ADV", "ADVREQ", ("ADV", "")) if kind == "ADV" else (ifo, f"{ifo}OPS", (kind, ifo))


def superevent_values(event: Plain, fields: Plain) -> Plain:
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
