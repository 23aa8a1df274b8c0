"""What GraceDB keeps of events and superevents, as it shows and announces it."""

from functools import partial
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.core.expect.names import IFOS
from fsm.io.recordings.payloads import CURRENT
from fsm.standin.announce import Announcer
from fsm.standin.refused import Refused
from fsm.standin.store import LABEL, SIGNOFF, Store


class Showing:
    """What all that a :class:`~fsm.standin.service.Service` does rests on.

    Args:
        store: where it is kept.
        announcer: who announces it.
        grouping: whether events are put into superevents, as today's GraceDB does.
        user: who everything is done by.
    """

    def __init__(self, store: Store, announcer: Announcer, grouping: bool = False,
                 user: str = "standin@example.org") -> None:
        self.store, self.announcer, self.user = store, announcer, user
        self.grouping = grouping

    @property
    def of_today(self) -> bool:
        """Whether it announces as today's GraceDB does."""
        return self.announcer.flavour == CURRENT

    def fields(self, graceid: str) -> Plain:
        """The values that are kept of an event or superevent."""
        fields = self.store.get(graceid)
        if fields is None:
            raise Refused(404, f"there is no {graceid}")
        return fields

    def show(self, graceid: str) -> Plain:
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

    def signed(self, graceid: str, request: str) -> bool:
        """Whether what a label asks to be signed off is."""
        return any(self.store.record(graceid, SIGNOFF, f"{kind}{ifo}")
                   for kind, ifo in (("ADV", ""), *(("OP", ifo) for ifo in IFOS))
                   if signoff_request(kind, ifo) == request)

    def announce(self, now: float, graceid: str, what: str, data: Any) -> None:
        """Announce a change of an event or superevent, once it is kept."""
        state = self.show(graceid)
        if "superevent_id" in state:
            category = state["category"].lower()
            topic = "superevent" if category == "production" else f"{category}_superevent"
        else:
            parts = (state["group"], state["pipeline"], state["search"])
            topic = "_".join(part.lower() for part in parts if part)
        self.store.then(partial(self.announcer.say, now, topic, graceid, what, data, state))


def signoff_request(kind: str, ifo: str) -> str:
    """The label that asks for a sign-off."""
    return "ADVREQ" if kind == "ADV" else f"{ifo}OPS"
