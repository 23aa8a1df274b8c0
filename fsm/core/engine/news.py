"""What changed in the evidence of a candidate, whom it concerns, and what that comes to.

The way is one: each change finds, by the index, the starts, conditions, checks and moves that it
can matter to; each of these is judged, and fired where it is right. What follows from firing
(timers, stages, attention, messages) is drawn in :mod:`fsm.core.engine.transitions`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.checks import Check
from fsm.core.charts.index import Found, Interest, Role
from fsm.core.charts.lifecycle import Move, Region
from fsm.core.charts.process import Process
from fsm.core.charts.rules import Heard
from fsm.core.engine.judge import Judge
from fsm.core.engine.models import Candidate
from fsm.core.engine.starter import BUT_FIELDS, WHOLE, Starter
from fsm.core.engine.transitions import Firing
from fsm.core.evidence.entries import Change
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters
from fsm.core.times import stated

NO_SCOPE = Scope({})  # a lifecycle has neither key nor options
CONDITION: Final = "condition"


class News:
    """Takes up what has changed.

    Args:
        charts: of all processes and lifecycles.
        firing: fires what moves.
        starter: starts processes.
        judge: judges checks.
    """

    def __init__(self, charts: Charts, firing: Firing, starter: Starter, judge: Judge) -> None:
        self.charts, self.firing, self.starter, self.judge = charts, firing, starter, judge
        self._takes: dict[Role, Callable[..., None]] = {
            "start": self._start, "allow": self._allow, "move": self._move,
            CONDITION: self._judge, "check": self._judge}

    def take(self, candidate: Candidate, changes: Iterable[Change], trigger: Heard) -> None:
        """Take up changes, one after the other.

        Args:
            candidate: whose event is known.
            changes: log entries, names of labels, ``"fields"``, ``"signoff"`` or ``"members"``.
            trigger: ``evidence`` from an alert, ``answer`` from GraceDB.
        """
        self.starter.forget()
        for change in changes:
            if change == "fields":
                self._choose_profile(candidate, trigger)
            for interest, parameters in self._concerned(candidate, change):
                self._takes[interest.role](candidate, interest, parameters, change, trigger)
            if change == "fields":
                # What waited for these values starts now; what they tell themselves is dealt with.
                self.starter.survey(candidate, trigger, BUT_FIELDS)

    def introduce(self, candidate: Candidate, trigger: Heard) -> None:
        """Its event is known: choose its profile and start what the evidence starts.

        Args:
            candidate: without profile so far.
            trigger: as of :meth:`take`.
        """
        self.starter.forget()
        evidence = candidate.evidence
        created = stated(evidence.fields.get("created"), self.firing.now)
        if created is not None:
            candidate.created = created
        candidate.profile = self.firing.policy.profile_for(evidence.fields, evidence.today)
        lifecycle = self.charts.lifecycle(candidate.graceid, candidate.profile.era)
        if lifecycle is not None and lifecycle is not candidate.lifecycle:
            candidate.switch_lifecycle(lifecycle)
        candidate.on = self.charts.on(candidate)
        candidate.own_timer = None
        entries = sorted(evidence.logs.values(), key=lambda entry: entry.time)
        told: list[Change] = [*WHOLE, *entries, *evidence.labels]
        for change in told:
            for interest, parameters in self._concerned(candidate, change):
                if interest.role == "move":
                    self._move(candidate, interest, parameters, change, trigger)
        self.starter.survey(candidate, trigger)
        self.firing.schedule.timers.clear(candidate.graceid)  # its event is looked for no more
        self.firing.schedule.wake(candidate, candidate.next_due())

    # -- whom a change concerns, and what it comes to -------------------------------------------

    def _concerned(self, candidate: Candidate, change: Change) -> Sequence[Found]:
        return self.charts.router(candidate).interested(change)

    def _start(self, candidate: Candidate, interest: Interest[Process, None],
               parameters: Parameters, change: Change, trigger: Heard) -> None:
        self.starter.start(candidate, interest.owner, change, trigger)

    def _allow(self, candidate: Candidate, interest: Interest[Process, None],
               parameters: Parameters, change: Change, trigger: Heard) -> None:
        self.starter.allow(candidate, interest.owner, change, trigger)

    def _judge(self, candidate: Candidate, interest: Interest[Process, Check],
               parameters: Parameters, change: Change, trigger: Heard) -> None:
        name = "" if not parameters or isinstance(change, str) else change.filename
        for run in candidate.of(interest.owner):
            for check in run.checks:
                if check.planned.chart is interest.subject and (not parameters or check.concerned(
                        interest.template, parameters, name)):
                    self.judge.consider(check, trigger, interest.role == CONDITION)

    def _move(self, candidate: Candidate, interest: Interest[Region, Move],
              parameters: Parameters, change: Change, trigger: Heard) -> None:
        region, move = candidate.regions.get(interest.owner.name), interest.subject
        if move.on is None or (region is None and interest.owner is not candidate.lifecycle):
            return
        verdict = move.on.found(candidate.evidence, NO_SCOPE)
        if verdict is None:
            return
        if region is not None:
            self.firing.region(region, candidate.graceid, move.trigger, verdict.why)
            return
        waived = bool(candidate.reason)
        self.firing.lifecycle(candidate, move.trigger, verdict.why)
        if waived and not candidate.reason:  # what came meanwhile counts
            for run in candidate.runs.values():
                self.judge.look(run, trigger)

    def _choose_profile(self, candidate: Candidate, trigger: Heard) -> None:
        """Go by another profile where the values by which it is chosen have changed."""
        evidence, before = candidate.evidence, candidate.chosen_profile
        chosen = self.firing.policy.profile_for(evidence.fields, evidence.today)
        if chosen is before or chosen.era != before.era:
            return
        candidate.profile = chosen
        candidate.on = self.charts.on(candidate)
        self.starter.forget()
        for name, settings in before.settings.items():
            if not settings.enabled and chosen.settings[name].enabled:
                candidate.gates.setdefault(name, (False, self.firing.now))  # its time is from now
        for run in list(candidate.runs.values()):
            run.settings = chosen.settings[run.chart.name]
            self.starter.allow(candidate, run.chart, "fields", trigger)
