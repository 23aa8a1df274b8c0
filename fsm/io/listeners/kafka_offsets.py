"""How far each partition has been read: what comes next, and what is still being fetched.

A place that is kept must not overtake an alert that is not there yet, or a restart would lose it.
"""

import threading
from collections.abc import Iterator
from typing import TypeAlias

Partition: TypeAlias = tuple[str, int]  # a topic, and its number


class Offsets:
    """The numbers of the messages that come next, by (topic, partition)."""

    def __init__(self) -> None:
        self._next: dict[Partition, int] = {}
        self._ends: dict[Partition, int] = {}
        self._pending: dict[Partition, set[int]] = {}
        self._read: set[Partition] = set()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Partition]:
        return iter(sorted(self._read))

    def __contains__(self, one: object) -> bool:
        return one in self._read

    def __getitem__(self, one: Partition) -> int:
        return self._next[one]

    def begin(self, one: Partition, number: int) -> None:
        """Begin a partition with a number, or go on with another one."""
        with self._lock:
            self._read.add(one)
            self._next[one] = number
            self._ends.pop(one, None)
            self._pending[one] = set()

    def end(self, one: Partition) -> None:
        """A partition is read no more; what has come of it may still wait to be handed over."""
        with self._lock:
            self._read.discard(one)

    def came(self, one: Partition, number: int, pending: bool = False) -> None:
        """A message has come, whose content may have to be fetched first."""
        with self._lock:
            self._next[one] = number + 1
            if pending:
                self._pending[one].add(number)

    def fetched(self, one: Partition, number: int) -> None:
        """The content of a message has been fetched, or never will be."""
        with self._lock:
            self._pending.get(one, set()).discard(number)

    def at_end(self, one: Partition, number: int) -> None:
        """There is nothing to be read before this number, such as marks of transactions."""
        with self._lock:
            self._ends[one] = number

    def place(self, one: Partition) -> int:
        """The number to go on with after a restart."""
        with self._lock:
            return min(self._pending.get(one) or (self._next[one],))

    def reached(self, one: Partition) -> int:
        """The number before which nothing is left to be handed over."""
        with self._lock:
            return max(self._next[one], self._ends.get(one, 0))
