"""Reads requests and writes answers."""

import json
import time

from werkzeug.wrappers import Response

from fsm.core.times import finite
from fsm.io.calling import TIME_HEADER
from fsm.standin.service import Refused


def page(plain, status=200):
    """An answer in JSON."""
    return Response(json.dumps(plain), status, content_type="application/json")


def base_of(request):
    """The address of the page itself, with a slash at its end."""
    return request.url_root.rstrip("/") + request.path.rstrip("/") + "/"


def body(request):
    """What a write says, whether form or JSON."""
    return request.get_json() if request.is_json else request.form.to_dict()


def uploaded(upload):
    """Name and content of an uploaded file."""
    name = upload.filename.rpartition("/")[2]
    if not name or "," in name:
        raise Refused(400, f"a file cannot be named {name[:40]!r}")
    return name, upload.read()


def numbers(values):
    """Numbers as such, where a form has made them text."""
    known = ("t_start", "t_0", "t_end", "time_coinc_far", "space_coinc_far")
    return {key: finite(value) if key in known else value for key, value in values.items()}


def now_of(request):
    """When a write happens: now, or when a simulation says."""
    simulated = finite(request.headers.get(TIME_HEADER))
    return time.time() if simulated is None else simulated
