"""The stand-in's pages of superevents."""

from collections.abc import Iterable

from werkzeug.wrappers import Request

from fsm.standin.events import EventPages, no_content
from fsm.standin.forms import Page, body, choice, many, now_of, number, text
from fsm.standin.links import linked
from fsm.standin.refused import Refused
from fsm.standin.store import SUPEREVENT
from fsm.standin.superevents import PREFIXES

TIMES = ("t_start", "t_0", "t_end")
NUMBERS = (*TIMES, "time_coinc_far", "space_coinc_far")
CHANGEABLE = (*NUMBERS, "preferred_event", "em_type")


class CandidatePages(EventPages):
    """Pages of a stand-in; each is named by its route."""

    def _superevents(self, request: Request) -> Page:
        if request.method == "GET":
            return self._found(request, SUPEREVENT, "superevents")
        values, events = body(request), many(request, "events")
        preferred, category = text(values, "preferred_event"), choice(values["category"], PREFIXES)
        self.superevents.check(category, [preferred, *events])
        shown = self.superevents.create(now_of(request), {
            "category": category, "preferred_event": preferred, "events": events,
            "labels": many(request, "labels"), **{key: number(values, key) for key in TIMES}})
        return linked(request, shown), 201

    def _superevent(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return (linked(request, self.service.show(graceid)),)
        values = body(request)
        wanted = {key: number(values, key) if key in NUMBERS else text(values, key)
                  for key in values if key in CHANGEABLE}
        return (linked(request, self.superevents.modify(now_of(request), graceid, wanted)),)

    def _members(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            return self._events_of(request, self.service.fields(graceid)["gw_events"]
                                   + self.service.fields(graceid)["em_events"])
        event = text(body(request), "event")
        self.superevents.check(self.superevents.category(graceid), [event])
        self.superevents.join(now_of(request), graceid, event)
        return linked(request, self.service.show(event)), 201

    def _events_of(self, request: Request, events: Iterable[str]) -> Page:
        rows = [linked(request, self.service.show(event)) for event in events]
        return ({"numRows": len(rows), "events": rows, "links": {"self": request.url}},)

    def _member(self, request: Request, graceid: str, event: str) -> Page:
        if request.method == "DELETE":
            self.superevents.leave(now_of(request), graceid, event)
            return no_content()
        if self.service.fields(event).get("superevent") != graceid:
            raise Refused(404, f"{event} is not in {graceid}")
        return (linked(request, self.service.show(event)),)

    def _pipeline_preferred(self, request: Request, graceid: str) -> Page:
        if request.method == "GET":
            chosen = self.service.fields(graceid)["pipeline_preferred_events"]
            return self._events_of(request, chosen.values())
        event = text(body(request), "event")
        self.superevents.prefer_for_pipeline(now_of(request), graceid, event)
        return linked(request, self.service.show(event)), 201

    def _pipeline_choice(self, request: Request, graceid: str, event: str) -> Page:
        if request.method == "DELETE":
            self.superevents.prefer_no_more(now_of(request), graceid, event)
            return no_content()
        if event not in self.service.fields(graceid)["pipeline_preferred_events"].values():
            raise Refused(404, f"{event} is no pipeline-preferred event of {graceid}")
        return (linked(request, self.service.show(event)),)

    def _confirm(self, request: Request, graceid: str) -> Page:
        gw_id = body(request).get("gw_id", "")
        return (linked(request, self.superevents.confirm(now_of(request), graceid, gw_id)),)

    def _permissions(self, request: Request, graceid: str) -> Page:
        rows = self.superevents.permissions(graceid)
        return ({"numRows": len(rows), "permissions": rows, "links": {"self": request.url}},)

    def _expose(self, request: Request, graceid: str) -> Page:
        action = body(request).get("action")
        if action not in ("expose", "hide"):
            raise Refused(400, "action must be 'expose' or 'hide'")
        return (self.superevents.expose(now_of(request), graceid, action),)
