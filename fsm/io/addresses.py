"""Addresses: e-mail addresses, and those of apprise: ``slack://...``, ``twilio://...`` and others.

The latter hold secrets: they stay in the configuration, and everywhere else each has a name.
"""

import hashlib
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://…#[0-9a-f]{12}")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_SEEN = re.compile(r"[!-~]+")
_PIECES = re.compile(r"[/:@?&=#,]+")
LONGEST_HOST = 253  # characters of a host's name


def is_mail(address: str) -> bool:
    """Whether it is an e-mail address."""
    return _MAIL.fullmatch(address) is not None


def is_url(address: str) -> bool:
    """Whether it looks like an address of apprise."""
    return _URL.fullmatch(address) is not None


def is_host(name: str) -> bool:
    """Whether it can be the name of a host, or its number."""
    if ":" in name:
        return _is_ipv6(name)
    labels = name.removesuffix(".").split(".")
    return len(name) <= LONGEST_HOST and all(map(_LABEL.fullmatch, labels))


def is_web(address: str, schemes: tuple[str, ...]) -> bool:
    """Whether it is an address with one of these schemes, and with a host.

    Args:
        address: such as ``https://gracedb.ligo.org/api/``.
        schemes: in lower case.
    """
    if not _SEEN.fullmatch(address):
        return False  # what is not seen would be left out below
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and is_host(parts.hostname or "") and port != 0


def _is_ipv6(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


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
