"""New GraceIDs faster than they can be real: confirmed with GraceDB before anything is expected.

Whoever may write to a topic can invent GraceIDs, each of which would be followed up, asked about
and told of. What is real loses nothing by the question: its answer has all that GraceDB has of it.
"""

from collections.abc import Iterator

from fsm.io.journal.journal import Journal
from fsm.io.reports import Report

FLOOD = "flood "  # begins the names of facts that tell when a source was last over its limit
MINUTE = 60.0  # seconds
CONFIRMED = "each is confirmed with GraceDB before it is followed up"
LEFT = "there is no GraceDB that could confirm them, so further ones are left alone"


class Flood:
    """Counts the new GraceIDs of each source.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`, where any supervisor on it finds when
            a source was over the limit, whichever has seen that.
        most: how many of a source may begin in a minute; 0 for any number.
        fate: what becomes of further ones, in words.

    Attributes:
        confirmed: number of alerts about such.
    """

    def __init__(self, journal: Journal, most: float, fate: str = CONFIRMED) -> None:
        self.journal, self.most, self._fate = journal, most, fate
        self._began, self.confirmed = float("-inf"), 0
        self._new: dict[str, set[str]] = {}
        self._over: dict[str, object] = {}

    def over(self, source: str, graceid: str, now: float) -> bool:
        """Count a new GraceID; returns whether it is one too many for its minute.

        Args:
            source: where its alert came from.
            graceid: which.
            now: unix seconds.
        """
        if not 0.0 <= now - self._began < MINUTE:
            self._began, self._new = now, {}
        new = self._new.setdefault(source, set())
        if not self.most or graceid in new or len(new) < self.most:
            new.add(graceid)
            return False
        self._over[FLOOD + source] = now
        self.confirmed += 1
        return True

    def facts(self) -> dict[str, object]:
        """What the journal is to know since this was last called: when sources were too fast."""
        over, self._over = self._over, {}
        return over

    def reports(self, now: float) -> Iterator[Report]:
        """What the operators are to know: a flood, and its end after a minute without one."""
        for source, last in sorted(self.journal.facts(FLOOD).items()):
            still = abs(now - last) < 2 * MINUTE  # a minute begins with none
            yield Report(f"flood of {source}", still, f"more than {self.most:g} new GraceIDs in a "
                         f"minute: {self._fate}"
                         if still else "new GraceIDs come no faster than they may", of="")
