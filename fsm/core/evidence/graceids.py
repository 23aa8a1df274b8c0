"""The grammar of GraceIDs.

Source: GraceDB's documentation of identifiers (events G, E, H, M, T, and D of the group Detchar;
superevents S, MS, TS; confirmed superevents GW, MGW, TGW).
"""

import re
from typing import Final, Literal

_EVENT = re.compile(r"[GEHMTD]\d{1,12}", re.ASCII)
_SUPEREVENT = re.compile(r"[TM]?(?:S\d{6}[a-z]{1,8}|GW\d{6}[A-Z]{1,8})", re.ASCII)
_LIKE_ONE = re.compile(r"([A-Z]+)(\d+)([A-Z]*)", re.ASCII | re.IGNORECASE)

Kind = Literal["event", "superevent"]  # what a GraceID names

EVENT: Final = "event"
SUPEREVENT: Final = "superevent"


def in_any_case(text: str) -> str:
    """The GraceID that a text is but for capital and small letters; the text where it is none."""
    match = _LIKE_ONE.fullmatch(text)
    if match is None:
        return text
    kind, digits, letters = match.groups()
    kind = kind.upper()
    named = f"{kind}{digits}{letters.upper() if kind.endswith('GW') else letters.lower()}"
    return named if kind_of(named) else text


CATEGORIES = {"M": "mdc", "T": "test"}  # of superevents, by the letter before their S or GW


def category_of(superevent: str) -> str:
    """The category that the id of a superevent tells: ``production``, ``mdc`` or ``test``."""
    return CATEGORIES.get(superevent[:1], "production")


def letters(number: int) -> str:
    """The letters of the superevent with this number in its day, from 0: a … z, aa, ab …"""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def kind_of(graceid: str) -> Kind | None:
    """Tell what a GraceID names.

    Args:
        graceid: text, for example ``G298048`` or ``MS180616h``.

    Returns:
        ``"event"``, ``"superevent"``, or None where the text is no GraceID.
    """
    if _EVENT.fullmatch(graceid):
        return EVENT
    if _SUPEREVENT.fullmatch(graceid):
        return SUPEREVENT
    return None


def is_superevent(graceid: str) -> bool:
    """Whether a text is the id of a superevent."""
    return kind_of(graceid) == SUPEREVENT
