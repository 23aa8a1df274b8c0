"""The light models that the machines move: a candidate, its processes, their checks."""

from typing import NamedTuple

from fsm.core.charts import rules
from fsm.core.engine.table import check_tables, lifecycle_table, process_table
from fsm.core.evidence.alert import split_version
from fsm.core.expect.base import RIGHT, UNKNOWN, WRONG, Scope, Verdict
from fsm.core.interning import once

_LEFT_OUT = (rules.MISSING, rules.WAIVED)


class CheckRun:
    """One check of one process of one GraceID.

    Attributes:
        chart: its :class:`~fsm.core.charts.process.Check`.
        process: its :class:`ProcessRun`.
        expects: what its chart expects, with the tags that the profile wants.
        stage: index of its stage.
        name: check name, with its value where there is one for each: ``flag[H1:...:1]``.
        scope: what its expectation may refer to.
        state: where it is.
        within: deadline in seconds after the stage's start; ``warn`` likewise, or None.
        due: when its deadline is, unix seconds.
        timer: when it must be looked at next; None exactly when it is closed.
        question: identifier of the question it waits for, or "".
        tries: how often GraceDB has been asked since the deadline.
        at: when the annotation that decided was made; None where none did.
        why: the last verdict's sentence.
        told: outcomes that somebody has been told in this generation.
        alarmed: whether a failure has been told, and no recovery since.
        final: why it is needless for good, or "".
        held: when its condition was last judged not to hold, unix seconds; None where it held.
        generation: how often it was started anew.
        escalated: how many steps of escalation have been taken.
        table: what its machine does, :class:`~fsm.core.engine.table.Table`.
    """

    __slots__ = ("chart", "process", "expects", "stage", "name", "scope", "state", "within", "warn",
                 "due", "timer", "question", "tries", "at", "why", "told", "alarmed", "held",
                 "final", "generation", "escalated", "table")

    def __init__(self, chart, process, stage, name, scope, within, warn):
        self.chart, self.process, self.stage, self.name = chart, process, stage, name
        self.scope, self.within, self.warn = scope, within, warn
        tags = process.settings.tags.get(chart.name)
        self.expects = chart.expects if tags is None else chart.expects.tagged(tags)
        self.state = rules.AWAITING
        self.due = self.timer = 0.0
        self.question, self.tries, self.at, self.why, self.told = "", 0, None, "", ()
        self.alarmed, self.held, self.final = False, None, ""
        self.generation = self.escalated = 0
        self.table = check_tables(process.chart)[id(chart)]

    @property
    def began(self):
        """Since when its time runs, unix seconds, had it no grace."""
        return self.due - self.within

    @property
    def open(self):
        """Whether something is still expected of it."""
        return self.timer is not None

    @property
    def next_step(self):
        """While it is overdue the next :class:`~fsm.core.charts.policy.Escalation`, or None."""
        steps = self.process.settings.escalation
        if self.state != rules.OVERDUE or not self.table.knows(rules.OVERDUE, "escalate"):
            return None
        return steps[self.escalated] if self.escalated < len(steps) else None

    def concerned(self, template, parameters, name):
        """Whether it may look for a file of this name.

        Args:
            template: that the name matches.
            parameters: as found in it at first.
            name: of the file.
        """
        values = self.scope.values
        for key, value in parameters.items():
            if key in values and str(values[key]) != value:
                return template.named(name, template.wanted(values.get))
        return True

    def right(self, verdict):
        """Guard: the verdict is right."""
        return verdict.kind == "right"

    def in_time(self, verdict):
        """Guard: what decided was made by the deadline, or is of a kind that is never late."""
        return not self.chart.expects.timed or verdict.at is None or verdict.at <= self.due

    def judge(self):
        """Judge the evidence now held; a function that fails gives the verdict ``unknown``."""
        verdict = self._judged(self.expects)
        if not verdict.right or self.in_time(verdict):
            return verdict
        self.scope.until = self.due  # it may have been right in time, and have come again since
        earlier = self._judged(self.expects)
        self.scope.until = float("inf")
        return earlier if earlier.right and self.in_time(earlier) else verdict

    def expected(self):
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

    def questions(self):
        """What GraceDB must be asked beyond the annotations, as of an expectation."""
        evidence = self.process.candidate.evidence
        return [want for one in (self.chart.expects, self.chart.when) if one is not None
                for want in one.questions(evidence, self.scope)]

    def unread(self, answer):
        """Which of the parts of an answer that it hangs on could not be read, or ""."""
        if not answer.unread and not any(member.unread for member in answer.members):
            return ""
        unread = {("", split_version(part)[0]): why for part, why in answer.unread.items()}
        for member in answer.members:
            unread |= {(member.graceid, part): why for part, why in member.unread.items()}
        evidence, process = self.process.candidate.evidence, self.process.chart
        hangs_on = {("", "labels")}  # by which a candidate is waived
        for one in filter(None, (self.chart.expects, self.chart.when, self.chart.unless,
                                 process.when, process.unless)):
            for graceid, part in one.reads(evidence, self.scope):
                hangs_on |= {(graceid, part), ("", graceid)}
        return next((f"GraceDB did not show its {key[1]}: {why}" for key, why in unread.items()
                     if key in hangs_on), "")

    def _judged(self, expectation):
        try:
            return expectation.judge(self.process.candidate.evidence, self.scope)
        except Exception as error:  # whatever a chart's own function may raise
            return Verdict(UNKNOWN, f"judging it failed: {type(error).__name__}: {error}"[:300])


