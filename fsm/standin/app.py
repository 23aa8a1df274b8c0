"""The stand-in's pages: GraceDB's REST interface as a WSGI application."""

from urllib.parse import urlencode

import attrs
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from fsm.io.calling import TIME_HEADER
from fsm.io.payloads import CURRENT, LEGACY
from fsm.standin import root
from fsm.standin.annotations import Annotations
from fsm.standin.faults import Faults
from fsm.standin.forms import base_of, body, now_of, numbers, page, uploaded
from fsm.standin.query import QueryError, matcher
from fsm.standin.routes import URLS
from fsm.standin.service import Refused, Service
from fsm.standin.store import EVENT, SUPEREVENT
from fsm.standin.superevents import Superevents

HIDDEN = {EVENT: ("Test", "MDC"), SUPEREVENT: ("Test", "MDC")}
PAGE, LONGEST_PAGE = 10, 1024


class StandIn(Annotations):
    """The application.

    Args:
        store: :class:`~fsm.standin.store.Store`.
        announcer: :class:`~fsm.standin.announce.Announcer`.
        token: where given, only requests that bear it are served: others get 401, and those with
            another token may read but not write.
        grouping: whether it puts events into superevents, as today's GraceDB does.

    Attributes:
        faults: :class:`~fsm.standin.faults.Faults` in force.
        requests: (method, path) of all requests so far.
    """

    def __init__(self, store, announcer, token="", grouping=False):
        self.store, self.announcer, self.token = store, announcer, token
        announcer.flavour = announcer.flavour or (CURRENT if grouping else LEGACY)
        self.service = Service(store, announcer, grouping)
        self.superevents = Superevents(self.service)
        self.faults, self.requests = Faults(), []

    def __call__(self, environ, start_response):
        """Serve one request."""
        request = Request(environ)
        self.requests.append((request.method, request.full_path.rstrip("?")))
        if request.path == "/standin/faults":
            response = self._order(request)
        else:
            response = self.faults.answered(request, lambda: self._served(request))
        return response(environ, start_response)

    def _order(self, request):
        """Faults by HTTP: PUT a JSON object with the attributes of Faults, and ``lose``."""
        wanted = request.get_json()
        self.announcer.lose = wanted.pop("lose", self.announcer.lose)
        self.faults = Faults(**wanted)
        return page({**attrs.asdict(self.faults), "lose": self.announcer.lose})

    def _served(self, request):
        try:
            self._permitted(request)
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            with self.store:
                if request.method == "GET" and TIME_HEADER in request.headers:
                    self.store.moment = now_of(request)
                done = getattr(self, f"_{endpoint}")(request, **values)
            return done if isinstance(done, Response) else page(*done)
        except Refused as refused:
            return page({"error": str(refused)}, refused.status)
        except HTTPException as error:
            return page({"error": error.description}, error.code)
        except (KeyError, ValueError, TypeError) as error:
            return page({"error": f"bad request: {type(error).__name__}: {error}"}, 400)

    def _permitted(self, request):
        if "User-Agent" not in request.headers:
            raise Refused(400, "no User-Agent")
        if not self.token:
            return
        borne = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not borne:
            raise Refused(401, "Authentication credentials were not provided.")
        if borne != self.token and request.method != "GET":
            raise Refused(403, "You do not have permission to perform this action.")

    # -- events and superevents -----------------------------------------------------------------

    def _root(self, request):
        return (root.page(base_of(request)),)

    def _events(self, request):
        if request.method == "GET":
            return self._found(request, EVENT, "events")
        values, upload = body(request), request.files["eventFile"]
        labels = request.form.getlist("labels")
        own = {key: value for key, value in values.items()
               if key in ("far", "gpstime", "instruments", "nevents", "likelihood")}
        now = now_of(request)
        shown = self.service.create_event(now, values["group"], values["pipeline"],
                                          values.get("search"), uploaded(upload), own)
        for label in labels:
            self.service.put_label(now, shown["graceid"], label)
        if self.service.grouping:
            self.superevents.group(now, shown)
        return self.service.show(shown["graceid"]), 201

    def _superevents(self, request):
        if request.method == "GET":
            return self._found(request, SUPEREVENT, "superevents")
        return self.superevents.create(now_of(request), body(request)), 201

    def _found(self, request, kind, name):
        query = request.args.get("query", "")
        try:
            matches = matcher(query, HIDDEN[kind])
        except QueryError as error:
            raise Refused(400, f"Invalid query: {error}") from None
        found = [shown for shown in map(self.service.show, self.store.ids_of(kind))
                 if matches(shown)]
        start = request.args.get("start", 0, type=int)
        count = max(1, min(request.args.get("count", PAGE, type=int), LONGEST_PAGE))
        links = {"self": request.url}
        if start + count < len(found):
            links["next"] = request.base_url + "?" + urlencode(
                {**request.args.to_dict(), "start": start + count, "count": count})
        return ({"numRows": len(found), name: found[start:start + count], "links": links},)

    def _detail(self, request, graceid):
        if request.method == "PUT":
            self.service.replace(now_of(request), graceid, uploaded(request.files["eventFile"]))
            return self.service.show(graceid), 202
        if request.method == "PATCH":
            return (self.superevents.modify(now_of(request), graceid, numbers(body(request))),)
        return (self.service.show(graceid),)

    def _members(self, request, graceid):
        if request.method == "POST":
            event = body(request)["event"]
            self.superevents.join(now_of(request), graceid, event)
            return self.service.show(event), 201
        shown = self.service.show(graceid)
        return ({"events": [self.service.show(event) for event in shown["gw_events"]]},)

    def _confirm(self, request, graceid):
        return self.superevents.confirm(now_of(request), graceid), 200

    def _permissions(self, request, graceid):
        action = body(request)["action"]
        return self.superevents.expose(now_of(request), graceid, action), 200

    def _pipeline_preferred(self, request, graceid):
        event = body(request)["event"]
        return self.superevents.prefer_for_pipeline(now_of(request), graceid, event), 201

    def _member(self, request, graceid, event):
        self.superevents.leave(now_of(request), graceid, event)
        return Response(status=204)
