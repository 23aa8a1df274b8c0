"""How often something has taken how long, for monitors."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fsm.core.evidence.fields import Plain

BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # seconds


class Tally:
    """A histogram, which several threads may add to."""

    def __init__(self) -> None:
        self._counts, self._seconds = [0] * (len(BOUNDS) + 1), 0.0
        self._lock = threading.Lock()

    def add(self, seconds: float) -> None:
        """Count once more, which took so long."""
        place = sum(seconds > bound for bound in BOUNDS)
        with self._lock:
            self._counts[place] += 1
            self._seconds += seconds

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Count what is done within."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.add(time.monotonic() - began)

    def plain(self) -> Plain:
        """``bounds`` in seconds, ``counts`` up to each of them and of what took longer than all,
        and ``seconds`` together."""
        with self._lock:
            return {"bounds": list(BOUNDS), "counts": list(self._counts),
                    "seconds": self._seconds}
