"""Sends letters to chats, telephones and other services, through apprise (extra ``apprise``)."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from fsm.core.charts.severity import CRITICAL, MAJOR, SEVERITIES
from fsm.core.printable import printable
from fsm.io.addresses import is_url, without_secrets
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.attempts import DeliveryError
from fsm.io.journal.outgoing import GOOD_NEWS, Letter

# Its own log quotes addresses; what it says of a letter is captured where that is sent.
LOG = logging.getLogger("apprise")
LOG.propagate = False
LOG.setLevel(logging.WARNING)


# The kind of a letter, by which services choose colours, by the gravest problem in it.
_KINDS = {SEVERITIES.index(CRITICAL): "failure", SEVERITIES.index(MAJOR): "warning",
          GOOD_NEWS: "success"}


class ChatChannel:
    """Letters to addresses of apprise.

    Args:
        book: :class:`~fsm.io.delivery.address_book.AddressBook`, which has the addresses that
            letters only name.
    """

    at_once = inf  # each address is a server of its own

    def __init__(self, book: AddressBook) -> None:
        self.book = book

    def takes(self, effect: object) -> bool:
        """Whether it is a letter to such an address."""
        return isinstance(effect, Letter) and is_url(effect.address)

    def deliver(self, effect: Letter, again: bool) -> None:
        """Send it, however long that takes: who calls it has a thread for each address."""
        import apprise

        address = self.book.real(effect.address)
        if address is None:
            raise DeliveryError(f"{effect.address} is in the configuration no more", final=True)
        asset = apprise.AppriseAsset()
        asset._service_timeout = 0.0  # else it leaves the letter to threads that all must share
        service = apprise.Apprise(asset=asset)
        service.add(address)
        with _said() as said:
            try:
                done = bool(service.notify(body=effect.text, title=effect.subject,
                                           body_format=apprise.NotifyFormat.TEXT,
                                           notify_type=_KINDS.get(effect.gravity, "info")))
            except Exception as error:  # its services raise whatever they like, secrets and all
                said.append(f"{type(error).__name__}: {error}")
                done = False
        if not done:
            words = printable(without_secrets(" ".join(" ".join(said).split()), address)[-200:])
            raise DeliveryError(f"{effect.address}: {words or 'not delivered'}")


class _Keeping(logging.Handler):
    """Keeps the words of what is logged."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())


@contextmanager
def _said() -> Iterator[list[str]]:
    """What this thread is told by apprise's log, a list; that of others may hold their secrets."""
    said: list[str] = []
    here = threading.get_ident()
    handler = _Keeping(said)
    handler.addFilter(lambda record: record.thread == here)
    LOG.addHandler(handler)
    try:
        yield said
    finally:
        LOG.removeHandler(handler)
