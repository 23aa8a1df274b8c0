"""Who is at the other end, and who may do what."""

import hmac
import logging
import os
import pwd
import secrets
import stat
import time
from collections.abc import Mapping
from grp import getgrnam
from hashlib import sha256
from pathlib import Path

import attrs

from fsm.errors import ConfigurationError
from fsm.io.config.sections import Running
from fsm.io.unix_socket import account

LOG = logging.getLogger("fsm")
ANYBODY = "*"
COOKIE = "fsm_session"
UNIX = "unix:"  # begins what stands in the place of a client's address, before the peer's number
SESSION = 12 * 3600.0  # seconds
BEARER, PROXY, PEER, SIGNED_IN, NOBODY = "token", "proxy", "peer", "cookie", ""
FEW = 16  # characters of a token at least


@attrs.frozen
class Person:
    """Somebody who asks.

    Attributes:
        name: "" where that is not known.
        way: how it is known: one of the constants of this module.
        reads: whether this one may look.
        commands: whether this one may give commands.
    """

    name: str
    way: str
    reads: bool
    commands: bool


class Identities:
    """Tells who somebody is.

    Args:
        running: with the table ``web`` and that of the operators.

    Raises:
        ConfigurationError: where the file of the tokens cannot be used.
    """

    def __init__(self, running: Running) -> None:
        self.web, self.group = running.web, running.operators.group
        self._key = secrets.token_bytes(32)
        self._tokens = _tokens(self.web.tokens)

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
            return self._person(account(uid), PEER, self._operates(uid))
        bearer = headers.get("authorization", "")
        if bearer.lower().startswith("bearer "):
            name = self.of_token(bearer[7:].strip())
            return self._person(name, BEARER if name else NOBODY)
        header = headers.get(self.web.header.lower(), "").strip()
        if header and self.web.proxy and client == self.web.proxy:
            return self._person(header[:80], PROXY)
        if header and self.web.proxy:
            return Person("", NOBODY, False, False)  # somebody pretends to be the proxy
        name = self._of_session(cookies.get(COOKIE, ""))
        return self._person(name, SIGNED_IN if name else NOBODY)

    def of_token(self, token: str) -> str:
        """The name to which a token belongs, "" for none."""
        digest = sha256(token.encode()).digest()
        found = ""
        for known, name in self._tokens.items():
            if hmac.compare_digest(known, digest):
                found = name
        return found

    @property
    def has_tokens(self) -> bool:
        """Whether anybody can sign in by one."""
        return bool(self._tokens)

    def session(self, name: str) -> str:
        """What a browser keeps to be known by this name for a while."""
        until = f"{time.time() + SESSION:.0f}"
        return f"{name.encode().hex()}.{until}.{self._sign('session', name, until)}"

    def forgery_token(self, person: Person) -> str:
        """What only a page of ours can know, which comes with every command."""
        return self._sign("form", person.way, person.name)

    def is_ours(self, person: Person, token: str) -> bool:
        """Whether a command comes from a page of ours."""
        return hmac.compare_digest(self.forgery_token(person).encode(), token.encode())

    def _person(self, name: str, way: str, operates: bool = False) -> Person:
        reads = ANYBODY in self.web.readers or name != "" and (
            name in self.web.readers or operates)
        commands = name != "" and (
            operates or name in self.web.commanders or ANYBODY in self.web.commanders)
        return Person(name, way, reads or commands, commands)

    def _operates(self, uid: int) -> bool:
        """Whether an account may write to the operators' socket."""
        if uid in (0, os.getuid()):
            return True
        try:
            known = pwd.getpwuid(uid)
            return bool(self.group) and getgrnam(self.group).gr_gid in os.getgrouplist(
                known.pw_name, known.pw_gid)
        except KeyError:
            return False

    def _of_session(self, text: str) -> str:
        name, _, rest = text.partition(".")
        until, _, mark = rest.partition(".")
        try:
            plain = bytes.fromhex(name).decode()
            lasts = float(until) > time.time()
        except ValueError:
            return ""
        right = hmac.compare_digest(self._sign("session", plain, until).encode(), mark.encode())
        return plain if right and lasts else ""

    def _sign(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode("utf-8", "backslashreplace"),
                        sha256).hexdigest()


def _tokens(path: str) -> dict[bytes, str]:
    """Digests of the tokens in a file, and whose they are."""
    if not path:
        return {}
    try:
        found = os.stat(path)
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"web.tokens: {path}: {error}") from None
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigurationError(f"web.tokens: {path} may be read by others (mode "
                                 f"{stat.S_IMODE(found.st_mode):o}); chmod 600 it")
    made = {}
    for number, line in enumerate(lines, 1):
        name, _, token = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if len(token.strip()) < FEW:
            raise ConfigurationError(f"web.tokens: {path} line {number}: expected a name and a "
                                     f"token of at least {FEW} characters")
        made[sha256(token.strip().encode()).digest()] = name
    return made
