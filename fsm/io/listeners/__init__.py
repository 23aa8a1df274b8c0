"""Where alerts come from, all by one interface.

A listener has a ``name`` and a method ``run(ear)``, which hands every alert to ``ear.hear()``, says
by ``ear.connected()`` that it listens, and returns or raises :class:`ListenerError` when it no
longer does; :class:`Listening` then starts it again. It ends soon after ``ear.open`` is False.

Imports ``core``, ``io`` and ``io.recordings``.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, TypeAlias

import attrs

from fsm.core.evidence.fields import Plain
from fsm.io.control import Request
from fsm.io.jsonio import dumps, loads
from fsm.io.listeners.condition import Condition
from fsm.io.listeners.inbox import NOTHING, Inbox, Received, nothing, pause

SHORTEST, LONGEST = 1.0, 10.0  # seconds until a listener is started again
LONGEST_LASTING = 60.0  # ... where somebody must do something first, such as change a password
TOGETHER = 10.0  # seconds in which strays of one kind are told together
LOG = logging.getLogger("fsm")

Positions: TypeAlias = Callable[[str], Any]  # of a name, to the place that the journal has of it


class ListenerError(Exception):
    """A listener cannot listen; ``lasting`` where somebody must do something about it first."""

    def __init__(self, message: str, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


def nowhere(name: str) -> None:
    """The place of a name that nobody has been at: None."""
    return


class Connected:
    """News: a listener listens (again), or has lost an alert: GraceDB must be asked for it."""


@attrs.frozen(slots=True)
class Anomaly:
    """News: something has come that is not what should come.

    Attributes:
        name: of what, such as ``forged alerts at lvalert``.
        message: one sentence.
        count: how many there were.
    """

    name: str
    message: str
    count: int = 1


@attrs.frozen(slots=True)
class HeartbeatRequest:
    """News: somebody asks whether the supervisor lives.

    Attributes:
        answer: called, from the main loop, with what is to be answered, a dict.
    """

    answer: Callable[[Plain], object]


class Listener(Protocol):
    """Whoever hears alerts."""

    @property
    def name(self) -> str:
        """What it is called in the configuration."""

    def run(self, ear: "Listening") -> Literal["ended"] | None:
        """Listen until that is over; ``ended`` where there will never be any more."""


class Listening:
    """Runs a listener in a thread of its own, again and again.

    Args:
        listener: the listener.
        inbox: :class:`~fsm.io.listeners.inbox.Inbox`.
        now: function that returns the time, unix seconds.
        positions: function that returns what the journal had of the place of a name at the start.
        shortest: seconds until it is started again after the first failure within an hour; each
            further one doubles it, up to :data:`LONGEST`.

    Attributes:
        condition: :class:`~fsm.io.listeners.condition.Condition`.
    """

    def __init__(self, listener: Listener, inbox: Inbox, now: Callable[[], float],
                 positions: Positions = nowhere, shortest: float = SHORTEST) -> None:
        self.listener, self.inbox, self.now, self.shortest = listener, inbox, now, shortest
        self._positions = positions
        self._places: Plain = {}
        self._strays: dict[str, tuple[float, int]] = {}
        self.name = f"listener {listener.name}"
        self.condition = Condition(self.name, now)
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for its end, which the closing of the inbox brings about."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    @property
    def listens(self) -> bool:
        """Whether its thread goes on."""
        return self._thread.is_alive()

    # -- for the listener -----------------------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether alerts are still wanted."""
        return not self.inbox.closed

    def connected(self, topics: Mapping[str, str] | None = None) -> None:
        """It listens now, and may have missed something before.

        Args:
            topics: those that it should listen to, where it knows them: to the reason why it
                cannot, "" where it does.
        """
        self.condition.connected(topics)
        self.inbox.tell(Connected())

    def hear(self, topic: str, payload: object, done: Callable[[], object] = nothing,
             places: Plain | None = None) -> bool:
        """An alert has come.

        Args:
            topic: Kafka topic or XMPP node.
            payload: its JSON, as text, bytes, or read already.
            done: called when it is in the journal.
            places: where the listener is after it; see :class:`~fsm.io.listeners.inbox.Received`.
        """
        now = self.now()
        known = {"time": now, "topic": topic}
        try:
            plain = loads(payload) if isinstance(payload, (str, bytes)) else payload
            line = dumps({**known, "payload": plain}, default=str)
        except (ValueError, TypeError, RecursionError):
            line = dumps({**known, "payload": _text(payload)})  # kept, and rejected
        return self._put(Received(self.listener.name, topic, line, now, places or {}, done))

    def lost(self, why: str) -> None:
        """An alert has come of which nothing could be made: GraceDB is asked for what it told."""
        LOG.warning("%s: %s", self.name, why)
        self.inbox.tell(Connected())

    def anomaly(self, what: str, why: str) -> None:
        """Something has come that must not be believed, or that was lost.

        It may come as often as whoever sends it likes, so it is told of all together.

        Args:
            what: how it is called, such as ``forged alerts at``.
            why: one sentence.
        """
        now, (told, count) = time.monotonic(), self._strays.get(what, (float("-inf"), 0))
        if now - told < TOGETHER:
            self._strays[what] = told, count + 1
            return
        self._strays[what] = now, 0
        LOG.warning("%s: %s", self.name, why)
        self.inbox.tell(Anomaly(f"{what} {self.listener.name}", why, count + 1))

    def hindered(self, why: str) -> None:
        """It listens to less than it should, and goes on trying; :meth:`connected` ends that."""
        if why != self.condition.why:
            LOG.warning("%s: %s; it goes on trying", self.name, why)
        self.condition.hindered(why)

    def at(self, places: Plain) -> bool:
        """Where it is, of which no alert tells; it must not overtake the alerts before it."""
        return self._put(Received(self.listener.name, "", NOTHING, self.now(), places))

    def _put(self, received: Received) -> bool:
        taken = self.inbox.put(received)
        if taken:
            self._places.update(received.places)
        return taken

    def place(self, name: str) -> Any:
        """Where it has come to, or had at the start; None where it has never been."""
        found = self._places.get(name)
        return self._positions(name) if found is None else found

    def request(self, request: Request) -> None:
        """An operator gives an :class:`~fsm.io.control.Request`."""
        self.inbox.tell(request)

    def heartbeat(self, answer: Callable[[Plain], object]) -> None:
        """A heartbeat is asked for; ``answer`` is called with what the main loop says of itself."""
        self.inbox.tell(HeartbeatRequest(answer))

    def line(self, topic: str, line: bytes | None, arrived: float, source: str | None = None,
             places: Plain | None = None) -> bool:
        """A line of a recording has come; None as ``line`` where there will be no more."""
        return self.inbox.put(Received(source or self.listener.name, topic, line, arrived,
                                       places or {}))

    # -- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        while self.open:
            try:
                if self.listener.run(self) == "ended":
                    return
                self._failed("the connection has ended", lasting=False)
            except ListenerError as error:
                self._failed(str(error), error.lasting)
            except Exception as error:  # whatever a client library may raise
                self._failed(f"{type(error).__name__}: {error}", lasting=False)
            if not pause(self.inbox, self._pause()):
                return

    def _failed(self, why: str, lasting: bool) -> None:
        if self.open:
            self.condition.failed(why, lasting)
            LOG.warning("%s: %s; it is started again", self.name, why)

    def _pause(self) -> float:
        """Seconds, the more the oftener it has failed within an hour; not all at the same time."""
        longest = LONGEST_LASTING if self.condition.lasting else LONGEST
        grown = self.shortest * 2.0 ** min(max(0, self.condition.restarts - 1), 30)
        return min(grown, longest) * random.uniform(0.75, 1.0)


def _text(payload: object) -> str:
    """Whatever has come, as text."""
    if isinstance(payload, bytes):
        return payload.decode("utf-8", "backslashreplace")
    try:
        return str(payload).encode("utf-8", "backslashreplace").decode()
    except RecursionError:
        return "nested too deeply to be written"
