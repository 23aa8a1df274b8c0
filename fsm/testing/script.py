"""Writes recordings in the likeness of real alerts, in both payload flavours.

What is done to a candidate through its :class:`Script` is done at once. A story, which tells what
happens side by side one after the other, is first planned, then written in the order of its times.
"""

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent
from fsm.io.recordings.payloads import CURRENT, LEGACY, payload
from fsm.testing.products import sane_facts
from fsm.testing.register import PREFERRED, Register, date, superevent_values

__all__ = ["CURRENT", "LEGACY", "PREFERRED", "Annotate", "Change", "Line", "Script", "Story",
           "Tags", "Tell", "story", "text"]

Tell = Callable[["Script"], object]  # what writes a script from its beginning
Story = Callable[["Script"], "Script"]
Annotate = Callable[["Script", float], object]  # writes something some seconds after the creation
Tags = Iterable[str]
Line = Plain  # of a recording: ``time``, ``topic``, ``payload``, and what else is told of the alert

GPS_EPOCH = 315964800  # unix seconds of GPS 0; leap seconds do not matter in made-up events


@attrs.define
class Change:
    """One thing that is done to a candidate.

    Attributes:
        script: of the candidate.
        after: seconds after its creation.
        what: today's name of the change.
        data: what is to be known about it.
        how: of the line of its alert: ``transit``, ``contents``, ``delivered``.
    """

    script: "Script"
    after: float
    what: str
    data: Any
    how: Plain

    @property
    def time(self) -> float:
        """When it is done, unix seconds."""
        return self.script.at(self.after)


