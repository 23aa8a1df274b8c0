"""The live supervisor's time: the wall clock's, but not wherever that may jump.

Deadlines count from GraceDB's times, so a clock that is an hour fast would make everybody late, and
one that is an hour slow would notice nothing. Time therefore goes on steadily where the wall clock
jumps, until GraceDB's own clock has said which of the two is right.
"""

import time

from fsm.io.inbox import Report

JUMP = 30.0  # seconds by which the wall clock may be off before it is said to have jumped
ASK_AGAIN = 60.0  # seconds until GraceDB is asked again for the time
NAME = "clock"


def steadily():
    """Seconds since some moment, those during which the machine slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Time that does not jump without reason.

    Args:
        reference: function that returns the right time, unix seconds, or None where it cannot be
            known.
        last: the last time that was taken before a restart, unix seconds; None for none.
        wall: function that returns the wall clock's time, unix seconds.
        steady: function that returns seconds since some moment, without jumps.
    """

    def __init__(self, reference, last=None, wall=time.time, steady=steadily):
        self._reference, self._wall, self._steady = reference, wall, steady
        behind = last is not None and wall() < last - JUMP
        self._offset = (last if behind else wall()) - steady()
        self._asked = None

    def now(self):
        """Unix seconds."""
        return self._steady() + self._offset

    def look(self):
        """Compare with the wall clock, and where it has jumped, with GraceDB's.

        Returns:
            :class:`~fsm.io.inbox.Report` objects.
        """
        off = self._wall() - self.now()
        if abs(off) < JUMP:
            self._offset += off
            self._asked = None
            return [Report(NAME, False, "the machine's clock is right")]
        if self._asked is not None and self._steady() - self._asked < ASK_AGAIN:
            return []
        self._asked = self._steady()
        return self._jumped(off)

    def _jumped(self, off):
        words = f"the machine's clock jumped by {off:+.0f} s"
        right = self._reference()
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
