"""Sends letters to chats, telephones and other services, through apprise (extra ``apprise``)."""

import logging

from fsm.errors import ConfigurationError
from fsm.io.book import is_url, shown
from fsm.io.letters import Letter
from fsm.io.outbox import DeliveryError


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
        raise ConfigurationError(f"parties: {shown(address)} needs apprise: pip install "
                                 "'event-supervisor[apprise]'")
    import apprise

    if not apprise.Apprise().add(address):
        raise ConfigurationError(f"parties: {shown(address)} is no address that apprise knows; see "
                                 "its list of services")


class ChatChannel:
    """Letters to addresses of apprise."""

    def takes(self, effect):
        """Whether it is a letter to such an address."""
        return isinstance(effect, Letter) and is_url(effect.address)

    def deliver(self, effect, again):
        """Send it."""
        import apprise

        service = apprise.Apprise()
        service.add(effect.address)
        with apprise.LogCapture(level=logging.WARNING) as said:
            if not service.notify(body=effect.text, title=effect.subject,
                                  body_format=apprise.NotifyFormat.TEXT):
                words = " ".join(said.getvalue().split())[-200:]
                raise DeliveryError(f"{shown(effect.address)}: "
                                    f"{words.replace(effect.address, '…') or 'not delivered'}")