@attrs.define
class _Book:
    """What the scripts of a superevent and its events have in common."""

    lines: list[Line] = attrs.field(factory=list)
    planned: list[Change] | None = None


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

    def __init__(self, graceid: str, created: float, flavour: str = LEGACY, transit: float = 1.0,
                 pace: float = 1.0, **fields: Any) -> None:
        self.graceid, self.created, self.flavour = graceid, created, flavour
        self.transit, self.pace, self.book = transit, pace, _Book()
        gpstime = round(created - GPS_EPOCH - 20.25, 4)
        values = {
            "graceid": graceid, "group": "CBC", "pipeline": "gstlal", "search": "AllSky",
            "far": 1.2e-8, "gpstime": gpstime, "instruments": "H1,L1,V1", "nevents": 3,
            "submitter": "pipeline@example.org", "created": date(created),
            "labels": [], "likelihood": None,
        }
        if is_superevent(graceid):
            self.flavour, values = CURRENT, superevent_values(values, fields)
        else:
            values.update(fields)
        self.register = Register(graceid, values, self.flavour)

    @property
    def fields(self) -> Plain:
        """The candidate's values, without its labels."""
        return self.register.fields

    @fields.setter
    def fields(self, fields: Plain) -> None:
        self.register.fields = fields

    @property
    def lines(self) -> list[Line]:
        """The lines written so far, those of its members among them."""
        return self.book.lines

    @lines.setter
    def lines(self, lines: list[Line]) -> None:
        self.book.lines = lines

    @property
    def number(self) -> int:
        """The number of its last log entry."""
        return self.register.number

    @number.setter
    def number(self, number: int) -> None:
        self.register.number = number

    @property
    def labels(self) -> dict[str, None]:
        """The labels that are on now."""
        return self.register.labels

    # -- what is done ---------------------------------------------------------------------------

    def new(self, after: float = 0.0, **how: Any) -> Line | None:
        """The candidate is created."""
        return self._do("new", {}, after, how)

    def update(self, after: float, fields: Plain, **how: Any) -> Line | None:
        """The event's values are replaced."""
        return self._do("update", fields, after, how)

    def member(self, graceid: str = PREFERRED, **fields: Any) -> "Script":
        """The script of an event of this superevent, whose lines are among this one's."""
        data = self.fields["preferred_event_data"]
        known = {key: data[key] for key in ("group", "pipeline", "search", "far", "instruments")}
        made = Script(graceid, self.created, CURRENT, self.transit, self.pace,
                      **{**known, "superevent": self.graceid, **fields})
        made.book, self.register.members[graceid] = self.book, made.register
        return made

    def enter(self, superevent: "Script", after: float, **how: Any) -> Line | None:
        """This event is put into a superevent, of which it gets the script."""
        return self._do("added_to_superevent", {"superevent": superevent.register}, after, how)

    def join(self, graceid: str, after: float, **how: Any) -> Line | None:
        """An event joins this superevent."""
        return self._do("event_added", {"event": graceid}, after, how)

    def expose(self, after: float, **how: Any) -> Line | None:
        """The superevent is shown to the public."""
        rows = [{"group": "public", "permission": "view_superevent"}]
        return self._do("exposed", rows, after, how)

    def log(self, comment: str, after: float, tags: Tags = (), filename: str = "",
            version: int | None = None, **how: Any) -> Line | None:
        """A log message is written, perhaps with a file: in a story its next version, and sane."""
        if version is None and not self.planning:
            version = 0
        if self.planning and self.flavour == CURRENT and sane_facts(filename):
            how = {"contents": sane_facts(filename), **how}
        data = {"comment": comment, "filename": filename, "tags": tuple(tags), "version": version}
        return self._do("log", data, after, how)

    def file(self, filename: str, after: float, comment: str = "", tags: Tags = (),
             version: int | None = None, **how: Any) -> Line | None:
        """A file is uploaded."""
        return self.log(comment, after, tags, filename, version, **how)

    def voevent(self, kind: str, after: float, **how: Any) -> Line | None:
        """A VOEvent is made: ``Preliminary``, ``Initial``, ``Update`` or ``Retraction``."""
        return self._do("voevent", {"kind": kind}, after, how)

    def label(self, name: str, after: float, **how: Any) -> Line | None:
        """A label is put on."""
        return self._do("label_added", {"name": name}, after, how)

    def unlabel(self, name: str, after: float, **how: Any) -> Line | None:
        """A label is taken off."""
        return self._do("label_removed", {"name": name}, after, how)

    def signoff(self, kind: str, instrument: str, status: str, after: float,
                **how: Any) -> Line | None:
        """An operator or advocate signs off; the server exchanges the labels."""
        record = {"submitter": "scimon@example.org", "instrument": instrument, "status": status,
                  "comment": "fine", "signoff_type": kind}
        return self._do("signoff_created", record, after, how)

    def withdraw(self, kind: str, instrument: str, after: float, **how: Any) -> Line | None:
        """A sign-off is deleted; the server asks for it again."""
        return self._do("signoff_deleted", {"signoff_type": kind, "instrument": instrument}, after,
                        how)

    # -- how it is written ----------------------------------------------------------------------

    def planned(self, tell: Tell) -> list[Change]:
        """What a story tells, as a list of :class:`Change`, of which nothing is written."""
        self.book.planned = []
        tell(self)
        changes, self.book.planned = self.book.planned, None
        return changes

    @property
    def planning(self) -> bool:
        """Whether nothing is written for the time being."""
        return self.book.planned is not None

    def write(self, changes: Iterable[Change]) -> None:
        """Write changes in the order of their times; a label that is on already is none."""
        for change in sorted(changes, key=lambda change: change.after):
            if change.what != "label_added" or change.data["name"] not in change.script.labels:
                change.script.do(change)

    def _do(self, what: str, data: Any, after: float, how: Plain) -> Line | None:
        change = Change(self, after, what, data, how)
        if self.book.planned is not None:
            self.book.planned.append(change)
            return None
        return self.do(change)

    def do(self, change: Change) -> Line | None:
        """Write a change with all that the server makes of it; returns the line of its alert."""
        how, answer = dict(change.how), None
        transit = how.pop("transit", None)
        done = self.register.done(change.what, change.data, change.time)
        for register, what, data, announced in done:
            more = how if announced else {"delivered": False}
            line = self._line(what, data, change.after, transit, register, **more)
            if announced and register is self.register:
                answer = line
        return answer

    def _line(self, what: str, data: Any, after: float, transit: float | None = None,
              register: Register | None = None, **more: Any) -> Line:
        register = register or self.register
        arrival = self.at(after) + (self.transit if transit is None else transit)
        line = {"time": round(arrival, 3), "topic": register.topic, "payload": payload(
            register.graceid, self.flavour, what, data, register.state()), **more}
        self.lines.append(line)
        return line

    def at(self, after: float) -> float:
        """Seconds after its creation, with the pace, as unix seconds."""
        return self.created + after * self.pace


def story(tell: Tell) -> Story:
    """Have a story written in the order of its times; it is a function of a script."""
    @wraps(tell)
    def told(script: Script) -> Script:
        if script.planning:
            tell(script)
        else:
            script.write(script.planned(tell))
        return script
    return told


def text(scripts: Iterable[Script]) -> str:
    """The lines of several scripts as one recording, in the order of arrival."""
    lines = [line for script in scripts for line in script.lines]
    lines.sort(key=lambda line: line["time"])
    return "".join(json.dumps(line) + "\n" for line in lines)
