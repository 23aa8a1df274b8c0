"""GraceDB itself, asked and written to through its own client.

One question is at most an event, its logs, its labels and sign-offs where it has any, and the
searches and files that the guards want; of a log that has not grown it is an event and the log's
next entry, which is not there. Source: GraceDB's REST interface and ligo-gracedb 2.16.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from math import ceil, floor

import attrs
from ligo.gracedb.rest import GraceDb

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import EVENT, SUPEREVENT, kind_of
from fsm.core.expect.hints import Want
from fsm.io.gracedb import contents
from fsm.io.gracedb.fetch import Reading, neighbours_of, signoffs_of, told
from fsm.io.gracedb.pages import rows_of, searched, unusable
from fsm.io.gracedb.read_cache import ReadCache
from fsm.io.gracedb.retrying import GONE, Caller, CallError

MOST_TOGETHER = 100  # events by one search
LOG = logging.getLogger("fsm")
_WORD = re.compile(r"[\w-]+", re.ASCII)  # nothing else from outside goes into a query


class GraceDB:
    """Answers questions from a GraceDB server, and writes into it.

    Args:
        caller: :class:`~fsm.io.gracedb.retrying.Caller`.
    """

    def __init__(self, caller: Caller) -> None:
        self.caller, self.cache = caller, ReadCache()

    def answer(self, ask: Ask, event: Plain | None = None) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`; a failure is an answer too.

        Args:
            ask: the question.
            event: its event dictionary, where it was just fetched with others.
        """
        self.caller.moment = ask.time
        try:
            with self.caller.within(self.caller.limits.seconds):
                return self._answer(ask, event)
        except CallError as error:
            return Answer(ask.time, ask.graceid, ask.question, failure=told(ask.graceid, error),
                          gone=error.kind == GONE and ask.graceid in error.page)

    def events(self, graceids: Collection[str]) -> dict[str, Plain]:
        """The event dictionaries of several GraceIDs, as GraceDB has them; some may lack.

        One search of one time is all it takes, so that they do not wait for it for long.
        """
        query = "gid: " + " ".join(graceids)

        def search(client: GraceDb) -> dict[str, Plain]:
            rows = islice(searched(client, "events", query), MOST_TOGETHER)
            return {row["graceid"]: row for row in rows if _id(row, "graceid") in graceids}

        with self.caller.within(self.caller.limits.together):
            return self.caller.call(search)

    def created(self, since: float, until: float, query: str = "", kind: str = EVENT,
                wanted: Callable[[Plain], bool] | None = None) -> list[str]:
        """The GraceIDs of what was created in a time, unix seconds, and a query finds.

        Args:
            since, until: unix seconds.
            query, kind, wanted: as of :meth:`found`.
        """
        text = f"{query} {_query('created', since, until, '', '', '')}".strip()
        return [graceid for graceid in self.found(text, kind, wanted) if kind_of(graceid)]

    def found(self, query: str, kind: str = EVENT,
              wanted: Callable[[Plain], bool] | None = None) -> list[str]:
        """The ids of the events or superevents that a query in GraceDB's language finds.

        Args:
            query: in that language.
            kind: of what.
            wanted: function that says of an event as it is listed whether it counts; None for all.

        Raises:
            CallError: where GraceDB cannot be asked, or what it found has none.
        """
        search, key = ("superevents", "superevent_id") if kind == SUPEREVENT \
            else ("events", "graceid")
        limits = self.caller.limits
        ids = self.caller.call(
            lambda client: [_id(row, key) for row in searched(client, search, query, limits)
                            if wanted is None or not isinstance(row, dict) or wanted(row)],
            seconds=limits.searching)
        if ids and not any(ids):
            raise unusable(f"there is no {key!r}")
        if not all(ids):
            LOG.warning("GraceDB: %d of %d found have no %r", ids.count(None), len(ids), key)
        return list(filter(None, ids))

    def neighbours(self, want: Want) -> list[Plain]:
        """The events that a question's ``("neighbours", clock, start, stop, ...)`` is about."""
        return self.caller.call(lambda client: self._neighbours(client, want))

    def signoffs(self, graceid: str) -> list[Plain]:
        """The sign-offs of an event or superevent, as GraceDB's dicts."""
        return self.caller.call(lambda client: signoffs_of(client, graceid))

    def content(self, graceid: str, name: str, version: int) -> Plain:
        """The facts about a file, as :func:`fsm.io.gracedb.contents.facts` gives them.

        Raises:
            CallError: where it cannot be read.
        """
        return self.caller.call(lambda client: contents.facts(client, graceid, name, version))

    def write(self, graceid: str, comment: str, tags: Iterable[str], mark: str) -> None:
        """Write a log message once, whatever becomes of the answers.

        Args:
            graceid: about whom.
            comment: the message.
            tags: its tags.
            mark: short text, the same for the same message and for no other; it is put into the
                message, and looked for before every attempt.

        Raises:
            CallError: where it came to nothing.
        """
        def attempt(client: GraceDb) -> None:
            known = rows_of(client.logs(graceid), "log", "logs")
            if not any(mark in str(entry.get("comment")) for entry in known
                       if isinstance(entry, dict)):
                client.write_log(graceid, f"{comment} [{mark}]", tag_name=list(tags))

        self.caller.call(attempt)

    def time(self) -> float | None:
        """GraceDB's own clock, unix seconds to the second; None where it cannot be asked."""
        try:
            response = self.caller.call(lambda client: client.ping())
            return parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (CallError, KeyError, ValueError, TypeError) as error:
            LOG.warning("GraceDB could not be asked for the time: %s", error)
            return None

    def label(self, graceid: str, name: str) -> None:
        """Put a label on; one that is on already is no error."""
        self.caller.call(lambda client: client.write_label(graceid, name))

    def _answer(self, ask: Ask, event: Plain | None) -> Answer:
        reading = Reading(self.caller, self.cache, ask.graceid, ask.time)
        state = reading.answer(event)  # first: without it there is no answer at all
        neighbours: dict[str, list[Plain]] = {}
        found: dict[str, Plain] = {}
        unavailable: set[Want] = set()
        members: list[Answer] = []
        for want in ask.wants:
            if want[0] == "neighbours":
                neighbours.update(reading.neighbours(want, self._neighbours))
            elif want[0] == "member":
                members += reading.members(want)
            elif contents.readable(want[1]):
                found.update(reading.content(want))
            else:
                unavailable.add(want)
        return attrs.evolve(state, question=ask.question, neighbours=neighbours, contents=found,
                            unavailable=frozenset(unavailable), members=tuple(members))

    def _neighbours(self, client: GraceDb, want: Want) -> list[Plain]:
        return neighbours_of(client, _query(*want[1:]), self.caller.limits)


def _id(row: object, key: str) -> str | None:
    """The GraceID that a found row has under a key; None where it has none."""
    graceid = row.get(key) if isinstance(row, dict) else None
    return graceid if isinstance(graceid, str) and kind_of(graceid) else None


def _query(clock: str, start: float, stop: float, *search: str) -> str:
    """GraceDB's query for the events of a search in a window, rounded outward to seconds."""
    names = zip(("group", "pipeline", "search"), search, strict=True)
    terms = [f"{key}: {value}" for key, value in names if _WORD.fullmatch(value)]
    window = [str(t) if clock != "created" else
              datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%d %H:%M:%S")
              for t in (floor(start), ceil(stop))]
    return " ".join([*terms, f"{clock}: " + " .. ".join(window)])
