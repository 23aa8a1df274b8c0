"""A circuit breaker: GraceDB is left alone for a while where nothing comes of calling it."""

import threading
import time


class Breaker:
    """Leaves GraceDB alone for a while after several calls in a row that came to nothing.

    The libraries for this hold a lock for as long as a call takes, one call at a time.

    Args:
        fails: how many such calls.
        reset: for how many seconds.
    """

    def __init__(self, fails: int, reset: float) -> None:
        self.fails, self.reset = fails, reset
        self._lock, self._failed, self._until = threading.Lock(), 0, 0.0

    def left(self) -> float:
        """Seconds for which GraceDB is still left alone; 0 where it may be called."""
        with self._lock:
            return max(0.0, self._until - time.monotonic())

    def note(self, well: bool) -> None:
        """Note how a call ended; the first one after the pause decides by itself."""
        with self._lock:
            self._failed = 0 if well else self._failed + 1
            if self._failed >= self.fails:
                self._until = time.monotonic() + self.reset
                self._failed = self.fails - 1


class Once:
    """Tells a breaker of a call's failure once, however often that call is repeated.

    Else one page that always fails, asked again and again, would close all the others.
    """

    def __init__(self, breaker: Breaker) -> None:
        self._breaker, self._told = breaker, False

    def note(self, well: bool) -> None:
        """Note how an attempt ended."""
        if well or not self._told:
            self._breaker.note(well)
        self._told = self._told or not well
