"""Replays recorded alerts on a virtual clock, through the same engine as the daemon."""

import gc
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from math import inf, nextafter
from typing import Any, Protocol, TypeVar

import attrs

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.engine.effects import Annotate, Ask, Notify, Retired, Step, Transition
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, Command, Input, MemberNews, Tick
from fsm.core.engine.isolation import Guard
from fsm.core.engine.models import Candidate
from fsm.io.recordings.files import Record, Rejection
from fsm.io.recordings.spool import Rows, Table
from fsm.report.candidate import significance_in, with_members

# What is over stays in memory for so long, in seconds, and so many candidates: most of what comes
# after all comes soon.
LATE, IN_MEMORY = 3600.0, 100
Item = TypeVar("Item")


class Growing(Protocol[Item]):
    """What items are added to: a list, or one on the disk."""

    def append(self, item: Item, /) -> None: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Item]: ...


def keep_garbage_rare() -> None:
    """Let Python look for cyclic garbage rarely: the engine makes none, and holds many objects."""
    gc.set_threshold(100_000, 50, 100)


class Source(Protocol):
    """Whoever answers questions as GraceDB does, at once."""

    def answer(self, ask: Ask) -> Answer:
        """Answer a question."""


@attrs.define
class Outcome:
    """What a replay has decided, all of it in memory; see :meth:`put_aside`.

    Attributes:
        alerts: number of alerts that reached the supervisor.
        failed: pairs (GraceID, traceback) of inputs that raised when they were taken.
        rejected: lines that could not be used.
        configurations: GraceID to its last configuration, of the evidence the ``fields`` and the
            ``significance`` alone.
        effects: all messages and annotations, in order.
        queries: number of questions put to GraceDB.
        unsupervised: number of alerts about GraceIDs that no lifecycle is for, or retired.
        of_retired: how many of these were about retired ones.
        history: all transitions, in order, where somebody wants them; None where they are not kept.
    """

    alerts: int = 0
    rejected: Growing[Rejection] = attrs.field(factory=list)
    configurations: MutableMapping[str, dict[str, Any]] = attrs.field(factory=dict)
    effects: Growing[Notify | Annotate] = attrs.field(factory=list)
    queries: int = 0
    unsupervised: int = 0
    of_retired: int = 0
    failed: Growing[tuple[str, str]] = attrs.field(factory=list)
    history: Growing[Transition] | None = None

    @classmethod
    def put_aside(cls, with_history: bool = False) -> "Outcome":
        """One that keeps on the disk what grows with the length of a recording."""
        return cls(rejected=Rows(), configurations=Table(), effects=Rows(), failed=Rows(),
                   history=Rows() if with_history else None)


@attrs.define(slots=True)
class Taken:
    """The inputs about a candidate, and the engine's time at each, unix seconds."""

    items: list[Input] = attrs.field(factory=list)
    times: "array[float]" = attrs.field(factory=lambda: array("d"))

    def append(self, now: float, item: Input) -> None:
        """Add an input that was taken at a time."""
        self.items.append(item)
        self.times.append(now)

    def __iter__(self) -> Iterator[tuple[float, Input]]:
        return zip(self.times, self.items, strict=True)


