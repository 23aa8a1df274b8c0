"""The live supervisor's time: the wall clock's, but not wherever that may jump.

Deadlines count from GraceDB's times, so a clock that is an hour fast would make everybody late, and
one that is an hour slow would notice nothing. At the start time therefore stands still, where it
stood when the last input was taken, until GraceDB's own clock has told what time it is; and it goes
on steadily where the wall clock jumps, until that has said which of the two is right.
"""

import time
from collections.abc import Callable

from fsm.core.times import DAY, utc
from fsm.io.reports import Report

LONGEST = DAY  # what differs by more is a mistake, and nobody knows whose
JUMP = 30.0  # seconds by which the wall clock may be off before it is said to have jumped
ASK_AGAIN = 60.0  # seconds until GraceDB is asked again for the time
NAME = "clock"


def steadily() -> float:
    """Seconds since some moment, those during which the machine slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Time that does not jump without reason.

    Args:
        reference: function that returns the right time, unix seconds, or None where it cannot be
            known; None where there is nobody to be asked, so that the wall clock must be right.
        last: the last time that was taken before a restart, unix seconds; None for none.
        wall: function that returns the wall clock's time, unix seconds.
        steady: function that returns seconds since some moment, without jumps.

    Attributes:
        settled: whether it is known what time it is; until then time stands still.
        blind: whether there is not even a time at which it could stand still.
    """

    def __init__(self, reference: Callable[[], float | None] | None, last: float | None = None,
                 wall: Callable[[], float] = time.time,
                 steady: Callable[[], float] = steadily) -> None:
        self._reference, self._wall, self._steady = reference, wall, steady
        self._offset = wall() - steady()
        held = None if last is None else min(last, wall())
        # What happened long after it could not be told from what has not come yet.
        self._held = None if held is None or wall() - held > LONGEST else held
        self._began, self.settled = steady(), reference is None
        self._asked: float | None = None

    @property
    def blind(self) -> bool:
        return not self.settled and self._held is None

    def now(self) -> float:
        """Unix seconds."""
        if self.settled or self._held is None:
            return self._steady() + self._offset
        return self._held

    def ticking(self) -> float:
        """Unix seconds that go on though it is not known what time it is: for pauses alone."""
        now = self.now()
        still = not self.settled and self._held is not None
        return now + self._steady() - self._began if still else now

    def make_do(self) -> None:
        """Take the wall clock's time to stand still at, where there is no other one."""
        if self.blind:
            self._held = self._wall()

    def look(self) -> list[Report]:
        """Compare with the wall clock, and where it has jumped, with GraceDB's.

        Returns:
            :class:`~fsm.io.reports.Report` objects.
        """
        if not self.settled:
            return self._settle()
        off = self._wall() - self.now()
        if abs(off) < JUMP:
            self._offset += off
            self._asked = None
            return [Report(NAME, False, "the machine's clock is right")]
        if self._asked is not None and self._steady() - self._asked < ASK_AGAIN:
            return []
        self._asked = self._steady()
        return self._jumped(off)

    def _settle(self) -> list[Report]:
        right = self._reference() if self._reference else None
        if right is None:
            return [Report(NAME, True, "GraceDB could not be asked for the time since the start, "
                                       "for reasons that the log has: until it can, no deadline "
                                       "is judged")]
        off = self._wall() - right
        if abs(off) > LONGEST:
            return [Report(NAME, True, f"GraceDB's time is {utc(right)}, the machine's differs by "
                                       f"{off:+.0f} s: one of them is far wrong. Until that is "
                                       "mended, no deadline is judged")]
        self.settled = True
        if abs(off) < JUMP:
            self._offset = self._wall() - self._steady()
            return [Report(NAME, False, "the machine's clock is right")]
        self._offset = right - self._steady()
        return [Report(NAME, True, f"by GraceDB's time the machine's clock is wrong by {off:+.0f} "
                                   "s, and is not followed: correct it")]

    def _jumped(self, off: float) -> list[Report]:
        words = f"the machine's clock jumped by {off:+.0f} s"
        right = self._reference() if self._reference else None
        if right is None:
            return [Report(NAME, True, f"{words}; GraceDB could not be asked for the time, and "
                                       "until it can, time goes on as if it had not")]
        if abs(right - self._wall()) < abs(right - self.now()):
            self._offset += off
            self._asked = None
            return [Report(NAME, True, f"{words}; by GraceDB's time it is right now and was wrong "
                                       "before, and is followed")]
        return [Report(NAME, True, f"{words}; by GraceDB's time it is wrong, and is not followed: "
                                   "correct it")]
