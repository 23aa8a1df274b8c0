"""What comes in from the threads around the main loop."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from itertools import islice
from math import inf
from typing import Any

import attrs

from fsm.core.evidence.fields import Plain

NOTHING = b""
REMEMBERED = 1000  # of what comes several ways
MOST = 2000  # alerts that wait here; more wait where they came from


def nothing() -> None:
    """Done with nothing to be told."""


@attrs.frozen(slots=True)
class Received:
    """One alert as it came from a listener.

    Attributes:
        source: name of the listener.
        topic: Kafka topic or XMPP node; "" where the source has none.
        line: as in a recording, JSON in bytes; :data:`NOTHING` where only a place is told, None
            where a recording has ended.
        time: when it arrived, unix seconds.
        places: what the listener must know to go on after it: names of places, such as of a
            file, to where it is in each.
        done: called, from the main loop, when it is in the journal.
    """

    source: str
    topic: str
    line: bytes | None
    time: float
    places: Plain = attrs.field(factory=dict)
    done: Callable[[], object] = nothing


class Inbox:
    """Alerts that wait, a bounded number, and news of other kinds.

    Args:
        most: alerts that may wait; :meth:`put` blocks beyond it, so that nothing is lost.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._alerts: deque[Received] = deque()
        self._news: deque[Any] = deque()
        self._came: deque[float] = deque()  # when each alert did, by a clock that goes on steadily
        self._changed = threading.Condition()
        self._closed = False
        self._seen: deque[Hashable] = deque(maxlen=REMEMBERED)

    def put(self, received: Received) -> bool:
        """Hand over an alert; returns False where it is not wanted any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._alerts) < self._most)
            if not self._closed:
                self._alerts.append(received)
                self._came.append(time.monotonic())
                self._changed.notify_all()
            return not self._closed

    def tell(self, news: object) -> None:
        """Hand over anything else: an answer, a delivery, a report."""
        with self._changed:
            self._news.append(news)
            self._changed.notify_all()

    def first(self, origin: Hashable) -> bool:
        """Whether this is the first copy of what several connections may hand over.

        Args:
            origin: what is the same for all of its copies.
        """
        with self._changed:
            if origin in self._seen:
                return False
            self._seen.append(origin)
            return True

    def wait(self, seconds: float, alerts: int = True) -> None:
        """Wait until something is there: so many alerts, with False none; or news."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._news
                                   or 0 < alerts <= len(self._alerts), max(0.0, seconds))

    def head(self) -> Received | None:
        """The alert that has waited longest, None without any."""
        with self._changed:
            return self._alerts[0] if self._alerts else None

    def second(self) -> Received | None:
        """The alert after the head that tells a time: of the same source, or else of any; None
        without any."""
        with self._changed:
            rest = [one for one in islice(self._alerts, 1, None) if one.time > -inf]
            same = (one for one in rest if one.source == self._alerts[0].source)
            return next(same, rest[0] if rest else None)

    def waits(self) -> float:
        """Seconds for which the alert that came first has waited, 0 without any."""
        with self._changed:
            return time.monotonic() - self._came[0] if self._came else 0.0

    def take(self, most: int) -> tuple[list[Received], list[Any]]:
        """(up to ``most`` alerts, all news), the oldest first."""
        with self._changed:
            alerts = list(islice(self._alerts, most))
            for _ in alerts:
                self._alerts.popleft()
                self._came.popleft()
            news = list(self._news)
            self._news.clear()
            if alerts:
                self._changed.notify_all()
            return alerts, news

    def pick(self, kinds: type | tuple[type, ...], seconds: float) -> list[Any]:
        """The news of some kinds alone; it is waited for them so many seconds at most.

        Args:
            kinds: a class, or a tuple of them.
            seconds: until it gives none; what closes the inbox ends the wait too.
        """
        def there() -> list[Any]:
            return [one for one in self._news if isinstance(one, kinds)]

        with self._changed:
            self._changed.wait_for(lambda: self._closed or there(), max(0.0, seconds))
            picked = there()
            self._news = deque(one for one in self._news if not isinstance(one, kinds))
            return picked

    def close(self) -> None:
        """Let nobody wait any more; what comes now is not taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether nothing is taken any more."""
        return self._closed


def pause(inbox: Inbox, seconds: float) -> bool:
    """Sleep, but not beyond the closing of an inbox; returns whether it is still open."""
    end = time.monotonic() + seconds
    while not inbox.closed and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))
    return not inbox.closed
