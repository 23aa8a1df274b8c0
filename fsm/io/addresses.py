"""Addresses: e-mail addresses, and those of apprise: ``slack://...``, ``twilio://...`` and others.

The latter hold secrets: they stay in the configuration, and everywhere else each has a name.
"""

import hashlib
import re

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://…#[0-9a-f]{12}")
_PIECES = re.compile(r"[/:@?&=#,]+")


def is_mail(address: str) -> bool:
    """Whether it is an e-mail address."""
    return _MAIL.fullmatch(address) is not None


def is_url(address: str) -> bool:
    """Whether it looks like an address of apprise."""
    return _URL.fullmatch(address) is not None


def named(address: str) -> str:
    """The name of an address, which tells no secret; that of an e-mail address is itself."""
    match = _URL.fullmatch(address)
    if match is None or _NAME.fullmatch(address):
        return address
    return f"{match[1]}://…#{hashlib.sha256(address.encode()).hexdigest()[:12]}"


def without_secrets(text: str, address: str) -> str:
    """A text in which somebody may have quoted parts of an address, without them."""
    for piece in sorted(_PIECES.split(address)[1:], key=len, reverse=True):
        if len(piece) > 3:
            text = text.replace(piece, "…")
    return text
