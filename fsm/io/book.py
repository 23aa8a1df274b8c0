"""The address book: where the responsible parties are reached.

An address is an e-mail address, or one of apprise's: ``slack://...``, ``twilio://...`` and many
others. These hold secrets: they stay in the configuration, and everywhere else each has a name.
"""

import hashlib
import re

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://…#[0-9a-f]{12}")
_PIECES = re.compile(r"[/:@?&=#,]+")


def is_mail(address):
    """Whether it is an e-mail address."""
    return _MAIL.fullmatch(address) is not None


def is_url(address):
    """Whether it looks like an address of apprise."""
    return _URL.fullmatch(address) is not None


def named(address):
    """The name of an address, which tells no secret; that of an e-mail address is itself."""
    match = _URL.fullmatch(address)
    if match is None or _NAME.fullmatch(address):
        return address
    return f"{match[1]}://…#{hashlib.sha256(address.encode()).hexdigest()[:12]}"


def without_secrets(text, address):
    """A text in which somebody may have quoted parts of an address, without them."""
    for piece in sorted(_PIECES.split(address)[1:], key=len, reverse=True):
        if len(piece) > 3:
            text = text.replace(piece, "…")
    return text


class Book:
    """Who is reached where.

    Args:
        parties: names of parties to their addresses.
        by_name: whether a party that is itself an e-mail address needs no entry.
    """

    def __init__(self, parties, by_name=True):
        self._parties = {name: tuple(map(named, addresses)) for name, addresses in parties.items()}
        self._real = {named(one): one for addresses in parties.values() for one in addresses}
        self._by_name = by_name

    def real(self, name):
        """The address of a name, as a service needs it; None where nobody has it any more."""
        return self._real.get(name)

    def addresses(self, names):
        """The names of the addresses of parties, each once."""
        return tuple(dict.fromkeys(address for name in names for address in self._of(name)))

    def everybody(self):
        """The names of the addresses of all parties that are entered, each once."""
        return self.addresses(self._parties)

    def parties(self, address):
        """The parties that the address of this name belongs to."""
        named = [name for name, addresses in self._parties.items() if address in addresses]
        return (*named, address)

    def unknown(self, names):
        """Those of these parties that are reached nowhere."""
        return tuple(name for name in names if not self._of(name))

    def _of(self, name):
        known = self._parties.get(name)
        if known is not None:
            return known
        return (name,) if self._by_name and is_mail(name) else ()
