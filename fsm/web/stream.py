"""News for pages that are open: one task looks, all are told."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fsm.io.jsonio import dumps
from fsm.web.pulse import Beat, Pulse

MOST = 500  # pages that may be open at once
SIGN = 2.0  # seconds after which a page hears that it is not cut off


class Streams:
    """Tells pages that are open.

    Args:
        pulse: whose news are told.
    """

    def __init__(self, pulse: Pulse) -> None:
        self.pulse, self.open = pulse, 0
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    def begin(self) -> None:
        """Hear of news from now on, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self.pulse.told = self._told

    def end(self) -> None:
        """End all streams."""
        self._ended = True
        self._wake()

    def response(self, request: Request) -> Response:
        """A stream for a page: ``news`` when it should look again, ``sign`` that all goes on."""
        if self.open >= MOST:
            return Response("too many pages are open", 503, headers={"Retry-After": "10"})
        return StreamingResponse(self._stream(), media_type="text/event-stream",
                                 headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def _stream(self) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            told = self.pulse.beat
            yield b"retry: 1000\n" + _event("sign", told)
            while not self._ended:
                news = self._news
                try:
                    await asyncio.wait_for(news.wait(), SIGN)
                except TimeoutError:
                    yield _event("sign", self.pulse.beat)
                    continue
                beat = self.pulse.beat
                if (beat.head, beat.why) != (told.head, told.why):
                    told = beat
                    yield _event("news", beat)
        finally:
            self.open -= 1

    def _told(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        before, self._news = self._news, asyncio.Event()
        before.set()


def _event(kind: str, beat: Beat) -> bytes:
    data = dumps({"head": beat.head, "stale": beat.why})
    return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"
