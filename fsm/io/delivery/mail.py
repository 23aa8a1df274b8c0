"""Sends letters as e-mail, through an SMTP server."""

import ssl
from contextlib import ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

import attrs
from safe_netrc import NetrcParseError, netrc

from fsm.io.addresses import is_mail
from fsm.io.delivery import smtp
from fsm.io.delivery.attempts import CHANNEL, LETTER, DeliveryError
from fsm.io.gracedb.limits import SHORTEST, TimeLimit
from fsm.io.journal.outgoing import Letter

_PORTS = {"starttls": 587, "none": 25}
LINE = 200  # characters of one; the protocol's limit is 998
TIME_OUT = 30.0  # seconds for each answer of the server
WITHIN = 50.0  # seconds for a letter; the outbox believes in no answer after a minute


@attrs.frozen
class MailChannel:
    """Letters to e-mail addresses; the table ``mail`` of a configuration.

    Attributes:
        server: host name; "" for none.
        port: TCP port; 0 for the usual one of the kind of security.
        security: ``starttls``, ``tls`` from the beginning, or ``none``.
        sender: e-mail address.
        username: to log in with; "" for the netrc file's, and for nobody where that has no entry.
        netrc: file with the password, "" for that of the environment variable ``NETRC``, or
            ``~/.netrc``.
        ca_file: certificates by which the server's is verified, "" for the system's.
    """

    server: str = ""
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    username: str = ""
    netrc: str = ""
    ca_file: str = ""

    at_once = 3  # connections

    def takes(self, effect: object) -> bool:
        """Whether it is a letter to an e-mail address."""
        return isinstance(effect, Letter) and is_mail(effect.address)

    def deliver(self, effect: Letter, again: bool) -> None:
        """Send it; a repetition has the same Message-ID, by which mail programs know it."""
        text, limit = self._message(effect).as_bytes(), TimeLimit()
        blaming = partial(smtp.blaming, server=self.server, limit=limit)
        with ExitStack() as stack:
            stack.enter_context(limit.within(WITHIN))
            with blaming(CHANNEL):
                connection = self._connected(smtp.Cut(limit, stack))
                stack.callback(connection.close)
                smtp.begin(connection, self.sender, len(text))
            # Without its last answer a copy would be sent, so that may take all the time left.
            if connection.sock is not None:
                connection.sock.settimeout(max(limit.left, SHORTEST))
            with blaming(LETTER):
                smtp.hand_over(connection, effect.address, text)
            smtp.leave(connection)

    def _connected(self, cut: smtp.Cut) -> smtp.Plain | smtp.Secure:
        connection: smtp.Plain | smtp.Secure
        if self.security == "tls":
            connection = smtp.Secure(cut, self.server, self.port, timeout=TIME_OUT,
                                     context=self._trusted())
        else:
            connection = smtp.Plain(cut, self.server, self.port or _PORTS[self.security],
                                    timeout=TIME_OUT)
        try:
            if self.security == "starttls":
                connection.starttls(context=self._trusted())
            login = self._login()
            if login:
                connection.login(*login)
        except BaseException:
            connection.close()
            raise
        return connection

    def _trusted(self) -> ssl.SSLContext:
        """Whom to believe; made once, since that takes as long as a letter does."""
        if not self.ca_file:
            return _trusted("", None)
        there = Path(self.ca_file).stat()
        return _trusted(self.ca_file, (there.st_ino, there.st_size, there.st_mtime_ns))

    def _login(self) -> tuple[str, str] | None:
        try:
            found = netrc(self.netrc or None).authenticators(self.server)
        except FileNotFoundError:
            found = None
        except (NetrcParseError, OSError) as error:
            raise DeliveryError(f"the netrc file is not used: {error}", whose=CHANNEL) from None
        if found is None or self.username not in ("", found[0]):
            if self.username or self.netrc:
                login = f" and login {self.username}" if self.username else ""
                raise DeliveryError(f"the netrc file has no entry for machine {self.server}{login}",
                                    whose=CHANNEL)
            return None
        return found[0], found[2]

    def _message(self, letter: Letter) -> EmailMessage:
        # Not all servers take more than seven bits; a subject on several lines is shown as none.
        message = EmailMessage(SMTP.clone(cte_type="7bit", max_line_length=LINE))
        message["From"] = self.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(letter.time, UTC))
        message["Message-ID"] = f"<{letter.key}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


@lru_cache(2)
def _trusted(ca_file: str, stamp: object) -> ssl.SSLContext:
    """What verifies a server's certificate by a file, as the file is at present."""
    return ssl.create_default_context(cafile=ca_file or None)
