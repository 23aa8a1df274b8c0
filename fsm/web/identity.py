"""Who is at the other end, and who may do what."""

import hmac
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeVar

import attrs

from fsm.core.printable import printable
from fsm.errors import ConfigurationError
from fsm.io import private
from fsm.io.config.sections import Running
from fsm.web.accounts import Accounts
from fsm.web.sessions import Sessions, digest

ANYBODY = "*"
COOKIE = "fsm_session"
UNIX = "unix:"  # begins what stands in the place of a client's address, before the peer's number
BEARER, PROXY, PEER, SIGNED_IN, NOBODY = "token", "proxy", "peer", "cookie", ""
FEW = 16  # characters of a secret at least
PROXY_SECRET = "x-proxy-secret"  # the header in which a proxy shows its secret
NEIGHBOURS = 64  # bits of an IPv6 address that one customer's addresses have in common
Read = TypeVar("Read")


@attrs.frozen
class Person:
    """Somebody who asks.

    Attributes:
        name: "" where that is not known.
        way: how it is known: one of the constants of this module.
        reads: whether this one may look.
        commands: whether this one may give commands.
        refused: why nothing at all is answered, in words; "" where that is not so.
        status: of that answer.
    """

    name: str
    way: str
    reads: bool
    commands: bool
    refused: str = ""
    status: int = 403


class Identities:
    """Tells who somebody is, by the configuration of one moment.

    Args:
        running: with the table ``web`` and that of the operators.
        sessions: of browsers.
        accounts: of the operating system.
        forgiving: whether a file of secrets that cannot be used lets nobody in by it, instead of
            being an error.

    Attributes:
        faults: what of it cannot be used, in words.

    Raises:
        ConfigurationError: where a file of secrets cannot be used.
    """

    def __init__(self, running: Running, sessions: Sessions | None = None,
                 accounts: Accounts | None = None, forgiving: bool = False) -> None:
        self.web, self.group = running.web, running.operators.group
        self.sessions, self.accounts = sessions or Sessions(), accounts or Accounts()
        self.faults: list[str] = []
        self._tokens: dict[bytes, str] = self._read(partial(_tokens, self.web.tokens), {},
                                                    forgiving)
        self._secret = self._read(partial(_secret, self.web.proxy_secret), b"", forgiving)

    def _read(self, read: Callable[[], Read], none: Read, forgiving: bool) -> Read:
        try:
            return read()
        except ConfigurationError as error:
            if not forgiving:
                raise
            self.faults.append(f"{error}, so nobody is let in by it")
            return none

    def who(self, client: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Person:
        """Who has sent a request.

        Args:
            client: address of the other end; :data:`UNIX` and a number of an account where that is
                a Unix socket.
            headers: of the request, names in lower case.
            cookies: likewise.
        """
        if client.startswith(UNIX):
            uid = int(client.removeprefix(UNIX))
            return self._person(self.accounts.name(uid), PEER,
                                self.accounts.operates(uid, self.group))
        token = bearer(headers)
        if token:
            name = self.of_token(token)
            return self._person(name, BEARER if name else NOBODY)
        header = headers.get(self.web.header.lower(), "").strip()
        if header and self._is_proxy(client, headers):
            return self._person(header[:80], PROXY)
        if header and self.web.proxy:
            return Person("", NOBODY, False, False, "this does not come from the proxy")
        name = self.sessions.name(cookies.get(COOKIE, ""), self._tokens)
        return self._person(name, SIGNED_IN if name else NOBODY)

    def origin(self, client: str, headers: Mapping[str, str]) -> str:
        """By what somebody is known whose name is not: the address, as a proxy of ours tells it
        where it comes by that; of one of IPv6 what its neighbours share.

        Args:
            client: as of :meth:`who`.
            headers: likewise.
        """
        told = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        address = told if told and self._is_proxy(client, headers) else client
        plain = _ip(address)
        if plain is None:
            return printable(address[:80])
        return str(IPv6Network((plain, NEIGHBOURS), strict=False)
                   if isinstance(plain, IPv6Address) else plain)

    def of_token(self, token: str) -> str:
        """The name to which a token belongs, "" for none."""
        found, given = "", digest(token)
        for known, name in self._tokens.items():
            if hmac.compare_digest(known, given):
                found = name
        return found

    @property
    def has_tokens(self) -> bool:
        """Whether anybody can sign in by one."""
        return bool(self._tokens)

    def session(self, token: str) -> str:
        """What a browser keeps to be known for a while as whoever has this token, "" for nobody."""
        name = self.of_token(token)
        return self.sessions.begin(name, digest(token)) if name else ""

    def forgery_token(self, person: Person) -> str:
        """What only a page of ours can know, which comes with every command."""
        return self.sessions.sign("form", person.way, person.name)

    def is_ours(self, person: Person, token: str) -> bool:
        """Whether a command comes from a page of ours."""
        return hmac.compare_digest(self.forgery_token(person).encode(),
                                   token.encode("utf-8", "backslashreplace"))

    def _is_proxy(self, client: str, headers: Mapping[str, str]) -> bool:
        given = headers.get(PROXY_SECRET, "").encode("latin-1", "backslashreplace")
        right = hmac.compare_digest(given, self._secret)
        return bool(self._secret) and right and _ip(client) == _ip(self.web.proxy) is not None

    def _person(self, name: str, way: str, operates: bool = False) -> Person:
        reads = ANYBODY in self.web.readers or name != "" and (
            name in self.web.readers or operates)
        commands = name != "" and (
            operates or name in self.web.commanders or ANYBODY in self.web.commanders)
        return Person(name, way, reads or commands, commands)


def bearer(headers: Mapping[str, str]) -> str:
    """The token that a program has sent, "" for none.

    Args:
        headers: of its request, names in lower case.
    """
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _ip(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address, by its fourth version where it has one; None where it is none."""
    try:
        made = ip_address(text)
    except ValueError:
        return None
    return isinstance(made, IPv6Address) and made.ipv4_mapped or made


def _secret(path: str) -> bytes:
    """What the proxy shows, as it is in a file."""
    if not path:
        return b""
    secret = private.read("web.proxy_secret", path).strip()
    if len(secret) < FEW:
        raise ConfigurationError(f"web.proxy_secret: {path}: expected at least {FEW} characters")
    return secret.encode()


def _tokens(path: str) -> dict[bytes, str]:
    """Digests of the tokens in a file, and whose they are."""
    made = {}
    for number, line in enumerate(private.read("web.tokens", path).splitlines() if path else (), 1):
        name, _, token = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if len(token.strip()) < FEW:
            raise ConfigurationError(f"web.tokens: {path} line {number}: expected a name and a "
                                     f"token of at least {FEW} characters")
        made[digest(token.strip())] = name
    return made
