"""Asks GraceDB beside the main loop: a bounded number of requests at once, events by one search."""

import logging
from concurrent.futures import ThreadPoolExecutor

import attrs

from fsm.core.graceids import EVENT, SUPEREVENT, kind_of
from fsm.core.inputs import Answer
from fsm.io.calling import CallError

LOG = logging.getLogger("fsm")
AT_ONCE = 10
MOST_TOGETHER = 100  # events by one search


@attrs.frozen(slots=True)
class Found:
    """The GraceIDs that a search has found, and whether it could be done to its end."""

    graceids: tuple
    complete: bool = True


class NobodyAsked:
    """In the place of :class:`Asking` where there is no GraceDB: every answer is a failure."""

    def __init__(self, tell):
        self._tell = tell

    def ask(self, asks):
        """Put questions."""
        for ask in asks:
            self._tell(Answer(ask.time, ask.graceid, ask.question, failure="none is configured"))

    def search(self, since, until, settings):
        """Find nothing."""

    def close(self):
        """Nothing is under way."""


class Asking:
    """Answers questions in threads of its own; every one gets an answer, if only a failure.

    Args:
        gracedb: :class:`~fsm.io.gracedb.GraceDB`.
        at_once: how many requests at most are under way.

        tell: called, from these threads, with every :class:`~fsm.core.inputs.Answer` and
            :class:`Found`.
    """

    def __init__(self, gracedb, tell, at_once=AT_ONCE):
        self.gracedb, self._tell = gracedb, tell
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="gracedb")

    def ask(self, asks):
        """Put questions; those about events that are put together share searches.

        Args:
            asks: :class:`~fsm.core.effects.Ask` objects.
        """
        asks = list(asks)
        together = [ask for ask in asks if kind_of(ask.graceid) == EVENT] if len(asks) > 1 else []
        shared = set(map(id, together))
        for ask in asks:
            if id(ask) not in shared:
                self._submit(ask, None)
        for start in range(0, len(together), MOST_TOGETHER):
            self._pool.submit(self._search, together[start:start + MOST_TOGETHER])

    def search(self, since, until, settings):
        """Look for what was created in a time, unix seconds, and any of the queries finds.

        Args:
            since, until: unix seconds.
            settings: with ``queries`` for events, and ``superevents`` for these.
        """
        self._pool.submit(self._found, since, until, settings)

    def close(self):
        """Drop what has not begun, and wait for nothing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _found(self, since, until, settings):
        self.gracedb.caller.moment = until
        found, complete = [], True
        for query, kind in (*((query, EVENT) for query in settings.queries),
                            *((query, SUPEREVENT) for query in settings.superevents)):
            try:
                found += self.gracedb.created(since, until, query, kind)
            except CallError as error:
                complete = False
                LOG.warning("GraceDB could not be searched for new candidates: %s", error)
        self._tell(Found(tuple(dict.fromkeys(found)), complete))

    def _search(self, asks):
        """Fetch the events, then let each question go its own way; one not found asks alone."""
        self.gracedb.caller.moment = asks[0].time
        try:
            events = self.gracedb.events([ask.graceid for ask in asks])
        except Exception as error:  # whatever it is, each question must go its own way
            LOG.warning("GraceDB could not be searched for several events: %s", error)
            events = {}
        for ask in asks:
            self._submit(ask, events.get(ask.graceid))

    def _submit(self, ask, event):
        self._pool.submit(self._answer, ask, event)

    def _answer(self, ask, event):
        try:
            answer = self.gracedb.answer(ask, event)
        except Exception as error:  # whatever rubbish may lead to; who asked must not wait for ever
            failure = f"its answer cannot be used ({type(error).__name__})"
            answer = Answer(ask.time, ask.graceid, ask.question, failure=failure)
        self._tell(answer)
