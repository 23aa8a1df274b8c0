"""Signing in by a token, and out again."""

import logging

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from fsm.web import addresses, forms
from fsm.web.forgery import Refused, by_https, check_origin
from fsm.web.identity import COOKIE
from fsm.web.limits import Rate
from fsm.web.pages import site_of

LOG = logging.getLogger("fsm")


@attrs.frozen
class Door:
    """Lets people in and out.

    Attributes:
        tries: how often somebody may try to sign in.
    """

    tries: Rate = attrs.field(factory=lambda: Rate(10, 60.0))

    def routes(self) -> list[BaseRoute]:
        """The form, and what comes of it."""
        return [Route(addresses.SIGN_IN, _form, methods=["GET"]),
                Route(addresses.SIGN_IN, self.sign_in, methods=["POST"]),
                Route(addresses.SIGN_OUT, sign_out, methods=["POST"])]

    async def sign_in(self, request: Request) -> Response:
        """Know a browser by the token that somebody has entered."""
        try:
            token = str((await forms.given(request)).get("token", ""))
        except Refused as error:
            return await run_in_threadpool(site_of(request).refuse, request, error)
        return await run_in_threadpool(self._signed_in, request, token)

    def _signed_in(self, request: Request, token: str) -> Response:
        site = site_of(request)
        origin = site.origin(request)
        try:
            check_origin(request, site.rights.began.url)
            if not self.tries.allows(origin):
                raise Refused(429, "too many tries: wait a minute")
            session = site.identities.session(token)
            if not session:
                LOG.warning("the pages: nobody has the token that was entered at %s", origin)
                raise Refused(403, "nobody has this token")
        except Refused as error:
            return site.refuse(request, error)
        response = RedirectResponse(site.url.board(), 303)
        response.set_cookie(COOKIE, session, httponly=True, path=site.url.board(),
                            samesite="strict", secure=by_https(request, site.rights.began.url))
        return response


async def sign_out(request: Request) -> Response:
    """End the session of a browser."""
    site = site_of(request)
    try:
        sent = await forms.given(request)
    except Refused as error:
        return await run_in_threadpool(site.refuse, request, error)

    def ended() -> Response:
        try:
            check_origin(request, site.rights.began.url)
            if not site.identities.is_ours(site.person(request),
                                           str(sent.get("forgery_token", ""))):
                raise Refused(403, "this form is too old or not ours: load the page again")
        except Refused as error:
            return site.refuse(request, error)
        site.identities.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(site.url.place("sign-in"), 303)
        response.delete_cookie(COOKIE, path=site.url.board())
        return response

    return await run_in_threadpool(ended)


def _form(request: Request) -> Response:
    site = site_of(request)
    person = site.person(request)
    return site.page(request, person, "sign_in.html", site.head("sign_in", person))
