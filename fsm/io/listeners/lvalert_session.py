"""One connection to an XMPP server: login, subscriptions, what comes, how it ends.

Only the server's publishing service, and who is configured beside it, are believed: any account of
the server can send a message that looks like an alert.
"""

import asyncio
import contextlib
import json
import logging
import ssl
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from slixmpp import JID
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream import StanzaBase
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath

from fsm.core.evidence.fields import Plain
from fsm.errors import ControlError
from fsm.io.control import Request
from fsm.io.listeners import ListenerError, Listening, lvalert_commands

if TYPE_CHECKING:
    from fsm.io.listeners.lvalert import LVAlert

PING, ANSWER = 30, 20  # seconds between pings, and until one that is not answered ends it
TELL = 5.0  # seconds within which the server must answer about subscriptions
CONNECT, BEGIN = 15.0, 60.0  # seconds until there is a connection, and until a session on it
LOOK_AGAIN = 120.0  # seconds between looks whether the subscriptions are there
QUIET = 60.0  # seconds between notes of those who may give no commands
LOOK = 0.2  # seconds between looks whether anything is still wanted
SILENT = "no answer"
EVENTS = "http://jabber.org/protocol/pubsub#event"
LOG = logging.getLogger("fsm")
logging.getLogger("slixmpp").setLevel(logging.WARNING)  # it tells of every connection


