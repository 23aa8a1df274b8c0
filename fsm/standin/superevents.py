"""Superevents: events that are taken for one candidate."""

from datetime import UTC, datetime

from fsm.standin.service import GPS_EPOCH, LEAP_SECONDS, Refused, created_at, date
from fsm.standin.store import EVENT, SUPEREVENT

PREFIXES = {"P": ("S", "Production"), "T": ("TS", "Test"), "M": ("MS", "MDC")}


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
        graceid = stem + _letters(len(self.store.ids(stem)))
        preferred = values["preferred_event"]
        self.service.show(preferred)
        fields = {
            "superevent_id": graceid, "gw_id": None, "category": category, "created": date(now),
            "submitter": self.service.user, "preferred_event": preferred, "em_type": None,
            **{key: float(values[key]) for key in ("t_start", "t_0", "t_end")},
            "gw_events": [], "em_events": [], "far": None, "time_coinc_far": None,
            "space_coinc_far": None, "links": {}, "pipeline_preferred_events": {},
        }
        self.store.put(graceid, SUPEREVENT, now, fields)
        self.service.announce(now, graceid, "new", self.service.show(graceid))
        for label in values.get("labels", ()):
            self.service.put_label(now, graceid, label)
        for event in dict.fromkeys([preferred, *values.get("events", ())]):
            self.join(now, graceid, event)
        return self.service.show(graceid)

    def join(self, now, graceid, event):
        """Put an event into a superevent."""
        fields, member = self.store.get(graceid), self.store.get(event)
        if fields is None or member is None:
            raise Refused(404, f"there is no {event if fields else graceid}")
        if member.get("superevent"):
            raise Refused(400, f"Event {event} is already assigned to a Superevent")
        fields["em_events" if event.startswith("E") else "gw_events"].append(event)
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        self.store.put(event, EVENT, created_at(member), {**member, "superevent": graceid})
        self.service.write_log(now, graceid, f"Added event: {event}", announced=False)
        self.service.announce(now, event, "added_to_superevent", self.service.show(graceid))
        self.service.announce(now, graceid, "event_added", self.service.show(graceid))

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


def _letters(number):
    """a … z, aa, ab …"""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
