"""Lets a pool of threads do what has one name in turn, so that no name takes all of them."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress


class FairTurns:
    """Takes pieces of work by name.

    Args:
        pool: a ``concurrent.futures`` executor.
        patience: seconds after which a piece that has waited for its turn is given up.
    """

    def __init__(self, pool: Executor, patience: float) -> None:
        self._pool, self._patience = pool, patience
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[tuple[float, Callable[[], None], Callable[[], None]]]] = {}

    def take(self, name: str, work: Callable[[], None], give_up: Callable[[], None]) -> None:
        """Have it done once nothing of this name is under way.

        Args:
            name: of what it is about.
            work: a function.
            give_up: a function, called instead where it has waited in vain.
        """
        with self._lock:
            if name in self._waiting:
                self._waiting[name].append((time.monotonic(), work, give_up))
                return
            self._waiting[name] = deque()
        self._pool.submit(self._do, name, work)

    def _do(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):  # the pool is closed
                self._next(name)

    def _next(self, name: str) -> None:
        while True:
            with self._lock:
                if not self._waiting[name]:
                    del self._waiting[name]
                    return
                since, work, give_up = self._waiting[name].popleft()
            if time.monotonic() - since <= self._patience:
                self._pool.submit(self._do, name, work)
                return
            give_up()
