"""Tells the operators what cannot wait in the journal, since that is what is wrong.

Everything else goes into the journal first and out after that. This goes straight out, once, with
little patience, and whatever hinders it is only logged.
"""

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from fsm.core.charts.process import OPERATORS
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.attempts import Channel
from fsm.io.delivery.chat import ChatChannel
from fsm.io.delivery.mail import MailChannel
from fsm.io.journal.outgoing import Letter

WITHIN = 10.0  # seconds for all letters together
SUBJECT = "Event Supervisor: its journal cannot be used"
LOG = logging.getLogger("fsm")


class Telling(Protocol):
    """The table ``tell`` of a configuration."""

    @property
    def last_words(self) -> tuple[str, ...]:
        """Addresses."""


class Operating(Protocol):
    """The table ``operators``."""

    @property
    def name(self) -> str:
        """By which the supervisor calls itself."""


class Journaling(Protocol):
    """The table ``journal``."""

    @property
    def path(self) -> str:
        """Of its file."""


class Running(Protocol):
    """What is needed of a configuration."""

    @property
    def tell(self) -> Telling:
        """Whom to tell."""

    @property
    def parties(self) -> Mapping[str, Sequence[str]]:
        """Their addresses, by name."""

    @property
    def mail(self) -> MailChannel:
        """The way for e-mail."""

    @property
    def operators(self) -> Operating:
        """Who it is."""

    @property
    def journal(self) -> Journaling:
        """What is in trouble."""


def say(running: Running, words: str, seconds: float = WITHIN) -> None:
    """Send a letter to the addresses of ``tell.last_words``, or else of the operators.

    Args:
        running: :class:`~fsm.io.config.sections.Running`.
        words: a sentence.
        seconds: within which it returns, whatever has been sent by then.
    """
    addresses = running.tell.last_words or running.parties.get(OPERATORS, ())
    book = AddressBook({OPERATORS: addresses})
    channels = [ChatChannel(book), *([running.mail] if running.mail.server else ())]
    threads = [threading.Thread(target=_send, args=(letter, channels), daemon=True)
               for letter in _letters(running, book.addresses([OPERATORS]), words)]
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        LOG.error("not everybody could be told within %g s", seconds)


def _letters(running: Running, addresses: Iterable[str], words: str) -> Iterator[Letter]:
    now = time.time()
    text = (f"{words}\n\nHost: {socket.gethostname()}\nSupervisor: {running.operators.name}\n"
            f"Journal: {running.journal.path}\n\nThis letter went out past the journal; it is sent "
            "once. What to do is in docs/operating.md, 'Journal damaged'.\n")
    for address in addresses:
        key = hashlib.sha256(f"{address} {now} {words}".encode("utf-8", "backslashreplace"))
        yield Letter(now, address, SUBJECT, text, key.hexdigest()[:32])


def _send(letter: Letter, channels: Iterable[Channel]) -> None:
    try:
        taken = [one for one in channels if one.takes(letter)]
        for one in taken:
            one.deliver(letter, again=False)
        LOG.info("%s: %s", letter.address, "told directly" if taken else "there is no way to it")
    except Exception as error:  # whatever it is, there is nobody left to be told
        LOG.error("%s could not be told: %s", letter.address, error)