class ProcessRun:
    """One follow-up process of one GraceID.

    Attributes:
        chart: its :class:`~fsm.core.charts.process.Process`.
        candidate: its :class:`Candidate`.
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

    def __init__(self, chart, candidate, settings, key, onset, started):
        self.chart, self.candidate, self.settings, self.key = chart, candidate, settings, key
        self.name = chart.named(key)
        self.started = self.stage_since = started
        self.stage, self.reason, self.final = 0, "", False
        self.state = process_table(chart).initial
        self.checks = []
        values = dict(settings.options)
        if chart.key:
            values[chart.key] = key
            if chart.derive:
                values.update(chart.derive(key))
        self._make_checks(values)
        self.begin(onset)
        self.count_open()

    def begin(self, onset):
        """Note when what started it happened, unix seconds."""
        self.onset = onset
        for check in self.checks:
            check.scope.start = onset

    def _make_checks(self, values):
        common = Scope(values)
        for index, stage in enumerate(self.chart.stages):
            for chart in stage.checks:
                within = self.settings.deadlines.get(chart.name, chart.within)
                if within is None:
                    continue
                warn = chart.warn
                if warn is not None:
                    warn = self.settings.warnings.get(chart.name, warn)
                for name, scope in _instances(chart, values, common):
                    self.checks.append(CheckRun(chart, self, index, name, scope, within, warn))

    def count_open(self):
        """Count the open checks of each stage."""
        self.still_open = [0] * len(self.chart.stages)
        for check in self.checks:
            if check.open:
                self.still_open[check.stage] += 1

    @property
    def open(self):
        """Whether it is not closed."""
        return self.state.startswith("open")

    def nothing_left_out(self):
        """Guard: no check was given up or made needless."""
        return all(c.state not in _LEFT_OUT for c in self.checks)

    def anything_missing(self):
        """Guard: some check was given up."""
        return any(c.state == rules.MISSING for c in self.checks)


def _instances(chart, values, common):
    if chart.each is None:
        return [(chart.name, common)]
    made = []
    for value in values[chart.each.option]:
        more = chart.each.derive(value) if chart.each.derive else {}
        scope = Scope({**values, chart.each.parameter: value, **more})
        made.append((once(f"{chart.name}[{value}]"), scope))
    return made


class RegionRun:
    """One region of a GraceID's lifecycle.

    Attributes:
        chart: its :class:`~fsm.core.charts.lifecycle.Region`.
        state: where it is.
    """

    __slots__ = ("chart", "state")

    def __init__(self, chart):
        self.chart, self.state = chart, lifecycle_table(chart).initial


class Load(NamedTuple):
    """What the checks of a candidate amount to.

    Attributes:
        overdue: whether any is overdue.
        open: whether any is open.
        missing: whether a process ended incomplete.
    """

    overdue: bool
    open: bool
    missing: bool


UNREPORTED = Load(False, True, False)  # whether anything is open is to be told anew


class Candidate:
    """One GraceID under supervision.

    Attributes:
        graceid: its id.
        lifecycle: its :class:`~fsm.core.charts.lifecycle.Lifecycle`.
        evidence: what is known of it.
        state: where its lifecycle is.
        regions: the regions beside it, by name.
        profile: its :class:`~fsm.core.charts.policy.Profile`; None until it is introduced, that is
            until its event is known and its processes may start.
        created: when it was created, unix seconds; until known, when it was first heard of.
        runs: processes by name; see :meth:`add` and :meth:`of`.
        own_timer: when it must itself be looked at: to be introduced, or retired; or None.
        question: identifier of the question about itself, or "".
        questions: number of questions asked about it.
        overdue: number of overdue checks; ``open_checks`` of open ones, ``incomplete`` of
            processes that ended incomplete.
        reason: why nothing is expected of it any more, or "".
        last_reported: what its lifecycle was last told, a :class:`Load`.
        broken: names of the processes that could not be started.
        waivers: what operators have made needless: (process, check) to the reason.
        gates: by the name of a process of which the condition has stood in the way of a start:
            (whether it holds now, since when, or when it was last judged not to, unix seconds).
        passed: by the name of a process, with its key: when what happened that was not to start it,
            unix seconds.
        informed: of an event in a superevent, what that has been told: its id, the lifecycle's
            state, the values, labels, and identities of entries with files; None for nothing.
    """

    __slots__ = ("graceid", "lifecycle", "evidence", "state", "regions", "profile", "created",
                 "runs", "_by_chart", "own_timer", "question", "questions", "overdue",
                 "open_checks", "incomplete", "reason", "last_reported", "broken", "waivers",
                 "gates", "passed", "informed")

    def __init__(self, graceid, lifecycle, evidence, created):
        self.graceid, self.evidence, self.created = graceid, evidence, created
        self.profile = None
        self.switch_lifecycle(lifecycle)
        self.runs, self._by_chart = {}, {}
        self.own_timer, self.question, self.questions = None, "", 0
        self.overdue, self.open_checks, self.incomplete, self.reason = 0, 0, 0, ""
        self.last_reported, self.broken, self.waivers = UNREPORTED, (), {}
        self.gates, self.passed, self.informed = {}, {}, None

    def switch_lifecycle(self, lifecycle):
        """Begin a lifecycle, with its regions."""
        self.lifecycle, self.state = lifecycle, lifecycle_table(lifecycle).initial
        self.regions = {chart.name: RegionRun(chart) for chart in lifecycle.regions}

    @property
    def load(self):
        """What its checks amount to now, a :class:`Load`."""
        return Load(self.overdue > 0, self.open_checks > 0, self.incomplete > 0)

    def add(self, run):
        """Take up a process."""
        self.runs[run.name] = run
        self._by_chart.setdefault(run.chart.name, []).append(run)

    def of(self, chart):
        """Its processes that follow a chart."""
        return self._by_chart.get(chart.name, ())

    def checks(self):
        """All its checks, process after process."""
        for run in self.runs.values():
            yield from run.checks

    def next_due(self):
        """The next moment at which something of it is due, infinity where nothing is."""
        times = [c.timer for run in self.runs.values() if run.open
                 for c in run.checks if c.timer is not None]
        if self.own_timer is not None:
            times.append(self.own_timer)
        return min(times, default=float("inf"))

    def regions_in_words(self):
        """Where the regions beside its lifecycle are, in words, apart from where they begin."""
        return ", ".join(f"{name.replace('_', ' ')} {region.state}"
                         for name, region in self.regions.items()
                         if region.state != region.chart.initial())

    def waived_by_order(self, check):
        """Why operators have made a check needless, or ""."""
        for (process, name), reason in self.waivers.items():
            if process in ("", check.process.name, check.process.chart.name) \
                    and name in ("", check.name, check.chart.name):
                return reason
        return ""

    def dissolve(self):
        """Cut the circles of references in it, so that its memory is free at once."""
        for run in self.runs.values():
            run.checks = ()
        self.runs, self._by_chart = {}, {}

    def anything_missing(self):
        """Guard: some process ended incomplete."""
        return self.incomplete > 0

    def waived_as_injection(self):
        """Guard: it is an injection, and its profile does not want these followed up."""
        return self.profile.waive_injections and self.evidence.has_label("INJ")
