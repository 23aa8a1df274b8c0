"""Plays to the nodes of an XMPP server, as GraceDB announced through LVAlert."""

import asyncio
import json
import warnings
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

from safe_netrc import NetrcParseError, netrc
from slixmpp.exceptions import IqError, IqTimeout

from fsm.errors import ConfigurationError

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "pkg_resources is deprecated")  # hence the bound on it
    from sleek_lvalert import LVAlertClient

BEGIN, ANSWER = 20.0, 20.0  # seconds until there is a session, and until a publication is confirmed
PAUSES = (0.2, 0.5, 1.0, 2.0, None)  # seconds after each try, None after the last
PING = 30  # seconds between pings while nothing is played

T = TypeVar("T")


class XMPP:
    """Publishes alerts as items of nodes named like their topics.

    Args:
        target: how it was named, for errors.
        server, port: of the server, whose publishing service is ``pubsub.`` and its name.
        user: None for the one in the netrc file.
        netrc_file: with the password; None for that of ``NETRC``, or ``~/.netrc``.
        ca_file: certificates by which the server's is verified; None for those of LVAlert.
    """

    whole = False

    def __init__(self, target: str, server: str, port: int, user: str | None,
                 netrc_file: str | None, ca_file: str | None) -> None:
        self.name, self.server = target, server
        username, password = self._login(user, netrc_file)
        if ca_file and not Path(ca_file).is_file():
            raise ConfigurationError(f"--ca-file {ca_file}: there is no such file")
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._client = LVAlertClient(username, password, netrc=netrc_file, server=server)
        self._client.loop, self._client.enable_direct_tls = self._loop, False
        if ca_file:
            self._client.ca_certs = ca_file
        self._began: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[str] = self._loop.create_future()
        self._begin(port)

    def put(self, topics: Iterable[str], line: dict[str, Any]) -> None:
        """Publish an alert as an item of some nodes."""
        for topic in topics:
            self._run(self._publish(topic, json.dumps(line["payload"])))

    def wait(self, seconds: float) -> None:
        """Let time pass, and keep the connection."""
        self._run(asyncio.sleep(seconds))

    def close(self) -> None:
        """End the connection."""
        self._client.abort()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        asyncio.set_event_loop(None)
        self._loop.close()

    def _login(self, user: str | None, path: str | None) -> tuple[str, str]:
        machine = f"machine {self.server}"
        try:
            found = netrc(path).authenticators(self.server)
        except NetrcParseError as error:
            raise self._refused(f"the netrc file is not used: {error.msg}") from None
        except OSError as error:
            raise self._refused(f"{error.filename}: {error.strerror}; it must hold login and "
                                f"password for {machine}") from None
        if found is None or user not in (None, found[0]):
            who = f" and login {user}" if user else ""
            raise self._refused(f"the netrc file has no entry for {machine}{who}")
        return found[0], found[2]

    # -- the connection -------------------------------------------------------------------------

    def _begin(self, port: int) -> None:
        client = self._client
        client.register_plugin("xep_0199")
        for event, words in (("failed_auth", "the server refuses the login"),
                             ("ssl_invalid_chain", "the server's certificate is not trusted; name "
                                                   "those to be trusted with --ca-file")):
            client.add_event_handler(event, lambda _, words=words: self._end(words))
        client.add_event_handler("connection_failed",
                                 lambda why: self._end(f"it cannot be reached: {why}"))
        client.add_event_handler("disconnected", lambda _: self._loop.call_later(
            0.2, self._end, "the connection has been lost"))  # what led to it may be told after it
        client.add_event_handler("session_start", lambda _: self._begun())
        client.connect(self.server, port)
        try:
            self._run(asyncio.wait_for(self._began, BEGIN))
        except TimeoutError:
            self.close()
            raise self._refused(f"no session within {BEGIN:g} s") from None
        except BaseException:
            self._client.cancel_connection_attempt()
            self.close()
            raise

    def _begun(self) -> None:
        self._client.plugin["xep_0199"].enable_keepalive(PING, ANSWER)
        if not self._began.done():
            self._began.set_result(None)

    def _end(self, words: str) -> None:
        if not self._ended.done():
            self._ended.set_result(words)

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Wait for something, unless the connection ends before it."""
        async def first() -> T:
            task = asyncio.ensure_future(coroutine)
            either: list[asyncio.Future[Any]] = [task, self._ended]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            task.cancel()
            raise self._refused(self._ended.result())

        return self._loop.run_until_complete(first())

    async def _publish(self, node: str, payload: str) -> None:
        """Publish one item; what the server cannot take now is offered again a few times."""
        entry = ElementTree.Element("{http://www.w3.org/2005/Atom}entry")
        entry.text = payload
        for pause in PAUSES:
            try:
                await self._client.plugin["xep_0060"].publish(f"pubsub.{self.server}", node,
                                                              payload=entry, timeout=ANSWER)
                return
            except IqTimeout:
                raise self._refused(f"node {node}: the server does not answer") from None
            except IqError as error:
                if pause is None or error.etype != "wait":
                    raise self._refused(f"node {node}: the server refuses what is published there "
                                        f"({error.condition})") from None
            await asyncio.sleep(pause)

    def _refused(self, words: str) -> ConfigurationError:
        return ConfigurationError(f"--to {self.name}: {words}")
