"""The addresses of the stand-in's pages, of every version of the interface."""

import re

from werkzeug.routing import BaseConverter, Map, Rule, Submount

EVENT_PATH, SUPER_PATH = "/events/<event:graceid>", "/superevents/<superevent:graceid>"
OBSERVATIONS = ("observations", "observation")


class _Event(BaseConverter):
    """The GraceID of an event, or the name that the content of its file gives it."""

    regex = r"[GEHMT]\d{1,12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class _Superevent(BaseConverter):
    """The GraceID of a superevent, confirmed or not."""

    regex = r"[TM]?(?:S\d{6}[a-z]{1,8}|GW\d{6}[A-Z]{1,8})"


def _both(path: str, endpoint: str, *methods: str) -> list[Rule]:
    """A page of events and of superevents, whose paths end differently."""
    plural = re.sub(r"/(log|tag|signoff|voevent|emobservation)(?=/|$)", r"/\1s", path)
    return [Rule(EVENT_PATH + path, endpoint=endpoint, methods=methods),
            Rule(SUPER_PATH + plural, endpoint=endpoint, methods=methods)]


RULES = [
    Rule("/", endpoint="root", methods=["GET"]),
    Rule("/user-info/", endpoint="user", methods=["GET"]),
    Rule("/events/", endpoint="events", methods=["GET", "POST"]),
    Rule("/events/reserve/", endpoint="reserve", methods=["POST"]),
    Rule(EVENT_PATH + "/", endpoint="event", methods=["GET", "PUT"]),
    Rule(EVENT_PATH + "/upload/", endpoint="upload", methods=["POST"]),
    Rule(EVENT_PATH + "/update-grbevent/", endpoint="burst", methods=["PATCH"]),
    *_both("/log/", "logs", "GET", "POST"),
    *_both("/log/<int:number>/", "log", "GET"),
    *_both("/log/<int:number>/tag/", "tags", "GET", "POST"),
    *_both("/log/<int:number>/tag/<tag>/", "tag", "PUT", "DELETE"),
    *_both("/labels/", "labels", "GET", "POST"),
    *_both("/labels/<label>/", "label", "GET", "PUT", "DELETE"),
    *_both("/files/", "files", "GET"),
    *_both("/files/<path:name>", "file", "GET"),
    *_both("/signoff/", "signoffs", "GET", "POST"),
    *_both("/signoff/<typeinst>/", "signoff", "GET", "PATCH", "DELETE"),
    *_both("/emobservation/", "observations", "GET", "POST"),
    *_both("/emobservation/<int:number>/", "observation", "GET"),
    *_both("/voevent/", "voevents", "GET", "POST"),
    *_both("/voevent/<int:number>/", "voevent", "GET"),
    Rule("/superevents/", endpoint="superevents", methods=["GET", "POST"]),
    Rule(SUPER_PATH + "/", endpoint="superevent", methods=["GET", "PATCH"]),
    Rule(SUPER_PATH + "/notices/", endpoint="notices", methods=["GET", "POST"]),
    Rule(SUPER_PATH + "/notices/<int:number>/", endpoint="notice", methods=["GET"]),
    Rule(SUPER_PATH + "/events/", endpoint="members", methods=["GET", "POST"]),
    Rule(SUPER_PATH + "/events/<event:event>/", endpoint="member", methods=["GET", "DELETE"]),
    Rule(SUPER_PATH + "/confirm-as-gw/", endpoint="confirm", methods=["POST"]),
    Rule(SUPER_PATH + "/permissions/", endpoint="permissions", methods=["GET"]),
    Rule(SUPER_PATH + "/permissions/modify/", endpoint="expose", methods=["POST"]),
    Rule(SUPER_PATH + "/pipeline_preferred_events/", endpoint="pipeline_preferred",
         methods=["GET", "POST"]),
    Rule(SUPER_PATH + "/pipeline_preferred_events/<event:event>/", endpoint="pipeline_choice",
         methods=["GET", "DELETE"]),
    Rule("/gwtc/", endpoint="catalogues", methods=["GET", "POST"]),
    Rule("/gwtc/<number>/", endpoint="catalogues", methods=["GET"]),
    Rule("/gwtc/<number>/<version>/", endpoint="catalogue", methods=["GET"]),
]
URLS = Map([Submount(base, [rule.empty() for rule in RULES])
            for base in ("/api", "/api/v1", "/api/v2")], strict_slashes=False,
           converters={"event": _Event, "superevent": _Superevent})


def gone(endpoint: str, method: str, path: str) -> bool:
    """Whether the second version of the interface has a page of the first no more."""
    voevents = endpoint in ("voevents", "voevent") and ("/events/" in path or method != "GET")
    return endpoint in ("burst", *OBSERVATIONS) or voevents
