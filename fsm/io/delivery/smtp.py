"""A conversation with a mail server: its time, when a letter is taken, what its refusals mean.

Once the server has said that it has a letter, that is sent, whatever becomes of the connection.
"""

import re
import smtplib
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from fsm.core.printable import short
from fsm.io.delivery.attempts import EITHER, LETTER, TARGET, DeliveryError, Whose
from fsm.io.gracedb.limits import TimeLimit

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY = {1, 2, 3, 6, 10}  # of the enhanced codes 5.1.x: there is no such address
LONGEST_LINE = 1 << 20  # bytes of an answer
_OF_SENDER = {7, 8, 9}
# What a server speaks of that refuses, by a plain 550, something else than the address.
_POLICY = re.compile(
    r"relay|block|black|banned|denied|polic|authenti|authori[sz]|spam|spf|dkim|dmarc|reputation"
    r"|rbl|dnsbl|listed|client|sender|permitted|allowed|prohibited|too many|\brate\b|log ?in|tls"
    r"|encrypt", re.IGNORECASE)
_PASSES = re.compile(r"\b(full|quota|exceed\w*|temporar\w*|later)\b", re.IGNORECASE)


class Cut:
    """Cuts a connection when its time is over, wherever it is.

    Args:
        limit: :class:`~fsm.io.gracedb.limits.TimeLimit`.
        stack: an exit stack, which ends with the conversation.
    """

    def __init__(self, limit: TimeLimit, stack: ExitStack) -> None:
        self._limit, self._stack = limit, stack

    def joined(self, sock: socket.socket) -> socket.socket:
        """A connection was made, returned; TLS takes its socket over, so a copy of that is kept."""
        self._limit.joined(self._stack.enter_context(sock.dup()))
        return sock


class Plain(smtplib.SMTP):
    """A connection that is cut when its time is over, unencrypted at first.

    Args:
        cut: :class:`Cut`.
        args: as of the library's.
        more: likewise.
    """

    def __init__(self, cut: Cut, *args: Any, **more: Any) -> None:
        self._cut = cut
        super().__init__(*args, **more)

    def _get_socket(self, *args: Any) -> Any:
        made = super()._get_socket(*args)  # type: ignore[misc]  # no part of the library's types
        return self._cut.joined(made)


class Secure(smtplib.SMTP_SSL):
    """Likewise, encrypted from the beginning: the time is that of the handshake too."""

    def __init__(self, cut: Cut, *args: Any, **more: Any) -> None:
        self._cut = cut
        super().__init__(*args, **more)

    def _get_socket(self, *args: Any) -> Any:
        made = smtplib.SMTP._get_socket(self, *args)  # type: ignore[attr-defined]
        return self.context.wrap_socket(
            self._cut.joined(made), server_hostname=self._host)  # type: ignore[attr-defined]


@contextmanager
def blaming(whose: Whose, server: str, limit: TimeLimit) -> Iterator[None]:
    """Raise as a :class:`~fsm.io.delivery.attempts.DeliveryError` whatever goes wrong inside.

    Args:
        whose: trouble that is.
        server: its name.
        limit: :class:`~fsm.io.gracedb.limits.TimeLimit`.
    """
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, _text(error.smtp_error), whose) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        words = error if limit.left else "it has taken too long"
        raise DeliveryError(f"mail server {server}: {words}", whose=whose) from None


def begin(connection: smtplib.SMTP, sender: str, size: int) -> None:
    """Say from whom a letter of so many bytes is."""
    connection.ehlo_or_helo_if_needed()
    _expect(connection.mail(sender, [f"size={size}"] if connection.has_extn("size") else ()))


def hand_over(connection: smtplib.SMTP, address: str, text: bytes) -> None:
    """Say to whom the letter is, and hand it over; when this returns, the server has it.

    Raises:
        DeliveryError: where the address is refused.
    """
    code, words = connection.rcpt(address)
    if not 200 <= code < 300:
        raise _refused_address(code, _text(words), address)
    _expect(connection.docmd("data"), 354)
    connection.send(_quoted(text) + b".\r\n")
    _expect(_last_answer(connection))


def _quoted(text: bytes) -> bytes:
    """A letter as it is sent, in lines that end as they must and do not look like its end."""
    lines = text.splitlines()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _last_answer(connection: Any) -> tuple[int, bytes]:
    """What is said of a letter: its first line counts, however long it is and whatever follows."""
    said: list[bytes] = []
    code: int | None = None
    line = b"000-"
    while line[3:4] == b"-":
        line = connection.file.readline(LONGEST_LINE)
        if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
            raise smtplib.SMTPServerDisconnected("nothing was said of the letter to its end")
        said.append(line[4:].strip())
        if code is None:
            code = int(line[:3]) if line[:3].isdigit() else -1
        if 200 <= code < 300:
            break
    return -1 if code is None else code, b" ".join(said)


def leave(connection: smtplib.SMTP) -> None:
    """Take leave; what is answered makes no difference any more, so nobody waits for it."""
    with suppress(smtplib.SMTPException, OSError):
        connection.putcmd("quit")


def _expect(answer: tuple[int, bytes], wanted: int | None = None) -> None:
    code, words = answer
    if code != wanted if wanted else not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words)


def _text(words: object) -> str:
    words = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return short(" ".join(words.split()))


def _refused(code: int, words: str, whose: Whose, unknown: bool = False) -> DeliveryError:
    said = f"{code} {words}" if code > 0 else "what nobody understands"
    return DeliveryError(f"the mail server says {said}", whose=whose, unknown=unknown)


def _refused_address(code: int, words: str, address: str) -> DeliveryError:
    """Whether it is the address that is refused, or whoever sends to it."""
    enhanced = _ENHANCED.match(words)
    subject, detail = map(int, enhanced.groups()[1:]) if enhanced else (None, None)
    others = words.replace(address, "")
    policy = _POLICY.search(others) is not None
    if subject == 1 and detail in _NOBODY:
        unknown, policy = True, False
    elif subject == 1:
        unknown, policy = not policy and detail not in _OF_SENDER, policy or detail in _OF_SENDER
    else:
        policy = policy or subject == 7
        unknown = not enhanced and code in (550, 551, 553) and not policy
    unknown = unknown and code >= 500 and not _PASSES.search(others)
    if code == 421:  # it shuts the connection, for whatever reason
        return _refused(code, words, LETTER)
    return _refused(code, words, EITHER if code >= 500 and policy else TARGET, unknown)
