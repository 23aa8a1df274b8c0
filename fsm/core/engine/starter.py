"""Starts processes: when evidence makes their start right, each time that this happens, by key.

A condition that comes true later gives what it held back its time from then on. What began longer
ago than ``timing.give_up`` is passed over.
"""

from fsm.core.charts import rules
from fsm.core.engine import notifications
from fsm.core.engine.models import ProcessRun
from fsm.core.expect.base import RIGHT, WRONG, Scope, Verdict
from fsm.core.times import finite


class Starter:
    """Starts and renews the processes of candidates.

    Args:
        routers: function from a candidate to its :class:`~fsm.core.charts.index.Router`.
        firing: :class:`~fsm.core.engine.transitions.Firing`.

    Attributes:
        answering: identifier of the question of which the answer is being taken up, or "": the
            checks that wait for it are judged after its news.
    """

    def __init__(self, routers, firing):
        self.routers, self.firing = routers, firing
        self.answering = ""

    def survey(self, candidate, trigger):
        """Start whatever the evidence held starts, for a candidate that was just introduced."""
        router = self.routers(candidate)
        for change in _everything(candidate.evidence):
            for interest, _ in router.interested(change):
                if interest.role in ("start", "allow"):
                    self.start(candidate, interest.owner, change, trigger)

    def allow(self, candidate, chart, change, trigger):
        """Start or waive a process on whose condition a change bears.

        What has come true may have been all that lacked: then whatever the evidence holds starts
        it.
        """
        barred = not candidate.gates.get(chart.name, (True,))[0]
        self.start(candidate, chart, change, trigger)
        opened = barred and candidate.gates[chart.name][0]
        if candidate.reason or (candidate.of(chart) and not opened):
            return
        for earlier in _everything(candidate.evidence):
            if chart.starts.captured(earlier, candidate.evidence) is not None:
                self.start(candidate, chart, earlier, trigger)

    def start(self, candidate, chart, change, trigger):
        """Start a process, or start it anew, where a change makes its start right.

        Args:
            candidate: an introduced candidate.
            chart: the process's chart.
            change: a log entry, a label name, ``"fields"``, ``"signoff"`` or ``"members"``.
            trigger: ``evidence`` from an alert, ``answer`` from GraceDB.
        """
        settings = candidate.profile.settings[chart.name]
        idle = not settings.enabled and chart.unless is None and not candidate.of(chart)
        if idle or candidate.lifecycle.kind not in chart.of:
            return
        try:
            begun = self._begun(candidate, chart, settings, change)
        except Exception as error:  # whatever a chart's own function may raise harms it alone
            why = f"it cannot be started: {type(error).__name__}: {error}"[:300]
            self.firing.collected.effects += notifications.cannot_start(candidate, chart, settings, why,
                                                        self.firing.now, self.firing.policy)
            return
        for run, onset, since, why in begun:
            if run.name in candidate.runs:
                self._renew(run, onset, since, why, trigger)
            else:
                self._begin(run, trigger)

    def _begun(self, candidate, chart, settings, change):
        """What a change starts, or starts anew: (process, onset, since when it counts, why)."""
        keys, onset, why = self._started(candidate, chart, settings, change)
        if not keys and not candidate.of(chart):
            return []
        final = self._final(chart, settings, candidate.evidence)
        against, since = self._gate(candidate, chart, settings)
        for run in list(candidate.of(chart)):
            self._weigh(run, final, against, since)
        made = []
        for key in keys:
            name = chart.named(key)
            run = candidate.runs.get(name)
            if self._known(candidate, run, name, onset, change):
                continue
            if final or onset + self.firing.timing.give_up < self.firing.now:
                candidate.passed[name] = onset
            elif not against:
                counts = onset if since is None else max(onset, since)
                run = run or ProcessRun(chart, candidate, settings, key, onset, counts)
                made.append((run, onset, counts, why))
        return made

    def _started(self, candidate, chart, settings, change):
        """The keys with which a change starts a process, when what starts it happened, and what."""
        captured = chart.starts.captured(change, candidate.evidence)
        if captured is None:
            return (), 0.0, ""
        scope = Scope({**settings.options, **captured})
        verdict = chart.starts.judge(candidate.evidence, scope)
        if not verdict.right:
            return (), 0.0, ""
        onset = candidate.created if verdict.at is None else verdict.at
        return self._keys(chart, settings, captured, candidate), onset, verdict.why

    def _known(self, candidate, run, name, onset, change):
        """Whether what has happened has been dealt with."""
        if run is None:
            return onset <= candidate.passed.get(name, float("-inf"))
        if onset < run.onset:
            label = candidate.evidence.labels.get(change) if isinstance(change, str) else None
            if label is not None and label.heard == run.onset:
                run.begin(onset)  # only now GraceDB tells when
        return onset <= run.onset or not run.chart.recurs

    def _final(self, chart, settings, evidence):
        """Why a process is needless for good, or ""."""
        if chart.unless is None:
            return ""
        verdict = chart.unless.judge(evidence, Scope(settings.options))
        return verdict.why if verdict.right else ""

    def _gate(self, candidate, chart, settings):
        """Why the present values are against a process, or ""; and since when they are not."""
        why, since = _against(chart, settings, candidate)
        known, now = candidate.gates.get(chart.name), self.firing.now
        if why:
            candidate.gates[chart.name] = (False, now)
            return why, None
        if known is None:
            return "", since
        if not known[0]:
            known = (True, max(known[1], now if since is None else since))
            candidate.gates[chart.name] = known
        return "", known[1]

    def _weigh(self, run, final, against, since):
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
                self.look(run, "evidence")

    def _keys(self, chart, settings, captured, candidate):
        if chart.keyed is not None:
            key = chart.keyed(captured, candidate.evidence, candidate.profile)
            return () if key is None else (key,)
        if chart.key is None:
            return ("",)
        if captured.get(chart.key):
            return (captured[chart.key],)
        return settings.options[chart.per] if chart.per else ()

    def _begin(self, run, trigger):
        candidate = run.candidate
        candidate.add(run)
        candidate.open_checks += len(run.checks)
        self.firing.begin_stages(run)
        self.firing.stages_done(run)  # those in which nothing is expected
        if candidate.reason:
            self.firing.waive(run)
        self.look(run, trigger)
        self.firing.waive_by_order(run)

    def _renew(self, run, onset, since, why, trigger):
        """Start its checks anew: what was made before does not count for them."""
        run.begin(onset)
        run.started, run.reason, run.final = since, "", False
        for check in run.checks:
            check.held, check.final = None, ""
            if run.chart.starts.state is None:
                check.scope.not_before = onset
            self.firing.check(check, "renew", Verdict(RIGHT, why))
        self.firing.begin_stages(run)
        self.firing.back_to_start(run, "renewed", why)
        if run.candidate.reason:
            self.firing.waive(run)
        self.look(run, trigger)
        self.firing.waive_by_order(run)

    def look(self, run, trigger):
        """Judge the open checks of a process by the evidence already held."""
        for check in run.checks:
            self.consider(check, trigger)

    def consider(self, check, trigger, conditions=True):
        """Judge one check because of news; it moves where the news makes it right.

        What GraceDB has told before the deadline leaves a check waiting: its alert may still be
        on its way.

        Args:
            check: the check.
            trigger: ``evidence`` or ``answer``.
            conditions: whether the news may bear on the condition under which it is expected.
        """
        if conditions and check.chart.conditional:
            self._reconsider_condition(check)
        if not check.open and check.state not in (rules.MISSING, rules.UNVERIFIABLE):
            return
        if trigger == "answer" and (self._may_still_come(check) or (
                check.question and check.question == self.answering)):
            return
        verdict = check.judge()
        if verdict.kind == RIGHT:
            self.firing.check(check, trigger, verdict)

    def _may_still_come(self, check):
        waiting = check.state in (rules.AWAITING, rules.WARNED)
        return waiting and not check.chart.expects.asks and self.firing.now < check.due

    def _reconsider_condition(self, check):
        expected = check.expected()
        if expected is None:
            return
        now = self.firing.now
        if not expected.right:
            check.held = now
            if check.open and expected.kind == WRONG:
                self.firing.check(check, "excuse", expected)
        elif check.state == rules.NOT_EXPECTED:
            self.firing.check(check, "expect", expected)
            self._allowed(check, expected)
            if not check.process.open or check.process.stage > check.stage:
                self.firing.back_to_start(check.process, "reinstated", expected.why)
            self.firing.waive_by_order(check.process)
        elif check.held is not None and check.open and not check.question:
            self._allowed(check, expected)

    def _allowed(self, check, expected):
        """Its condition has come true: it has its time from then on."""
        since = max(check.held or 0.0, self.firing.now if expected.at is None else expected.at)
        check.held = None
        if since > check.began and check.state in (rules.AWAITING, rules.WARNED):
            self.firing.schedule(check, since)


def _everything(evidence):
    """All that the evidence has ever told, as changes."""
    return ("fields", "signoff", "members", *evidence.labels, *evidence.logs.values())


def _against(chart, settings, candidate):
    """Why the present values make a process needless, or ""; and since when they do not."""
    if not settings.enabled:
        return f"the profile {candidate.profile.name} is without it", None
    evidence, since = candidate.evidence, None
    far, most = finite(evidence.fields.get("far")), settings.far_threshold
    if most is not None:
        since = evidence.since("far")
        if far is not None and far > most:
            begun = chart.launched and chart.launched.judge(evidence, Scope(settings.options))
            if not (begun and begun.right):  # what has begun all the same is followed up
                return (f"far is {far:.3g} Hz, above the {most:.6g} Hz up to which it is expected",
                        None)
            since = begun.at
    if chart.when is None:
        return "", since
    verdict = chart.when.judge(evidence, Scope(settings.options))
    if not verdict.right:
        return verdict.why, None
    return "", max((t for t in (since, verdict.at) if t is not None), default=None)
