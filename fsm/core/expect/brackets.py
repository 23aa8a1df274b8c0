"""Brackets in the words of conditions, so that they can be read in one way."""

import re

_QUOTED, _BRACKETED = re.compile("“[^”]*”"), re.compile(r"\([^()]*\)")


def bracketed(words: str, other: str) -> str:
    """The words of a part of a condition, in brackets where else it were not plain how far it goes.

    So it is where the other of "and" and "or" is in it, or whose it is, outside all brackets.

    Args:
        words: of the part.
        other: ``or`` where parts are joined by ``and``, else ``and``.
    """
    outside, within = _QUOTED.sub("", words), ""
    while within != outside:
        within, outside = outside, _BRACKETED.sub("", outside)
    return f"({words})" if f" {other} " in outside or ": " in outside else words
