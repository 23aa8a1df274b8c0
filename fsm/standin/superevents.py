"""Superevents: events that are taken for one candidate."""

from datetime import UTC, datetime

from fsm.core.graceids import letters
from fsm.standin.service import GPS_EPOCH, LEAP_SECONDS, Refused, created_at, date
from fsm.standin.store import EVENT, SUPEREVENT

PREFIXES = {"P": ("S", "Production"), "T": ("TS", "Test"), "M": ("MS", "MDC")}
CATEGORIES = {"G": "P", "M": "M", "T": "T"}  # of superevents, by the first letter of their events
LARGEST_FAR = 1 / 3600  # Hz, of events that are grouped
TOGETHER = 1.0  # seconds within which events are one superevent


class Superevents:
    """What GraceDB does with superevents.

    Args:
        service: :class:`~fsm.standin.service.Service`.
    """

    def __init__(self, service):
        self.service, self.store = service, service.store

    def create(self, now, values):
        """Create a superevent."""
        prefix, category = PREFIXES[values["category"]]
        day = datetime.fromtimestamp(float(values["t_0"]) + GPS_EPOCH - LEAP_SECONDS, UTC)
        stem = f"{prefix}{day:%y%m%d}"
        graceid = stem + letters(len(self.store.ids(stem)))
        preferred = values["preferred_event"]
        self._may_enter(preferred)
        fields = {
            "superevent_id": graceid, "gw_id": None, "category": category, "created": date(now),
            "submitter": self.service.user, "preferred_event": preferred, "em_type": None,
            **{key: float(values[key]) for key in ("t_start", "t_0", "t_end")},
            "gw_events": [preferred], "em_events": [], "far": None, "time_coinc_far": None,
            "space_coinc_far": None, "links": {}, "pipeline_preferred_events": {},
        }
        self.store.put(graceid, SUPEREVENT, now, fields)
        self.service.announce(now, graceid, "new", self.service.show(graceid))
        self.service.write_log(now, graceid, "Superevent created with preferred event "
                               f"{preferred}", announced=False)
        self._enter(now, graceid, preferred)
        self.service.announce(now, preferred, "selected_as_preferred", self.service.show(graceid))
        for label in values.get("labels", ()):
            self.service.put_label(now, graceid, label)
        for event in values.get("events", ()):
            if event != preferred:
                self.join(now, graceid, event)
        return self.service.show(graceid)

    def group(self, now, shown):
        """Put a new event into a superevent near it in time, or a new one; externals stay out."""
        category, far = CATEGORIES.get(shown["graceid"][0]), shown["far"]
        if category is None or far is None or far > LARGEST_FAR:
            return
        name = PREFIXES[category][1]
        for graceid in self.store.ids_of(SUPEREVENT):
            known = self.store.get(graceid)
            if known["category"] == name and abs(known["t_0"] - shown["gpstime"]) <= TOGETHER:
                self.join(now, graceid, shown["graceid"])
                return
        times = {"t_start": shown["gpstime"] - 1, "t_0": shown["gpstime"],
                 "t_end": shown["gpstime"] + 1}
        self.create(now, {"category": category, "preferred_event": shown["graceid"], **times})

    def confirm(self, now, graceid):
        """Confirm a superevent as a gravitational wave."""
        prefix, _, rest = graceid.partition("S")
        fields = {**self.store.get(graceid), "gw_id": f"{prefix}GW{rest.upper()}"}
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        self.service.announce(now, graceid, "confirmed_as_gw", self.service.show(graceid))
        return self.service.show(graceid)

    def expose(self, now, graceid, action):
        """Show a superevent to the public, or hide it."""
        rows = [{"group": "public", "permission": "view_superevent"}] * (action == "expose")
        self.service.announce(now, graceid, "exposed" if rows else "hidden", rows)
        return rows

    def prefer_for_pipeline(self, now, graceid, event):
        """Make an event the preferred one of its pipeline."""
        pipeline = self.service.show(event)["pipeline"]
        preferred = {**self.service.show(graceid)["pipeline_preferred_events"], pipeline: event}
        return self.service.change(now, graceid, {"pipeline_preferred_events": preferred})

    def join(self, now, graceid, event):
        """Put an event into a superevent."""
        fields = self.store.get(graceid)
        if fields is None:
            raise Refused(404, f"there is no {graceid}")
        self._may_enter(event)
        fields["em_events" if event.startswith("E") else "gw_events"].append(event)
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        self._enter(now, graceid, event)
        self.service.write_log(now, graceid, f"Added event: {event}", announced=False)
        self.service.announce(now, graceid, "event_added", self.service.show(graceid))

    def _may_enter(self, event):
        if self.service.show(event).get("superevent"):
            raise Refused(400, f"Event {event} is already assigned to a Superevent")

    def _enter(self, now, graceid, event):
        member = self.store.get(event)
        self.store.put(event, EVENT, created_at(member), {**member, "superevent": graceid})
        self.service.announce(now, event, "added_to_superevent", self.service.show(graceid))

    def leave(self, now, graceid, event):
        """Take an event out of a superevent."""
        fields, member = self.store.get(graceid), self.store.get(event)
        kind = "em_events" if event.startswith("E") else "gw_events"
        if fields is None or event not in fields[kind]:
            raise Refused(404, f"{event} is not in {graceid}")
        fields[kind].remove(event)
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        self.store.put(event, EVENT, created_at(member), {**member, "superevent": None})
        self.service.announce(now, event, "removed_from_superevent", self.service.show(graceid))
        self.service.announce(now, graceid, "event_removed", self.service.show(graceid))

    def modify(self, now, graceid, values):
        """Change values of a superevent; what changes nothing is refused."""
        shown = self.service.show(graceid)
        if all(shown.get(key) == value for key, value in values.items()):
            raise Refused(400, "Request would not modify the superevent")
        return self.service.change(now, graceid, values)

