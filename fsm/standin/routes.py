"""The addresses of the stand-in's pages, of every version of the interface."""

import re

from werkzeug.routing import Map, Rule, Submount

EVENT_PATH, SUPER_PATH = "/events/<graceid>", "/superevents/<graceid>"


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
