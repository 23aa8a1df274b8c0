"""Listens to LVAlert: pubsub nodes of an XMPP server, through sleek-lvalert.

The client does not reconnect once a connection has been lost, and its ``stop()`` can hang; so each
connection has a client and an event loop of its own, and ends when the connection does.
"""

import asyncio
import contextlib
import json
import logging
import ssl
import warnings
from pathlib import Path
from xml.etree import ElementTree

import attrs
from safe_netrc import NetrcParseError, netrc

from fsm.io import extras
from fsm.io.listeners import ListenerError

try:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "pkg_resources is deprecated")  # hence the bound on it
        from sleek_lvalert import LVAlertClient
    from slixmpp.exceptions import IqError, IqTimeout
except ImportError as error:  # other listeners go on without it, so it is told when this one begins
    MISSING = extras.missing(error)
else:
    MISSING = ""

PING, ANSWER = 60, 30  # seconds between pings, and until one that is not answered ends it
BEGIN = 60.0  # seconds within which a session must have begun
LOG = logging.getLogger("fsm")
LOOK = 0.2  # seconds between looks whether anything is still wanted


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
    """

    name: str
    server: str
    nodes: tuple
    username: str | None = None
    netrc: str | None = None
    resource: str | None = None
    host: str | None = None
    port: int = 5222
    ca_file: str | None = None
    heartbeat: str | None = None

    @property
    def subscribed(self):
        """All nodes that it listens to."""
        return {*self.nodes, self.heartbeat} - {None}

    def run(self, ear):
        """Connect, subscribe, and listen until the connection is lost."""
        if MISSING:
            raise ListenerError(MISSING, lasting=True)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(_Session(self, self._client(loop), ear).run())
        finally:
            _close(loop)

    def _client(self, loop):
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

    def _login(self):
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


class _Session:
    """One connection."""

    def __init__(self, config, client, ear):
        self.config, self.client, self.ear = config, client, ear
        self.ended = client.loop.create_future()

    async def run(self):
        client, config = self.client, self.config
        client.listen(self._hear)
        for event, words in (("failed_auth", "the server refuses the login"),
                             ("ssl_invalid_chain", "the server's certificate is not trusted")):
            client.add_event_handler(event, lambda _, words=words: self._end(
                ListenerError(words, lasting=True)))
        client.add_event_handler("connection_failed", lambda why: self._end(_failed(why)))
        # What led to the end of a connection may be said after it.
        client.add_event_handler("disconnected", lambda _: client.loop.call_later(
            LOOK, self._end, None))
        client.add_event_handler("session_start", self._subscribe)
        late = client.loop.call_later(BEGIN, lambda: self._end(
            ListenerError(f"no session within {BEGIN:g} s")))
        self._started = late.cancel
        client.connect(config.host or config.server, config.port)
        try:
            while self.ear.open and not self.ended.done():
                await asyncio.wait([self.ended], timeout=LOOK)
            if self.ended.done():
                self.ended.result()
        finally:
            late.cancel()
            client.cancel_connection_attempt()
            client.abort()

    def _end(self, error):
        if self.ended.done():
            return
        if error is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(error)

    async def _subscribe(self, _):
        nodes = sorted(self.config.subscribed)
        try:
            known = set(await self.client.get_subscriptions())
        except (IqError, IqTimeout) as error:
            self._end(ListenerError(f"it cannot subscribe: {_refusal(error)}", lasting=True))
            return
        refused = await asyncio.gather(*(self._to(node, known) for node in nodes))
        if all(refused):
            self._end(ListenerError("; ".join(refused), lasting=True))
            return
        self._started()
        self.client.plugin["xep_0199"].enable_keepalive(PING, ANSWER)
        self.ear.connected(dict(zip(nodes, refused, strict=True)))

    async def _to(self, node, known):
        """Subscribe to a node, where it is not among the known; returns why not, or ""."""
        try:
            if node not in known:
                await self.client.subscribe(node)
        except (IqError, IqTimeout) as error:
            return f"it cannot subscribe to {node}: {_refusal(error)}"
        return ""

    def _hear(self, node, payload):
        if node in self.config.nodes:
            self.ear.hear(node, payload or "")
        elif node == self.config.heartbeat:
            request = _request(payload)
            if request is not None:
                self.ear.beat(lambda said: self._answer({**request, **said}))

    def _answer(self, said):
        """Publish a heartbeat, from whatever thread."""
        with contextlib.suppress(RuntimeError):  # the connection has ended meanwhile
            asyncio.run_coroutine_threadsafe(self._publish(said), self.client.loop)

    async def _publish(self, said):
        entry = ElementTree.Element("{http://www.w3.org/2005/Atom}entry")
        entry.text = json.dumps({**said, "ptype": "response"})
        try:
            await self.client.plugin["xep_0060"].publish(
                f"pubsub.{self.config.server}", self.config.heartbeat, payload=entry)
        except (IqError, IqTimeout) as error:
            LOG.warning("a heartbeat could not be answered: %s",
                        getattr(error, "condition", "") or "no answer")


def _refusal(error):
    return getattr(error, "condition", "") or "no answer"


def _request(payload):
    """A request for a heartbeat: ``ptype``, ``server``, ``node`` and ``key``; None if it is none.

    Source: the monitor of the earlier system.
    """
    try:
        plain = json.loads(payload or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(plain, dict) or plain.get("ptype") != "request":
        return None
    return {name: str(plain[name])[:200] for name in ("server", "node", "key") if name in plain}


def _failed(why):
    if isinstance(why, ssl.SSLError):
        return ListenerError("the server's certificate is not trusted", lasting=True)
    return ListenerError(f"it cannot connect: {why}")


def _close(loop):
    """Let nothing of a connection live on."""
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    loop.close()
