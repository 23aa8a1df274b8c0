"""How a listener fares: whether it is well, how often it had to be started again, and why.

That it is connected does not make it well: it must have stayed so for a while. A listener whose
connections are ended again and again loses alerts, though it is connected most of the time.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from typing import Final, Literal, TypeAlias

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.printable import printable
from fsm.io.reports import Report

State: TypeAlias = Literal["connecting", "listening", "failing"]
CONNECTING: Final = "connecting"
LISTENING: Final = "listening"
FAILING: Final = "failing"
PATIENCE = 60.0  # seconds after which it is told that a listener is not well
STAY = 60.0  # seconds for which one must have stayed connected to be well
HOUR = 3600.0  # seconds for which it is remembered that one had to be started again
OFTEN = 5  # times within an hour that a connection has ended, from which on that is told
CALM = HOUR / 2  # seconds without another time, after which that is over
LONGEST = 500  # characters of a reason


@attrs.define
class Condition:
    """How one listener fares. Its thread writes it, the main loop reads it.

    Attributes:
        name: of the listener, as in ``listener lvalert``.
        now: function that returns the time, unix seconds.
        state: ``connecting``, ``listening`` or ``failing``.
        since: since when it has been in this state, unix seconds.
        why: what has hindered it last, "" for nothing yet.
        why_at: when that was, unix seconds.
        lasting: whether somebody must do something about that.
        topics: those it should listen to, each to the reason why it cannot, "" where it does.
    """

    name: str
    now: Callable[[], float]
    state: State = CONNECTING
    since: float | None = None
    why: str = ""
    why_at: float | None = None
    lasting: bool = False
    topics: dict[str, str] = attrs.field(factory=dict)
    _failures: deque[float] = attrs.field(factory=lambda: deque(maxlen=1000))
    _drops: deque[float] = attrs.field(factory=lambda: deque(maxlen=1000))
    _entered: float = attrs.field(factory=lambda: time.monotonic())
    _deaf_since: float | None = attrs.field(factory=lambda: time.monotonic())
    _in_row: int = 0
    _dropped: int = 0
    _told: bool = False
    _deaf_to: dict[str, float] = attrs.field(factory=dict)
    _often: bool = False

    @property
    def short(self) -> str:
        """The listener's own name."""
        return self.name.removeprefix("listener ")

    def connected(self, topics: Mapping[str, str] | None = None) -> None:
        """It listens, to these topics where it knows them; see ``topics``."""
        if topics is not None:
            since = time.monotonic()
            self.topics = {topic: printable(why)[:LONGEST] for topic, why in topics.items()}
            self._deaf_to = {topic: self._deaf_to.get(topic, since)
                             for topic, why in topics.items() if why}
        if self.state != LISTENING:
            self._enter(LISTENING)

    def hindered(self, why: str, lasting: bool = False) -> None:
        """It does not listen as it should, and goes on trying."""
        if self.well:
            self._deaf_since, self._in_row, self._dropped = time.monotonic(), 0, 0
        self.why, self.why_at, self.lasting = printable(why)[:LONGEST], self.now(), lasting
        if self.state != FAILING:
            self._enter(FAILING)

    def failed(self, why: str, lasting: bool = False) -> None:
        """It has ended, and is started again."""
        now, dropped = time.monotonic(), self.state == LISTENING
        self._failures.append(now)
        self.hindered(why, lasting)
        self._in_row += 1
        if dropped:
            self._drops.append(now)
            self._dropped += 1

    @property
    def restarts(self) -> int:
        """How often it had to be started again within the last hour."""
        return _recent(self._failures)

    def reports(self) -> Iterator[Report]:
        """What the operators are to know of it, whether that has changed or not."""
        drops = _recent(self._drops)
        yield Report(self.name, self._is_deaf(), self.why or "it has not connected yet"
                     if self._told else "it listens again")
        self._often = drops >= OFTEN or (
            self._often and time.monotonic() - self._drops[-1] < CALM)
        yield Report(f"{self.name}, unsteady", self._often,
                     f"its connection has ended {drops} times within an hour, at last because: "
                     f"{self.why}"
                     if self._often else "it stays connected")
        since = self._deaf_to
        for topic, why in list(self.topics.items()):
            # Whatever passes within a minute is no trouble.
            wrong = bool(why) and time.monotonic() - since.get(topic, inf) > PATIENCE
            if wrong or not why:
                yield Report(f"{self.name}, {topic}", wrong, why or "it is listened to again")

    def plain(self) -> Plain:
        """It as a dict for JSON; times in unix seconds."""
        return {"name": self.short, "state": self.state,
                "since": self.since, "well": self.well, "restarts": self.restarts,
                "reason": self.why, "reason_at": self.why_at, "topics": dict(self.topics)}

    def _enter(self, state: State) -> None:
        self.state, self.since, self._entered = state, self.now(), time.monotonic()

    @property
    def well(self) -> bool:
        """Whether it listens, and has for a while or without ever having been hindered."""
        if self.state != LISTENING:
            return False
        return self._deaf_since is None or not self.why \
            or time.monotonic() - self._entered >= STAY

    def _is_deaf(self) -> bool:
        if self.well:
            self._deaf_since, self._told = None, False
        elif self._deaf_since is not None and not self._told:
            lasted = time.monotonic() - self._deaf_since
            # Even a refusal may be a server's mistake, which the next try would show.
            refused = self.lasting and self.state == FAILING and self._in_row > 1
            stays = self.state == LISTENING and self._dropped < 2
            self._told = refused or lasted > PATIENCE and not stays
        return self._told


def _recent(times: Iterable[float]) -> int:
    """How many of these times are of the last hour."""
    now = time.monotonic()
    return sum(now - one <= HOUR for one in tuple(times))  # another thread may add to them
