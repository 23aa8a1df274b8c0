"""Drives a GraceDB through a simulated night: every annotation is really written."""

import heapq
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from fsm.core.charts.process import Process
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent
from fsm.errors import ConfigurationError
from fsm.io.gracedb.retrying import Caller, CallError
from fsm.simulator.faults import Faults
from fsm.simulator.night import Candidate
from fsm.testing.products import sane_bytes
from fsm.testing.register import VOEVENT_TYPES
from fsm.testing.script import Change, Script

if TYPE_CHECKING:
    from ligo.gracedb.rest import GraceDb

T = TypeVar("T")
Request = Callable[["GraceDb"], object]
Known = dict[str | None, Any]  # GraceIDs of a story to those that the server has given

NEAR, LATER = 5.0, 60.0  # seconds within which events may be one candidate; until another try


class Driver:
    """Writes planned candidates into a GraceDB.

    Args:
        url: address of its REST interface.
        charts: charts of the processes.
        faults: fault name to rate; lost, duplicated and reordered alerts are the server's affair.
        speed: how many times as fast as in reality; 0 for as fast as the server can. Unless it is
            1, the server is told the time of every write, which only the stand-in heeds.
    """

    def __init__(self, url: str, charts: Sequence[Process], faults: Faults,
                 speed: float = 0.0) -> None:
        self.caller = Caller(url, stamped=speed != 1)
        self.charts, self.faults, self.speed = charts, faults, speed
        self._content = cache(sane_bytes)
        self._known: dict[int, Known] = {}  # by the candidate's number

    def run(self, candidates: Iterable[Candidate]) -> Iterator[tuple[int, int]]:
        """Write everything, in the order of time.

        Yields:
            (done, planned) numbers of annotations after each.

        Raises:
            ConfigurationError: where the server does not take it.
        """
        waiting: list[tuple[float, tuple[int, int], Candidate, Change | None]] = [
            (candidate.created, (number, -1), candidate, None)
            for number, candidate in enumerate(candidates)]
        heapq.heapify(waiting)
        began, first, done = time.monotonic(), waiting[0][0] if waiting else 0.0, 0
        while waiting:
            due, _, candidate, change = heapq.heappop(waiting)
            if self.speed:
                pause = (due - first) / self.speed - (time.monotonic() - began)
                time.sleep(max(0.0, pause))
            if change is None and self._taken(candidate):
                later = attrs.evolve(candidate, created=due + LATER)
                heapq.heappush(waiting, (later.created, (later.number, -1), later, None))
                continue
            if change is None:
                for number, follows in enumerate(self._created(candidate)):
                    heapq.heappush(waiting, (follows.time, (candidate.number, number), candidate,
                                             follows))
            else:
                self._write(candidate, change)
            done += 1
            yield done, done + len(waiting)

    def given(self) -> set[str]:
        """The GraceIDs that the server has given so far."""
        return {graceid for own in self._known.values() for graceid in own.values()}

    def _call(self, due: float, function: Callable[["GraceDb"], T]) -> T:
        self.caller.moment = due
        try:
            return self.caller.call(function)
        except CallError as error:
            raise ConfigurationError(f"{self.caller.url}: {error}") from None

    def _taken(self, candidate: Candidate) -> bool:
        """Whether there is a superevent into which the server would put its event.

        That of another night at the same time, which has been told already what this one would be.
        """
        if not candidate.of_today:
            return False
        values = Script("", candidate.created, **candidate.fields).fields
        query = f"t_0: {values['gpstime'] - NEAR} .. {values['gpstime'] + NEAR}"
        if values["search"] == "MDC":
            query += " category: MDC"
        return self._call(candidate.created + LATER,
                          lambda client: next(client.superevents(query), None)) is not None

    def _created(self, candidate: Candidate) -> list[Change]:
        """Create its event; returns the lines of what follows."""
        values = Script("", candidate.created, **candidate.fields).fields
        made = self._create(candidate.created, values)
        superevent = made.get("superevent")
        if candidate.of_today and not superevent:
            raise ConfigurationError(f"{self.caller.url}: it puts no event into a superevent; "
                                     "start the stand-in with --superevents")
        own = {made["graceid"]: made["graceid"], superevent: superevent}
        self._known[candidate.number] = own
        changes = candidate.changes(made["graceid"], self.charts, self.faults,
                                    superevent=superevent)
        return [change for change in changes if not _by_server(change, own)]

    def _create(self, due: float, fields: Plain) -> Plain:
        return self._call(due, lambda client: client.create_event(
            fields["group"], fields["pipeline"], "initial.data", search=fields["search"],
            filecontents=json.dumps(fields)).json())

    def _write(self, candidate: Candidate, change: Change) -> None:
        known, graceid = self._known[candidate.number], change.script.graceid
        if change.what == "new":  # another event of its
            known[graceid] = self._create(change.time, change.script.fields)["graceid"]
            return
        data = _translated(change.data, known)
        request = getattr(self, f"_{change.what}")(known[graceid], data)
        self._call(change.time, request)

    def _log(self, graceid: str, data: Any) -> Request:
        name = data["filename"]
        content = self._content(name) if name else None
        return lambda client: client.write_log(graceid, data["comment"], name or None, content,
                                               tag_name=data["tags"])

    def _label_added(self, graceid: str, data: Any) -> Request:
        return lambda client: _put_label(client, graceid, data["name"])

    def _label_removed(self, graceid: str, data: Any) -> Request:
        return lambda client: client.remove_label(graceid, data["name"])

    def _signoff_created(self, graceid: str, data: Any) -> Request:
        if is_superevent(graceid):
            return lambda client: client.create_signoff(
                graceid, data["signoff_type"], data["status"], data["comment"],
                data["instrument"])
        return lambda client: client.post(f"{client.links['events']}{graceid}/signoff/", data=data)

    def _signoff_deleted(self, graceid: str, data: Any) -> Request:
        return lambda client: client.delete_signoff(graceid, data["signoff_type"],
                                                    data["instrument"])

    def _voevent(self, graceid: str, data: Any) -> Request:
        return lambda client: client.post(
            client.templates["voevent-list-template"].format(graceid=graceid),
            data={"voevent_type": VOEVENT_TYPES[data["kind"]]})

    def _event_added(self, graceid: str, data: Any) -> Request:
        return lambda client: client.add_event_to_superevent(graceid, data["event"])

    def _exposed(self, graceid: str, data: Any) -> Request:
        return lambda client: client.modify_permissions(graceid, "expose")

    def _update(self, graceid: str, data: Any) -> Request:
        if not is_superevent(graceid):
            return lambda client: client.replace_event(graceid, "initial.data",
                                                       filecontents=json.dumps(data))
        preferred = data.get("pipeline_preferred_events")
        if preferred:
            (event,) = preferred.values()
            return lambda client: client.add_pipeline_preferred_event(graceid, event)
        return lambda client: client.update_superevent(graceid, **data)


def _by_server(change: Change, own: Known) -> bool:
    """Whether the server does by itself what is planned: it creates and groups events."""
    if change.what == "new":
        return change.script.graceid in own
    return change.what == "added_to_superevent" or (
        change.what == "event_added" and not change.data["event"].startswith("E"))


def _put_label(client: "GraceDb", graceid: str, name: str) -> None:
    """Put a label on; one that is on already would be refused."""
    if name not in [label["name"] for label in client.labels(graceid).json()["labels"]]:
        client.write_label(graceid, name)


def _translated(data: Any, known: Known) -> Any:
    """What is planned with the GraceIDs that the server has given."""
    ids = "|".join(map(re.escape, filter(None, known)))
    return json.loads(re.sub(rf"\b(?:{ids})\b", lambda found: known[found[0]],
                             json.dumps(data)))
