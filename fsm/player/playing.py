"""Plays a tape at its own rate, faster, or as fast as its outlet takes it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import floor
from typing import Any, Protocol

from fsm.player.moving import moved
from fsm.player.tape import Line, Tape


class Outlet(Protocol):
    """What is played into.

    Attributes:
        name: how it is called, for people.
        whole: whether it takes what was never delivered, or has no topic, too.
    """

    name: str
    whole: bool

    def put(self, topics: Iterable[str], line: dict[str, Any]) -> None:
        """Give it a line of a recording for some topics; returns when it is taken."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def close(self) -> None:
        """Nothing more is played."""


class Player:
    """Plays a tape into an outlet.

    Args:
        tape: :class:`~fsm.player.tape.Tape`.
        outlet: :class:`Outlet`.
        speed: how many times as fast as it was recorded; 0 for as fast as the outlet can.
        keep: whether its times stay as they are; else the first alert is now.
        now: function that returns the time, unix seconds.

    Attributes:
        played: how many alerts each topic has been given.
        by: seconds by which its times are moved.
    """

    def __init__(self, tape: Tape, outlet: Outlet, speed: float = 1.0, keep: bool = False,
                 now: Callable[[], float] = time.time) -> None:
        self.outlet, self.speed = outlet, speed
        self.lines = [line for line in tape.lines
                      if outlet.whole or (line.delivered and line.topic)]
        self.by = 0 if keep or not self.lines else floor(now() - self.lines[0].time)
        self.played: Counter[str] = Counter()
        self._topics = tape.topics

    def play(self) -> Iterator[Line]:
        """Play everything.

        Yields:
            Each line, once the outlet has it.

        Raises:
            ConfigurationError: where the outlet does not take it.
        """
        began = time.monotonic()
        for line in self.lines:
            if self.speed:
                due = (line.time - self.lines[0].time) / self.speed
                self.outlet.wait(max(0.0, due - (time.monotonic() - began)))
            self.outlet.put(self._announced(line.topic), self._made(line))
            self.played[line.topic] += 1
            yield line

    def _made(self, line: Line) -> dict[str, Any]:
        plain = line.plain
        if not self.by:
            return plain
        return {**plain, "time": round(line.time + self.by, 6),
                "payload": moved(plain["payload"], self.by, line.time)}

    def _announced(self, topic: str) -> tuple[str, ...]:
        """The topics of an alert: GraceDB announces an event's on that without its search too.

        A recording mostly has one of the two; what has been recorded from both is left as it is.
        """
        parts = topic.split("_")
        shorter = "_".join(parts[:2])
        if len(parts) < 3 or shorter in self._topics:
            return (topic,)
        return (topic, shorter)
