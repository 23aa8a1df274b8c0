"""What GraceDB keeps of one made-up candidate, and all that it writes when something is done to it.

Source: GraceDB's server: which of its own log entries have no alert, what a sign-off brings along.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.io.recordings import server_entries
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
        self.number, self._notices, self._public = 0, 0, False
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

    def _log(self, data: Plain, when: float, announced: bool = True) -> Iterator[Written]:
        entry = self._entry(when, **data)
        yield self, "log", entry, announced
        for tag in entry["tag_names"]:
            yield from self._silent(when, server_entries.tagged(self.graceid, entry["N"], tag))

    def _silent(self, when: float, comment: str, **more: Any) -> Iterator[Written]:
        return self._log({"comment": comment, **more}, when, announced=False)

    def _voevent(self, data: Plain, when: float) -> Iterator[Written]:
        self._notices += 1
        name = f"{self.graceid}-{self._notices}-{data['kind']}.xml"
        yield from self._silent(when, server_entries.VOEVENT, filename=name, tags=("em_follow",))
        yield self, "voevent", {
            "N": self._notices, "voevent_type": VOEVENT_TYPES[data["kind"]], "filename": name,
            "file_version": 0, "created": date(when, "+00:00"), "issuer": ROBOT,
            "text": "<?xml version=\"1.0\" ?><VOEvent/>"}, True

    # -- labels and sign-offs -------------------------------------------------------------------

    def _label_added(self, data: Plain, when: float, announced: bool = True,
                     logged: bool = True) -> Iterator[Written]:
        name = data["name"]
        self.labels[name] = None
        if logged:
            yield from self._silent(when, server_entries.labelled(self.graceid, name))
        if announced:
            yield self, "label_added", {"name": name, "creator": ROBOT, "created": date(when)}, True

    def _label_removed(self, data: Plain, when: float, announced: bool = True,
                       logged: bool = True) -> Iterator[Written]:
        name = data["name"]
        self.labels.pop(name, None)
        if logged:
            yield from self._silent(when, server_entries.unlabelled(self.graceid, name))
        if announced:
            yield self, "label_removed", {"name": name, "creator": ROBOT,
                                          "created": date(when)}, True

    @property
    def _of_event(self) -> bool:
        """Whether it is of an event, whose log shows labels that a sign-off puts on."""
        return "superevent_id" not in self.fields

    def _signoff_created(self, data: Plain, when: float) -> Iterator[Written]:
        who, request, key = _parties(data)
        known, status, told = self._signoffs.get(key), data["status"], self.flavour != LEGACY
        self._signoffs[key] = data
        label, other = who + status, {"OK": f"{who}NO", "NO": f"{who}OK"}.get(status)
        off = next((name for name in (request, other) if name in self.labels), "")
        if other:
            if request in self.labels:
                yield from self._label_removed({"name": request}, when, announced=False,
                                               logged=False)
            if other in self.labels:
                yield from self._label_removed({"name": other}, when, told, logged=False)
            if label not in self.labels:
                yield from self._label_added({"name": label}, when, told, logged=self._of_event)
        yield from self._of_signoff(server_entries.signed(self.graceid, data, known, off, label),
                                    when)
        yield self, "signoff_updated" if known else "signoff_created", data, True

    def _signoff_deleted(self, data: Plain, when: float) -> Iterator[Written]:
        who, request, key = _parties(data)
        record, told = self._signoffs.pop(key), self.flavour != LEGACY
        label = who + record["status"]
        yield from self._label_removed({"name": label}, when, told, logged=False)
        yield from self._label_added({"name": request}, when, logged=self._of_event)
        yield from self._of_signoff(
            server_entries.withdrawn(self.graceid, record, label, request), when)
        if told:  # in 2017 only the label told of it
            yield self, "signoff_deleted", record, True

    def _of_signoff(self, comment: str, when: float) -> Iterator[Written]:
        """The entry about a sign-off; of its tag there is another one with superevents only."""
        entry = self._entry(when, comment, tags=("em_follow",))
        yield self, "log", entry, False
        if not self._of_event:
            yield from self._silent(when, server_entries.tagged(self.graceid, entry["N"],
                                                                "em_follow"))

    # -- values and members ---------------------------------------------------------------------

    def _new(self, data: Plain, when: float) -> Iterator[Written]:
        self.fields = {**self.fields, "created": date(when)}
        yield self, "new", self.state(), True
        if self._of_event:
            yield from self._silent(when, server_entries.ORIGINAL, filename="initial.data")
            return
        yield from self._silent(when, server_entries.created(self.fields))
        preferred = self.members.get(self.fields["preferred_event"])
        if preferred is not None:
            yield from preferred._of_superevent("selected_as_preferred", self.graceid, when)

    def _of_superevent(self, change: str, superevent: str, when: float) -> Iterator[Written]:
        """The entry of an event about what its superevent makes of it."""
        return self._silent(when, server_entries.membership(change, superevent))

    def _update(self, data: Plain, when: float) -> Iterator[Written]:
        former = self.fields
        old = former.get("preferred_event")
        chosen = data.get("preferred_event", old)
        self.fields = {**self.fields, **data}
        if chosen != old and chosen in self.members:
            self.fields["far"] = self.members[chosen].fields["far"]
        yield self, "update", self.state(), True
        if old is not None:
            yield from self._silent(when, server_entries.updated(former, data))
        if chosen != old:
            for graceid, change in ((old, "removed_as_preferred"),
                                    (chosen, "selected_as_preferred")):
                if graceid in self.members:
                    event = self.members[graceid]
                    yield from event._of_superevent(change, self.graceid, when)
                    yield event, change, self.state(), True

    def _added_to_superevent(self, data: Plain, when: float) -> Iterator[Written]:
        superevent = data["superevent"]
        preferred = superevent.fields["preferred_event"] == self.graceid
        self.fields = {**self.fields, "superevent": superevent.graceid}
        if not preferred:  # of that the log tells since the superevent's creation
            yield from self._of_superevent("added_to_superevent", superevent.graceid, when)
        yield self, "added_to_superevent", superevent.state(), True
        if preferred:
            yield self, "selected_as_preferred", superevent.state(), True

    def _exposed(self, data: Any, when: float) -> Iterator[Written]:
        if not self._public:
            self._public = True
            yield from self._silent(when, server_entries.EXPOSED)
            yield self, "exposed", data, True

    def _event_added(self, data: Plain, when: float) -> Iterator[Written]:
        kind = "em_events" if data["event"].startswith("E") else "gw_events"
        self.fields = {**self.fields, kind: [*self.fields[kind], data["event"]]}
        yield from self._silent(when, server_entries.membership("event_added", data["event"]))
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
