"""What has been read of the journal a moment ago, for what is looked at with every turn."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

LASTS = 0.5  # seconds, after which others may have written something else
T = TypeVar("T")


class Recent(Generic[T]):
    """A function that reads, called no more often than it can have changed.

    Args:
        read: the function.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._known: tuple[float, T] | None = None

    def __call__(self) -> T:
        """What it has returned lately."""
        now = time.monotonic()
        if self._known is None or now - self._known[0] > LASTS:
            self._known = now, self._read()
        return self._known[1]

    def forget(self) -> None:
        """It has just been changed here."""
        self._known = None
