"""GraceDB as it was: the alerts that a candidate must have caused, and answers as of a past moment.

GraceDB keeps no alerts, so they are made of the annotations and their times: what GraceDB writes
itself tells when labels came and went. Source: its REST interface, and which of its own log entries
have no alert.
"""

import json
import re

import attrs

from fsm.core.graceids import SUPEREVENT, kind_of
from fsm.core.inputs import Answer
from fsm.core.times import unix_seconds
from fsm.io.calling import GONE, CallError
from fsm.io.payloads import CURRENT, payload
from fsm.io.recorded import RecordedGraceDB
from fsm.io.recording import record_of

LABELLED = re.compile(r"Label: (\w+)")
UNLABELLED = re.compile(r"Deleted label: (\w+)")
SILENT = re.compile(r"Label: |Deleted label: |Added label: |Tagged message \d+: |Added event: "
                    r"|Superevent created with |New VOEvent")
LOOKED_INTO = (".fits", ".fits.gz", "psd.xml.gz")


def lines(gracedb, graceid):
    """A candidate's recording.

    Args:
        gracedb: :class:`~fsm.io.gracedb.GraceDB`.
        graceid: of an event or superevent.

    Returns:
        Lines as dicts, in the order of time.

    Raises:
        CallError: where GraceDB has no such candidate, or cannot be asked.
    """
    return _Candidate(gracedb, graceid).lines()


class PastGraceDB:
    """Answers questions on a virtual clock from a GraceDB that knows what came later.

    Args:
        gracedb: :class:`~fsm.io.gracedb.GraceDB`; each candidate is read once.
    """

    def __init__(self, gracedb):
        self.gracedb, self._known = gracedb, {}

    def answer(self, ask):
        """Answer one :class:`~fsm.core.effects.Ask` with what there was at its time."""
        try:
            members = tuple(self._read(want[1]).state(want[1], ask.time) for want in ask.wants
                            if want[0] == "member")
            known = self._read(ask.graceid)
            neighbours = {want[1]: self._neighbours(want, ask.time) for want in ask.wants
                          if want[0] == "neighbours"}
        except CallError as error:
            failure = "" if error.kind == GONE else str(error)
            return Answer(ask.time, ask.graceid, ask.question, failure=failure)
        return attrs.evolve(known.answer(ask), neighbours=neighbours, members=members)

    def _read(self, graceid):
        if graceid not in self._known:
            self._known[graceid] = RecordedGraceDB(
                [record_of(json.dumps(line)) for line in lines(self.gracedb, graceid)])
        return self._known[graceid]

    def _neighbours(self, want, now):
        return [event for event in self.gracedb.neighbours(want)
                if (unix_seconds(event.get("created")) or now) <= now]


def _rank(line):
    """The order within a second: a sign-off before the request that it takes off."""
    return {"new": 0, "signoff_created": 1}.get(line["payload"]["alert_type"], 2)


class _Candidate:
    """One candidate, read whole."""

    def __init__(self, gracedb, graceid):
        self.gracedb, self.graceid = gracedb, graceid
        super_ = kind_of(graceid) == SUPEREVENT
        fetch = self._fetch
        self.state = fetch(lambda c: c.superevent(graceid) if super_ else c.event(graceid))
        self.state["labels"] = []  # those of today were not there from the beginning
        self.logs = fetch(lambda c: c.logs(graceid))["log"]
        self.labels = fetch(lambda c: c.labels(graceid))["labels"]
        self.notices = fetch(lambda c: c.voevents(graceid))["voevents"]
        self.signoffs = gracedb.signoffs(graceid)
        parts = (self.state.get("group"), self.state.get("pipeline"), self.state.get("search"))
        self.topic = "_".join(part.lower() for part in parts if part) or "superevent"

    def _fetch(self, request):
        return self.gracedb.caller.call(lambda client: request(client).json())

    def lines(self):
        made = [self._line("new", self.state, self.state["created"])]
        for entry in sorted(self.logs, key=lambda entry: entry["N"]):
            made += self._of_entry(entry)
        known = {(line["payload"]["alert_type"], line["payload"]["data"].get("name"))
                 for line in made}
        made += [self._line("label_added", label, label["created"]) for label in self.labels
                 if ("label_added", label["name"]) not in known]
        made += [self._line("voevent", notice, notice["created"]) for notice in self.notices]
        times = {label["name"]: label["created"] for label in self.labels}
        for signoff in self.signoffs:
            who = "ADV" if signoff["signoff_type"] == "ADV" else signoff["instrument"]
            put_on = times.get(who + signoff["status"], self.state["created"])
            made.append(self._line("signoff_created", signoff, put_on))
        made.sort(key=lambda line: (line["time"], _rank(line)))
        return made

    def _of_entry(self, entry):
        for pattern, what in ((LABELLED, "label_added"), (UNLABELLED, "label_removed")):
            match = pattern.fullmatch(entry["comment"])
            if match:
                data = {"name": match[1], "created": entry["created"]}
                return [self._line(what, data, entry["created"])]
        more = {"delivered": False} if SILENT.match(entry["comment"]) else {}
        facts = self._facts(entry)
        if facts is not None:
            more["contents"] = facts
        return [self._line("log", entry, entry["created"], **more)]

    def _facts(self, entry):
        name = entry.get("filename") or ""
        if not name.endswith(LOOKED_INTO):
            return None
        return self.gracedb.content(self.graceid, name, entry.get("file_version") or 0)

    def _line(self, what, data, created, **more):
        return {"time": unix_seconds(created), "topic": self.topic,
                "payload": payload(self.graceid, CURRENT, what, data, self.state), **more}
