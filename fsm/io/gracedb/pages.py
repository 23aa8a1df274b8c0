"""Reads GraceDB's pages: the list on one of them, and all that a search has found.

Source: GraceDB's REST interface.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from ligo.gracedb.rest import GraceDb

from fsm.core.evidence.fields import Plain
from fsm.io.gracedb.limits import USUAL, Limits
from fsm.io.gracedb.retrying import RUBBISH, WRONG, CallError

ON_A_PAGE = 100  # rows of a search


def searched(client: GraceDb, what: str, query: str, limits: Limits = USUAL) -> Iterator[Any]:
    """Yield all that a query in GraceDB's language finds, as GraceDB has it, page by page.

    The client's own search takes a page without a list for one that finds nothing.

    Args:
        client: GraceDB's own client.
        what: ``events`` or ``superevents``.
        query: its text.
        limits: :class:`~fsm.io.gracedb.limits.Limits`.

    Raises:
        CallError: where a page is none, or leads in a circle, elsewhere, or on and on.
    """
    page: str | None = f"{client.links[what]}?{urlencode({'query': query, 'count': ON_A_PAGE})}"
    server, found = urlsplit(page)[:2], 0
    seen: set[str] = set()
    while page:
        if page in seen:
            raise unusable("the pages of a search lead in a circle")
        if urlsplit(page)[:2] != server:
            raise unusable("the next page of a search is on another server")
        if len(seen) >= limits.pages or found > limits.rows:
            raise unusable(f"a search has more than {limits.pages:g} pages or {limits.rows:g} rows")
        seen.add(page)
        response = client.get(page)
        rows = rows_of(response, what)
        found += len(rows)
        yield from rows
        page = _next(response.json(), page)


def _next(plain: Plain, page: str) -> str | None:
    """The address of the page after this one; None after the last one."""
    links = plain.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    if following is not None and not isinstance(following, str):
        raise unusable("the next page of a search has no address")
    return urljoin(page, following) if following else None


def rows_of(response: requests.Response, *keys: str) -> list[Any]:
    """The list that a page of GraceDB has under one of these keys.

    Raises:
        CallError: where it has none.
    """
    plain = response.json()
    for key in keys:
        rows = plain.get(key) if isinstance(plain, dict) else None
        if isinstance(rows, list):
            return rows
    raise unusable(f"there is no list {keys[0]!r}")


def unusable(why: str) -> CallError:
    """The error for an answer of the wrong shape, which repeating would not mend."""
    return CallError(WRONG, f"{RUBBISH}: {why}")
