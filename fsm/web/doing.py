"""Commands that come from the pages: those of the command line, by the same way to the daemon."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fsm.core.printable import counted, printable
from fsm.core.times import finite
from fsm.errors import CommandRefused, SupervisorError
from fsm.io import control
from fsm.io.jsonio import dumps, loads
from fsm.web import addresses
from fsm.web.identity import BEARER, PEER, Person
from fsm.web.limits import Rate
from fsm.web.pages import site_of
from fsm.web.site import JSON, Site

LOG = logging.getLogger("fsm")
LARGEST, LONGEST = 100_000, 2000  # bytes of a command; characters of one of its texts
HOUR = 3600.0
# The commands, with the arguments that each takes from a page.
ORDERS: Mapping[str, tuple[str, ...]] = {
    "waive": ("graceids", "process", "check", "reason"),
    "unwaive": ("graceids", "process", "check", "reason"),
    "acknowledge": ("graceids", "process", "check", "reason", "until"),
    "unacknowledge": ("graceids", "process", "check", "reason"),
    "retire": ("graceids", "reason"), "unretire": ("graceids", "reason"),
    "retry": ("graceids", "reason"), "pause": (), "resume": (), "reload": (),
    "tell": ("parties", "message"),
}
LISTS = {"graceids": "graceid", "parties": "party"}
COUNTED = {"waived": "check", "expected": "check", "acknowledged": "failure",
           "unacknowledged": "failure", "retried": "input", "addresses": "address"}


class Refused(SupervisorError):
    """A command is not even given to the supervisor."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@attrs.frozen
class Desk:
    """Takes commands.

    Attributes:
        commands: how often somebody may give one.
        sign_ins: how often somebody may try to sign in.
    """

    commands: Rate = attrs.field(factory=lambda: Rate(30, 60.0))
    sign_ins: Rate = attrs.field(factory=lambda: Rate(10, 60.0))

    def routes(self) -> list[BaseRoute]:
        """The routes of what is done."""
        return [Route("/-/do/{order}", self.do, methods=["POST"]),
                Route(addresses.SIGN_IN, _sign_in_page, methods=["GET"]),
                Route(addresses.SIGN_IN, self.sign_in, methods=["POST"])]

    async def do(self, request: Request) -> Response:
        """Give a command, and answer what came of it."""
        site = site_of(request)
        person = site.person(request)
        try:
            given = await _given(request)
            self._check(site, request, person, given)
            order = request.path_params["order"]
            arguments = _arguments(order, given, site.pulse.now())
            result = await run_in_threadpool(
                control.request, site.pulse.socket_path, order, **arguments,
                **{control.BEHALF: person.name})
        except Refused as error:
            return _answered(site, request, error.status, str(error))
        except CommandRefused as error:
            return _answered(site, request, 409, str(error), given)
        except SupervisorError as error:
            return _answered(site, request, 503, str(error), given)
        site.changed()
        LOG.info("%s commands from the pages: %s %s", person.name, order, arguments)
        if _wants_json(request):
            return Response(dumps({**site.head("done", site.pulse.now()), "result": result}),
                            media_type=JSON)
        return _back(given, site.say(_said(order, result)))

    def _check(self, site: Site, request: Request, person: Person,
               given: Mapping[str, Any]) -> None:
        """Refuse who may not command, and what was forged."""
        if not person.name or not person.commands:
            raise Refused(403, f"{person.name or 'who is not known by name'} may not give commands")
        if by_browser(request, person):  # what a browser sends by itself proves nothing
            check_origin(request)
            if not site.identities.is_ours(person, str(given.get("forgery_token", ""))):
                raise Refused(403, "this form is too old or not ours: load the page again")
        if not self.commands.allows(person.name):
            raise Refused(429, f"{person.name} gives too many commands: wait a minute")

    async def sign_in(self, request: Request) -> Response:
        """Know a browser by the token that somebody has entered."""
        site = site_of(request)
        try:
            check_origin(request)
            given = await _given(request)
            if not self.sign_ins.allows(request.client.host if request.client else ""):
                raise Refused(429, "too many tries: wait a minute")
            name = site.identities.of_token(str(given.get("token", "")))
            if not name:
                raise Refused(403, "nobody has this token")
        except Refused as error:
            return site.error(request, error.status, str(error))
        return site.signed_in(name, _by_https(request, site.source.settings.running.web.url))


