"""When checks are looked at: deadlines, warnings, pauses between questions, escalation."""

from fsm.core.charts import rules
from fsm.core.charts.policy import Timing
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun
from fsm.core.engine.timers import Timers
from fsm.core.times import DAY

MOST_DOUBLED = 30  # times that a pause is doubled


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
        """Look at an overdue or unverified check again after a pause that doubles each time."""
        pause = min(self._pause(check), self.timing.retry_longest)
        last = check.due + self.timing.give_up
        check.timer = min(self.now + pause, max(last, self.now + self.timing.retry))
        self.look_in_time(check)
        self._wake_for(check)

    def retry_rarely(self, check: CheckRun) -> None:
        """Look at a check of what GraceDB does not know again, at last once a day."""
        check.timer = self.now + min(self._pause(check), DAY)
        self._wake_for(check)

    def look_in_time(self, check: CheckRun) -> None:
        """Look at an overdue check when its next step of escalation is due, unless that has passed.
        """
        step = check.next_step
        if step and check.timer is not None and self.now < check.due + step.after < check.timer:
            check.timer = check.due + step.after
            self._wake_for(check)

    def _pause(self, check: CheckRun) -> float:
        """Seconds until the next question about a check, twice as long as before."""
        times: int = 2 ** min(check.tries, MOST_DOUBLED)
        check.tries += 1
        return self.timing.retry * times

    def _wake_for(self, check: CheckRun) -> None:
        if check.timer is not None:
            self.wake(check.process.candidate, check.timer)
