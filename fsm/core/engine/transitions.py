"""Fires the machines and draws the consequences: timers, stages, attention, messages."""

from typing import Final

import attrs

from fsm.core.charts import rules
from fsm.core.charts.policy import Policy, Timing
from fsm.core.charts.rules import CheckState, CheckTrigger, ProcessTrigger
from fsm.core.engine.effects import Effect, Measured, Transition
from fsm.core.engine.inputs import Command
from fsm.core.engine.models import UNREPORTED, Candidate, RegionRun
from fsm.core.engine.notifications import GOOD, escalation, messages, sentence
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.engine.schedule import Schedule
from fsm.core.engine.table import lifecycle_table, process_table
from fsm.core.expect.base import RIGHT, Verdict
from fsm.core.interning import once
from fsm.core.printable import printable

INCOMPLETE: Final = "closed.incomplete"
ESCALATE: Final = "escalate"
MEASURED = (*GOOD, rules.MISSING)


@attrs.define(slots=True)
class Collected:
    """What one step comes to.

    Attributes:
        transitions: fired, in their order.
        effects: wanted, in their order.
    """

    transitions: list[Transition] = attrs.field(factory=list)
    effects: list[Effect] = attrs.field(factory=list)


class Firing:
    """Moves candidates, processes and checks, and collects what comes of it.

    Args:
        policy: :class:`~fsm.core.charts.policy.Policy`.

    Attributes:
        now: time of the present input, unix seconds.
        collected: what has come of the present step so far.
        schedule: when checks are looked at, :class:`~fsm.core.engine.schedule.Schedule`.
    """

    policy: Policy
    timing: Timing
    now: float
    collected: Collected

    def __init__(self, policy: Policy) -> None:
        self.schedule = Schedule()
        self.use_policy(policy)
        self.resume(float("-inf"))
        self.collected = Collected()

    def use_policy(self, policy: Policy) -> None:
        """Go by this policy from now on."""
        self.policy = policy
        self.timing = self.schedule.timing = policy.timing

    def resume(self, now: float) -> None:
        """Go on at this time, unix seconds."""
        self.now = self.schedule.now = now

    def begin(self, now: float) -> Collected:
        """Start a step at this time, unix seconds; returns its :class:`Collected`."""
        self.resume(now)
        self.collected = Collected()
        return self.collected

    @property
    def transitions(self) -> list[Transition]:
        """Those fired in the present step."""
        return self.collected.transitions

    @property
    def effects(self) -> list[Effect]:
        """Those wanted in the present step."""
        return self.collected.effects

    # -- checks ---------------------------------------------------------------------------------

    def check(self, check: CheckRun, trigger: CheckTrigger, verdict: Verdict) -> bool:
        """Fire a check; returns whether it moved.

        Args:
            check: the :class:`~fsm.core.engine.runs.CheckRun`.
            trigger: what happened.
            verdict: the :class:`~fsm.core.expect.base.Verdict` its guards look at.
        """
        source = check.state
        if not check.table.fire(check, trigger, verdict):
            return False
        dest, run = check.state, check.process
        candidate = run.candidate
        was_open = check.open
        check.why, check.question = once(printable(sentence(verdict, trigger, dest))), ""
        if dest in GOOD:
            check.at = verdict.at if verdict.at is not None else self.now
        self._set_timer(check, trigger, dest)
        self.transitions.append(Transition(self.now, candidate.graceid, run.name, check.name,
                                           trigger, source, dest, check.why))
        self._count(check, source, dest, was_open)
        if trigger == ESCALATE:
            self.collected.effects += escalation(check, self.now, self.policy)
        else:
            self.collected.effects += messages(check, dest, self.now, self.policy)
        if dest in MEASURED:
            self.effects.append(Measured(
                self.now, candidate.graceid, run.name, check.name, check.generation, dest,
                check.at, candidate.created, run.started,
                check.due - max(check.within, self.timing.grace)))
        if was_open and not check.open and run.stage_is_done:
            self.stages_done(run)
        elif source == rules.MISSING and run.state == INCOMPLETE:
            self.process(run, "recovered", check.why)
        return True

    def escalate(self, check: CheckRun, verdict: Verdict) -> None:
        """Take every step of escalation whose time has come, since it is still overdue."""
        while (step := check.next_step) and self.now >= check.due + step.after:
            self.check(check, ESCALATE, verdict)
        self.schedule.look_in_time(check)

    def _set_timer(self, check: CheckRun, trigger: CheckTrigger, dest: CheckState) -> None:
        if trigger == ESCALATE:
            check.escalated += 1
        elif dest in rules.CLOSED:
            check.timer = None
        elif dest == rules.AWAITING:
            check.at = None
            if trigger == "renew" or not check.alarmed:  # a failure that stands is told once
                check.told, check.escalated = (), 0
                check.generation += 1
            self.schedule.start(check, check.process.started if trigger == "renew" else self.now)
        elif dest == rules.WARNED:
            check.timer = check.due
            self.schedule.wake(check.process.candidate, check.timer)
        else:
            self.schedule.retry_later(check)
            self.schedule.ask_anew(check.process.candidate, dest == rules.OVERDUE)

    def _count(self, check: CheckRun, source: CheckState, dest: CheckState,
               was_open: bool) -> None:
        candidate, is_open = check.process.candidate, check.open
        candidate.overdue += (dest == rules.OVERDUE) - (source == rules.OVERDUE)
        candidate.unverified += (dest == rules.UNVERIFIED) - (source == rules.UNVERIFIED)
        if is_open != was_open:
            change = 1 if is_open else -1
            candidate.open_checks += change
            if not candidate.open_checks:
                candidate.again = None
            check.process.still_open[check.stage] += change

    # -- processes ------------------------------------------------------------------------------

    def process(self, run: ProcessRun, trigger: ProcessTrigger, why: str) -> bool:
        """Fire a process; returns whether it moved."""
        source = run.state
        if not process_table(run.chart).fire(run, trigger):
            return False
        run.candidate.incomplete += (run.state == INCOMPLETE) - (source == INCOMPLETE)
        self.transitions.append(Transition(self.now, run.candidate.graceid, run.name, "", trigger,
                                           source, run.state, printable(why)))
        return True

    def begin_stages(self, run: ProcessRun) -> None:
        """Give every open check its deadline; a later stage's is the latest it can be."""
        start = run.started
        for index in range(len(run.chart.stages)):
            checks = [check for check in run.checks if check.stage == index]
            for check in checks:
                if check.open:
                    self.schedule.start(check, run.started if check.chart.from_start else start)
            start += max((max(check.within, self.timing.grace) for check in checks), default=0.0)

    def stages_done(self, run: ProcessRun) -> None:
        """Go on through the stages in which nothing is open."""
        while run.open and run.stage_is_done:
            done = [check for check in run.checks if check.stage == run.stage]
            self.process(run, "stage_done", f"stage {run.chart.stages[run.stage].name} is done")
            if not run.open:
                return
            run.stage += 1
            if any(check.state == rules.MISSING for check in done):
                continue
            ends = [c.at for c in done if c.at is not None] or [run.stage_since]
            run.stage_since = max(run.started, *ends)
            for check in run.checks:
                if check.stage == run.stage and not check.chart.from_start \
                        and check.state == rules.AWAITING and not check.question:
                    self.schedule.start(check, run.stage_since)

    def back_to_start(self, run: ProcessRun, trigger: ProcessTrigger, why: str) -> None:
        """Put a process back into its first stage, and on through those that are done."""
        self.process(run, trigger, why)
        run.stage, run.stage_since = 0, run.started
        self.stages_done(run)

    # -- lifecycle ------------------------------------------------------------------------------

    def report_load(self, candidate: Candidate) -> None:
        """Tell a lifecycle what has become of its checks since it was last told."""
        load, before = candidate.load, candidate.last_reported
        if candidate.profile is None or load == before:
            return
        candidate.last_reported = load
        for trigger, why in load.news(before):
            self.lifecycle(candidate, trigger, why)
        self.see_to_retirement(candidate)

    def see_to_retirement(self, candidate: Candidate) -> None:
        """Set when a candidate leaves: never, while anything of it is under way."""
        if not candidate.lifecycle.under_way(candidate.state):
            candidate.own_timer = self.now + self.timing.retire
            self.schedule.wake(candidate, candidate.own_timer)
        else:
            candidate.own_timer = None

    def lifecycle(self, candidate: Candidate, trigger: str, why: str) -> None:
        """Fire a lifecycle; where nothing is expected any more, waive what is open."""
        source, why = candidate.state, printable(why)
        if not lifecycle_table(candidate.lifecycle).fire(candidate, trigger):
            return
        self.transitions.append(Transition(self.now, candidate.graceid, "", "", trigger, source,
                                           candidate.state, why))
        leaves = candidate.lifecycle.leaves()
        waived, waives = leaves[source].waives, leaves[candidate.state].waives
        candidate.reason = f"{leaves[candidate.state].title}: {why}" if waives else ""
        if waives:
            for run in list(candidate.runs.values()):
                self.waive(run)
        elif waived:
            candidate.last_reported = UNREPORTED
            for run in candidate.runs.values():
                if not run.reason:
                    self.reinstate(run, why)
        self.see_to_retirement(candidate)

    def region(self, region: RegionRun, graceid: str, trigger: str, why: str) -> None:
        """Fire a region of a lifecycle."""
        source = region.state
        if lifecycle_table(region.chart).fire(region, trigger):
            self.transitions.append(Transition(self.now, graceid, region.chart.name, "", trigger,
                                               source, region.state, printable(why)))

    def waive(self, run: ProcessRun) -> None:
        """Waive the open checks of a process, for its own reason or the candidate's."""
        reason = run.reason or run.candidate.reason
        for check in run.checks:
            if check.open:
                self.check(check, "waive", Verdict(RIGHT, reason))

    def waive_by_operator(self, run: ProcessRun) -> None:
        """Waive the open checks of a process that operators have made needless."""
        if run.candidate.waivers:
            for check in run.checks:
                reason = run.candidate.waived_by_operator(check) if check.open else ""
                if reason:
                    self.check(check, "waive", Verdict(RIGHT, reason))

    def noted(self, command: Command, candidate: Candidate) -> None:
        """Put an operator's command into the history of a candidate."""
        self.transitions.append(Transition(
            self.now, candidate.graceid, command.process, command.check, command.order,
            candidate.state, candidate.state, printable(command.words)))

    def reinstate(self, run: ProcessRun, why: str, since: float | None = None) -> None:
        """Expect again what was waived, but not by an operator; it gets its time anew.

        Args:
            run: the :class:`~fsm.core.engine.runs.ProcessRun`.
            why: a sentence.
            since: since when it is expected, unix seconds; None for now.
        """
        waived = [c for c in run.checks if c.state == rules.WAIVED
                  and not run.candidate.waived_by_operator(c)]
        for check in waived:
            self.check(check, "reinstate", Verdict(RIGHT, why))
        if waived:
            run.started = self.now if since is None else max(since, run.started)
            self.begin_stages(run)
            self.back_to_start(run, "reinstated", why)
