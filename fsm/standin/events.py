"""The stand-in's pages of events, and of searches."""

import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.standin import root
from fsm.standin.forms import Page, body, choice, event_file, many, now_of, of_v2, true
from fsm.standin.links import linked
from fsm.standin.pages import Pages
from fsm.standin.query import QueryError, matcher
from fsm.standin.refused import Refused
from fsm.standin.store import EVENT

HIDDEN = ("Test", "MDC")
PAGE, LONGEST_PAGE = 10, 1024
OWN = ("far", "gpstime", "instruments", "nevents", "likelihood")
REPLAY = re.compile(r"[A-Za-z0-9_-]{1,30}", re.ASCII)


class EventPages(Pages):
    """Pages of a stand-in; each is named by its route."""

    def _events(self, request: Request) -> Page:
        if request.method == "GET":
            return self._found(request, EVENT, "events")
        values, upload, labels = body(request), event_file(request), many(request, "labels")
        kind, now, warnings = _kind(values), now_of(request), []
        own = {key: values[key] for key in OWN if key in values}
        replay = values.get("replay_id") or None
        if replay and not REPLAY.fullmatch(replay):
            warnings, replay = [f"malformed replay_id {replay[:40]!r} was dropped"], None
        made = self.service.create_event(now, *kind, upload, {
            **own, "offline": true(values.get("offline")), "replay_id": replay})
        if "content_id" in values:
            self.store.name(values["content_id"], made["graceid"], now)
        return self._made(request, {**made, "warnings": made["warnings"] + warnings}, labels)

    def _made(self, request: Request, made: Plain, labels: Iterable[str]) -> Page:
        """What is done with a new event, and the answer to the one who sent it."""
        now, graceid = now_of(request), made["graceid"]
        for label in labels:
            self.service.put_label(now, graceid, label, protect=True)
        if self.service.grouping:
            self.superevents.group(now, made)
        return {**linked(request, self.service.show(graceid)), "warnings": made["warnings"]}, 201

    def _reserve(self, request: Request) -> Page:
        self._only_v2(request)
        values, now = body(request), now_of(request)
        replay = values.get("replay_id") or None
        if replay and not REPLAY.fullmatch(replay):
            raise Refused(400, f"malformed replay_id {replay[:40]!r}")
        graceid = self.service.reserve(now, *_kind(values), {"replay_id": replay})
        if "content_id" in values:
            self.store.name(values["content_id"], graceid, now)
        return linked(request, self.service.show(graceid)), 201

    def _upload(self, request: Request, graceid: str) -> Page:
        self._only_v2(request)
        upload, labels = event_file(request), many(request, "labels")
        return self._made(request, self.service.complete(now_of(request), graceid, upload, {}),
                          labels)

    def _only_v2(self, request: Request) -> None:
        if not of_v2(request):
            raise Refused(404, "Not found.")

    def _event(self, request: Request, graceid: str) -> Page:
        if request.method == "PUT":
            self.service.replace(now_of(request), graceid, event_file(request))
            return linked(request, self.service.show(graceid)), 202
        return (linked(request, self.service.show(graceid)),)

    def _burst(self, request: Request, graceid: str) -> Page:
        shown = self.service.update_burst(now_of(request), graceid, body(request))
        return (linked(request, shown),)

    # -- searches -------------------------------------------------------------------------------

    def _found(self, request: Request, kind: str, name: str) -> Page:
        try:
            matches = matcher(request.args.get("query", ""), HIDDEN)
        except QueryError as error:
            raise Refused(400, f"Invalid query: {error}") from None
        found = [shown for shown in map(self.service.show, self.store.ids_of(kind))
                 if matches(self._searched(shown))]
        for key in reversed(request.args.get("sort", "").split(",")):
            found.sort(key=partial(_order, key.lstrip("-")), reverse=key.startswith("-"))
        start = max(0, request.args.get("start", 0, type=int))
        count = max(1, min(request.args.get("count", PAGE, type=int), LONGEST_PAGE))
        links = {"self": request.url}
        if start + count < len(found):
            links["next"] = request.base_url + "?" + urlencode(
                {**request.args.to_dict(), "start": start + count, "count": count})
        rows = [linked(request, shown) for shown in found[start:start + count]]
        return ({"numRows": len(found), name: rows, "links": links},)

    def _searched(self, shown: Plain) -> Plain:
        """What can be searched for beside what is shown."""
        if "superevent_id" in shown:
            return {**shown, "is_public": self.superevents.permissions(shown["superevent_id"])}
        graceid, superevent = shown["graceid"], self.store.get(shown.get("superevent") or "")
        return {**shown, "is_preferred_event":
                superevent is not None and superevent["preferred_event"] == graceid}


def _kind(values: Plain) -> tuple[str, str, str | None]:
    """Group, pipeline and search of a new event."""
    search = values.get("search") or None
    return (choice(values["group"], root.GROUPS), choice(values["pipeline"], root.PIPELINES),
            search and choice(search, root.SEARCHES))


def _order(key: str, row: Plain) -> tuple[bool, bool, float, str]:
    """By which to sort: numbers by their size, other values as text, what is missing last."""
    value = row.get(key)
    number = finite(value)
    return (value is None, number is None, number or 0.0, str(value))


def no_content() -> Response:
    """The answer where something has been taken away."""
    return Response(status=204)
