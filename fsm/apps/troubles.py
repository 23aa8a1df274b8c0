"""What is wrong with the supervisor itself, told to its operators: once, and when it is over."""

from fsm.core.chart import OPERATORS
from fsm.core.effects import FAILURE, RECOVERY, Notify

PROCESS = "supervisor"


class Troubles:
    """The troubles of the moment.

    Args:
        since: by name, when each began, unix seconds.
    """

    def __init__(self, since):
        self.since = dict(since)

    def effects(self, reports, now):
        """The messages that reports give rise to: only where something has changed.

        Args:
            reports: :class:`~fsm.io.inbox.Report` objects.
            now: unix seconds.
        """
        told = []
        for report in reports:
            if report.wrong == (report.name in self.since):
                continue
            if report.wrong:
                self.since[report.name] = now
            began = self.since[report.name] if report.wrong else self.since.pop(report.name)
            outcome = FAILURE if report.wrong else RECOVERY
            told.append(Notify(now, "", PROCESS, report.name, outcome, (OPERATORS,),
                               report.message, f"{PROCESS}/{report.name}/{outcome}/{began:.3f}"))
        return told
