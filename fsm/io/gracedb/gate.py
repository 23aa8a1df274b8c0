"""Lets so many requests be under way at once, of all that several supervisors put to one server."""

import threading


class Gate:
    """A context manager for each request; who comes too soon waits.

    Args:
        most: how many may be within, for all supervisors together.
    """

    def __init__(self, most: int) -> None:
        self._most, self._limit, self._within = most, float(most), 0
        self._changed = threading.Condition()

    def share(self, supervisors: int) -> None:
        """Divide that number among so many supervisors; each may have one."""
        with self._changed:
            self._limit = max(1.0, self._most / max(1, supervisors))
            self._changed.notify_all()

    def __enter__(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._within + 1 <= self._limit)
            self._within += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._within -= 1
            self._changed.notify()
