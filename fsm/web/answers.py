"""Answers that are still right: made once for all who ask for the same at the same time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

import attrs
from starlette.responses import Response

MOST = 300  # that are remembered
ROOM = 30_000_000  # bytes that they may take, with what was asked
Mark = tuple[object, ...]
Marks = Mapping[str, Mark]


@attrs.define(slots=True)
class Answer:
    """One answer.

    Attributes:
        response: itself.
        marks: of the candidates that it is about, each another where what is shown of it has
            changed; None where all that happens may change it.
        fresh: seconds for which it is right if nothing has changed.
        head: of the journal, as of which it is known to be right.
        made: when, by the steady clock.
    """

    response: Response
    marks: Marks | None
    fresh: float
    head: str
    made: float = attrs.field(factory=time.monotonic)

    @property
    def is_young(self) -> bool:
        """Whether it is right if nothing has changed."""
        return time.monotonic() - self.made < self.fresh

    def is_unchanged(self, marks: Callable[[Iterable[str]], Marks]) -> bool:
        """Whether nothing has changed of the candidates that it is about.

        Args:
            marks: gives those of candidates as they are now.
        """
        return self.marks is not None and marks(self.marks) == self.marks


Key = tuple[object, ...]


class Answers:
    """Remembers answers, those asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Answer] = OrderedDict()
        self._room = 0  # bytes that they take
        self._making: dict[Key, tuple[threading.Lock, list[None]]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, head: str, marks: Callable[[Iterable[str]], Marks],
            make: Callable[[], Answer]) -> Response:
        """The answer to a question; whoever asks while it is being made gets the same one.

        Args:
            key: what is asked, and by whom.
            head: of the journal, as it is now.
            marks: gives those of candidates as they are now.
            make: makes it.
        """
        lock = self._enter(key)
        try:
            with lock:
                known = self.at_hand(key, head)
                if known is not None:
                    return known
                before = self._known.get(key)
                if before is not None and before.is_young and before.is_unchanged(marks):
                    before.head = head
                    return before.response
                return self._keep(key, make())
        finally:
            self._leave(key)

    def renew(self, head: str, marks: Callable[[Iterable[str]], Marks]) -> None:
        """Go on with the answers that a new head of the journal has not changed.

        Args:
            head: of the journal, as it is now.
            marks: gives those of candidates as they are now.
        """
        with self._lock:
            some = [(one, one.marks) for one in self._known.values()
                    if one.marks is not None and one.is_young]
        about = {graceid for _, own in some for graceid in own}
        now = marks(about) if about else {}
        for one, own in some:
            if all(now[graceid] == mark for graceid, mark in own.items()):
                one.head = head

    def clear(self) -> None:
        """Remember none."""
        with self._lock:
            self._known.clear()
            self._room = 0

    def at_hand(self, key: Key, head: str) -> Response | None:
        """An answer that is right, None where there is none yet; arguments as of :meth:`get`."""
        with self._lock:
            known = self._known.get(key)
        return known.response if known and known.head == head and known.is_young else None

    def _keep(self, key: Key, made: Answer) -> Response:
        with self._lock:
            before = self._known.pop(key, None)
            self._room -= _size(key, before) if before else 0
            self._known[key] = made
            self._room += _size(key, made)
            while len(self._known) > MOST or self._room > ROOM:
                self._room -= _size(*self._known.popitem(last=False))
        return made.response

    def _enter(self, key: Key) -> threading.Lock:
        with self._lock:
            lock, waiting = self._making.setdefault(key, (threading.Lock(), []))
            waiting.append(None)
            return lock

    def _leave(self, key: Key) -> None:
        with self._lock:
            waiting = self._making[key][1]
            waiting.pop()
            if not waiting:
                del self._making[key]


def _size(key: Key, answer: Answer) -> int:
    """How many bytes an answer takes, nearly; paths and queries are as long as others like."""
    return len(answer.response.body) + sum(len(one) for one in key if isinstance(one, str | bytes))
