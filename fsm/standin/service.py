"""What GraceDB does when it is told something: keeps it, and announces it.

Source: GraceDB's REST interface; what it announces and what it does in silence, its server code.
"""

from functools import partial

from fsm.core.times import finite
from fsm.io.recordings.payloads import CURRENT
from fsm.standin.annotating import Annotating
from fsm.standin.moments import created_at, date, gps
from fsm.standin.publishing import Publishing
from fsm.standin.refused import Refused
from fsm.standin.signing import Signing
from fsm.standin.store import EVENT, LABEL, SUPEREVENT
from fsm.standin.uploads import event_values

NUMBERS = ("far", "gpstime", "likelihood", "nevents")
UPDATABLE = ("ra", "dec", "error_radius", "t90", "redshift", "designation")  # of gamma-ray bursts


class Service(Annotating, Signing, Publishing):
    """GraceDB's behaviour over a store.

    What it refuses inside a change of the store has neither been done nor announced.

    Args:
        store: :class:`~fsm.standin.store.Store`.
        announcer: :class:`~fsm.standin.announce.Announcer`.
        grouping: whether events are put into superevents, as today's GraceDB does.
        user: who everything is done by.
    """

    def __init__(self, store, announcer, grouping=False, user="standin@example.org"):
        self.store, self.announcer, self.user = store, announcer, user
        self.grouping = grouping

    @property
    def of_today(self):
        """Whether it announces as today's GraceDB does."""
        return self.announcer.flavour == CURRENT

    # -- showing --------------------------------------------------------------------------------

    def fields(self, graceid):
        """The values that are kept of an event or superevent."""
        fields = self.store.get(graceid)
        if fields is None:
            raise Refused(404, f"there is no {graceid}")
        return fields

    def show(self, graceid):
        """An event or superevent as GraceDB shows it now."""
        fields = self.fields(graceid)
        labels = [record["name"] for record in self.store.records(graceid, LABEL)]
        shown = {**fields, "labels": labels}
        if "superevent_id" in fields and self.store.get(fields["preferred_event"]):
            shown["preferred_event_data"] = self.show(fields["preferred_event"])
            shown["far"] = shown["preferred_event_data"]["far"]
            shown["pipeline_preferred_events"] = {
                pipeline: self.show(event)
                for pipeline, event in fields["pipeline_preferred_events"].items()}
        return shown

    def announce(self, now, graceid, what, data):
        """Announce a change of an event or superevent, once it is kept."""
        state = self.show(graceid)
        if "superevent_id" in state:
            category = state["category"].lower()
            topic = "superevent" if category == "production" else f"{category}_superevent"
        else:
            parts = (state["group"], state["pipeline"], state["search"])
            topic = "_".join(part.lower() for part in parts if part)
        self.store.then(partial(self.announcer.say, now, topic, graceid, what, data, state))

    # -- events ---------------------------------------------------------------------------------

    def create_event(self, now, group, pipeline, search, upload, values):
        """Create an event; its values are in the file that makes it, others may come along.

        Returns:
            The event as it is shown, with ``warnings``.
        """
        graceid = self.reserve(now, group, pipeline, search, values)
        return self.complete(now, graceid, upload, values)

    def reserve(self, now, group, pipeline, search, values):
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

    def complete(self, now, graceid, upload, values):
        """Give a reserved event the file that makes it; what that tells counts, as in GraceDB."""
        fields = self.fields(graceid)
        if fields.pop("processing_status", "") != "reserved":
            raise Refused(400, f"Event {graceid} is not reserved")
        found, warnings = event_values(upload[1])
        told = {key: value for key, value in _numbers(found).items() if value not in (None, "")}
        status = {"processing_status": "uploaded"} if self.grouping else {}
        self.store.put(graceid, EVENT, created_at(fields),
                       {**fields, **_numbers(values), **told, **status})
        self.announce(now, graceid, "new", self.show(graceid))
        self.write_log(now, graceid, "initial data", upload)
        return {**self.show(graceid), "warnings": warnings}

    def change(self, now, graceid, values):
        """Change values of an event or superevent."""
        fields = self.fields(graceid)
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
        self.fields(graceid)
        self.store.upload(graceid, *upload)
        return self.change(now, graceid, _numbers(event_values(upload[1])[0]))

    def update_burst(self, now, graceid, values):
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


def _letter(group, pipeline, search):
    """With which letter an event's GraceID begins."""
    if group == "Test":
        return "T"
    if search == "MDC":
        return "M"
    if pipeline == "HardwareInjection":
        return "H"
    return "E" if group == "External" else "G"


def _numbers(values):
    """Values with numbers as such, where a form has made them text; others are left out."""
    read = {key: finite(value) if key in NUMBERS and not isinstance(value, int) else value
            for key, value in values.items()}
    return {key: value for key, value in read.items()
            if value is not None or values[key] is None and key != "gpstime"}
