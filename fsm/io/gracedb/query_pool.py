"""Asks GraceDB beside the main loop: a bounded number of requests at once, events by one search.

Of the questions about one candidate one is under way at a time, so that a candidate about which
GraceDB is slow does not hold the others.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeAlias

import attrs

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import EVENT, SUPEREVENT, kind_of
from fsm.io.gracedb.api import MOST_TOGETHER, GraceDB
from fsm.io.gracedb.fair_turns import FairTurns
from fsm.io.gracedb.gate import Gate
from fsm.io.tally import Tally

LOG = logging.getLogger("fsm")
AT_ONCE = 10
BEHIND = "earlier questions about it took too long"

Wanted: TypeAlias = Callable[[Plain], bool]  # of an event as it is listed: whether it counts


class Searches(Protocol):
    """Queries in GraceDB's language for what is to be found."""

    @property
    def queries(self) -> tuple[str, ...]:
        """For events."""

    @property
    def superevents(self) -> tuple[str, ...]:
        """For superevents."""


@attrs.frozen(slots=True)
class Found:
    """The GraceIDs that a search has found, and whether it could be done to its end."""

    graceids: tuple[str, ...]
    complete: bool = True


class Pool(Protocol):
    """Whoever takes questions, whose answers come later.

    Attributes:
        taken: how long they have taken.
    """

    taken: Tally

    @property
    def left_alone(self) -> float:
        """Seconds for which GraceDB is left alone."""

    def ask(self, asks: Iterable[Ask]) -> None:
        """Put questions."""

    def search(self, since: float, until: float, settings: Searches,
               wanted: Wanted | None = None) -> None:
        """Look for what was created in a time, unix seconds."""

    def share(self, supervisors: int) -> None:
        """Ask no more at once than so many supervisors may together."""

    def close(self) -> None:
        """Drop what has not begun."""


class EmptyPool:
    """In the place of :class:`QueryPool` where there is no GraceDB: every answer is a failure."""

    left_alone = 0.0

    def __init__(self, tell: Callable[[Answer], None]) -> None:
        self._tell, self.taken = tell, Tally()

    def ask(self, asks: Iterable[Ask]) -> None:
        """Put questions."""
        for ask in asks:
            self._tell(Answer(ask.time, ask.graceid, ask.question, failure="none is configured"))

    def search(self, since: float, until: float, settings: Searches,
               wanted: Wanted | None = None) -> None:
        """Find nothing."""

    def share(self, supervisors: int) -> None:
        """Nothing is asked."""

    def close(self) -> None:
        """Nothing is under way."""


class QueryPool:
    """Answers questions in threads of its own; every one gets an answer, if only a failure.

    Args:
        gracedb: :class:`~fsm.io.gracedb.api.GraceDB`.
        at_once: how many requests at most are under way, of all supervisors on one journal.
        tell: called, from these threads, with every :class:`~fsm.core.engine.inputs.Answer` and
            :class:`Found`.

    Attributes:
        taken: how long questions have taken.
    """

    def __init__(self, gracedb: GraceDB, tell: Callable[[Answer | Found], None],
                 at_once: int = AT_ONCE) -> None:
        self.gracedb, self._tell, self.taken = gracedb, tell, Tally()
        self._gate = Gate(at_once)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="gracedb")
        self._turns = FairTurns(self._pool, gracedb.caller.limits.seconds)

    @property
    def left_alone(self) -> float:
        """Seconds for which GraceDB is left alone, since too many calls came to nothing."""
        return self.gracedb.caller.left_alone

    def ask(self, asks: Iterable[Ask]) -> None:
        """Put questions; those about events that are put together share searches.

        Args:
            asks: :class:`~fsm.core.engine.effects.Ask` objects.
        """
        asks = list(asks)
        together = [ask for ask in asks if kind_of(ask.graceid) == EVENT] if len(asks) > 1 else []
        shared = set(map(id, together))
        for ask in asks:
            if id(ask) not in shared:
                self._submit(ask)
        for start in range(0, len(together), MOST_TOGETHER):
            self._pool.submit(self._search, together[start:start + MOST_TOGETHER])

    def search(self, since: float, until: float, settings: Searches,
               wanted: Wanted | None = None) -> None:
        """Look for what was created in a time, unix seconds, and any of the queries finds.

        Args:
            since, until: unix seconds.
            settings: with ``queries`` for events, and ``superevents`` for these.
            wanted: function that says of an event as it is listed whether it counts; None for all.
        """
        self._turns.take("search", lambda: self._found(since, until, settings, wanted),
                         lambda: self._tell(Found(())))

    def share(self, supervisors: int) -> None:
        """See :class:`Pool`."""
        self._gate.share(supervisors)

    def close(self) -> None:
        """Drop what has not begun, and wait for nothing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _found(self, since: float, until: float, settings: Searches, wanted: Wanted | None) -> None:
        self.gracedb.caller.moment = until
        complete = True
        found: list[str] = []
        for query, kind, which in (*((query, EVENT, wanted) for query in settings.queries),
                                   *((query, SUPEREVENT, None) for query in settings.superevents)):
            try:
                with self._gate:
                    found += self.gracedb.created(since, until, query, kind, which)
            except Exception as error:  # whatever it is, the others must be looked for
                complete = False
                LOG.warning("GraceDB could not be searched for new candidates: %s", error)
        self._tell(Found(tuple(dict.fromkeys(found)), complete))

    def _search(self, asks: Sequence[Ask]) -> None:
        """Fetch the events, then let each question go its own way; one not found asks alone."""
        began = time.monotonic()
        events: dict[str, Plain] = {}
        try:
            self.gracedb.caller.moment = asks[0].time
            with self._gate:
                events = self.gracedb.events([ask.graceid for ask in asks])
        except Exception as error:  # whatever it is, each question must go its own way
            LOG.warning("GraceDB could not be searched for several events: %s", error)
        spent = time.monotonic() - began
        for ask in asks:
            self._submit(ask, events.get(ask.graceid), spent)

    def _submit(self, ask: Ask, event: Plain | None = None, spent: float = 0.0) -> None:
        """Have a question answered when it is its candidate's turn; some time is spent already."""
        self._turns.take(ask.graceid, lambda: self._answer(ask, event, spent),
                         lambda: self._tell(_failed(ask, BEHIND)))

    def _answer(self, ask: Ask, event: Plain | None, spent: float) -> None:
        caller = self.gracedb.caller
        try:
            with self.taken.timing(), self._gate, \
                    caller.within(max(0.0, caller.limits.seconds - spent)):
                answer = self.gracedb.answer(ask, event)
        except Exception as error:  # whatever rubbish may lead to; who asked must not wait for ever
            answer = _failed(ask, f"its answer cannot be used ({type(error).__name__})")
        self._tell(answer)


def _failed(ask: Ask, why: str) -> Answer:
    return Answer(ask.time, ask.graceid, ask.question, failure=why)
