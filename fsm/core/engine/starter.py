"""Starts processes: when evidence makes their start right, each time that this happens, by key.

A condition that comes true later gives what it held back its time from then on. What began longer
ago than ``timing.give_up`` is passed over.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

from fsm.core.charts.index import Router
from fsm.core.charts.policy import Settings
from fsm.core.charts.process import Process
from fsm.core.charts.rules import Heard
from fsm.core.engine import notifications
from fsm.core.engine.conditions import Conditions, judged
from fsm.core.engine.judge import Judge
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import ProcessRun
from fsm.core.engine.transitions import Firing
from fsm.core.evidence.entries import Change
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import RIGHT, Verdict
from fsm.core.expect.hints import HintKind
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters

# Of these kinds of news there is but one, which is called so.
WHOLE: tuple[HintKind, ...] = ("fields", "signoff", "members")
KINDS: tuple[HintKind, ...] = (*WHOLE, "label", "log", "file")
BUT_FIELDS = tuple(kind for kind in KINDS if kind != "fields")
OPEN = (True, float("-inf"))  # the gate of a process of which nothing has stood in the way


class Said(NamedTuple):
    """What a chart says of a change in the evidence.

    Attributes:
        keys: of the processes that it starts, or starts anew.
        onset: when what starts them happened, unix seconds.
        why: what that was.
        conditions: whether the process is needless all the same.
    """

    keys: tuple[str, ...]
    onset: float
    why: str
    conditions: Conditions


class Starter:
    """Starts and renews the processes of candidates.

    Args:
        routers: function from a candidate to its :class:`~fsm.core.charts.index.Router`.
        firing: :class:`~fsm.core.engine.transitions.Firing`.
        judge: :class:`~fsm.core.engine.judge.Judge`.
    """

    def __init__(self, routers: Callable[[Candidate], Router], firing: Firing,
                 judge: Judge) -> None:
        self.routers, self.firing, self.judge = routers, firing, judge
        self._conditions: dict[str, Conditions] = {}  # of this candidate, as the evidence is now

    def forget(self) -> None:
        """The evidence has changed, or it is another candidate's: conditions are judged anew."""
        self._conditions.clear()

    def survey(self, candidate: Candidate, trigger: Heard,
               kinds: Collection[HintKind] = KINDS) -> None:
        """Start whatever the evidence held starts, as far as it is of some kinds of news."""
        router = self.routers(candidate)
        for change in _everything(candidate.evidence, kinds):
            charts = {interest.owner.name: interest.owner
                      for interest, _ in router.interested(change)
                      if interest.role in ("start", "allow")}
            for chart in charts.values():
                self.start(candidate, chart, change, trigger)

    def allow(self, candidate: Candidate, chart: Process, change: Change, trigger: Heard) -> None:
        """Start or waive a process on whose condition a change bears.

        What has come true may have been all that lacked: then whatever the evidence holds starts
        it.
        """
        barred = not candidate.gates.get(chart.name, OPEN)[0]
        self.start(candidate, chart, change, trigger)
        opened = barred and candidate.gates[chart.name][0]
        if candidate.reason or (candidate.of(chart) and not opened):
            return
        for earlier in _everything(candidate.evidence, _heard_by(chart)):
            if chart.starts.captured(earlier, candidate.evidence) is not None:
                self.start(candidate, chart, earlier, trigger)

    def start(self, candidate: Candidate, chart: Process, change: Change, trigger: Heard) -> None:
        """Start a process, or start it anew, where a change makes its start right.

        Args:
            candidate: an introduced candidate.
            chart: the process's chart.
            change: a log entry, a label name, ``"fields"``, ``"signoff"`` or ``"members"``.
            trigger: ``evidence`` from an alert, ``answer`` from GraceDB.
        """
        settings, runs = candidate.chosen_profile.settings[chart.name], candidate.of(chart)
        idle = not settings.enabled and chart.unless is None and not runs
        if idle or candidate.lifecycle.kind not in chart.of:
            return
        try:
            said = self._said(candidate, chart, settings, change)
        except Exception as error:
            self._cannot_start(candidate, chart, settings, error)
            return
        if said is None:
            return
        final = said.conditions.final
        against, since = self._gate(candidate, chart, said.conditions)
        for run in runs:
            self._weigh(run, final, against, since)
        for key in said.keys:
            self._start_one(candidate, chart, settings, key, said, against, since, change, trigger)

    def pass_over(self, candidate: Candidate, chart: Process) -> None:
        """Have nothing that has come so far start a process, which was not on when it came.

        What a condition stands in the way of has its time from when that holds.
        """
        settings = candidate.chosen_profile.settings[chart.name]
        try:
            conditions = judged(candidate, chart, settings)
            if conditions.against and not conditions.final:
                candidate.gates.setdefault(chart.name, (False, candidate.created))
                return
            for change in _everything(candidate.evidence, _heard_by(chart)):
                keys, onset, _ = self._started(candidate, chart, settings, change)
                for name in map(chart.named, keys):
                    candidate.passed[name] = max(onset, candidate.passed.get(name, onset))
        except Exception:  # of the chart's own function, which is told where it starts
            return

    def _cannot_start(self, candidate: Candidate, chart: Process, settings: Settings,
                      error: Exception) -> None:
        """Tell that a chart's own function has raised; it harms no other process."""
        why = f"it cannot be started: {type(error).__name__}: {error}"[:300]
        self.firing.collected.effects += notifications.cannot_start(
            candidate, chart, settings, why, self.firing.now, self.firing.policy)

    def _said(self, candidate: Candidate, chart: Process, settings: Settings,
              change: Change) -> Said | None:
        """What a chart says of a change, as :class:`Said`; None where it says nothing of it."""
        keys, onset, why = self._started(candidate, chart, settings, change)
        if not keys and not candidate.of(chart):
            return None
        conditions = self._conditions.get(chart.name)
        if conditions is None:
            conditions = self._conditions[chart.name] = judged(candidate, chart, settings)
        return Said(keys, onset, why, conditions)

    def _start_one(self, candidate: Candidate, chart: Process, settings: Settings, key: str,
                   said: Said, against: str, since: float | None, change: Change,
                   trigger: Heard) -> None:
        """Start the process of one key, or start it anew, unless that has been dealt with."""
        name, onset = chart.named(key), said.onset
        run = candidate.runs.get(name)
        if self._known(candidate, run, name, onset, change):
            return
        if said.conditions.final or onset + self.firing.timing.give_up < self.firing.now:
            candidate.passed[name] = onset
        elif not against:
            started = onset if since is None else max(onset, since)
            if run is not None:
                self._renew(run, onset, started, said.why, trigger)
                return
            try:
                run = ProcessRun(chart, candidate, settings, key, onset, started)
            except Exception as error:
                self._cannot_start(candidate, chart, settings, error)
            else:
                self._begin(run, trigger)

    def _started(self, candidate: Candidate, chart: Process, settings: Settings,
                 change: Change) -> tuple[tuple[str, ...], float, str]:
        """The keys with which a change starts a process, when what starts it happened, and what."""
        captured = chart.starts.captured(change, candidate.evidence)
        if captured is None:
            return (), 0.0, ""
        scope = Scope({**settings.options, **captured} if captured else settings.options)
        verdict = chart.starts.found(candidate.evidence, scope)
        if verdict is None:
            return (), 0.0, ""
        onset = candidate.created if verdict.at is None else verdict.at
        return self._keys(chart, settings, captured, candidate), onset, verdict.why

    def _known(self, candidate: Candidate, run: ProcessRun | None, name: str, onset: float,
               change: Change) -> bool:
        """Whether what has happened has been dealt with."""
        if run is None:
            return onset <= candidate.passed.get(name, float("-inf"))
        if onset < run.onset:
            label = candidate.evidence.labels.get(change) if isinstance(change, str) else None
            if label is not None and label.heard == run.onset:
                run.begin(onset)  # only now GraceDB tells when
        return onset <= run.onset or not run.chart.recurs

    def _gate(self, candidate: Candidate, chart: Process,
              conditions: Conditions) -> tuple[str, float | None]:
        """Why the present values are against a process, or ""; and since when they are not."""
        since, known, now = conditions.since, candidate.gates.get(chart.name), self.firing.now
        if conditions.against:
            candidate.gates[chart.name] = (False, now)
            return conditions.against, None
        if known is None:
            return "", since
        if not known[0]:
            known = (True, max(known[1], now if since is None else since))
            candidate.gates[chart.name] = known
        return "", known[1]

    def _weigh(self, run: ProcessRun, final: str, against: str, since: float | None) -> None:
        """Waive a process under way, or take that back, by what now holds."""
        if run.final:
            return
        if final and run.open:
            run.final, run.reason = True, final
            self.firing.waive(run)
        elif bool(run.reason) != bool(against):
            run.reason = against
            if against:
                self.firing.waive(run)
            elif not run.candidate.reason:
                self.firing.reinstate(run, "what it hangs on has changed", since)
                self.judge.look(run, "evidence")

    def _keys(self, chart: Process, settings: Settings, captured: Parameters,
              candidate: Candidate) -> tuple[str, ...]:
        if chart.keyed is not None:
            key = chart.keyed(captured, candidate.evidence, candidate.profile)
            return () if key is None else (key,)
        if chart.key is None:
            return ("",)
        if captured.get(chart.key):
            return (captured[chart.key],)
        return tuple(settings.options[chart.per]) if chart.per else ()

    def _begin(self, run: ProcessRun, trigger: Heard) -> None:
        candidate = run.candidate
        candidate.add(run)
        candidate.open_checks += len(run.checks)
        self.firing.begin_stages(run)
        self.firing.stages_done(run)  # those in which nothing is expected
        if candidate.reason:
            self.firing.waive(run)
        self.judge.look(run, trigger)
        self.firing.waive_by_operator(run)

    def _renew(self, run: ProcessRun, onset: float, since: float, why: str,
               trigger: Heard) -> None:
        """Start its checks anew: what was made before does not count for them."""
        counts_from = run.counts_from(onset)
        run.begin(onset)
        run.started, run.reason, run.final = since, "", False
        for check in run.checks:
            check.held, check.final = None, ""
            if run.chart.starts.state is None:
                check.not_before = counts_from
            self.firing.check(check, "renew", Verdict(RIGHT, why))
        self.firing.begin_stages(run)
        self.firing.back_to_start(run, "renewed", why)
        if run.candidate.reason:
            self.firing.waive(run)
        self.judge.look(run, trigger)
        self.firing.waive_by_operator(run)


def _everything(evidence: Evidence, kinds: Collection[HintKind] = KINDS) -> Iterator[Change]:
    """All that the evidence has ever told of some kinds, as changes."""
    for kind in WHOLE:
        if kind in kinds:
            yield kind
    if "label" in kinds:
        yield from tuple(evidence.labels)
    if "log" in kinds or "file" in kinds:
        yield from tuple(evidence.logs.values())


@cache
def _heard_by(chart: Process) -> frozenset[HintKind]:
    """The kinds of news that may start a process."""
    return frozenset(hint.kind for hint in chart.starts.hints())
