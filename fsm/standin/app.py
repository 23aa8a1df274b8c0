"""The stand-in's pages: GraceDB's REST interface as a WSGI application."""

import re
from urllib.parse import urlencode

import attrs
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule, Submount
from werkzeug.wrappers import Request, Response

from fsm.io.calling import TIME_HEADER
from fsm.io.payloads import CURRENT, LEGACY
from fsm.standin import root
from fsm.standin.faults import Faults
from fsm.standin.forms import base_of, body, now_of, numbers, page, uploaded
from fsm.standin.query import QueryError, matcher
from fsm.standin.service import Refused, Service
from fsm.standin.store import EVENT, LABEL, LOG, SIGNOFF, SUPEREVENT, VOEVENT
from fsm.standin.superevents import Superevents

EVENT_PATH, SUPER_PATH = "/events/<graceid>", "/superevents/<graceid>"
HIDDEN = {EVENT: ("Test", "MDC"), SUPEREVENT: ("Test", "MDC")}
PAGE, LONGEST_PAGE = 10, 1024


def _both(path, endpoint, *methods):
    """A page of events and of superevents, whose paths end differently."""
    plural = re.sub(r"/(log|tag|signoff|voevent|emobservation)(?=/|$)", r"/\1s", path)
    return [Rule(EVENT_PATH + path, endpoint=endpoint, methods=methods),
            Rule(SUPER_PATH + plural, endpoint=endpoint, methods=methods)]


RULES = [
    Rule("/", endpoint="root"),
    Rule("/events/", endpoint="events", methods=["GET", "POST"]),
    Rule("/superevents/", endpoint="superevents", methods=["GET", "POST"]),
    *_both("/", "detail", "GET", "PUT", "PATCH"),
    *_both("/log/", "logs", "GET", "POST"),
    *_both("/log/<int:number>/", "log", "GET"),
    *_both("/log/<int:number>/tag/", "tags", "GET", "POST"),
    *_both("/log/<int:number>/tag/<tag>/", "tags", "PUT"),
    *_both("/labels/", "labels", "GET", "POST"),
    *_both("/labels/<label>/", "label", "GET", "PUT", "DELETE"),
    *_both("/files/", "files", "GET"),
    *_both("/files/<path:name>", "file", "GET"),
    *_both("/signoff/", "signoffs", "GET", "POST"),
    *_both("/signoff/<typeinst>/", "signoff", "GET", "PATCH", "DELETE"),
    *_both("/emobservation/", "observations", "POST"),
    *_both("/voevent/", "voevents", "GET", "POST"),
    *_both("/voevent/<int:number>/", "voevent", "GET"),
    Rule(SUPER_PATH + "/events/", endpoint="members", methods=["GET", "POST"]),
    Rule(SUPER_PATH + "/events/<event>/", endpoint="member", methods=["DELETE"]),
    Rule(SUPER_PATH + "/confirm-as-gw/", endpoint="confirm", methods=["POST"]),
    Rule(SUPER_PATH + "/permissions/modify/", endpoint="permissions", methods=["POST"]),
    Rule(SUPER_PATH + "/pipeline_preferred_events/", endpoint="pipeline_preferred",
         methods=["POST"]),
]
URLS = Map([Submount(base, [rule.empty() for rule in RULES])
            for base in ("/api", "/api/v1", "/api/v2")], strict_slashes=False)


class StandIn:
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

    # -- annotations ----------------------------------------------------------------------------

    def _records(self, graceid, sort, name):
        self.service.show(graceid)
        rows = self.store.records(graceid, sort)
        return ({"start": 0, "numRows": len(rows), "links": {}, name: rows},)

    def _one(self, graceid, sort, name):
        found = self.store.record(graceid, sort, name)
        if found is None:
            raise Refused(404, f"{graceid} has no {sort} {name}")
        return (found,)

    def _logs(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, LOG, "log")
        values = body(request)
        upload = request.files.get("upload")
        tags = request.form.getlist("tagname") or values.get("tagname", ())
        return self.service.write_log(
            now_of(request), graceid, values.get("comment") or values.get("message", ""),
            uploaded(upload) if upload else None, [tags] if isinstance(tags, str) else tags,
            values.get("label", "")), 201

    def _log(self, request, graceid, number):
        return self._one(graceid, LOG, number)

    def _tags(self, request, graceid, number, tag=""):
        if request.method == "GET":
            (entry,) = self._one(graceid, LOG, number)
            return ({"tags": [{"name": name} for name in entry["tag_names"]]},)
        tag = tag or body(request)["name"]
        return self.service.tag(now_of(request), graceid, number, tag), 201

    def _labels(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, LABEL, "labels")
        name = body(request)["name"]
        if not self.service.put_label(now_of(request), graceid, name, protect=True):
            raise Refused(400, f"Label {name} already applied to superevent {graceid}")
        return self._one(graceid, LABEL, name)[0], 201

    def _label(self, request, graceid, label):
        if request.method == "GET":
            return self._one(graceid, LABEL, label)
        if request.method == "DELETE":
            self.service.take_label(now_of(request), graceid, label)
            return Response(status=204)
        if label not in root.LABELS:
            raise Refused(400, f"No such label: {label}")
        fresh = self.service.put_label(now_of(request), graceid, label)
        return self._one(graceid, LABEL, label)[0], 201 if fresh else 200

    def _signoffs(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, SIGNOFF, "signoffs")
        values = body(request)
        if self.store.record(graceid, SIGNOFF, f"{values['signoff_type']}{values['instrument']}"):
            raise Refused(400, "The fields superevent, instrument, signoff_type must make a unique "
                               "set.")
        return self.service.sign_off(now_of(request), graceid, values), 201

    def _signoff(self, request, graceid, typeinst):
        (known,) = self._one(graceid, SIGNOFF, typeinst)
        if request.method == "GET":
            return (known,)
        if request.method == "DELETE":
            self.service.withdraw(now_of(request), graceid, known)
            return Response(status=204)
        return (self.service.sign_off(now_of(request), graceid, {**known, **body(request)}),)

    def _observations(self, request, graceid):
        record = {"group": body(request)["group"], "submitter": self.service.user, "footprints": []}
        self.service.announce(now_of(request), graceid, "emobservation", record)
        return record, 201

    def _voevents(self, request, graceid):
        if request.method == "GET":
            return self._records(graceid, VOEVENT, "voevents")
        kind = body(request)["voevent_type"]
        title = root.VOEVENTS[kind].capitalize()
        return self.service.notice(now_of(request), graceid, kind, title), 201

    def _voevent(self, request, graceid, number):
        return self._one(graceid, VOEVENT, number)

    def _files(self, request, graceid):
        self.service.show(graceid)
        names = {}
        for name, version in self.store.files(graceid):
            names[name] = request.base_url.rstrip("/") + f"/{name}"
            names[f"{name},{version}"] = f"{names[name]},{version}"
        return (names,)

    def _file(self, request, graceid, name):
        stem, comma, version = name.rpartition(",")
        versioned = comma and version.isdigit()
        content = self.store.content(graceid, *((stem, int(version)) if versioned else (name,)))
        if content is None:
            raise Refused(404, f"{graceid} has no file {name}")
        return Response(content, content_type="application/octet-stream")
