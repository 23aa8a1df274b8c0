"""What GraceDB does when it is told something: keeps it, and announces it.

Source: GraceDB's REST interface; what it announces and what it does in silence, its server code.
"""

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.io.recordings import server_entries
from fsm.standin.moments import created_at, date, gps
from fsm.standin.publishing import Publishing
from fsm.standin.refused import Refused
from fsm.standin.signing import Signing
from fsm.standin.store import EVENT, SUPEREVENT
from fsm.standin.uploads import Upload, event_values

NUMBERS = ("far", "gpstime", "likelihood", "nevents")
UPDATABLE = ("ra", "dec", "error_radius", "t90", "redshift", "designation")  # of gamma-ray bursts


class Service(Signing, Publishing):
    """GraceDB's behaviour over a store.

    What it refuses inside a change of the store has neither been done nor announced.
    """

    def create_event(self, now: float, group: str, pipeline: str, search: str | None,
                     upload: Upload, values: Plain) -> Plain:
        """Create an event; its values are in the file that makes it, others may come along.

        Returns:
            The event as it is shown, with ``warnings``.
        """
        graceid = self.reserve(now, group, pipeline, search, values)
        return self.complete(now, graceid, upload, values)

    def reserve(self, now: float, group: str, pipeline: str, search: str | None,
                values: Plain) -> str:
        """Reserve an event, which nobody is told of yet; returns its GraceID."""
        letter = _letter(group, pipeline, search)
        numbers = [int(known[1:]) for known in self.store.ids(letter) if known[1:].isdigit()]
        graceid = f"{letter}{max(numbers, default=100000) + 1}"
        self.store.put(graceid, EVENT, now, {
            "graceid": graceid, "group": group, "pipeline": pipeline, "search": search or None,
            "submitter": self.user, "created": date(now), "offline": False,
            "far": None, "gpstime": gps(now), "instruments": "", "nevents": None,
            "likelihood": None, "extra_attributes": {}, "links": {}, "replay_id": None,
            **({"superevent": None, "superevent_neighbours": {}} if self.grouping else {}),
            "processing_status": "reserved", **_numbers(values)})
        return graceid

    def complete(self, now: float, graceid: str, upload: Upload, values: Plain) -> Plain:
        """Give a reserved event the file that makes it; what that tells counts, as in GraceDB."""
        fields = self.fields(graceid)
        if fields.pop("processing_status", "") != "reserved":
            raise Refused(400, f"Event {graceid} is not reserved")
        found, warnings = event_values(upload[1])
        told = {key: value for key, value in _numbers(found).items() if value not in (None, "")}
        status = {"processing_status": "uploaded"} if self.grouping else {}
        self.store.put(graceid, EVENT, created_at(fields),
                       {**fields, **_numbers(values), **told, **status})
        self.write_log(now, graceid, server_entries.ORIGINAL, upload, announced=False)
        self.announce(now, graceid, "new", self.show(graceid))
        return {**self.show(graceid), "warnings": warnings}

    def change(self, now: float, graceid: str, values: Plain) -> Plain:
        """Change values of an event or superevent."""
        fields = self.fields(graceid)
        kind = SUPEREVENT if "superevent_id" in fields else EVENT
        old: str = fields.get("preferred_event", "")
        self.store.put(graceid, kind, created_at(fields), {**fields, **values})
        self.announce(now, graceid, "update", self.show(graceid))
        if kind == SUPEREVENT:
            self.write_log(now, graceid, server_entries.updated(fields, values), announced=False)
        preferred = values.get("preferred_event", old)
        if preferred != old:
            for event, what in ((old, "removed_as_preferred"),
                                (preferred, "selected_as_preferred")):
                self.write_log(now, event, server_entries.membership(what, graceid),
                               announced=False)
                self.announce(now, event, what, self.show(graceid))
        return self.show(graceid)

    def replace(self, now: float, graceid: str, upload: Upload) -> Plain:
        """Replace an event's data by another upload."""
        self.fields(graceid)
        self.store.upload(graceid, *upload)
        return self.change(now, graceid, _numbers(event_values(upload[1])[0]))

    def update_burst(self, now: float, graceid: str, values: Plain) -> Plain:
        """Update a gamma-ray burst's own values."""
        more = self.fields(graceid)["extra_attributes"]
        if "GRB" not in more:
            raise Refused(400, f"Cannot update GRB event parameters for non-GRB event {graceid}")
        known, fresh = more["GRB"], {}
        for key in UPDATABLE:
            value = values.get(key) if key == "designation" else finite(values.get(key))
            if key in values and value is None:
                raise Refused(400, f"Parameter '{key}' must be a float")
            if key in values and known.get(key) != value:
                fresh[key] = value
        if not fresh:
            raise Refused(400, "Request would not modify the GRB event")
        told = ", ".join(f"{key}: {known.get(key)} -> {value}" for key, value in fresh.items())
        self.write_log(now, graceid, f"Updated GRB event parameters: {told}", announced=False)
        return self.change(now, graceid,
                           {"extra_attributes": {**more, "GRB": {**known, **fresh}}})


def _letter(group: str, pipeline: str, search: str | None) -> str:
    """With which letter an event's GraceID begins."""
    if group == "Test":
        return "T"
    if search == "MDC":
        return "M"
    if pipeline == "HardwareInjection":
        return "H"
    return "E" if group == "External" else "G"


def _numbers(values: Plain) -> Plain:
    """Values with numbers as such, where a form has made them text; others are left out."""
    read = {key: finite(value) if key in NUMBERS and not isinstance(value, int) else value
            for key, value in values.items()}
    return {key: value for key, value in read.items()
            if value is not None or values[key] is None and key != "gpstime"}
