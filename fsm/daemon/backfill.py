"""Catches up from GraceDB with what the transports have lost.

Alerts are hints: every transport loses some, and says nothing. So GraceDB is asked for the
candidates of the last hours, and again for those which are open and of which nothing has been heard
for long.
"""

from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Protocol

from fsm.core.engine.effects import Ask
from fsm.io.gracedb.query_pool import Pool, Searches, Wanted

AT_ONCE = 20  # such questions under way, so that those of deadlines need not wait behind them
LEAST = 60.0  # seconds between two times at which all that are open are asked for
BUDGET = 1.0  # seconds until the next such time for each of them
LONGEST = 1800.0  # seconds, however many they are
MOST_WAITING = 1000  # to be confirmed


class Settings(Searches, Protocol):
    """The table ``catch_up`` of a configuration."""

    @property
    def every(self) -> float:
        """Seconds between two searches."""

    @property
    def window(self) -> float:
        """Seconds that one goes back."""

    @property
    def again(self) -> float:
        """Seconds without news, after which one that is open is asked for."""


class Backfill:
    """Decides when GraceDB is asked for what.

    Args:
        settings: :class:`~fsm.io.config.sections.CatchUp`.
        query_pool: has ``ask(asks)`` and ``search(since, until, settings)``; answers and
            :class:`~fsm.io.gracedb.query_pool.Found` come into the inbox.
        candidates: the GraceIDs under supervision, with ``in``.
        retired: those that have left, likewise.
        open_since: function that returns the open candidates, and when each was last heard of, unix
            seconds.
        since: when the last input was taken before a restart, unix seconds; None for none.
        wanted: function that says of an event as GraceDB lists it whether it may be supervised;
            None for all.
    """

    def __init__(self, settings: Settings, query_pool: Pool, candidates: Container[str],
                 retired: Container[str], open_since: Callable[[], Mapping[str, float]],
                 since: float | None = None, wanted: Wanted | None = None) -> None:
        self.settings, self.query_pool, self._since = settings, query_pool, since
        self.wanted = wanted
        self._known, self._retired, self._open = candidates, retired, open_since
        self._next = float("-inf")
        self._waiting: deque[str] = deque()
        self._under_way: set[str] = set()
        self._all, self._again = True, float("-inf")

    def connected(self) -> None:
        """A listener listens again: what came before may be lost, of all that are open.

        One that has to listen again and again must not have all asked for each time, so that is
        put off for as long as the last time has cost.
        """
        self._all = True

    def look(self, now: float, leads: bool = True) -> None:
        """Ask what is to be asked.

        Args:
            now: unix seconds.
            leads: whether to look for new candidates now and then, for all supervisors; what is
                asked since a listener has missed something, each does for itself.
        """
        # Also where time went back.
        due = leads and not self._next - self.settings.every <= now < self._next
        after_all = self._all and not self._again - LONGEST <= now < self._again
        if due or after_all:
            self._next = now + self.settings.every
            self._search(now, after_all)
        free = min(len(self._waiting), AT_ONCE - len(self._under_way))
        if free > 0:
            some = [self._waiting.popleft() for _ in range(free)]
            self._under_way.update(some)
            self.query_pool.ask([Ask(now, graceid, "", ()) for graceid in some])

    def _search(self, now: float, after_all: bool) -> None:
        since = now - self.settings.window
        if self._since is not None:  # all that came while it was away
            since = min(since, self._since)
        self.query_pool.search(since, now, self.settings, self.wanted)
        quiet = now - self.settings.again
        wanted = [graceid for graceid, heard in self._open().items()
                  if (heard >= since if after_all else heard <= quiet)]
        self._want(wanted)
        if after_all:
            self._all = False
            self._again = now + min(max(LEAST, BUDGET * len(wanted)), LONGEST)

    def found(self, graceids: Iterable[str], complete: bool = True) -> None:
        """GraceDB has these candidates, perhaps more; those not known are asked for."""
        if complete:
            self._since = None
        self._want(g for g in graceids if g not in self._known and g not in self._retired)

    def confirm(self, graceid: str) -> None:
        """Ask for one that may be invented; beyond some, the searches find what is real."""
        if len(self._waiting) < MOST_WAITING:
            self._want([graceid])

    def answered(self, graceid: str) -> None:
        """One of its questions has been answered, or could not be."""
        self._under_way.discard(graceid)

    def _want(self, graceids: Iterable[str]) -> None:
        waiting = set(self._waiting) | self._under_way
        self._waiting.extend(g for g in dict.fromkeys(graceids) if g not in waiting)
