"""When checks are looked at: deadlines, warnings, pauses between questions, escalation."""

from collections.abc import Iterable

from fsm.core.charts import rules
from fsm.core.charts.policy import Timing
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun
from fsm.core.engine.timers import Timers
from fsm.core.times import DAY

LONGER = 4  # each pause is so many times the one before
MOST_LONGER = 15  # times that a pause becomes longer
UNVERIFIED_LONGEST = 3600.0  # seconds: after an outage people are told within that
MIDDLING = 2  # times that it has, where something is newly overdue


class Schedule:
    """Sets the timers of checks.

    Attributes:
        timing: of the policy, :class:`~fsm.core.charts.policy.Timing`.
        now: time of the present input, unix seconds.
        timers: when each GraceID is next looked at.
    """

    timing: Timing
    now: float
    timers: Timers

    def __init__(self) -> None:
        self.timing, self.now, self.timers = Timing(), float("-inf"), Timers()

    def wake(self, candidate: Candidate, time: float) -> None:
        """See to it that the candidate is looked at by this time, unix seconds."""
        self.timers.wake(candidate.graceid, time)

    def start(self, check: CheckRun, start: float) -> None:
        """Give an open check its deadline, counted from a start in unix seconds."""
        check.due = start + max(check.within, self.timing.grace)
        check.timer = check.due
        if check.warn is not None and check.state == rules.AWAITING:
            check.timer = start + max(check.warn, self.timing.grace)
        self._wake_for(check)

    def retry_later(self, check: CheckRun) -> None:
        """Give an overdue or unverified check the time after which it is given up.

        Until then it is asked about with everything else of its candidate that is overdue.
        """
        check.timer = max(check.due + self.timing.give_up, self.now + self.timing.retry)
        self.look_in_time(check)
        self._wake_for(check)

    def ask_again(self, candidate: Candidate) -> None:
        """Ask about what is overdue or unverified of a candidate when its pause is over."""
        soon = self.now + self.timing.grace
        if candidate.again is not None and self.now < candidate.again <= soon:
            return  # what has come meanwhile is asked for soon
        candidate.again = self.now + self.pause(candidate)
        self.wake(candidate, candidate.again)

    def ask_anew(self, candidate: Candidate, verified: bool) -> None:
        """Something has become overdue, or unverified: it is not waited for the longest pause.

        Args:
            candidate: whose.
            verified: whether GraceDB has said that it is not there. Where it could not be asked it
                is tried again soon.
        """
        if candidate.again is not None:
            candidate.pauses = min(candidate.pauses, MIDDLING)
        else:
            candidate.pauses = MIDDLING if verified else 0
        self.ask_again(candidate)

    def ask_soon(self, candidate: Candidate) -> None:
        """GraceDB may have something to tell: ask, but for what comes together with it.

        However often that is, it is asked for that once in a pause, also where it does not answer.
        """
        last = max(candidate.answered, candidate.hinted)
        self.hint(candidate, max(self.now + self.timing.grace, last + self.timing.retry))

    def ask_of_doubt(self, candidate: Candidate) -> bool:
        """Alerts contradict each other: ask, after growing pauses; returns whether at once."""
        pause = min(self.timing.grace * LONGER ** (candidate.hints - 1), self.timing.retry) \
            if candidate.hints else 0.0
        self.hint(candidate, max(self.now, candidate.hinted + pause))
        return candidate.hint == self.now

    def hint(self, candidate: Candidate, time: float) -> None:
        """Have GraceDB asked by a time, unix seconds, for what it may have to tell."""
        if candidate.hint is None or candidate.hint > time:
            candidate.hint = time
            self.wake(candidate, time)

    def hinted(self, candidate: Candidate) -> None:
        """Note that GraceDB is asked for that now."""
        lately = self.now < candidate.hinted + self.timing.retry
        candidate.hints = min(candidate.hints + 1, MOST_LONGER) if lately else 1
        candidate.hinted = self.now

    def retry_rarely(self, candidate: Candidate, checks: Iterable[CheckRun]) -> None:
        """Look at checks of what GraceDB does not know again, at last once a day."""
        time = self.now + min(self.timing.retry * 2 ** min(candidate.pauses, MOST_LONGER), DAY)
        candidate.pauses += 1
        for check in checks:
            check.timer = time
            self._wake_for(check)

    def look_in_time(self, check: CheckRun) -> None:
        """Look at an overdue check when its next step of escalation is due, unless that has passed.
        """
        step = check.next_step
        if step and check.timer is not None and self.now < check.due + step.after < check.timer:
            check.timer = check.due + step.after
            self._wake_for(check)

    def pause(self, candidate: Candidate) -> float:
        """Seconds until the next question about what is overdue of a candidate."""
        times: int = LONGER ** min(candidate.pauses, MOST_LONGER)
        pause = min(self.timing.retry * times, self.timing.retry_longest)
        return min(pause, UNVERIFIED_LONGEST) if candidate.unverified else pause

    def _wake_for(self, check: CheckRun) -> None:
        if check.timer is not None:
            self.wake(check.process.candidate, check.timer)
