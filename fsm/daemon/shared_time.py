"""The time of recorded alerts where several supervisors share a journal.

Whoever follows the recording moves it, as soon as all that has come so far has been acted on, and
answered; the others see it in the journal. So it decides the same as one supervisor alone.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from fsm.core.engine.engine import Engine
from fsm.daemon.time_source import AlertClock, Collected
from fsm.io.journal.journal import Journal
from fsm.io.journal.notes import CLOCK
from fsm.io.journal.schema import CANDIDATES, INPUTS, QUESTIONS
from fsm.io.listeners.inbox import Inbox

OFTEN = 0.01  # seconds between looks whether the others are ready


class SharedAlertClock(AlertClock):
    """As :class:`~fsm.daemon.time_source.AlertClock`.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
    """

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal.fact(CLOCK, float("-inf")))
        self.journal = journal
        self._known = self.time

    def collect(self, inbox: Inbox, engine: Engine, asked: bool, longest: float) -> Collected:
        """As of :class:`~fsm.daemon.time_source.WallClock`; what is due is whoever's turn."""
        if inbox.head() is None:  # as long as it follows nothing, others may move the time
            inbox.wait(longest)
            self.time = self._known = self.journal.fact(CLOCK, self.time)
            return [], *inbox.take(0)
        waits = self._others_are_at_it()
        return super().collect(inbox, engine, asked or waits, OFTEN if waits else longest)

    def facts(self) -> Mapping[str, object]:
        """The time, where it was moved."""
        moved, self._known = self.time != self._known, self.time
        return {CLOCK: self.time} if moved else {}

    def next_timer(self, engine: Engine) -> float:
        """When anything is next due for any candidate, unix seconds."""
        timer: float | None = self.journal.db.scalar(sa.select(sa.func.min(CANDIDATES.c.timer)))
        return float("inf") if timer is None else timer

    def due(self, engine: Engine) -> list[str]:
        """The GraceIDs with something due now."""
        return list(self.journal.db.scalars(
            sa.select(CANDIDATES.c.graceid).where(CANDIDATES.c.timer <= self.time)))

    def _others_are_at_it(self) -> bool:
        """Whether anything that has come, or was due, is still to be acted on or answered."""
        there = sa.select(sa.or_(
            sa.exists().where(INPUTS.c.seq.is_(None)), sa.exists().select_from(QUESTIONS),
            sa.exists().where(CANDIDATES.c.timer <= self.time)))
        return bool(self.journal.db.scalar(there))
