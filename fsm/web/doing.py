"""Commands that come from the pages: those of the command line, by the same way to the daemon."""

import logging
from collections.abc import Mapping
from typing import Any

import attrs
from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fsm.core.printable import counted, printable
from fsm.core.times import LATEST, finite
from fsm.errors import CommandRefused, SupervisorError
from fsm.io import control
from fsm.io.jsonio import dumps
from fsm.web import addresses, forms
from fsm.web.forgery import Refused, by_browser, check_origin
from fsm.web.identity import Person
from fsm.web.limits import Rate
from fsm.web.pages import site_of
from fsm.web.site import JSON, Site

LOG = logging.getLogger("fsm")
LONGEST = 2000  # characters of one of the texts of a command
AT_ONCE = 8  # commands
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
OF_FORMS = ("back", "forgery_token", "hours")  # what else comes with a form
COUNTED = {"waived": "check", "expected": "check", "acknowledged": "failure",
           "unacknowledged": "failure", "retried": "input", "addresses": "address"}


@attrs.frozen
class Desk:
    """Takes commands.

    Attributes:
        commands: how often somebody may give one.
        at_once: how many are under way; who looks is not held up by a supervisor that hangs.
    """

    commands: Rate = attrs.field(factory=lambda: Rate(30, 60.0))
    at_once: CapacityLimiter = attrs.field(factory=lambda: CapacityLimiter(AT_ONCE))

    def routes(self) -> list[BaseRoute]:
        """The routes of what is done."""
        return [Route(f"{addresses.DO}/{{order}}", self.do, methods=["POST"])]

    async def do(self, request: Request) -> Response:
        """Give a command, and answer what came of it."""
        try:
            given = await forms.given(request, LISTS)
        except Refused as error:
            return await run_in_threadpool(site_of(request).refuse, request, error)
        return await to_thread.run_sync(self._done, request, given, limiter=self.at_once)

    def _done(self, request: Request, given: Mapping[str, Any]) -> Response:
        site = site_of(request)
        person = site.person(request)
        order = request.path_params["order"]
        try:
            self._check(site, request, person, given)
            arguments = _arguments(order, given, site.pulse.now())
            result = control.request(site.pulse.socket_path, order, **arguments,
                                     **{control.BEHALF: person.name})
        except Refused as error:
            return site.refuse(request, error)
        except CommandRefused as error:
            return _answered(site, request, 409, str(error), given)
        except SupervisorError as error:
            return _answered(site, request, 503, str(error), given)
        site.changed()
        LOG.info("%s commands from the pages: %s %s", person.name, order, arguments)
        if _wants_json(request):
            return Response(dumps({**site.head("done", person), "result": result}),
                            media_type=JSON)
        return _back(site, given, site.say(_said(order, result)))

    def _check(self, site: Site, request: Request, person: Person,
               given: Mapping[str, Any]) -> None:
        """Refuse who may not command, and what was forged."""
        if not person.name or not person.commands:
            raise Refused(person.status, person.refused or (
                f"{person.name or 'who is not known by name'} may not give commands"))
        if by_browser(request, person):  # what a browser sends by itself proves nothing
            check_origin(request, site.rights.began.url)
            if not site.identities.is_ours(person, str(given.get("forgery_token", ""))):
                raise Refused(403, "this form is too old or not ours: load the page again")
        if not self.commands.allows(person.name):
            raise Refused(429, f"{person.name} gives too many commands: wait a minute")


def _wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "")


def _arguments(order: str, given: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The arguments of a command, as the daemon takes them.

    Raises:
        Refused: where there is no such command or argument, or a text is too long.
    """
    if order not in ORDERS:
        raise Refused(404, f"there is no command {order:.40} here")
    known = {*ORDERS[order], *(LISTS.get(name, name) for name in ORDERS[order]), *OF_FORMS}
    for name, value in given.items():
        if value and name not in known:  # what it asks for, and would not get
            raise Refused(400, f"{order} takes no {printable(name):.40} here, only "
                               f"{', '.join(ORDERS[order]) or 'nothing'}")
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
    end = now + HOUR * hours if hours else until or None
    if end is not None and not end < LATEST:  # which would be told to be for ever
        raise Refused(400, "that is later than any time that is known here")
    return end


def _said(order: str, result: Mapping[str, Any]) -> str:
    """What came of a command, in words."""
    facts = [f"{name.replace('_', ' ')}: "
             + (counted(value, COUNTED[name]) if name in COUNTED and isinstance(value, int)
                else ", ".join(map(str, value)) or "none" if isinstance(value, list)
                else str(value))
             for name, value in result.items() if not isinstance(value, dict | bool)]
    return f"Done: {order}" + (f" ({'; '.join(facts)})" if facts else "")


def _answered(site: Site, request: Request, status: int, why: str,
              given: Mapping[str, Any]) -> Response:
    if _wants_json(request) or not given.get("back"):
        return site.error(request, status, why)
    return _back(site, given, site.say(why, well=False))


def _back(site: Site, given: Mapping[str, Any], said: str) -> Response:
    """To the page from which a command came."""
    path = site.url.local(str(given.get("back", "")))
    path, _, query = path.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith("said="))
    return RedirectResponse(f"{path}?{kept}{'&' if kept else ''}said={said}", 303)
