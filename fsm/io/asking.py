"""Asks GraceDB beside the main loop: a bounded number of requests at once, events by one search."""

import queue
from concurrent.futures import ThreadPoolExecutor

from fsm.core.graceids import EVENT, kind_of
from fsm.io.calling import CallError

AT_ONCE = 10
MOST_TOGETHER = 100  # events by one search


class Asking:
    """Answers questions in threads of its own.

    Args:
        gracedb: :class:`~fsm.io.gracedb.GraceDB`.
        at_once: how many requests at most are under way.

    Attributes:
        answers: a queue of the :class:`~fsm.core.inputs.Answer` that have come.
    """

    def __init__(self, gracedb, at_once=AT_ONCE):
        self.gracedb, self.answers = gracedb, queue.SimpleQueue()
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

    def close(self):
        """Drop what has not begun, and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _search(self, asks):
        """Fetch the events, then let each question go its own way; one not found asks alone."""
        try:
            events = self.gracedb.events([ask.graceid for ask in asks])
        except CallError:
            events = {}
        for ask in asks:
            self._submit(ask, events.get(ask.graceid))

    def _submit(self, ask, event):
        self._pool.submit(self._answer, ask, event)

    def _answer(self, ask, event):
        self.answers.put(self.gracedb.answer(ask, event))
