"""Starts processes: when evidence makes their start right, once for each key."""

from fsm.core import machines
from fsm.core.candidate import ProcessRun
from fsm.core.expectations import RIGHT, Scope, Verdict
from fsm.core.times import finite


class Starter:
    """Starts and renews the processes of candidates.

    Args:
        router: :class:`~fsm.core.router.Router`.
        firing: :class:`~fsm.core.firing.Firing`.
    """

    def __init__(self, router, firing):
        self.router, self.firing = router, firing

    def survey(self, candidate, trigger):
        """Start whatever the evidence held starts, for a candidate that was just introduced."""
        evidence = candidate.evidence
        for change in ("fields", "signoff", *evidence.labels, *list(evidence.logs.values())):
            for interest, _ in self.router.interested(change):
                if interest.role == "start":
                    self.start(candidate, interest.owner, change, trigger)

    def start(self, candidate, chart, change, trigger):
        """Start a process where a change makes its start right.

        Args:
            candidate: an introduced candidate.
            chart: the process's chart.
            change: a log entry, a label name, ``"fields"`` or ``"signoff"``.
            trigger: ``evidence`` from an alert, ``answer`` from GraceDB.
        """
        settings = candidate.profile.settings[chart.name]
        if not settings.enabled or not _below(settings.far_threshold, candidate.evidence):
            return
        try:
            keys, since = self._started(candidate, chart, settings, change)
            fresh = [ProcessRun(chart, candidate, settings, key, since) for key in keys
                     if chart.named(key) not in candidate.runs]
        except Exception as error:  # whatever a chart's own function may raise harms it alone
            why = f"it cannot be started: {type(error).__name__}: {error}"[:300]
            self.firing.cannot_start(candidate, chart, settings, why)
            return
        for run in fresh:
            self._begin(run, trigger)
        for key in keys if chart.renews else ():
            self._renew(candidate.runs[chart.named(key)], since, trigger)

    def _started(self, candidate, chart, settings, change):
        """The keys with which a change starts a process, and since when."""
        captured = chart.starts.captured(change, candidate.evidence)
        if captured is None:
            return (), 0.0
        scope = Scope({**settings.options, **captured})
        verdict = chart.starts.judge(candidate.evidence, scope)
        if not verdict.right:
            return (), 0.0
        if chart.when is not None and not chart.when.judge(candidate.evidence, scope).right:
            return (), 0.0
        since = candidate.since if verdict.at is None else verdict.at
        return self._keys(chart, settings, captured, candidate.evidence), since

    def _keys(self, chart, settings, captured, evidence):
        if chart.keyed is not None:
            key = chart.keyed(captured, evidence)
            return () if key is None else (key,)
        if chart.key is None:
            return ("",)
        if captured.get(chart.key):
            return (captured[chart.key],)
        return settings.options[chart.per] if chart.per else ()

    def _begin(self, run, trigger):
        candidate = run.candidate
        if run.chart.renews:
            run.version = candidate.evidence.newest(run.key) or 0
        candidate.runs[run.name] = run
        candidate.open_checks += len(run.checks)
        self.firing.begin_stages(run)
        if candidate.reason:
            self.firing.waive(run)
        else:
            self.look(run, trigger)
        if not run.checks:
            self.firing.back_to_start(run, "stage_done", "nothing is expected of it")

    def _renew(self, run, since, trigger):
        """Start its checks anew where there is a newer version of the file that started it."""
        version = run.candidate.evidence.newest(run.key) or 0
        if version <= run.version:
            return
        run.version, run.since = version, since
        why = f"version {version} of {run.key}"
        for check in run.checks:
            check.scope.since = since
            self.firing.check(check, "renew", Verdict(RIGHT, why))
        self.firing.begin_stages(run)
        self.firing.back_to_start(run, "renewed", why)
        if run.candidate.reason:
            self.firing.waive(run)
        else:
            self.look(run, trigger)

    def look(self, run, trigger):
        """Judge the open checks of a process by the evidence already held."""
        for check in run.checks:
            self.consider(check, trigger)

    def consider(self, check, trigger):
        """Judge one check because of news; it moves where the news makes it right.

        What GraceDB has told before the deadline leaves a check waiting: its alert may still be
        on its way.

        Args:
            check: the check.
            trigger: ``evidence`` or ``answer``.
        """
        if check.state == machines.NOT_EXPECTED or check.chart.when is not None:
            self._reconsider_condition(check)
        if check.timer is None and check.state not in (machines.MISSING, machines.UNVERIFIABLE):
            return
        if trigger == "answer" and self._may_still_come(check):
            return
        verdict = check.judge()
        if verdict.kind == RIGHT:
            self.firing.check(check, trigger, verdict)

    def _may_still_come(self, check):
        waiting = check.state in (machines.AWAITING, machines.WARNED)
        return waiting and not check.chart.expects.asks and self.firing.now < check.due

    def _reconsider_condition(self, check):
        expected = check.expected()
        if expected is None:
            return
        if check.state == machines.NOT_EXPECTED:
            if expected.right:
                self.firing.check(check, "expect", expected)
                if not check.process.open or check.process.stage > check.stage:
                    self.firing.back_to_start(check.process, "reinstated", expected.why)
        elif check.timer is not None and expected.kind == "wrong":
            self.firing.check(check, "excuse", expected)


def _below(threshold, evidence):
    far = finite(evidence.fields.get("far"))
    return threshold is None or far is None or far <= threshold
