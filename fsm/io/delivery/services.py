"""Addresses of chats, telephones and other services, which apprise knows (extra ``apprise``)."""

from fsm.errors import ConfigurationError
from fsm.io.addresses import named


def available() -> bool:
    """Whether the library for it is installed."""
    try:
        import apprise  # noqa: F401
    except ImportError:
        return False
    return True


def check(address: str) -> None:
    """Refuse an address that no service of apprise has.

    Raises:
        ConfigurationError: where it is none, or the library is missing.
    """
    if not available():
        raise ConfigurationError(f"{named(address)} needs apprise: pip install "
                                 "'event-supervisor[apprise]'")
    import apprise

    if not apprise.Apprise().add(address):
        raise ConfigurationError(f"{named(address)} is no address that apprise knows; see "
                                 "its list of services")
