"""Replays recorded alerts on a virtual clock, through the same engine as the daemon."""

import gc
from collections.abc import Iterable, Iterator
from math import inf, nextafter
from typing import Any, Protocol

import attrs

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.engine.effects import Annotate, Ask, Notify, Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, Input, MemberNews, Tick
from fsm.core.engine.isolation import Guard
from fsm.core.engine.models import Candidate
from fsm.io.recordings.files import Record, Rejection
from fsm.report.candidate import with_members


def keep_garbage_rare() -> None:
    """Let Python look for cyclic garbage rarely: the engine makes none, and holds many objects."""
    gc.set_threshold(100_000, 50, 100)


class Source(Protocol):
    """Whoever answers questions as GraceDB does, at once."""

    def answer(self, ask: Ask) -> Answer:
        """Answer a question."""


@attrs.define
class Outcome:
    """What a replay has decided.

    Attributes:
        alerts: number of alerts that reached the supervisor.
        failed: pairs (GraceID, traceback) of inputs that raised when they were taken.
        rejected: lines that could not be used.
        configurations: GraceID to its last configuration, without the evidence.
        effects: all messages and annotations, in order.
        queries: number of questions put to GraceDB.
        unsupervised: number of alerts about GraceIDs that no lifecycle is for, or retired.
        of_retired: how many of these were about retired ones.
    """

    alerts: int = 0
    rejected: list[Rejection] = attrs.field(factory=list)
    configurations: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    effects: list[Notify | Annotate] = attrs.field(factory=list)
    queries: int = 0
    unsupervised: int = 0
    of_retired: int = 0
    failed: list[tuple[str, str]] = attrs.field(factory=list)


class Replay:
    """Feeds an engine with records, and its questions to a GraceDB.

    Args:
        processes, lifecycles: the charts.
        policy: :class:`~fsm.core.charts.policy.Policy`.
        gracedb: who answers.
        until: unix seconds at which the virtual clock stops.
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
                 policy: Policy, gracedb: Source, until: float = inf) -> None:
        self.engine = Engine(processes, lifecycles, policy)
        self.guard = Guard(self.engine, self._remake)
        self.scratch = Engine(processes, lifecycles, policy)
        self.taken: dict[str, list[tuple[float, Input]]] = {}  # by GraceID, with the engine's time
        self.gracedb, self.until = gracedb, until
        self.outcome = Outcome()

    def run(self, records: Iterable[Record]) -> Iterator[int]:
        """Replay records in the order of their arrival, then all timers that are left.

        Yields:
            After each record, how many have been dealt with; the outcome is in ``outcome``.
        """
        for count, record in enumerate(records, 1):
            arrived = record.alert.received
            if arrived > self.until:
                break
            if record.delivered:
                self._timers(arrived)
                self.outcome.alerts += 1
                self._take(record.alert)
            yield count
        self._timers(inf)
        for graceid in self.engine.candidates:
            self._keep(graceid, self.engine.configuration(graceid))
        self.outcome.unsupervised = self.engine.unsupervised
        self.outcome.of_retired = self.engine.of_retired

    def _keep(self, graceid: str, configuration: dict[str, Any]) -> None:
        configuration = with_members(configuration)
        del configuration["evidence"]  # the verdicts are told without it
        self.outcome.configurations[graceid] = configuration

    def _timers(self, before: float) -> None:
        limit = min(before, nextafter(self.until, inf))
        while self.engine.next_timer() < limit:
            time, graceid = self.engine.timers.next()
            self._take(Tick(max(time, self.engine.now), graceid))

    def _remake(self, graceid: str, known: bool) -> Candidate | None:
        """Take all inputs about a candidate again, but for the one that failed."""
        if graceid in self.engine.candidates:
            del self.engine.candidates[graceid]
        for now, item in self.taken.get(graceid, ()):
            self.scratch.resume(now)
            self.scratch.step(item)
        candidate = self.scratch.release(graceid)
        if known and candidate is not None:
            self.engine.candidates[graceid] = candidate
        return candidate

    def _take(self, item: Input) -> None:
        waiting: list[Input] = [item]
        while waiting:
            item = waiting.pop(0)
            step, trace = self.guard.step(item)
            if trace:
                self.outcome.failed.append((item.graceid, trace))
            else:
                self.taken.setdefault(item.graceid, []).append((self.engine.now, item))
            for effect in step.effects:
                if isinstance(effect, Ask):
                    self.outcome.queries += 1
                    waiting.append(self.gracedb.answer(effect))
                elif isinstance(effect, MemberNews):
                    waiting.append(effect)
                elif isinstance(effect, (Notify, Annotate)):
                    self.outcome.effects.append(effect)
                elif isinstance(effect, Retired):
                    self._keep(effect.graceid, effect.configuration)
                    self.taken.pop(effect.graceid, None)
