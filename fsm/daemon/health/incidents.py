"""What is wrong with the supervisor itself, told to its operators: once, and when it is over."""

from collections import deque
from collections.abc import Iterable, Mapping

from fsm.core.charts.outcomes import FAILURE, RECOVERY, Outcome
from fsm.core.charts.process import OPERATORS
from fsm.core.engine.effects import Notify
from fsm.io.reports import Report

PROCESS = "supervisor"


OFTEN, WITHIN, CALM = 2, 3600.0, 1800.0  # times, seconds within which, seconds after the last


class Incidents:
    """The troubles of the moment.

    One that comes and goes is told twice within an hour; from then on it is over only when it has
    not come again for half an hour, so that nobody gets letters about it without end.

    Args:
        since: by name, when each began, unix seconds.
    """

    def __init__(self, since: Mapping[str, float]) -> None:
        self.since = dict(since)
        self._begun: dict[str, deque[float]] = {}
        self._wrong: dict[str, float] = {}
        self._ending: dict[str, Report] = {}

    def effects(self, reports: Iterable[Report], now: float) -> list[Notify]:
        """The messages that reports give rise to: only where something has changed.

        Args:
            reports: :class:`~fsm.io.reports.Report` objects.
            now: unix seconds.
        """
        told = []
        for report in reports:
            if report.wrong:
                self._wrong[report.name] = now
                if self._ending.pop(report.name, None):  # it has come again, though nobody is told
                    self._begun[report.name].append(now)
            if report.wrong == (report.name in self.since):
                continue
            if report.wrong:
                told.append(self._begins(report, now))
            elif self._comes_and_goes(report.name, now):
                self._ending[report.name] = report
            else:
                told.append(self._ends(report, now))
        calm = [report for name, report in self._ending.items()
                if not self._comes_and_goes(name, now)]
        return told + [self._ends(report, now) for report in calm]

    def _begins(self, report: Report, now: float) -> Notify:
        times = self._begun.setdefault(report.name, deque(maxlen=OFTEN))
        times.append(now)
        self.since[report.name] = now
        return _message(report, now, now)

    def _ends(self, report: Report, now: float) -> Notify:
        for known in (self._ending, self._wrong):
            known.pop(report.name, None)
        return _message(report, now, self.since.pop(report.name))

    def _comes_and_goes(self, name: str, now: float) -> bool:
        """Whether it has begun often of late, and been there a little while ago."""
        times = self._begun.get(name) or deque()
        often = len(times) == OFTEN and abs(now - times[0]) < WITHIN + CALM
        return often and abs(now - self._wrong.get(name, now)) < CALM


def _message(report: Report, now: float, began: float) -> Notify:
    outcome: Outcome = FAILURE if report.wrong else RECOVERY
    return Notify(now, "", PROCESS, report.name, outcome, (OPERATORS,), report.message,
                  f"{PROCESS}/{report.name}/{outcome}/{began:.3f}")
