"""Reads requests and writes answers."""

import json
import re
import time
from collections.abc import Container
from typing import Any, NoReturn

from werkzeug.wrappers import Request, Response

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.io.gracedb.retrying import TIME_HEADER
from fsm.standin.refused import Refused
from fsm.standin.uploads import Upload

Page = Response | tuple[Any] | tuple[Any, int]  # what a page answers: itself, or what is in it

VERSION = re.compile(r"/(api/(?:v[12]/)?)")


def page(plain: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(plain), status, content_type="application/json")


def refusal(status: int, message: object) -> Response:
    """A refusal as GraceDB words it: plain text for what was wrong, else with its kind."""
    return page({"detail": message} if status in (401, 403, 404, 405) else message, status)


def api_of(request: Request) -> str:
    """The address of the interface in the version that was asked, with a slash at its end."""
    return request.url_root + version_path(request.path)


def version_path(path: str) -> str:
    """The beginning of a path that says which version of the interface is meant."""
    found = VERSION.match(path)
    return found[1] if found else "api/"


def of_v2(request: Request) -> bool:
    """Whether the second version of the interface was asked."""
    return version_path(request.path) == "api/v2/"


class _Body(dict[str, Any]):
    """What a write says; what it must say and does not is refused."""

    def __missing__(self, name: str) -> NoReturn:
        raise Refused(400, f"{name}: This field is required.")


def body(request: Request) -> Plain:
    """What a write says, whether form or JSON; of a repeated field the first value."""
    said = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(said, dict):
        raise Refused(400, "Invalid data. Expected a dictionary.")
    return _Body(said)


def many(request: Request, name: str) -> list[Any]:
    """All values of a field: repeated in a form, a list in JSON, or separated by commas."""
    said = body(request).get(name) if request.is_json else request.form.getlist(name)
    values = said if isinstance(said, list) else [] if said is None else [said]
    if len(values) == 1 and isinstance(values[0], str):
        values = [part.strip() for part in values[0].split(",")]
    return [value for value in values if value != ""]


def uploaded(request: Request, field: str) -> Upload | None:
    """Name and content of an uploaded file; None where there is none."""
    upload = request.files.get(field)
    if upload is None:
        return None
    name = (upload.filename or "").rpartition("/")[2]
    if not name or "," in name:
        raise Refused(400, f"a file cannot be named {name[:40]!r}")
    return name, upload.read()


def event_file(request: Request) -> Upload:
    """Name and content of the file that makes an event."""
    upload = uploaded(request, "eventFile")
    if upload is None:
        raise Refused(400, "eventFile: This field is required.")
    return upload


def number(values: Plain, name: str) -> float:
    """A number that a write must say."""
    found = finite(values[name])
    if found is None:
        raise Refused(400, f"{name}: A valid number is required.")
    return found


def text(values: Plain, name: str) -> str:
    """A text that a write must say."""
    if not isinstance(values[name], str):
        raise Refused(400, f"{name}: Not a valid string.")
    return values[name]


def choice(value: Any, known: Container[str]) -> str:
    """One of the known values."""
    if value not in known:
        raise Refused(400, f"\"{str(value)[:40]}\" is not a valid choice.")
    return value


def true(value: object) -> bool:
    """Whether a form or JSON says that something is so."""
    return str(value).lower() in ("true", "1", "on", "yes")


def now_of(request: Request) -> float:
    """When a write happens: now, or when a simulation says."""
    simulated = finite(request.headers.get(TIME_HEADER))
    return time.time() if simulated is None else simulated
