"""Whose time it is: the clock's, or that of the recorded alerts which are followed."""

import logging
import time
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Protocol, TypeAlias

from fsm.core.engine.engine import Engine
from fsm.core.times import AHEAD, JUMP, span, utc
from fsm.io.clock import Clock
from fsm.io.listeners.inbox import Inbox, Received
from fsm.io.reports import Report

MOST = 200  # inputs of one turn
DUE = 20  # likewise GraceIDs: each may have to be made again, for which alerts would wait
LOG = logging.getLogger("fsm")

# GraceIDs with something due, alerts, news.
Collected: TypeAlias = tuple[list[str], list[Received], list[Any]]


class TimeSource(Protocol):
    """Whose time it is."""

    @property
    def settled(self) -> bool:
        """Whether it is known what time it is."""

    def now(self) -> float:
        """Unix seconds."""

    def ticking(self) -> float:
        """Unix seconds for pauses alone."""

    def make_do(self) -> None:
        """Stand still somewhere, where there is no time yet."""

    def collect(self, inbox: Inbox, engine: Engine, asked: bool, longest: float) -> Collected:
        """Wait for something to do; see :meth:`WallClock.collect`."""

    def facts(self) -> Mapping[str, object]:
        """What the journal is to know of it after that, by name."""


class WallClock:
    """Time is the clock's.

    Args:
        clock: :class:`~fsm.io.clock.Clock`.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    @property
    def settled(self) -> bool:
        """Whether it is known what time it is; until then nothing that is due is looked at."""
        return self.clock.settled

    @property
    def blind(self) -> bool:
        """Whether nothing can be taken yet, since nobody has told what time it is."""
        return self.clock.blind

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now()

    def ticking(self) -> float:
        """Unix seconds for pauses alone; see :meth:`fsm.io.clock.Clock.ticking`."""
        return self.clock.ticking()

    def look(self) -> list[Report]:
        """See :meth:`fsm.io.clock.Clock.look`."""
        return self.clock.look()

    def make_do(self) -> None:
        """See :meth:`fsm.io.clock.Clock.make_do`."""
        self.clock.make_do()

    def collect(self, inbox: Inbox, engine: Engine, asked: bool, longest: float) -> Collected:
        """Wait for something to do.

        Args:
            inbox: :class:`~fsm.io.listeners.inbox.Inbox`.
            engine: :class:`~fsm.core.engine.engine.Engine`.
            asked: whether a question waits for its answer.
            longest: seconds to wait at most.

        Returns:
            (GraceIDs with something due, alerts, news).
        """
        if not self.settled:
            inbox.wait(longest, alerts=not self.blind)
            return [], *inbox.take(0 if self.blind else MOST)
        inbox.wait(min(longest, engine.next_timer() - self.now()))
        return engine.timers.due(self.now(), DUE), *inbox.take(MOST)

    def facts(self) -> Mapping[str, object]:
        """Nothing: its time is everybody's."""
        return {}


class AlertClock:
    """Time is that of the alerts, which arrive one after the other.

    It stands still while GraceDB is asked. So what is decided is what a replay decides, however
    fast the alerts come. One alert alone does not move it far: where it leaps, the alert after it
    must not be back from there.

    Args:
        time: where it begins, unix seconds.
        wall: function that returns the machine's time, unix seconds.
    """

    settled, blind = True, False

    def __init__(self, time: float = -inf, wall: Callable[[], float] = time.time) -> None:
        self.time, self._wall = time, wall
        self._held: Received | None = None

    def now(self) -> float:
        """Unix seconds."""
        return self.time

    ticking = now

    def make_do(self) -> None:
        """It stands still somewhere already."""

    def collect(self, inbox: Inbox, engine: Engine, asked: bool, longest: float) -> Collected:
        """As of :class:`WallClock`."""
        inbox.wait(longest, alerts=not asked)
        head = None if asked else inbox.head()
        arrives = None if head is None else self._arrival(head, inbox, longest)
        if head is None or arrives is None:
            return [], *inbox.take(0)
        timer = self.next_timer(engine)
        if timer < arrives:
            self.time = max(self.time, timer)
            return self.due(engine), *inbox.take(0)
        if head.line is not None:
            self.time = max(self.time, arrives)
        return [], *inbox.take(1)

    def facts(self) -> Mapping[str, object]:
        """Nothing: the journal has the times of the inputs."""
        return {}

    def next_timer(self, engine: Engine) -> float:
        """When anything is next due, unix seconds."""
        return engine.next_timer()

    def due(self, engine: Engine) -> list[str]:
        """The GraceIDs with something due now."""
        return engine.timers.due(self.time)

    def _arrival(self, head: Received, inbox: Inbox, longest: float) -> float | None:
        """When an alert arrives; no time where it is a mistake, None where that is not known yet.

        The first one of all may be all there is, so it is not waited for another one for long.
        """
        if head.line is None:
            return inf  # what is left to be done is done first
        first = self.time == -inf
        if not first and head.time <= self.time + JUMP:
            return head.time
        after = inbox.second() or self._awaited(head, inbox, longest)
        if after is None:
            return head.time if first and head.time <= self._wall() + JUMP else None
        self._held = None
        if after.line is None:
            mistaken = head.time > max(self._wall(), self.time) + AHEAD
        else:
            mistaken = after.time < head.time - JUMP
        return self.time if mistaken else head.time

    def _awaited(self, head: Received, inbox: Inbox, longest: float) -> Received | None:
        """The alert after one that leaps, None where none comes in so many seconds."""
        if self._held is not head and self.time > -inf:
            self._held = head
            LOG.warning("an alert from %s says %s, %s after those before it: it waits until the "
                        "next one confirms that", head.source, utc(head.time),
                        span(head.time - self.time))
        inbox.wait(longest, alerts=2)
        return inbox.second()
