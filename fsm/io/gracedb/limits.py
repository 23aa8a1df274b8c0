"""What one question to GraceDB may cost: time in total, bytes of a page, pages of a search.

Time-outs of sockets are for each read, so a server that sends a byte now and then never meets them.
So the connections of a question whose time is over are cut by another thread, wherever it reads.
"""

import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from math import inf
from typing import Any

import attrs
import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MOST_OF_ERROR = 1 << 16  # bytes
SHORTEST = 0.001  # seconds; 0 would mean not to wait at all
PIECE = 1 << 14  # bytes that are read at once; unpacked, they may be a thousand times as many


@attrs.frozen
class Limits:
    """What one question may cost; GraceDB in good health stays far below. Files have a limit of
    their own, :data:`fsm.io.gracedb.contents.MOST_BYTES`.

    Attributes:
        seconds: for a question with all its parts, and for anything else that is called; less than
            the engine waits for an answer (``timing.answer``, 120 s).
        together: of these for a search that several questions share.
        searching: seconds for a search for candidates; one of a whole day has a hundred pages.
        megabytes: of one page, unpacked; the log of a busy superevent has one.
        pages: of one search, of a hundred rows each.
        rows: that one search finds.
    """

    seconds: float = 100.0
    together: float = 25.0
    searching: float = 600.0
    megabytes: float = 8.0
    pages: float = 500
    rows: float = 50_000


USUAL = Limits()


class TooSlow(Exception):
    """The time of a question is over."""


class TooMuch(Exception):
    """A page is bigger than it may be."""


class TimeLimit:
    """The time that one thread's calls have, and the connections to cut when it is over."""

    def __init__(self) -> None:
        self._until, self._lock = inf, threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    @property
    def left(self) -> float:
        """Seconds left, 0 where the time is over, infinity where nothing limits it."""
        return max(0.0, self._until - time.monotonic())

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let what is called inside have so many seconds, or those left, if these are fewer."""
        before, until = self._until, time.monotonic() + seconds
        if before <= until:
            yield
            return
        timer = threading.Timer(seconds, self._cut)
        timer.daemon, timer.name = True, "time limit"
        self._set(until)
        timer.start()
        try:
            yield
        finally:
            self._set(before)
            timer.cancel()

    def joined(self, sock: object) -> None:
        """A connection was made."""
        with self._lock:
            if isinstance(sock, socket.socket):
                self._sockets.add(sock)
        if not self.left:
            self._cut()

    def check(self) -> None:
        """Raise :class:`TooSlow` where the time is over."""
        if not self.left:
            raise TooSlow

    def _set(self, until: float) -> None:
        with self._lock:
            self._until = until

    def _cut(self) -> None:
        with self._lock:
            if not self.left:  # and not just over, with another question begun
                for sock in self._sockets:
                    with suppress(OSError):  # not connected any more
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Adapter(requests.adapters.HTTPAdapter):
    """Sends requests that keep to the limits.

    Args:
        limit: :class:`TimeLimit` of the thread.
        limits: :class:`Limits`.
        time_out: seconds of silence.
        more: as of the library's.
    """

    def __init__(self, limit: TimeLimit, limits: Limits, time_out: float, **more: Any) -> None:
        self._limit, self._limits, self._time_out = limit, limits, time_out
        super().__init__(**more)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools; as the library's."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The pools of a proxy; as the library's."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def send(self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None,
             *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request, and read the whole answer unless it is a file that is to be streamed.

        Raises:
            TooSlow: where the time is over.
            TooMuch: where the answer is bigger than it may be.
        """
        self._limit.check()
        timeout = min(timeout or self._time_out, max(self._limit.left, SHORTEST))
        response = super().send(request, True, timeout, *args, **kwargs)
        if not stream or response.status_code >= 300:
            response._content = self._body(response)
        return response

    def _body(self, response: requests.Response) -> bytes:
        """The body; of an error or redirection only the beginning, since nothing is read of it."""
        good = response.status_code < 300
        pieces, size, most = [], 0, self._limits.megabytes * 1e6 if good else MOST_OF_ERROR
        for piece in response.raw.stream(PIECE, decode_content=True):
            size += len(piece)
            if size > most:
                response.close()
                if good:
                    raise TooMuch(f"GraceDB's answer has more than {self._limits.megabytes:g} MB")
                break
            pieces.append(piece)
        self._limit.check()  # one that was cut may look as if it were whole
        return b"".join(pieces)

    def _pools(self) -> dict[str, Any]:
        return {"http": partial(_PlainPool, limit=self._limit),
                "https": partial(_SecurePool, limit=self._limit)}


class _Noted(HTTPConnection):
    """A connection that its time limit knows of."""

    def __init__(self, *args: Any, limit: TimeLimit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit = limit

    def connect(self) -> None:
        """Connect."""
        super().connect()
        self._limit.joined(self.sock)


class _Plain(_Noted, HTTPConnection):
    """Over HTTP."""


class _Secure(_Noted, HTTPSConnection):
    """Over HTTPS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure
