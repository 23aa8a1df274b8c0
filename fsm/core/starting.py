"""Starts processes: when evidence makes their start right, once for each key."""

from fsm.core import machines, telling
from fsm.core.candidate import ProcessRun
from fsm.core.expectations import RIGHT, Scope, Verdict
from fsm.core.times import finite


class Starter:
    """Starts and renews the processes of candidates.

    Args:
        routers: function from a candidate to its :class:`~fsm.core.router.Router`.
        firing: :class:`~fsm.core.firing.Firing`.
    """

    def __init__(self, routers, firing):
        self.routers, self.firing = routers, firing

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
        self.start(candidate, chart, change, trigger)
        if candidate.reason or candidate.of(chart):
            return
        for earlier in _everything(candidate.evidence):
            if chart.starts.captured(earlier, candidate.evidence) is not None:
                self.start(candidate, chart, earlier, trigger)

    def start(self, candidate, chart, change, trigger):
        """Start a process where a change makes its start right.

        Args:
            candidate: an introduced candidate.
            chart: the process's chart.
            change: a log entry, a label name, ``"fields"``, ``"signoff"`` or ``"members"``.
            trigger: ``evidence`` from an alert, ``answer`` from GraceDB.
        """
        settings = candidate.profile.settings[chart.name]
        if not settings.enabled or candidate.lifecycle.kind not in chart.of:
            return
        try:
            if self._needless(candidate, chart, settings):
                return
            keys, since = self._started(candidate, chart, settings, change)
            fresh = [ProcessRun(chart, candidate, settings, key, since) for key in keys
                     if chart.named(key) not in candidate.runs]
        except Exception as error:  # whatever a chart's own function may raise harms it alone
            why = f"it cannot be started: {type(error).__name__}: {error}"[:300]
            self.firing.effects += telling.cannot_start(candidate, chart, settings, why,
                                                        self.firing.now, self.firing.policy)
            return
        for run in fresh:
            self._begin(run, trigger)
        for key in keys if chart.renews else ():
            self._renew(candidate.runs[chart.named(key)], since, trigger)

    def _needless(self, candidate, chart, settings):
        """Whether the event's present values are against a process; those under way follow."""
        if settings.far_threshold is None and chart.when is None:
            return False
        why = _against(chart, settings, candidate.evidence)
        for run in candidate.of(chart):
            if bool(run.reason) == bool(why):
                continue
            run.reason = why
            if why:
                self.firing.waive(run)
            elif not candidate.reason:
                self.firing.reinstate(run, "the event's values have changed")
                self.look(run, "evidence")
        return bool(why)

    def _started(self, candidate, chart, settings, change):
        """The keys with which a change starts a process, and since when."""
        captured = chart.starts.captured(change, candidate.evidence)
        if captured is None:
            return (), 0.0
        scope = Scope({**settings.options, **captured})
        verdict = chart.starts.judge(candidate.evidence, scope)
        if not verdict.right:
            return (), 0.0
        since = candidate.since if verdict.at is None else verdict.at
        if chart.when is not None:  # what was held back has its time from then on
            allowed = chart.when.judge(candidate.evidence, Scope(settings.options)).at
            since = since if allowed is None else max(since, allowed)
        return self._keys(chart, settings, captured, candidate), since

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
        if run.chart.renews:
            run.version = candidate.evidence.newest(run.key) or 0
        candidate.add(run)
        candidate.open_checks += len(run.checks)
        self.firing.begin_stages(run)
        self.firing.stages_done(run)  # those in which nothing is expected
        if candidate.reason:
            self.firing.waive(run)
        self.look(run, trigger)
        self.firing.waive_by_order(run)

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
        if run.candidate.reason or run.reason:
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
        if conditions and check.chart.when is not None:
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
                self.firing.waive_by_order(check.process)
        elif check.timer is not None and expected.kind == "wrong":
            self.firing.check(check, "excuse", expected)


def _everything(evidence):
    """All that the evidence has ever told, as changes."""
    return ("fields", "signoff", "members", *evidence.labels, *evidence.logs.values())


def _against(chart, settings, evidence):
    """Why the event's present values make a process needless, or ""."""
    far, most = finite(evidence.fields.get("far")), settings.far_threshold
    if most is not None and far is not None and far > most:
        return f"far is {far:.3g} Hz, above the {most:.6g} Hz from which on it is expected"
    if chart.when is None:
        return ""
    verdict = chart.when.judge(evidence, Scope(settings.options))
    return "" if verdict.right else verdict.why
