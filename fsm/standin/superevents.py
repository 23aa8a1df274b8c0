"""Superevents: events that are taken for one candidate."""

from collections.abc import Iterable

from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import is_superevent, letters
from fsm.io.recordings import server_entries
from fsm.standin.moments import created_at, date, day_of
from fsm.standin.refused import Refused
from fsm.standin.root import EXTERNAL
from fsm.standin.service import Service
from fsm.standin.store import EVENT, PERMISSION, SUPEREVENT

PREFIXES = {"P": ("S", "Production"), "T": ("TS", "Test"), "M": ("MS", "MDC")}
CATEGORIES = {"G": "P", "M": "M", "T": "T"}  # of superevents, by the first letter of their events
LARGEST_FAR = 1 / 3600  # Hz, of events that are grouped
TOGETHER = 1.0  # seconds within which events are one superevent
PUBLIC = ({"group": "public", "permission": "view_superevent"},
          {"group": "lvem_observers", "permission": "view_superevent"},
          {"group": "lvem_observers", "permission": "annotate_superevent"})


class Superevents:
    """What GraceDB does with superevents.

    Args:
        service: :class:`~fsm.standin.service.Service`.
    """

    def __init__(self, service: Service) -> None:
        self.service, self.store = service, service.store

    def create(self, now: float, values: Plain) -> Plain:
        """Create a superevent; what GraceDB would refuse, :meth:`check` tells."""
        prefix, category = PREFIXES[values["category"]]
        stem = f"{prefix}{day_of(float(values['t_0']))}"
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
        further = [event for event in values.get("events", ()) if event != preferred]
        self._note(now, graceid, server_entries.created(fields, further))
        self._note(now, preferred, server_entries.membership("selected_as_preferred", graceid))
        self._enter(now, graceid, preferred)
        self.service.announce(now, preferred, "selected_as_preferred", self.service.show(graceid))
        for label in values.get("labels", ()):
            self.service.put_label(now, graceid, label, protect=True)
        for event in further:
            self.join(now, graceid, event, logged=False)
        return self.service.show(graceid)

    def check(self, category: str, events: Iterable[str]) -> None:
        """Refuse events of another category than that of their superevent, P, M or T."""
        for event in events:
            self.service.fields(event)
            own = CATEGORIES.get(event[0], "P")
            if own != category:
                raise Refused(400, f"Event {event} is of type '{PREFIXES[own][1]}', and cannot be "
                                   f"assigned to a superevent of type '{PREFIXES[category][1]}'")

    def category(self, graceid: str) -> str:
        """The category of a superevent: P, M or T."""
        name = self._fields(graceid)["category"]
        return next(letter for letter, (_, known) in PREFIXES.items() if known == name)

    def group(self, now: float, shown: Plain) -> None:
        """Put a new event into a superevent near it in time, or a new one; externals stay out."""
        category, far = CATEGORIES.get(shown["graceid"][0]), shown["far"]
        outside = self._list(shown["graceid"]) == "em_events"
        if category is None or outside or far is None or far > LARGEST_FAR:
            return
        name = PREFIXES[category][1]
        for graceid in self.store.ids_of(SUPEREVENT):
            known = self.service.fields(graceid)
            if known["category"] == name and abs(known["t_0"] - shown["gpstime"]) <= TOGETHER \
                    and self._replay(known["preferred_event"]) == shown["replay_id"]:
                self.join(now, graceid, shown["graceid"])
                return
        times = {"t_start": shown["gpstime"] - 1, "t_0": shown["gpstime"],
                 "t_end": shown["gpstime"] + 1}
        self.create(now, {"category": category, "preferred_event": shown["graceid"], **times})

    def confirm(self, now: float, graceid: str, gw_id: str = "") -> Plain:
        """Confirm a superevent as a gravitational wave; returns it."""
        fields = self._fields(graceid)
        if fields["gw_id"]:
            raise Refused(400, "Superevent is already confirmed as a GW")
        prefix, _, rest = graceid.partition("S")
        gw_id = gw_id or f"{prefix}GW{rest.upper()}"
        if not is_superevent(gw_id) or self.store.named(gw_id) != gw_id:
            raise Refused(400, f"{gw_id[:40]} cannot be the id of a confirmed superevent")
        self.store.put(graceid, SUPEREVENT, created_at(fields), {**fields, "gw_id": gw_id})
        self.store.name(gw_id, graceid, now)
        self._note(now, graceid, server_entries.confirmed(graceid, gw_id))
        self.service.announce(now, graceid, "confirmed_as_gw", self.service.show(graceid))
        return self.service.show(graceid)

    def permissions(self, graceid: str) -> list[Plain]:
        """Who else may see a superevent."""
        self._fields(graceid)
        return self.store.records(graceid, PERMISSION)

    def expose(self, now: float, graceid: str, action: str) -> list[Plain]:
        """Show a superevent to the public, or hide it; what is so already is left so."""
        exposed, wanted = bool(self.permissions(graceid)), action == "expose"
        for number, row in enumerate(PUBLIC):
            if wanted and not exposed:
                self.store.add(graceid, PERMISSION, number, now, row)
            elif exposed and not wanted:
                self.store.remove(graceid, PERMISSION, number, now)
        rows = self.permissions(graceid)
        if exposed != wanted:
            self._note(now, graceid, server_entries.EXPOSED if rows else server_entries.HIDDEN)
            self.service.announce(now, graceid, "exposed" if rows else "hidden", rows)
        return rows

    def prefer_for_pipeline(self, now: float, graceid: str, event: str) -> None:
        """Make an event the preferred one of its pipeline."""
        known = self._fields(graceid)["pipeline_preferred_events"]
        shown, chosen = self.service.show(event), self.service.show(graceid)["preferred_event_data"]
        pipeline = shown["pipeline"]
        if shown.get("superevent") != graceid:
            raise Refused(400, f"Event {event} is not part of {graceid}")
        if known.get(pipeline) == event:
            raise Refused(400, f"Event {event} is already the {pipeline} pipeline-preferred event "
                               f"for {graceid}")
        if pipeline == chosen["pipeline"] and event != chosen["graceid"]:
            raise Refused(400, f"Adding {event} as a pipeline-preferred event would remove "
                               f"{chosen['graceid']} as the preferred event")
        self.service.change(now, graceid, {"pipeline_preferred_events": {**known, pipeline: event}})

    def prefer_no_more(self, now: float, graceid: str, event: str) -> None:
        """Take an event off the list of those preferred of their pipelines."""
        known = self._fields(graceid)["pipeline_preferred_events"]
        if event not in known.values():
            raise Refused(404, f"{event} is no pipeline-preferred event of {graceid}")
        left = {pipeline: one for pipeline, one in known.items() if one != event}
        self.service.change(now, graceid, {"pipeline_preferred_events": left})

    def join(self, now: float, graceid: str, event: str, logged: bool = True) -> None:
        """Put an event into a superevent; its own log tells so, and the superevent's if wanted."""
        fields = self._fields(graceid)
        self._may_enter(event)
        fields[self._list(event)].append(event)
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        if logged:
            self._note(now, graceid, server_entries.membership("event_added", event))
        self._note(now, event, server_entries.membership("added_to_superevent", graceid))
        self._enter(now, graceid, event)
        self.service.announce(now, graceid, "event_added", self.service.show(graceid))

    def _note(self, now: float, graceid: str, comment: str) -> None:
        """Write what the server itself says, of which there is no alert."""
        self.service.write_log(now, graceid, comment, announced=False)

    def _fields(self, graceid: str) -> Plain:
        fields = self.service.fields(graceid)
        if "superevent_id" not in fields:
            raise Refused(404, f"{graceid} is no superevent")
        return fields

    def _replay(self, event: str) -> str | None:
        """Of which replay an event is; those of different ones are different candidates."""
        return self.service.fields(event).get("replay_id")

    def _list(self, event: str) -> str:
        """In which list of a superevent an event is: of gravitational waves, or of others."""
        shown = self.service.fields(event)
        outside = shown["group"] == "External" or shown["pipeline"] in EXTERNAL
        return "em_events" if outside else "gw_events"

    def _may_enter(self, event: str) -> None:
        if self.service.fields(event).get("superevent"):
            raise Refused(400, f"Event {event} is already assigned to a Superevent")

    def _enter(self, now: float, graceid: str, event: str) -> None:
        member = self.service.fields(event)
        self.store.put(event, EVENT, created_at(member), {**member, "superevent": graceid})
        self.service.announce(now, event, "added_to_superevent", self.service.show(graceid))

    def leave(self, now: float, graceid: str, event: str) -> None:
        """Take an event out of a superevent."""
        fields, member = self._fields(graceid), self.service.fields(event)
        if member.get("superevent") != graceid:
            raise Refused(404, f"{event} is not in {graceid}")
        if fields["preferred_event"] == event:
            raise Refused(400, f"Event {event} can't be removed from superevent {graceid} because "
                               "it is the preferred event")
        fields[self._list(event)].remove(event)
        fields["pipeline_preferred_events"] = {
            pipeline: one for pipeline, one in fields["pipeline_preferred_events"].items()
            if one != event}
        self.store.put(graceid, SUPEREVENT, created_at(fields), fields)
        self.store.put(event, EVENT, created_at(member), {**member, "superevent": None})
        self._note(now, graceid, server_entries.membership("event_removed", event))
        self._note(now, event, server_entries.membership("removed_from_superevent", graceid))
        self.service.announce(now, event, "removed_from_superevent", self.service.show(graceid))
        self.service.announce(now, graceid, "event_removed", self.service.show(graceid))

    def modify(self, now: float, graceid: str, values: Plain) -> Plain:
        """Change values of a superevent; what changes nothing is refused.

        An event that is to be preferred joins it, where it is in none yet.
        """
        fields = self._fields(graceid)
        fresh = {key: value for key, value in values.items() if fields.get(key) != value}
        if not fresh:
            raise Refused(400, "Request would not modify the superevent")
        preferred = fresh.get("preferred_event")
        if preferred and self.service.fields(preferred).get("superevent") != graceid:
            self.check(self.category(graceid), [preferred])
            self.join(now, graceid, preferred)
        return self.service.change(now, graceid, fresh)
