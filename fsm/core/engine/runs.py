"""The light models of a candidate's processes and their checks, moved by the tables of machines."""

from math import inf

from fsm.core.charts import rules
from fsm.core.charts.checks import Check
from fsm.core.charts.outcomes import Outcome
from fsm.core.charts.policy import Escalation, Settings
from fsm.core.charts.process import Process
from fsm.core.charts.rules import CheckState
from fsm.core.engine.inputs import Answer
from fsm.core.engine.models import Candidate
from fsm.core.engine.planned import Planned, planned
from fsm.core.engine.table import Table, process_table
from fsm.core.evidence.records import split_version
from fsm.core.expect.base import RIGHT, UNKNOWN, WRONG, Expectation, Verdict
from fsm.core.expect.hints import Want
from fsm.core.expect.parts import given
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters, Template

_LEFT_OUT = (rules.MISSING, rules.WAIVED)


class CheckRun(Scope):
    """One check of one process of one GraceID; also what its expectation may refer to.

    Attributes:
        planned: what it has in common with others, as properties here too:
            :class:`~fsm.core.engine.planned.Planned`.
        process: its :class:`ProcessRun`.
        state: where it is.
        due: when its deadline is, unix seconds.
        timer: when it must be looked at next; None exactly when it is closed.
        question: identifier of the question it waits for, or "".
        at: when the annotation that decided was made; None where none did.
        why: the last verdict's sentence.
        told: outcomes that somebody has been told in this generation.
        alarmed: whether a failure has been told, and no recovery since.
        final: why it is needless for good, or "".
        held: when its condition was last judged not to hold, unix seconds; None where it held.
        generation: how often it was started anew.
        escalated: how many steps of escalation have been taken.
    """

    __slots__ = ("planned", "process", "state", "due", "timer", "question", "at", "why", "told",
                 "alarmed", "held", "final", "generation", "escalated")

    planned: Planned
    process: "ProcessRun"
    state: CheckState
    due: float
    timer: float | None
    question: str
    at: float | None
    why: str
    told: tuple[Outcome, ...]
    alarmed: bool
    held: float | None
    final: str
    generation: int
    escalated: int

    def __init__(self, planned: Planned, process: "ProcessRun") -> None:
        Scope.__init__(self, planned.values)
        self.planned, self.process = planned, process
        self.state = rules.AWAITING
        self.due = self.timer = 0.0
        self.question, self.at, self.why, self.told = "", None, "", ()
        self.alarmed, self.held, self.final = False, None, ""
        self.generation = self.escalated = 0

    @property
    def chart(self) -> Check:
        """Its :class:`~fsm.core.charts.checks.Check`."""
        return self.planned.chart

    @property
    def name(self) -> str:
        """Its name, with its value where there is one for each."""
        return self.planned.name

    @property
    def expects(self) -> Expectation:
        """What its chart expects, with the tags that the profile wants."""
        return self.planned.expects

    @property
    def stage(self) -> int:
        """Index of its stage."""
        return self.planned.stage

    @property
    def within(self) -> float:
        """Its deadline in seconds after the stage's start."""
        return self.planned.within

    @property
    def warn(self) -> float | None:
        """When it is warned of, likewise, or None."""
        return self.planned.warn

    @property
    def table(self) -> Table:
        """What its machine does."""
        return self.planned.table

    @property
    def began(self) -> float:
        """Since when its time runs, unix seconds, had it no grace."""
        return self.due - self.within

    @property
    def open(self) -> bool:
        """Whether something is still expected of it."""
        return self.timer is not None

    @property
    def next_step(self) -> Escalation | None:
        """While it is overdue the next :class:`~fsm.core.charts.policy.Escalation`, or None."""
        steps = self.process.settings.escalation
        if self.state != rules.OVERDUE or not self.table.knows(rules.OVERDUE, "escalate"):
            return None
        return steps[self.escalated] if self.escalated < len(steps) else None

    def concerned(self, template: Template | None, parameters: Parameters, name: str) -> bool:
        """Whether it may look for a file of this name.

        Args:
            template: that the name matches.
            parameters: as found in it at first.
            name: of the file.
        """
        values = self.values
        for key, value in parameters.items():
            if key in values and str(values[key]) != value:
                return template is None or template.named(name, template.wanted(values.get))
        return True

    def right(self, verdict: Verdict) -> bool:
        """Guard: the verdict is right."""
        return verdict.kind == RIGHT

    def in_time(self, verdict: Verdict) -> bool:
        """Guard: what decided was made by the deadline, or is of a kind that is never late."""
        return not self.chart.expects.timed or verdict.at is None or verdict.at <= self.due

    def judge(self) -> Verdict:
        """Judge the evidence now held; a function that fails gives the verdict ``unknown``."""
        verdict = self._judged(self.expects)
        if not verdict.right or self.in_time(verdict):
            return verdict
        self.until = self.due  # it may have been right in time, and have come again since
        earlier = self._judged(self.expects)
        self.until = inf
        return earlier if earlier.right and self.in_time(earlier) else verdict

    def expected(self) -> Verdict | None:
        """Judge the conditions under which it is expected; None where it has none.

        What makes it needless for good is remembered.
        """
        unless = self.chart.unless
        if unless is not None and not self.final:
            verdict = self._judged(unless)
            self.final = verdict.why if verdict.right else ""
        if self.final:
            return Verdict(WRONG, self.final)
        if self.chart.when is not None:
            return self._judged(self.chart.when)
        return None if unless is None else Verdict(RIGHT, "nothing makes it needless")

    def questions(self) -> list[Want]:
        """What GraceDB must be asked beyond the annotations, as of an expectation."""
        evidence = self.process.candidate.evidence
        return [want for one in (self.chart.expects, self.chart.when) if one is not None
                for want in one.questions(evidence, self)]

    def unread(self, answer: Answer) -> str:
        """Which of the parts of an answer that it hangs on could not be read, or ""."""
        if not answer.unread and not any(member.unread for member in answer.members):
            return ""
        unread = {("", split_version(part)[0]): why for part, why in answer.unread.items()}
        for member in answer.members:
            unread |= {(member.graceid, part): why for part, why in member.unread.items()}
        evidence, process = self.process.candidate.evidence, self.process.chart
        hangs_on = {("", "labels")}  # by which a candidate is waived
        for one in given(self.chart.expects, self.chart.when, self.chart.unless, process.when,
                         process.unless):
            for graceid, part in one.reads(evidence, self):
                hangs_on |= {(graceid, part), ("", graceid)}
        return next((f"GraceDB did not show its {key[1]}: {why}" for key, why in unread.items()
                     if key in hangs_on), "")

    def _judged(self, expectation: Expectation) -> Verdict:
        try:
            return expectation.judge(self.process.candidate.evidence, self)
        except Exception as error:  # whatever a chart's own function may raise
            return Verdict(UNKNOWN, f"judging it failed: {type(error).__name__}: {error}"[:300])


