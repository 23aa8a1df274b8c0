"""Answers that are still right: made once for all who ask for the same at the same time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import attrs
from starlette.responses import Response

MOST = 300  # that are remembered


@attrs.define(slots=True)
class Answer:
    """One answer.

    Attributes:
        response: itself.
        mark: another one where what it shows has changed.
        shown: the candidates that it is about; None where all that happens may change it.
        head: of the journal, as of which it is known to be right.
        made: when, by the steady clock.
    """

    response: Response
    mark: object
    shown: tuple[str, ...] | None
    head: str
    made: float = attrs.field(factory=time.monotonic)


Key = tuple[object, ...]


class Answers:
    """Remembers answers, those asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Answer] = OrderedDict()
        self._making: dict[Key, tuple[threading.Lock, list[None]]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, head: str, fresh: float, is_right: Callable[[Answer], bool],
            make: Callable[[], Answer]) -> Response:
        """The answer to a question; whoever asks while it is being made gets the same one.

        Args:
            key: what is asked, and by whom.
            head: of the journal, as it is now.
            fresh: seconds for which an answer is right if nothing has changed.
            is_right: whether an answer of an earlier head is right still.
            make: makes it.
        """
        lock = self._enter(key)
        try:
            with lock:
                known = self.at_hand(key, head, fresh)
                if known is not None:
                    return known
                before = self._known.get(key)
                if before is not None and _young(before, fresh) and is_right(before):
                    before.head = head
                    return before.response
                return self._keep(key, make())
        finally:
            self._leave(key)

    def clear(self) -> None:
        """Remember none."""
        with self._lock:
            self._known.clear()

    def at_hand(self, key: Key, head: str, fresh: float) -> Response | None:
        """An answer that is right, None where there is none yet; arguments as of :meth:`get`."""
        with self._lock:
            known = self._known.get(key)
        return known.response if known and known.head == head and _young(known, fresh) else None

    def _keep(self, key: Key, made: Answer) -> Response:
        with self._lock:
            self._known[key] = made
            self._known.move_to_end(key)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
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


def _young(answer: Answer, fresh: float) -> bool:
    return time.monotonic() - answer.made < fresh
