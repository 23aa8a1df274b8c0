"""How often somebody may do something."""

import threading
import time

import attrs

MOST = 10_000  # of whom is remembered when they did it


@attrs.define
class Rate:
    """So many times within a while, by whoever it is.

    Attributes:
        most: times.
        within: seconds.
    """

    most: int
    within: float
    _times: dict[str, list[float]] = attrs.field(factory=dict, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def allows(self, who: str) -> bool:
        """Whether somebody may do it once more, which then is done."""
        now = time.monotonic()
        with self._lock:
            lately = [one for one in self._times.get(who, ()) if one > now - self.within]
            allowed = len(lately) < self.most
            if len(self._times) >= MOST:
                self._times.clear()
            self._times[who] = [*lately, now] if allowed else lately
        return allowed