class Session:
    """One connection of a client.

    Args:
        config: :class:`~fsm.io.listeners.lvalert.LVAlert`.
        client: sleek-lvalert's client.
        ear: :class:`~fsm.io.listeners.Listening`.
    """

    def __init__(self, config: "LVAlert", client: Any, ear: Listening) -> None:
        self.config, self.client, self.ear = config, client, ear
        self.ended: asyncio.Future[None] = client.loop.create_future()
        self._topics: dict[str, str] = {}
        self._late: asyncio.TimerHandle | None = None
        self._why, self._look_now, self._refused = "", asyncio.Event(), -QUIET

    async def run(self) -> None:
        """Listen until the connection ends, or nothing is wanted any more."""
        client, config = self.client, self.config
        self._handle_events()
        self._limit(CONNECT, f"no connection within {CONNECT:g} s")
        client.connect(config.host or config.server, config.port)
        try:
            while self.ear.open and not self.ended.done():
                await asyncio.wait([self.ended], timeout=LOOK)
            if self.ended.done():
                self.ended.result()
        finally:
            if self._late:
                self._late.cancel()
            client.cancel_connection_attempt()
            client.abort()

    def _limit(self, seconds: float, words: str) -> None:
        """End it where it comes no further in so many seconds."""
        if self._late:
            self._late.cancel()
        self._late = self.client.loop.call_later(seconds, self._end, ListenerError(words))

    def _handle_events(self) -> None:
        client = self.client
        client.remove_handler("Pubsub Event: Items")  # it loses messages that have several items
        client.register_handler(Callback("alerts", StanzaPath("message/pubsub_event"), self._hear))
        client.register_handler(Callback("commands", StanzaPath("message/body"), self._commanded))
        for event, words in (("failed_auth", "the server refuses the login"),
                             ("ssl_invalid_chain", "the server's certificate is not trusted")):
            client.add_event_handler(event, lambda _, words=words: self._end(
                ListenerError(words, lasting=True)))
        client.add_event_handler("connection_failed", lambda why: self._end(_failed(why)))
        # A server that hangs may go on at any moment; one that is away is looked for again.
        client.add_event_handler("connected", lambda _: self._limit(
            BEGIN, f"no session within {BEGIN:g} s"))
        client.add_event_handler("stream_error", self._note)
        # What led to the end of a connection may be said after it.
        client.add_event_handler("disconnected", lambda _: client.loop.call_later(
            LOOK, self._end, None))
        client.add_event_handler("session_start", self._begin)

    def _note(self, error: Any) -> None:
        """Why the server ends the connection."""
        words = error["text"] or ""
        if error["condition"] == "conflict":
            words = f"another program has logged in with the same resource; {words}".rstrip("; ")
        self._why = ": ".join(filter(None, ("the server ends the connection",
                                            error["condition"], words)))

    def _end(self, error: ListenerError | None) -> None:
        if self.ended.done():
            return
        if error is None and self._why:
            error = ListenerError(self._why)
        if error is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(error)

    # -- subscriptions --------------------------------------------------------------------------

    async def _begin(self, _: object) -> None:
        await self._subscribe(await self._subscriptions())
        if self.ended.done():
            return
        if self._late:
            self._late.cancel()
        self.client.plugin["xep_0199"].enable_keepalive(PING, ANSWER)
        self.ear.connected(self._topics)
        while not self.ended.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_AGAIN)
            self._look_now.clear()
            await self._look()

    async def _look(self) -> None:
        """Subscribe again where that has been lost, for which nobody has to give notice."""
        before, known = dict(self._topics), await self._subscriptions()
        missing = await self._subscribe(known)
        lost = [node for node in missing if not before.get(node, "none")]
        if lost and known is not None:
            self.ear.anomaly("lost subscriptions of",
                           f"the subscription to {', '.join(lost)} was lost; it is subscribed "
                           "again, and GraceDB asked for what is missing")
        if lost or self._topics != before:
            self.ear.connected(self._topics)

    async def _subscribe(self, known: Collection[str] | None) -> list[str]:
        """Subscribe to the nodes that it is not known to be subscribed to; returns these."""
        nodes = sorted(self.config.subscribed)
        missing = [node for node in nodes if node not in (known or ())]
        refused = await asyncio.gather(*map(self._to, missing))
        self._topics = {**dict.fromkeys(nodes, ""), **dict(zip(missing, refused, strict=True))}
        if all(self._topics.values()):
            lasting = not all(why.endswith(SILENT) for why in self._topics.values())
            self._end(ListenerError("; ".join(self._topics.values()), lasting))
        return missing

    async def _subscriptions(self) -> set[str] | None:
        """The nodes that it is subscribed to.

        None where the server does not tell, as Prosody does not while one of them is deleted:
        to subscribe once more than needed loses nothing.
        """
        try:
            found = await asyncio.wait_for(self.client.plugin["xep_0060"].get_subscriptions(
                self.config.service), TELL)
            return {one["node"] for one in found["pubsub"]["subscriptions"]["substanzas"]
                    if self._is_ours(one)}
        except (IqError, IqTimeout, TimeoutError) as error:
            LOG.warning("%s: the server does not tell the subscriptions: %s", self.ear.name,
                        _refusal(error))
            return None

    def _is_ours(self, subscription: Any) -> bool:
        """Whether this connection hears of it: another one of the account has its own."""
        ours = (self.client.boundjid.bare, self.client.boundjid.full)
        return str(subscription["jid"]) in ours and subscription["subscription"] in (
            "", "subscribed", "unconfigured")

    async def _to(self, node: str) -> str:
        """Subscribe to a node; returns why it cannot, or ""."""
        try:
            await asyncio.wait_for(self.client.subscribe(node), TELL)
        except (IqError, IqTimeout, TimeoutError) as error:
            return f"it cannot subscribe to {node}: {_refusal(error)}"
        return ""

    # -- what comes -----------------------------------------------------------------------------

    def _hear(self, message: StanzaBase) -> None:
        """Take every item of a message from somebody who is believed."""
        sender = message["from"]
        if sender.bare.lower() not in self.config.believed:
            self.ear.anomaly(
                "forged alerts at", f"what {sender} has sent directly is not believed, since it is "
                f"not {' or '.join(sorted(self.config.believed))}")
            return
        for part in message.xml.iterfind(f"{{{EVENTS}}}event/*"):
            if part.tag == f"{{{EVENTS}}}items":
                for item in part.iterfind(f"{{{EVENTS}}}item"):
                    self._take(part.get("node"), "".join(one.text or "" for one in item))
            elif part.get("node") in self.config.subscribed:  # of the node itself, or of who reads
                self._look_now.set()

    def _take(self, node: str | None, payload: str) -> None:
        if node in self.config.nodes:
            self.ear.hear(node, payload)
        elif node == self.config.heartbeat:
            request = _request(payload)
            if request is not None:
                self.ear.heartbeat(lambda said: self._answer({**request, **said}))

    # -- commands ---------------------------------------------------------------------------------

    def _commanded(self, message: StanzaBase) -> None:
        """Take a command, if it is from somebody who may give any."""
        sender = message["from"]
        allowed = sender.bare.lower() in map(str.lower, self.config.operators)
        if not allowed or message["type"] not in ("chat", "normal"):
            self._refuse(sender)
            return
        text = message["body"]
        if not self.ear.inbox.first(
                lvalert_commands.origin_of(sender, message["id"], text, time.time())):
            return  # another connection of the account has it too
        in_words = not text.lstrip().startswith("{")

        def answer(**what: Any) -> None:
            with contextlib.suppress(RuntimeError):  # the connection has ended meanwhile
                self.client.loop.call_soon_threadsafe(lambda: self.client.send_message(
                    sender, lvalert_commands.said(**what, in_words=in_words),
                    mtype=message["type"]))

        try:
            name, arguments = lvalert_commands.command_of(text)
        except ControlError as error:
            answer(error=str(error))
            return
        if name == lvalert_commands.HELP:
            answer(result=lvalert_commands.HELP_TEXT)
        else:
            self.ear.request(Request(name, sender.bare, arguments, answer))

    def _refuse(self, sender: JID) -> None:
        """Note, now and then, that somebody who may not has written."""
        if self.config.operators and time.monotonic() >= self._refused + QUIET:
            self._refused = time.monotonic()
            LOG.warning("%s: a message of %s is no command, since 'operators' does not name it",
                        self.ear.name, sender.bare)

    # -- heartbeats -----------------------------------------------------------------------------

    def _answer(self, said: Plain) -> None:
        """Publish a heartbeat, from whatever thread."""
        with contextlib.suppress(RuntimeError):  # the connection has ended meanwhile
            asyncio.run_coroutine_threadsafe(self._publish(said), self.client.loop)

    async def _publish(self, said: Plain) -> None:
        entry = ElementTree.Element("{http://www.w3.org/2005/Atom}entry")
        entry.text = json.dumps({**said, "ptype": "response"})
        try:
            await self.client.plugin["xep_0060"].publish(
                self.config.service, self.config.heartbeat, payload=entry)
        except (IqError, IqTimeout) as error:
            LOG.warning("a heartbeat could not be answered: %s", _refusal(error))


def _refusal(error: Exception) -> str:
    return getattr(error, "condition", "") or SILENT


def _request(payload: str) -> dict[str, str] | None:
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


def _failed(why: object) -> ListenerError:
    if isinstance(why, ssl.SSLError):
        return ListenerError("the server's certificate is not trusted", lasting=True)
    return ListenerError(f"it cannot connect: {why}")
