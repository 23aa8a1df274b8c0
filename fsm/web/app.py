"""The application: routes, what is said with every answer, and what is done about errors."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from socket import getfqdn, gethostname
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fsm.errors import SupervisorError
from fsm.web import addresses, metrics, pages, replaying
from fsm.web.addresses import Addresses
from fsm.web.candidates import NotKnown
from fsm.web.doing import Desk
from fsm.web.identity import UNIX
from fsm.web.signing_in import Door
from fsm.web.site import Site
from fsm.web.stream import Streams

STATIC = Path(__file__).parent / "static"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
SAID_ALWAYS = {
    b"content-security-policy": POLICY.encode(), b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin", b"cross-origin-opener-policy": b"same-origin",
    b"x-frame-options": b"DENY"}
LOCAL = ("localhost", "127.0.0.1", "::1")


def application(site: Site, hosts: tuple[str, ...] = ()) -> "Guard":
    """The pages as an ASGI application.

    Args:
        site: what they share.
        hosts: names by which they are reached, besides those of this machine.
    """
    streams = Streams(site)

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        streams.begin()
        yield
        streams.end()

    app = Starlette(
        routes=[
            Route(addresses.STREAM, streams.answer), Route(addresses.METRICS, metrics.endpoint),
            *Desk().routes(), *Door().routes(), *replaying.routes(),
            Mount(addresses.STATIC, StaticFiles(directory=STATIC)), *pages.routes()],
        exception_handlers={NotKnown: _not_known, SupervisorError: _failed,
                            HTTPException: _other, Exception: _mistake},
        lifespan=running)
    app.state.site = site
    web = site.source.settings.running.web
    known = {*LOCAL, gethostname(), getfqdn(), urlsplit(web.url).hostname or "", *hosts}
    return Guard(app, site.url, frozenset(one.lower() for one in known if one), streams.end)


class Guard:
    """Says with every answer what a browser may do with it, and serves only whom it should: a page
    of somebody else whose name leads here is not ours.

    Args:
        app: that answers.
        url: makes the addresses of the pages.
        hosts: names by which it is reached.
        end: ends what is open and would hold up the end of the program.
    """

    def __init__(self, app: ASGIApp, url: Addresses, hosts: frozenset[str],
                 end: Callable[[], None]) -> None:
        self.app, self.url, self.hosts, self.end = app, url, hosts, end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self._is_ours(scope):
            await Response("no such host", 421)(scope, receive, send)
            return
        scope = {**scope, "path": self.url.path(scope["path"]),
                 "root_path": unquote(self.url.root)}
        static = scope["path"].startswith(scope["root_path"] + addresses.STATIC)

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                more = {**SAID_ALWAYS, b"cache-control": b"max-age=60" if static else b"no-store"}
                message["headers"] = [*message["headers"],
                                      *((k, v) for k, v in more.items() if k not in names)]
            await send(message)

        await self.app(scope, receive, said)

    def _is_ours(self, scope: Scope) -> bool:
        client = scope.get("client")
        if client is not None and client[0].startswith(UNIX):
            return True
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        try:
            return (urlsplit(f"//{host}").hostname or "").lower() in self.hosts
        except ValueError:
            return False


def _site(request: Request) -> Site:
    return pages.site_of(request)


def _not_known(request: Request, error: Exception) -> Response:
    return _site(request).error(request, 404, str(error))


def _failed(request: Request, error: Exception) -> Response:
    return _site(request).error(request, 503, str(error))


def _other(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "there is no such page", 405: "that cannot be done here"}
    return _site(request).error(request, error.status_code,
                                words.get(error.status_code, str(error.detail)))


def _mistake(request: Request, error: Exception) -> Response:
    return _site(request).error(request, 500, "the pages have a mistake; their log has it")
