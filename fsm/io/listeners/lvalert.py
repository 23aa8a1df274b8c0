"""Listens to LVAlert: pubsub nodes of an XMPP server, through sleek-lvalert.

The client does not reconnect once a connection has been lost, and its ``stop()`` can hang; so each
connection has a client and an event loop of its own, and ends when the connection does.
"""

import asyncio
import warnings
from pathlib import Path
from typing import Any

import attrs
from safe_netrc import NetrcParseError, netrc

from fsm.io import extras
from fsm.io.listeners import ListenerError, Listening

try:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "pkg_resources is deprecated")  # hence the bound on it
        from sleek_lvalert import LVAlertClient

        from fsm.io.listeners.lvalert_session import Session
except ImportError as error:  # other listeners go on without it, so it is told when this one begins
    MISSING = extras.missing(error)
else:
    MISSING = ""


@attrs.frozen
class LVAlert:
    """Listens to nodes of a server.

    Attributes:
        name: of the listener.
        server: XMPP domain; its pubsub component is ``pubsub.`` and this.
        nodes: names of the nodes, which it subscribes to.
        username: None for the one in the netrc file.
        netrc: file with the password; None for that of the environment variable ``NETRC``, or
            ``~/.netrc``.
        resource: of the login; a server admits each only once at a time, None for a random one.
        host: to connect to where it is not the server itself.
        port: TCP port.
        ca_file: certificates by which the server's is verified; None for those of LVAlert.
        heartbeat: name of a node on which requests for a heartbeat are answered; None for none.
        publishers: accounts that are believed besides the server's publishing service, without
            their resources, such as ``gracedb@lvalert.example.org``.
        operators: accounts, likewise, that may give commands by messages; none where it is empty.
    """

    name: str
    server: str
    nodes: tuple[str, ...]
    username: str | None = None
    netrc: str | None = None
    resource: str | None = None
    host: str | None = None
    port: int = 5222
    ca_file: str | None = None
    heartbeat: str | None = None
    publishers: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    @property
    def subscribed(self) -> set[str]:
        """All nodes that it listens to."""
        return {*self.nodes, *(() if self.heartbeat is None else (self.heartbeat,))}

    @property
    def service(self) -> str:
        """The server's publishing service."""
        return f"pubsub.{self.server}"

    @property
    def believed(self) -> set[str]:
        """Those whose messages are alerts, in lower case, as servers write them."""
        return {one.lower() for one in (self.service, *self.publishers)}

    def run(self, ear: Listening) -> None:
        """Connect, subscribe, and listen until the connection is lost."""
        if MISSING:
            raise ListenerError(MISSING, lasting=True)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(Session(self, self._client(loop), ear).run())
        finally:
            _close(loop)

    def _client(self, loop: asyncio.AbstractEventLoop) -> Any:
        username, password = self._login()
        client = LVAlertClient(username, password, self.resource, self.netrc, server=self.server)
        client.loop = loop
        client.enable_direct_tls = False
        if self.ca_file:
            if not Path(self.ca_file).is_file():
                raise ListenerError(f"there is no file {self.ca_file} with certificates",
                                    lasting=True)
            client.ca_certs = self.ca_file
        client.register_plugin("xep_0199")
        return client

    def _login(self) -> tuple[str, str]:
        try:
            found = netrc(self.netrc).authenticators(self.server)
        except NetrcParseError as error:
            raise ListenerError(f"the netrc file is not used: {error.msg}", lasting=True) from None
        except OSError as error:
            raise ListenerError(f"{error.filename}: {error.strerror}; it must hold the password "
                                f"for machine {self.server}", lasting=True) from None
        if found is None or self.username not in (None, found[0]):
            who = f" and login {self.username}" if self.username else ""
            raise ListenerError(f"the netrc file has no entry for machine {self.server}{who}",
                                lasting=True)
        return found[0], found[2]


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Let nothing of a connection live on."""
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    loop.close()
