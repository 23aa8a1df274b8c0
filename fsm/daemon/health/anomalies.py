"""What should not come and does now and then: told once, until none has come for an hour.

Forged alerts, alerts that nothing can be made of, a gap in a topic: each is over when it has
happened, and may happen a thousand times in a minute.
"""

from collections.abc import Iterable, Iterator

from fsm.io.reports import Report

QUIET = 3600.0  # seconds without another one, after which it is over
# How the names of strays begin.
KINDS = ("forged alerts at ", "unusable alerts of ", "gap in ", "lost subscriptions of ",
         "damaged rows of ")


class Anomalies:
    """Counts them.

    Args:
        incidents: names of what had been told before a restart and was not over.
        now: unix seconds.
    """

    def __init__(self, incidents: Iterable[str], now: float) -> None:
        self._last = {name: now for name in incidents if name.startswith(KINDS)}
        self._words: dict[str, str] = {}
        self._count: dict[str, int] = {}

    def note(self, name: str, message: str, now: float, count: int = 1) -> None:
        """One has come.

        Args:
            name: of its kind and source.
            message: one sentence.
            now: unix seconds.
            count: how many.
        """
        self._last[name] = now
        self._words.setdefault(name, message)
        self._count[name] = self._count.get(name, 0) + count

    def counts(self) -> dict[str, int]:
        """How many there were, by name, while they have not been over."""
        return dict(self._count)

    def reports(self, now: float) -> Iterator[Report]:
        """One for each."""
        for name, last in sorted(self._last.items()):
            over = abs(now - last) > QUIET
            yield Report(name, not over, "there has been none for an hour" if over
                         else self._words.get(name, "it was told before"))
            if over:
                del self._last[name]
                self._words.pop(name, None)
                self._count.pop(name, None)
