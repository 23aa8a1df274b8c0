"""Makes recordings of past candidates from what GraceDB holds about them."""

import json

from fsm.core.graceids import kind_of
from fsm.errors import ConfigurationError
from fsm.io import past
from fsm.io.calling import GONE, CallError


def lines(gracedb, graceid):
    """A candidate's recording.

    Args:
        gracedb: :class:`~fsm.io.gracedb.GraceDB`.
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
        return past.lines(gracedb, graceid)
    except CallError as error:
        words = f"GraceDB has no {graceid}, or does not show it to you" if error.kind == GONE \
            else f"{graceid}: {error}"
        raise ConfigurationError(words) from None


def found(gracedb, query):
    """The GraceIDs that a query finds, the oldest first."""
    try:
        events = gracedb.caller.call(lambda client: list(client.events(query)))
    except CallError as error:
        raise ConfigurationError(f"--query {query!r}: {error}") from None
    return [event["graceid"] for event in reversed(events)]


def text(recorded):
    """Lines as text, in the order of time."""
    ordered = sorted(recorded, key=lambda line: line["time"])
    return "".join(json.dumps(line) + "\n" for line in ordered)
