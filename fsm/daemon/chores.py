"""What a main loop does besides what comes in: chores, called in every turn with the time."""

from collections.abc import Callable, Iterable
from math import inf
from typing import TypeAlias

from fsm.core.engine.effects import Notify
from fsm.io.reports import Report

Told: TypeAlias = Iterable[Report | Notify] | None
Chore: TypeAlias = Callable[[float], Told]


def every(seconds: float, chore: Chore, steady: Callable[[], float] | None = None) -> Chore:
    """A chore done at most once in so many seconds, by the time or by a steady clock."""
    last = -inf

    def done(now: float) -> Told:
        nonlocal last
        moment = steady() if steady else now
        if abs(moment - last) < seconds:
            return ()
        last = moment
        return chore(now)

    return done
