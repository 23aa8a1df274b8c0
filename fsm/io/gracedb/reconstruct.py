"""The alerts that a candidate must have caused, made of what GraceDB holds about it.

GraceDB keeps no alerts, so they are made of the annotations and their times: what GraceDB writes
itself tells when labels and events came and went. Source: its REST interface, and which of its own
log entries have no alert.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ligo.gracedb.rest import GraceDb

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import EVENT, kind_of
from fsm.core.times import unix_seconds
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.fetch import event_of, is_log, label_rows, signoffs_of, told
from fsm.io.gracedb.pages import rows_of, unusable
from fsm.io.gracedb.retrying import CallError
from fsm.io.recordings import server_entries
from fsm.io.recordings.payloads import CURRENT, payload

JOINED = re.compile(r"Added event: .*?\b([A-Z]\d+)\b", re.DOTALL)
LOOKED_INTO = (".fits", ".fits.gz", "psd.xml.gz", "em_bright.json", ".p_astro.json",
               "mchirp_source.json", "_omegascan.png")
MEMBERS = ("gw_events", "em_events")
_FIRST = {"new": 0, "signoff_created": 1}  # within a second: a sign-off before it takes a label off


class Retelling:
    """One candidate, read whole.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`.
        graceid: of an event or superevent.
        joined: of an event, (superevent's retelling, when in unix seconds) where it is told
            together with it, else None.
        files: whether files are looked into.

    Attributes:
        state: its event dictionary, as it is today.
        joinings: of a superevent, its events and when each came in, unix seconds, the earliest
            first.
        members: of a superevent, the retellings of its events, once they are read.
        unread: what could not be read, to the reason in words.

    Raises:
        CallError: where GraceDB has no such candidate, or cannot be asked.
    """

    def __init__(self, gracedb: GraceDB, graceid: str,
                 joined: tuple["Retelling", float] | None = None, files: bool = True) -> None:
        self.gracedb, self.graceid, self.joined = gracedb, graceid, joined
        self.unread: dict[str, str] = {}
        self.files = files
        self.state = gracedb.caller.call(lambda client: event_of(client, graceid))
        self.state["labels"] = []  # those of today were not there from the beginning
        created = unix_seconds(self.state.get("created"))
        if created is None:
            raise unusable("there is no time 'created'")
        self.created: float = created
        self.logs = sorted(filter(is_log, self._part("logs", lambda client: rows_of(
            client.logs(graceid), "log", "logs"))), key=lambda entry: entry.get("N") or 0)
        self.labels = self._part("labels", lambda client: label_rows(client, graceid))
        self.notices = filter(is_log, self._part("notices", lambda client: rows_of(
            client.voevents(graceid), "voevents")))
        self.signoffs = self._part("signoffs", lambda client: signoffs_of(client, graceid))
        self.joinings = self._joinings()
        self.members: dict[str, Retelling] = {}
        parts = (self.state.get("group"), self.state.get("pipeline"), self.state.get("search"))
        self.topic = "_".join(str(part).lower() for part in parts if part) or "superevent"

    def _part(self, name: str, function: Callable[[GraceDb], list[Any]]) -> list[Any]:
        try:
            return self.gracedb.caller.call(function)
        except CallError as error:
            self.unread[name] = str(error)
            return []

    def _joinings(self) -> dict[str, float]:
        since = {match[1]: unix_seconds(entry.get("created")) for entry in reversed(self.logs)
                if (match := JOINED.match(entry.get("comment") or ""))}
        members = [graceid for kind in MEMBERS for graceid in self._members(kind)]
        joinings = {graceid: since.get(graceid) or self.created for graceid in members}
        return dict(sorted(joinings.items(), key=lambda item: item[1]))

    def lines(self) -> list[Plain]:
        """Its alerts as lines of a recording, dicts, in the order of time."""
        made = [self._line("new", self._state_at(self.created), self.created)]
        for entry in self.logs:
            made += self._of_entry(entry)
        known = {line["payload"]["data"].get("name") for line in made
                 if line["payload"]["alert_type"] == "label_added"}
        made += [self._line("label_added", label, label.get("created")) for label in self.labels
                 if label["name"] not in known]
        made += [self._line("voevent", notice, notice.get("created")) for notice in self.notices]
        made += self._signed_off()
        made += [self._line("event_added", self._state_at(time), time)
                 for time in self.joinings.values()]
        if self.joined:
            superevent, time = self.joined
            made.append(self._line("added_to_superevent", superevent._state_at(time), time))
        made.sort(key=lambda line: (line["time"], _FIRST.get(line["payload"]["alert_type"], 2)))
        return made

    def _signed_off(self) -> Iterator[Plain]:
        times = {label["name"]: label.get("created") for label in self.labels}
        for signoff in self.signoffs:
            who = "ADV" if signoff["signoff_type"] == "ADV" else signoff["instrument"]
            yield self._line("signoff_created", signoff, times.get(who + signoff["status"]))

    def _of_entry(self, entry: Plain) -> list[Plain]:
        comment = entry.get("comment") or ""
        created, changes = entry.get("created"), server_entries.label_changes(comment)
        made = [self._line(what, {"name": name, "created": created}, created)
                for what, name in changes]
        more: Plain = {"delivered": False} if server_entries.is_silent(comment) else {}
        facts = self._facts(entry)
        if facts is not None:
            more["contents"] = facts
        return [self._line("log", entry, created, **more), *made]

    def _facts(self, entry: Plain) -> Plain | None:
        name, version = entry.get("filename") or "", entry.get("file_version") or 0
        if not self.files or not name.endswith(LOOKED_INTO):
            return None
        try:
            return self.gracedb.content(self.graceid, name, version)
        except CallError as error:
            self.unread[f"{name},{version}"] = str(error)
            return None

    def _state_at(self, time: float) -> Plain:
        """Its values of today, but in or with the events only that had come in by a time."""
        if self.joined and time < self.joined[1]:
            return {**self.state, "superevent": None}
        if not self.joinings:
            return self.state
        there = {kind: [graceid for graceid in self._members(kind)
                        if self.joinings[graceid] <= time] for kind in MEMBERS}
        return {**self.state, **there, **self._preferred(there["gw_events"])}

    def _preferred(self, there: Collection[str]) -> Plain:
        """What is said of the preferred event while today's is not among those that are there.

        GraceDB does not tell when which was preferred; the first one was at the beginning.
        """
        first = next((graceid for graceid in self.joinings if graceid in there), None)
        if first not in self.members or self.state.get("preferred_event") in there:
            return {}
        event = self.members[first].state
        return {"preferred_event": first, "preferred_event_data": event, "far": event.get("far")}

    def _members(self, kind: str) -> list[str]:
        stated = self.state.get(kind)
        return [one for one in stated if isinstance(one, str) and kind_of(one) == EVENT] \
            if isinstance(stated, list) else []

    def _line(self, what: str, data: Plain, created: object, **more: Any) -> Plain:
        time = unix_seconds(created)
        time = self.created if time is None else time
        return {"time": time, "topic": self.topic, "payload": payload(
            self.graceid, CURRENT, what, data, self._state_at(time)), **more}


def lines(gracedb: GraceDB, graceid: str) -> tuple[list[Plain], dict[str, dict[str, str]]]:
    """A candidate's recording, that of a superevent together with its events.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`.
        graceid: of an event or superevent.

    Returns:
        Lines as dicts, in the order of time; and what could not be read, by GraceID, each a dict
        of the part to the reason in words.

    Raises:
        CallError: where GraceDB has no such candidate, or cannot be asked.
    """
    candidate = Retelling(gracedb, graceid)
    for event, time in candidate.joinings.items():
        try:
            candidate.members[event] = Retelling(gracedb, event, (candidate, time))
        except CallError as error:
            candidate.unread[event] = told(event, error)
    every = [candidate, *candidate.members.values()]
    made = [line for one in every for line in one.lines()]
    made.sort(key=lambda line: line["time"])
    return made, {one.graceid: one.unread for one in every if one.unread}