def _by_https(request: Request, url: str) -> bool:
    """Whether a page came so, perhaps by a proxy that serves it at a URL."""
    served = urlsplit(url)
    return "https" in (request.url.scheme, served.scheme if request.url.hostname == served.hostname
                       else "")


def by_browser(request: Request, person: Person) -> bool:
    """Whether a browser may have sent this though nobody wanted it to, or a proxy passed it on."""
    return person.way not in (BEARER, PEER) or (person.way == PEER and any(
        name in ("origin", "referer", "forwarded", "via") or name.startswith(
            ("sec-fetch-", "x-forwarded-")) for name in request.headers))


def check_origin(request: Request) -> None:
    """Refuse what another site's page has sent.

    Raises:
        Refused: where that is so, or nothing tells.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site") in ("same-origin", "none"):
            return
        referer = request.headers.get("referer", "")
        origin = referer if referer else "null"
    try:
        of_another = urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:  # no address at all
        of_another = True
    if of_another or not host:
        raise Refused(403, "this comes from the page of somebody else")


def _sign_in_page(request: Request) -> Response:
    site = site_of(request)
    return site.page(request, site.person(request), "sign_in.html",
                     site.head("sign_in", site.pulse.now()))


def _wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "")


async def _given(request: Request) -> Mapping[str, Any]:
    """What a form or a JSON document says.

    Raises:
        Refused: where it is none, or too large.
    """
    size = 0
    parts = []
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise Refused(413, "the command is too large")
        parts.append(part)
    body = b"".join(parts)
    if request.headers.get("content-type", "").partition(";")[0].strip() == JSON:
        try:
            plain = loads(body or b"{}")
        except (ValueError, RecursionError):
            raise Refused(400, "the command is no JSON") from None
        if not isinstance(plain, dict):
            raise Refused(400, "the command must be a JSON object")
        return plain
    from urllib.parse import parse_qs

    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Refused(400, "the form cannot be read") from None
    return {name: values if name in LISTS else values[-1] for name, values in found.items()}


def _arguments(order: str, given: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The arguments of a command, as the daemon takes them.

    Raises:
        Refused: where there is no such command, or a text is too long.
    """
    if order not in ORDERS:
        raise Refused(404, f"there is no command {order:.40} here")
    made: dict[str, Any] = {}
    for name in ORDERS[order]:
        if name in LISTS:
            one = given.get(LISTS[name], "")
            made[name] = given.get(name) or ([one] if one else [])
        elif name == "until":
            made[name] = _until(given, now)
        else:
            made[name] = given.get(name, "")
            if not isinstance(made[name], str) or len(made[name]) > LONGEST:
                raise Refused(400, f"{name!r} must be a text of at most {LONGEST} characters")
            made[name] = printable(made[name])
    return made


def _until(given: Mapping[str, Any], now: float) -> float | None:
    """When an acknowledgement expires: in so many hours, or at a time."""
    hours, until = finite(given.get("hours")), finite(given.get("until"))
    if (given.get("hours") and not hours) or (given.get("until") and not until):
        raise Refused(400, "'until' must be unix seconds, 'hours' a number")
    return now + HOUR * hours if hours else until or None


def _said(order: str, result: Mapping[str, Any]) -> str:
    """What came of a command, in words."""
    facts = [f"{name.replace('_', ' ')}: "
             + (counted(value, COUNTED[name]) if name in COUNTED and isinstance(value, int)
                else ", ".join(map(str, value)) or "none" if isinstance(value, list)
                else str(value))
             for name, value in result.items() if not isinstance(value, dict | bool)]
    return f"Done: {order}" + (f" ({'; '.join(facts)})" if facts else "")


def _answered(site: Site, request: Request, status: int, why: str,
              given: Mapping[str, Any] | None = None) -> Response:
    if _wants_json(request) or given is None or not given.get("back"):
        return site.error(request, status, why)
    return _back(given, site.say(why, well=False))


def _back(given: Mapping[str, Any], said: str) -> Response:
    """To the page from which a command came."""
    path = addresses.local(str(given.get("back", "")))
    path, _, query = path.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith("said="))
    return RedirectResponse(f"{path}?{kept}{'&' if kept else ''}said={said}", 303)
