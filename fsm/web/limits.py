"""How often somebody may do something."""

import threading
import time
from collections import OrderedDict

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
    _times: OrderedDict[str, list[float]] = attrs.field(factory=OrderedDict, init=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def allows(self, who: str) -> bool:
        """Whether somebody may do it once more, which then is done."""
        now = time.monotonic()
        with self._lock:
            lately = self._lately(who, now)
            allowed = len(lately) < self.most
            self._times[who] = [*lately, now] if allowed else lately
            self._times.move_to_end(who)
            if len(self._times) > MOST:
                self._times.popitem(last=False)
        return allowed

    def has_left(self, who: str) -> bool:
        """Whether somebody may do it once more; nothing is done by asking that."""
        with self._lock:
            return len(self._lately(who, time.monotonic())) < self.most

    def _lately(self, who: str, now: float) -> list[float]:
        return [one for one in self._times.get(who, ()) if one > now - self.within]
