"""Sends letters to chats, telephones and other services, through apprise (extra ``apprise``)."""

import logging

from fsm.errors import ConfigurationError
from fsm.io.book import is_url, named, without_secrets
from fsm.io.letters import Letter
from fsm.io.outbox import DeliveryError

# Its own log quotes addresses; what it says of a letter is captured where that is sent.
logging.getLogger("apprise").propagate = False


def available():
    """Whether the library for it is installed."""
    try:
        import apprise  # noqa: F401
    except ImportError:
        return False
    return True


def check(address):
    """Refuse an address that no service of apprise has.

    Raises:
        ConfigurationError: where it is none, or the library is missing.
    """
    if not available():
        raise ConfigurationError(f"parties: {named(address)} needs apprise: pip install "
                                 "'event-supervisor[apprise]'")
    import apprise

    if not apprise.Apprise().add(address):
        raise ConfigurationError(f"parties: {named(address)} is no address that apprise knows; see "
                                 "its list of services")


class ChatChannel:
    """Letters to addresses of apprise.

    Args:
        book: :class:`~fsm.io.book.Book`, which has the addresses that letters only name.
    """

    def __init__(self, book):
        self.book = book

    def takes(self, effect):
        """Whether it is a letter to such an address."""
        return isinstance(effect, Letter) and is_url(effect.address)

    def deliver(self, effect, again):
        """Send it."""
        import apprise

        address = self.book.real(effect.address)
        if address is None:
            raise DeliveryError(f"{effect.address} is in the configuration no more", final=True)
        service = apprise.Apprise()
        service.add(address)
        with apprise.LogCapture(level=logging.WARNING) as said:
            if not service.notify(body=effect.text, title=effect.subject,
                                  body_format=apprise.NotifyFormat.TEXT):
                words = " ".join(said.getvalue().split())[-200:]
                words = without_secrets(words, address)
                raise DeliveryError(f"{effect.address}: {words or 'not delivered'}")
