"""Shows on a terminal how far a replay has come, and says elsewhere when it must sort first."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager


def steps(numbers: Iterable[int]) -> Iterable[int]:
    """The steps of a replay, shown while they are taken where there is a terminal."""
    if not sys.stderr.isatty():
        return numbers
    from rich.console import Console
    from rich.progress import track

    return track(numbers, description="replaying", console=Console(stderr=True))


@contextmanager
def sorting(why: str) -> Iterator[Callable[[int], None]]:
    """Say why records are sorted, "" for not at all, and how many have been read.

    Yields:
        A function to be called with the number of records, now and then.
    """
    if why:
        print(f"fsm: {why}", file=sys.stderr)
    read = 0

    def shown(number: int) -> None:
        nonlocal read
        read = number
        if sys.stderr.isatty():
            print(f"\rsorting: {number:,} alerts", end="", file=sys.stderr, flush=True)

    yield shown
    if read:
        print(("\r" if sys.stderr.isatty() else "fsm: ") + f"sorted {read:,} alerts",
              file=sys.stderr)
