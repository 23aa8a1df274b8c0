"""For how long the pages wait for whoever is at the other end of a connection."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

EVERY = 2.0  # seconds between two looks at a connection
HEAD = 10.0  # seconds in which the head of a request must have come
BODY = 120.0  # likewise the rest of it
TAKEN = 30.0  # seconds in which something of an answer must have been taken


class Patient(H11Protocol):
    """HTTP, which ends connections whose other end is too slow: those that keep silent, or take
    nothing, would keep others away."""

    _what, _asked = "", 0.0  # is waited for, and since when
    _left, _taken = 0, 0.0  # bytes of an answer, and when some of them were taken last
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to look at a connection."""
        super().connection_made(transport)
        self._again()

    def connection_lost(self, exc: Exception | None) -> None:
        """End that."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _again(self) -> None:
        now, what, left = self.loop.time(), self._for(), self.transport.get_write_buffer_size()
        if what != self._what:
            self._what, self._asked = what, now
        if not left or left < self._left:
            self._taken = now
        self._left = left
        limit = {"head": HEAD, "body": BODY}.get(what)
        if limit is not None and now - self._asked >= limit or now - self._taken >= TAKEN:
            self.transport.abort()
        else:
            self._look = self.loop.call_later(EVERY, self._again)

    def _for(self) -> str:
        """What of a request is waited for; "" for nothing."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            return "body"
        rest, _ = self.conn.trailing_data
        begun = self.cycle is None or bool(rest)  # between two requests uvicorn waits by itself
        return "head" if state is h11.IDLE and begun else ""
