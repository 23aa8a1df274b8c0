"""Texts that come again and again are kept once, a bounded number of them."""

from functools import lru_cache

LONGEST = 200  # characters; what is longer hardly comes again
MOST = 20_000


@lru_cache(MOST)
def _kept(text: str) -> str:
    return text


def once(text: str) -> str:
    """A text, the same object for the same text.

    Not ``sys.intern``, whose texts some versions of Python (3.12.1) never free again.
    """
    return _kept(text) if len(text) <= LONGEST else text
