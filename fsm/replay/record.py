"""Makes recordings of past candidates from what GraceDB holds about them."""

import json
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fsm.core.evidence.graceids import EVENT, kind_of
from fsm.errors import ConfigurationError
from fsm.io.gracedb import reconstruct
from fsm.io.gracedb.fetch import told
from fsm.io.gracedb.retrying import CallError

if TYPE_CHECKING:
    from fsm.io.gracedb.api import GraceDB

LOG = logging.getLogger("fsm")


def lines(gracedb: "GraceDB", graceid: str) -> list[dict[str, Any]]:
    """A candidate's recording, that of a superevent together with its events.

    What of it could not be read is left out, with a warning.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`.
        graceid: of an event or superevent.

    Returns:
        Lines as dicts, in the order of time.

    Raises:
        ConfigurationError: where GraceDB has no such candidate, or cannot be asked.
    """
    if kind_of(graceid) is None:
        raise ConfigurationError(f"{graceid[:40]!r} is no GraceID; expected one such as G298048 "
                                 "or S190425z")
    try:
        made, unread = reconstruct.lines(gracedb, graceid)
    except CallError as error:
        words = told(graceid, error)
        raise ConfigurationError(words if graceid in words else f"{graceid}: {words}") from None
    for one, parts in unread.items():
        for part, why in parts.items():
            LOG.warning("%s: %s left out: %s", one, part, why)
    return made


def found(gracedb: "GraceDB", query: str, kind: str = EVENT) -> list[str]:
    """The GraceIDs of the events or superevents that a query finds, the oldest first."""
    try:
        return gracedb.found(query, kind)[::-1]
    except CallError as error:
        raise ConfigurationError(f"--query {query!r}: {error}") from None


def together(gracedb: "GraceDB", graceids: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    """The recordings of several candidates, those of events in these superevents not twice.

    Yields:
        For each GraceID its lines; none where another one's had it already.

    Raises:
        ConfigurationError: as :func:`lines`.
    """
    had: set[str] = set()
    for graceid in sorted(graceids, key=lambda one: kind_of(one) == EVENT):
        made = [] if graceid in had else lines(gracedb, graceid)
        had.update(line["payload"]["uid"] for line in made)
        yield made


def text(recorded: Iterable[dict[str, Any]]) -> str:
    """Lines as text, in the order of time."""
    ordered = sorted(recorded, key=lambda line: line["time"])
    return "".join(json.dumps(line) + "\n" for line in ordered)
