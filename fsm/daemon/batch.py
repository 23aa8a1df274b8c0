"""What comes of some inputs that are taken one after the other, before it is written down."""

import logging
from collections.abc import Iterable
from typing import TypeVar

from fsm.core.engine.effects import Ask, Effect, Step, Transition
from fsm.core.engine.inputs import MemberNews
from fsm.io.journal import codec
from fsm.io.journal.supervised import Place, Summary

LOG = logging.getLogger("fsm")
T = TypeVar("T")


class Batch:
    """Collects it.

    Args:
        asks: questions that are to be put besides.

    Attributes:
        effects: wanted, in their order.
        fired: pairs (number of an input, transitions that it fired).
        places: the candidates that they were about and that are under supervision: how far each has
            been acted on, and how it is.
    """

    def __init__(self, asks: Iterable[Ask] = ()) -> None:
        self.effects: list[Effect] = []
        self.fired: list[tuple[int, list[Transition]]] = []
        self.places: dict[str, tuple[Place, Summary]] = {}
        self._asks = tuple(asks)

    def add(self, number: int, row: codec.Input, step: Step, trace: str) -> None:
        """Add what has come of an input; ``trace`` tells what it raised, or "" for nothing."""
        self.effects += step.effects
        if step.transitions:
            self.fired.append((number, step.transitions))
        if trace:
            LOG.error("input %d about %s is put aside:\n%s", number, row.graceid, trace)

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
