"""Replays recorded alerts on a virtual clock, through the same engine as the daemon."""

import gc
from math import inf, nextafter

import attrs

from fsm.apps.report import with_members
from fsm.core.effects import Annotate, Ask, Notify, Retired
from fsm.core.engine import Engine
from fsm.core.inputs import MemberNews, Tick


def keep_garbage_rare():
    """Let Python look for cyclic garbage rarely: the engine makes none, and holds many objects."""
    gc.set_threshold(100_000, 50, 100)


@attrs.define
class Outcome:
    """What a replay has decided.

    Attributes:
        alerts: number of alerts that reached the supervisor.
        rejected: lines that could not be used.
        configurations: GraceID to its last configuration, without the evidence.
        effects: all messages and annotations, in order.
        queries: number of questions put to GraceDB.
        unsupervised: number of alerts about GraceIDs that no lifecycle is for, or retired.
        of_retired: how many of these were about retired ones.
    """

    alerts: int = 0
    rejected: list = attrs.field(factory=list)
    configurations: dict = attrs.field(factory=dict)
    effects: list = attrs.field(factory=list)
    queries: int = 0
    unsupervised: int = 0
    of_retired: int = 0


class Replay:
    """Feeds an engine with records, and its questions to a GraceDB.

    Args:
        processes, lifecycles: the charts.
        policy: :class:`~fsm.core.profile.Policy`.
        gracedb: has ``answer(ask)``, which returns the answer at once.
        until: unix seconds at which the virtual clock stops.
    """

    def __init__(self, processes, lifecycles, policy, gracedb, until=inf):
        self.engine = Engine(processes, lifecycles, policy)
        self.gracedb, self.until = gracedb, until
        self.outcome = Outcome()

    def run(self, records):
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

    def _keep(self, graceid, configuration):
        configuration = with_members(configuration)
        del configuration["evidence"]  # the verdicts are told without it
        self.outcome.configurations[graceid] = configuration

    def _timers(self, before):
        limit = min(before, nextafter(self.until, inf))
        while (time := self.engine.next_timer()) < limit:
            self._take(Tick(max(time, self.engine.now)))

    def _take(self, item):
        waiting = [item]
        while waiting:
            step = self.engine.step(waiting.pop(0))
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
