"""What comes of some inputs that are taken one after the other, before it is written down."""

import logging
from collections.abc import Iterable
from typing import TypeVar

from fsm.core.engine.effects import Ask, Effect, Step, Transition
from fsm.core.engine.inputs import MemberNews
from fsm.io.journal import codec
from fsm.io.journal.failed_inputs import Failure

LOG = logging.getLogger("fsm")
T = TypeVar("T")


class Batch:
    """Collects it.

    Args:
        asks: questions that are to be put besides.

    Attributes:
        effects: wanted, in their order.
        fired: pairs (number of an input, transitions that it fired).
        failed: inputs that raised.
        graceids: whom the inputs were about, each once.
        last: number of the last input.
    """

    def __init__(self, asks: Iterable[Ask] = ()) -> None:
        self.effects: list[Effect] = []
        self.fired: list[tuple[int, list[Transition]]] = []
        self.failed: list[Failure] = []
        self.graceids: dict[str, None] = {}
        self.last, self._asks = 0, tuple(asks)

    def add(self, number: int, row: codec.Input, step: Step, trace: str) -> None:
        """Add what has come of an input; ``trace`` tells what it raised, or "" for nothing."""
        self.effects += step.effects
        if step.transitions:
            self.fired.append((number, step.transitions))
        if trace:
            LOG.error("input %d about %s is put aside:\n%s", number, row.graceid, trace)
            self.failed.append((number, row.graceid, row.time, trace))

    def about(self, number: int, graceid: str) -> None:
        """Note whom an input was about."""
        self.last = number
        self.graceids[graceid] = None

    def of(self, kind: type[T]) -> list[T]:
        """The effects of one kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def asks(self) -> list[Ask]:
        """The questions that are to be put."""
        return [*self._asks, *self.of(Ask)]

    @property
    def news(self) -> list[codec.Input]:
        """What superevents are to be told of their events, as further inputs."""
        return [codec.of_member(one) for one in self.of(MemberNews)]

    @property
    def transitions(self) -> list[Transition]:
        """All that were fired, in their order."""
        return [one for _, transitions in self.fired for one in transitions]
