"""Serves the pages: on addresses of TCP and on Unix sockets, whose peers the system names."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from fsm.errors import ConfigurationError, ControlError, SupervisorError
from fsm.io import unix_socket
from fsm.io.child import wait_for_parent
from fsm.web.identity import UNIX
from fsm.web.patience import Patient

LOG = logging.getLogger("fsm")
NICE = 5  # the supervisor comes first
GRACE = 1  # seconds for answers that are under way at the end
BACKLOG = 256


class PageError(SupervisorError):
    """The pages cannot be served."""


class _Peers(Patient):
    """HTTP, whose client on a Unix socket is the account at the other end."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        way = transport.get_extra_info("socket")
        if way is not None and way.family == socket.AF_UNIX:
            self.client = (f"{UNIX}{unix_socket.peer(way)}", 0)


class _Server(uvicorn.Server):
    """A server that has ended well when a signal has ended it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals while it serves."""
        before = {number: signal.signal(number, self.handle_exit)
                  for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def bound(place: str, group: int = -1) -> socket.socket:
    """A socket that listens at a place.

    Args:
        place: ``HOST:PORT``, or ``unix:PATH``.
        group: number of the group that may reach a Unix socket; -1 for the owner alone.

    Raises:
        ConfigurationError: where that is none.
        PageError: where nothing can listen there.
    """
    host, _, port = place.rpartition(":")
    on_file = place.startswith(UNIX)
    if not on_file and (not host or not port.isdecimal() or int(port) > 65_535):
        raise ConfigurationError(f"web.bind: {place:.80} is no place; give HOST:PORT, such as "
                                 "127.0.0.1:8080, or unix:PATH")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if on_file:
            return unix_socket.bound(Path(place.removeprefix(UNIX)), group, BACKLOG)
        way = socket.create_server((host, int(port)), family=family, backlog=BACKLOG,
                                   dualstack_ipv6=family == socket.AF_INET6
                                   and socket.has_dualstack_ipv6())
    except (OSError, ControlError) as error:
        why = error.strerror or error if isinstance(error, OSError) else error
        raise PageError(f"{place}: the pages cannot be served there: {why}") from None
    # Taken over by each connection: head and body are written one after the other, and the body
    # would wait 40 ms for the receiver's word. asyncio does it only for sockets of its own making.
    way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return way


def address(way: socket.socket) -> str:
    """Where a socket is reached, as people write it."""
    if way.family == socket.AF_UNIX:
        return f"unix:{way.getsockname()}"
    host, port = way.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(app: ASGIApp, end: Callable[[], None], ways: Iterable[socket.socket],
          until_eof: bool = False) -> None:
    """Serve until a signal ends it.

    Args:
        app: the application.
        end: ends what it has open.
        ways: sockets that listen.
        until_eof: whether it ends with standard input too, which is that of the program by which it
            was started.
    """
    with suppress(OSError):
        os.nice(NICE)
    config = uvicorn.Config(app, http=_Peers, ws="none", log_config=None, access_log=False,
                            server_header=False, timeout_graceful_shutdown=GRACE,
                            proxy_headers=False)
    server = _Server(config)
    if until_eof:
        threading.Thread(target=_end_with_input, daemon=True, name="parent").start()
    asyncio.run(_served(server, end, list(ways)))


async def _served(server: uvicorn.Server, end: Callable[[], None],
                  ways: list[socket.socket]) -> None:
    async def watch() -> None:  # open streams would hold up the end
        while not server.should_exit:
            await asyncio.sleep(0.2)
        end()

    task = asyncio.create_task(watch())
    await server.serve(sockets=ways)
    task.cancel()


def _end_with_input() -> None:
    """End when whoever has started this has."""
    wait_for_parent()
    os.kill(os.getpid(), signal.SIGTERM)