class Replay:
    """Feeds an engine with records, and its questions to a GraceDB.

    Candidates of which nothing is expected any more leave the memory until something comes for
    them.

    Args:
        processes, lifecycles: the charts.
        policy: :class:`~fsm.core.charts.policy.Policy`.
        gracedb: who answers.
        until: unix seconds at which the virtual clock stops.
        outcome: where to put what is decided; None for a new one in memory.
        rested: called with the GraceID of each candidate that leaves the memory.
        in_memory: number of candidates that are over and stay in memory in any case.
        late: seconds that the others of them stay.
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle],
                 policy: Policy, gracedb: Source, until: float = inf,
                 outcome: Outcome | None = None,
                 rested: Callable[[str], None] = lambda graceid: None,
                 in_memory: int = IN_MEMORY, late: float = LATE) -> None:
        self.engine = Engine(processes, lifecycles, policy)
        self.guard = Guard(self.engine, self._remake)
        self.scratch = Engine(processes, lifecycles, policy)
        self.taken: dict[str, Taken] = {}  # by GraceID, since the candidate was put aside last
        self.gracedb, self.until, self.rested = gracedb, until, rested
        self.outcome = Outcome() if outcome is None else outcome
        self.in_memory, self.late = in_memory, late
        self._over: dict[str, float] = {}  # since when, the first first
        self._aside: Table[dict[str, Any]] = Table()  # evidence of those that have left the memory
        self._origins: Table[dict[str, Any]] = Table()  # what those that came back were made of

    def run(self, records: Iterable[Record],
            commands: Callable[[], Iterable[Command]] = tuple) -> Iterator[int]:
        """Replay records in the order of their arrival, then all timers that are left.

        Args:
            records: what was heard.
            commands: function that gives what operators have ordered meanwhile; called when the
                first record is there.

        Yields:
            After each record, how many have been dealt with; the outcome is in ``outcome``.
        """
        ordered: deque[Command] | None = None
        for count, record in enumerate(records, 1):
            if ordered is None:
                ordered = deque(sorted(commands(), key=lambda one: one.time))
            arrived = record.alert.received
            if record.delivered and arrived <= self.until:
                self._obey(ordered, arrived)
                self._timers(arrived)
                self.outcome.alerts += 1
                self._take(record.alert)
            yield count
        self._obey(deque() if ordered is None else ordered, self.until)
        self._timers(inf)
        for graceid in self.engine.candidates:
            self._keep(graceid, self.engine.configuration(graceid))
        self.outcome.unsupervised = self.engine.unsupervised
        self.outcome.of_retired = self.engine.of_retired

    def _obey(self, ordered: deque[Command], before: float) -> None:
        while ordered and ordered[0].time <= before:
            self._timers(ordered[0].time)
            self._take(ordered.popleft())

    def _keep(self, graceid: str, configuration: dict[str, Any]) -> None:
        configuration = with_members(configuration)
        configuration["significance"] = significance_in(configuration)
        # The verdicts are told without the rest of it.
        configuration["fields"] = configuration.pop("evidence")["fields"]
        self.outcome.configurations[graceid] = configuration

    def _timers(self, before: float) -> None:
        limit = min(before, nextafter(self.until, inf))
        while self.engine.next_timer() < limit:
            time, graceid = self.engine.timers.next()
            if graceid in self._aside:
                self._retire(max(time, self.engine.now), graceid)
            else:
                self._take(Tick(max(time, self.engine.now), graceid))

    # -- candidates that are over ---------------------------------------------------------------

    def _look_whether_over(self, graceid: str) -> None:
        candidate = self.engine.candidates.get(graceid)
        self._over.pop(graceid, None)
        if candidate is None or candidate.open_checks or candidate.profile is None \
                or candidate.next_due() != candidate.own_timer:
            return
        self._over[graceid] = self.engine.now  # only that it retires is left to come
        while len(self._over) > self.in_memory:
            oldest, since = next(iter(self._over.items()))
            if since > self.engine.now - self.late:
                break
            self._put_aside(oldest)

    def _put_aside(self, graceid: str) -> None:
        configuration = self.engine.configuration(graceid)
        self._keep(graceid, configuration)
        self._aside[graceid] = configuration["evidence"]
        self._forget(graceid)
        candidate = self.engine.release(graceid)
        if candidate is not None:
            self.engine.timers.wake(graceid, candidate.next_due())
            candidate.dissolve()
        self.rested(graceid)

    def _forget(self, graceid: str) -> None:
        self._over.pop(graceid, None)
        self.taken.pop(graceid, None)
        self._origins.drop(graceid)

    def _take_up(self, graceid: str) -> None:
        """Have a candidate in memory again that was put aside."""
        evidence = self._aside.pop(graceid)
        configuration = {**self.outcome.configurations[graceid], "evidence": evidence}
        self._origins[graceid] = configuration
        self.engine.restore(configuration)

    def _retire(self, now: float, graceid: str) -> None:
        """Retire a candidate that was put aside; its last configuration is kept already."""
        del self._aside[graceid]
        self.engine.timers.clear(graceid)
        self.engine.resume(now, [graceid])

    # -- inputs ---------------------------------------------------------------------------------

    def _remake(self, graceid: str, known: bool) -> Candidate | None:
        """Take all inputs about a candidate again, but for the one that failed."""
        if graceid in self.engine.candidates:
            del self.engine.candidates[graceid]
        if graceid in self._origins:
            self.scratch.restore(self._origins[graceid])
        for now, item in self.taken.get(graceid, ()):
            self.scratch.resume(now)
            self.scratch.step(item)
        candidate = self.scratch.release(graceid)
        if known and candidate is not None:
            self.engine.candidates[graceid] = candidate
        return candidate

    def _note(self, item: Input, step: Step, trace: str) -> None:
        """Keep an input to take it again, and what it has moved."""
        if trace:
            self.outcome.failed.append((item.graceid, trace))
        elif item.graceid in self.engine.candidates:
            if item.graceid not in self.taken:
                self.taken[item.graceid] = Taken()
            self.taken[item.graceid].append(self.engine.now, item)
        if self.outcome.history is not None:
            for transition in step.transitions:
                self.outcome.history.append(transition)

    def _take(self, item: Input) -> None:
        waiting: list[Input] = [item]
        while waiting:
            item = waiting.pop(0)
            if item.graceid in self._aside:
                self._take_up(item.graceid)
            step, trace = self.guard.step(item)
            self._note(item, step, trace)
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
                    self._forget(effect.graceid)
                    self.rested(effect.graceid)
            self._look_whether_over(item.graceid)