class ProcessRun:
    """One follow-up process of one GraceID.

    Attributes:
        chart: its :class:`~fsm.core.charts.process.Process`.
        candidate: its :class:`~fsm.core.engine.models.Candidate`.
        settings: its :class:`~fsm.core.charts.policy.Settings`.
        key: what tells it from others of its kind, or "".
        name: process name, with its key: ``idq[H1]``.
        onset: when what started it last happened, unix seconds.
        started: since when its time counts, unix seconds: the onset, or when it became needed.
        state: where it is.
        stage: index of the present stage; ``stage_since`` is when that stage started.
        checks: its :class:`CheckRun` objects, stage after stage.
        still_open: number of open checks by stage.
        reason: why just this process is needless at present, or "".
        final: whether it stays needless until it starts anew.
    """

    __slots__ = ("chart", "candidate", "settings", "key", "name", "onset", "started", "state",
                 "stage", "stage_since", "checks", "still_open", "reason", "final")

    chart: Process
    candidate: Candidate
    settings: Settings
    key: str
    name: str
    onset: float
    started: float
    state: str
    stage: int
    stage_since: float
    checks: list[CheckRun]
    still_open: list[int]
    reason: str
    final: bool

    def __init__(self, chart: Process, candidate: Candidate, settings: Settings, key: str,
                 onset: float, started: float) -> None:
        self.chart, self.candidate, self.settings, self.key = chart, candidate, settings, key
        self.name = chart.named(key)
        self.started = self.stage_since = started
        self.stage, self.reason, self.final = 0, "", False
        self.state = process_table(chart).initial
        self.checks = [CheckRun(one, self) for one in planned(chart, settings, key)]
        self.begin(onset)
        self.count_open()

    def begin(self, onset: float) -> None:
        """Note when what started it happened, unix seconds."""
        self.onset = onset
        for check in self.checks:
            check.start = onset

    def counts_from(self, onset: float) -> float:
        """Since when what is made counts where it starts anew.

        What a label stands for may be made a moment before it is put on: where it was taken off
        meanwhile, what was made since then counts.

        Args:
            onset: when what starts it happened again, unix seconds.
        """
        labels = self.candidate.evidence.labels
        names = {hint.label for hint in self.chart.starts.hints() if hint.kind == "label"}
        return min((heard for name in names & labels.keys() for heard in labels[name].removals
                    if self.onset < heard < onset), default=onset)

    def count_open(self) -> None:
        """Count the open checks of each stage."""
        self.still_open = [0] * len(self.chart.stages)
        for check in self.checks:
            if check.open:
                self.still_open[check.stage] += 1

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return self.state.startswith("open")

    @property
    def stage_is_done(self) -> bool:
        """Whether nothing of its stage is open, nor of an earlier one that is expected again."""
        return not any(self.still_open[:self.stage + 1])

    def nothing_left_out(self) -> bool:
        """Guard: no check was given up or made needless."""
        return all(c.state not in _LEFT_OUT for c in self.checks)

    def anything_missing(self) -> bool:
        """Guard: some check was given up."""
        return any(c.state == rules.MISSING for c in self.checks)
