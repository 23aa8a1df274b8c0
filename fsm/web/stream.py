"""News for pages that are open: one task looks, all are told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from fsm.io.jsonio import dumps
from fsm.web.identity import UNIX
from fsm.web.pulse import Beat
from fsm.web.site import Site

MOST = 500  # pages that may be open at once
OF_ONE = 50  # of them of one address that is not this machine
SIGN = 2.0  # seconds after which a page hears that it is not cut off
SIGNS = 5  # of them between two looks whether somebody may still look
LOOKS = 4  # of these at once


class Streams:
    """Tells pages that are open.

    Args:
        site: whose news are told.

    Attributes:
        open: how many pages are, by the address from which they are.
    """

    def __init__(self, site: Site) -> None:
        self.site, self.open = site, Counter[str]()
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looks = CapacityLimiter(LOOKS)
        self._ended = False

    def begin(self) -> None:
        """Hear of news from now on, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self.site.pulse.told = self._told

    def end(self) -> None:
        """End all streams."""
        self._ended = True
        self._wake()

    async def answer(self, request: Request) -> Response:
        """A stream for a page: ``news`` when it should look again, ``sign`` that all goes on."""
        person = await to_thread.run_sync(self.site.person, request)
        if not person.reads:
            return await to_thread.run_sync(self.site.refused, request, person)
        origin = await to_thread.run_sync(self.site.origin, request)
        if self.open.total() >= MOST or not _is_here(origin) and self.open[origin] >= OF_ONE:
            return Response("too many pages are open", 503, headers={"Retry-After": "10"})
        self.open[origin] += 1
        return _Counted(self._stream(request), lambda: self._closed(origin))

    def _closed(self, origin: str) -> None:
        self.open[origin] -= 1
        if not self.open[origin]:
            del self.open[origin]

    async def _stream(self, request: Request) -> AsyncIterator[bytes]:
        told, quiet = self.site.pulse.beat, 0
        yield b"retry: 1000\n" + self._event("sign", told)
        while not self._ended:
            # Taken before it is compared: what comes while a page is being told wakes it too.
            news, beat = self._news, self.site.pulse.beat
            if (beat.head, beat.why) != (told.head, told.why):
                told = beat
                yield self._event("news", beat)
                continue
            try:
                await asyncio.wait_for(news.wait(), SIGN)
            except TimeoutError:
                quiet += 1
                if quiet % SIGNS == 0 and not await self._may_look(request):
                    return
                yield self._event("sign", self.site.pulse.beat)

    def _event(self, kind: str, beat: Beat) -> bytes:
        data = dumps({"head": beat.head, "stale": beat.why, "now": self.site.pulse.now()})
        return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"

    async def _may_look(self, request: Request) -> bool:
        """Whether whoever has opened a page may look still."""
        person = await to_thread.run_sync(self.site.known, request, limiter=self._looks)
        return person.reads

    def _told(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        before, self._news = self._news, asyncio.Event()
        before.set()


class _Counted(StreamingResponse):
    """A stream that tells when it has ended, also where it never began."""

    def __init__(self, content: AsyncIterator[bytes], ended: Callable[[], None]) -> None:
        super().__init__(content, media_type="text/event-stream",
                         headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._when_ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._when_ended()


def _is_here(origin: str) -> bool:
    """Whether an address is of this machine: all who come by a proxy here have it."""
    try:
        return origin.startswith(UNIX) or ip_address(origin).is_loopback
    except ValueError:
        return False
