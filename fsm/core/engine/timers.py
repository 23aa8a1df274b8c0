"""When each GraceID is next looked at."""

from heapq import heapify, heappop, heappush
from math import inf

SPARE = 1000  # stale entries that there may be besides as many as there are moments


class Timers:
    """One moment for each GraceID, the earliest found quickly.

    A moment that becomes earlier, or is taken, leaves a stale entry in the heap, which is skipped;
    of these there are never many more than moments.
    """

    def __init__(self) -> None:
        self._moments: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def __getitem__(self, graceid: str) -> float:
        """Its moment, unix seconds; infinity where none is set."""
        return self._moments.get(graceid, inf)

    def wake(self, graceid: str, time: float) -> None:
        """See to it that a GraceID is looked at by this time (unix seconds)."""
        if time < self._moments.get(graceid, inf):
            self._moments[graceid] = time
            heappush(self._heap, (time, graceid))
            if len(self._heap) > 2 * len(self._moments) + SPARE:
                self._heap = [(moment, name) for name, moment in self._moments.items()]
                heapify(self._heap)

    def clear(self, graceid: str) -> None:
        """Look at a GraceID no more."""
        self._moments.pop(graceid, None)

    def next(self) -> tuple[float, str]:
        """The earliest (time, GraceID), or (infinity, "")."""
        heap, moments = self._heap, self._moments
        while heap and moments.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0] if heap else (inf, "")

    def due(self, limit: float, most: float = inf) -> list[str]:
        """The GraceIDs that are to be looked at by ``limit`` (unix seconds), the earliest first;
        ``most`` of them at most."""
        found: dict[str, float] = {}
        while len(found) < most and self.next()[0] <= limit:
            time, graceid = heappop(self._heap)
            found[graceid] = time
        for graceid, time in found.items():
            heappush(self._heap, (time, graceid))
        return list(found)
