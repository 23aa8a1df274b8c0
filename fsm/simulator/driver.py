"""Drives a GraceDB through a simulated night: every annotation is really written."""

import heapq
import io
import json
import time

from fsm.core.graceids import SUPEREVENT, kind_of
from fsm.errors import ConfigurationError
from fsm.io.calling import Caller, CallError
from fsm.io.payloads import CURRENT
from fsm.standin.service import PROTECTED
from fsm.testing.script import Script

MADE_BY_SERVER = ("added_to_superevent",)  # in the wake of something else
CHANGED = ("em_type", "time_coinc_far", "space_coinc_far")  # values of superevents


class Driver:
    """Writes planned candidates into a GraceDB.

    Args:
        url: address of its REST interface.
        charts: charts of the processes.
        faults: fault name to rate; lost, duplicated and reordered alerts are the server's affair.
        speed: how many times as fast as in reality; 0 for as fast as the server can. Unless it is
            1, the server is told the time of every write, which only the stand-in heeds.
    """

    def __init__(self, url, charts, faults, speed=0.0):
        self.caller = Caller(url, stamped=speed != 1)
        self.charts, self.faults, self.speed = charts, faults, speed
        self.sky_map, self._known = _sky_map(), {}

    def run(self, candidates):
        """Write everything, in the order of time.

        Yields:
            (done, planned) numbers of annotations after each.

        Raises:
            ConfigurationError: where the server does not take it.
        """
        waiting = [(candidate.created, number, candidate, None)
                   for number, candidate in enumerate(candidates)]
        heapq.heapify(waiting)
        began, first, done = time.monotonic(), waiting[0][0] if waiting else 0.0, 0
        while waiting:
            due, _, candidate, line = heapq.heappop(waiting)
            if self.speed:
                pause = (due - first) / self.speed - (time.monotonic() - began)
                time.sleep(max(0.0, pause))
            if line is None:
                for number, later in enumerate(self._created(candidate)):
                    heapq.heappush(waiting, (later["time"], (candidate.number, number), candidate,
                                             later))
            else:
                self._write(line)
            done += 1
            yield done, done + len(waiting)

    def _call(self, due, function):
        self.caller.moment = due
        try:
            return self.caller.call(function)
        except CallError as error:
            raise ConfigurationError(f"{self.caller.url}: {error}") from None

    def _created(self, candidate):
        """Create its event; returns the lines of what follows."""
        values = Script("", candidate.created, **candidate.fields).fields
        made = self._create(candidate.created, values)
        superevent = made.get("superevent")
        if candidate.of_today and not superevent:
            raise ConfigurationError(f"{self.caller.url}: it puts no event into a superevent; "
                                     "start the stand-in with --superevents")
        lines = candidate.lines(made["graceid"], self.charts, self.faults, CURRENT, superevent)
        own = (made["graceid"], superevent)
        return [line for line in lines
                if line["payload"]["alert_type"] not in MADE_BY_SERVER
                and not (line["payload"]["alert_type"] == "new" and line["payload"]["uid"] in own)]

    def _create(self, due, fields):
        return self._call(due, lambda client: client.create_event(
            fields["group"], fields["pipeline"], "initial.data", search=fields["search"],
            filecontents=json.dumps(fields)).json())

    def _write(self, line):
        for placeholder, graceid in self._known.items():
            line = json.loads(json.dumps(line).replace(placeholder, graceid))
        payload = line["payload"]
        graceid, what, data = payload["uid"], payload["alert_type"], payload["data"]
        if what == "new":  # an external event
            self._known[graceid] = self._create(line["time"], data)["graceid"]
            return
        request = getattr(self, f"_{what}")(graceid, data)
        if request is not None:
            self._call(line["time"], request)

    def _log(self, graceid, data):
        name = data["filename"]
        content = self._content(name) if name else None
        return lambda client: client.write_log(graceid, data["comment"], name or None, content,
                                               tag_name=data["tag_names"])

    def _label_added(self, graceid, data):
        if data["name"] in PROTECTED:
            return None  # it comes with the sign-off
        return lambda client: client.write_label(graceid, data["name"])

    def _label_removed(self, graceid, data):
        return lambda client: client.remove_label(graceid, data["name"])

    def _signoff_created(self, graceid, data):
        if kind_of(graceid) == SUPEREVENT:
            return lambda client: client.create_signoff(
                graceid, data["signoff_type"], data["status"], data["comment"] or "fine",
                data["instrument"])
        return lambda client: client.post(f"{client.links['events']}{graceid}/signoff/", data=data)

    def _voevent(self, graceid, data):
        return lambda client: client.post(
            client.templates["voevent-list-template"].format(graceid=graceid),
            data={"voevent_type": data["voevent_type"]})

    def _event_added(self, graceid, data):
        event = (data["em_events"] or data["gw_events"])[-1]
        return lambda client: client.add_event_to_superevent(graceid, event)

    def _update(self, graceid, data):
        values = {key: data[key] for key in CHANGED if data.get(key) is not None}
        return lambda client: client.update_superevent(graceid, **values)

    def _content(self, name):
        return self.sky_map if name.endswith((".fits", ".fits.gz")) else b"simulated " * 20


def _sky_map():
    """A small sky map that is sane, or nothing where astropy is missing."""
    from fsm.io import skymaps

    if not skymaps.available():
        return b""
    from astropy.io import fits

    column = fits.Column(name="PROB", array=[1 / 12] * 12, format="D")
    table = fits.BinTableHDU.from_columns([column])
    table.header["COORDSYS"] = "C"
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(out)
    return out.getvalue()
