"""Judges single checks because of news, and the conditions under which they are expected."""

from fsm.core.charts import rules
from fsm.core.charts.rules import Heard
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.engine.transitions import Firing
from fsm.core.expect.base import RIGHT, WRONG, Verdict


class Judge:
    """Judges checks by the evidence held.

    Args:
        firing: fires what moves.

    Attributes:
        answering: identifier of the question of which the answer is being taken up, or "": the
            checks that wait for it are judged after its news.
    """

    def __init__(self, firing: Firing) -> None:
        self.firing, self.answering = firing, ""

    def look(self, run: ProcessRun, trigger: Heard) -> None:
        """Judge the open checks of a process by the evidence already held."""
        for check in run.checks:
            self.consider(check, trigger)

    def consider(self, check: CheckRun, trigger: Heard, conditions: bool = True) -> None:
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
        elif trigger == "evidence" and check.chart.expects.asks \
                and check.state in rules.ASKED_AGAIN:
            check.process.candidate.doubtful = True  # only GraceDB can tell
            self.firing.schedule.ask_soon(check.process.candidate)

    def _may_still_come(self, check: CheckRun) -> bool:
        waiting = check.state in (rules.AWAITING, rules.WARNED)
        return waiting and not check.chart.expects.asks and self.firing.now < check.due

    def _reconsider_condition(self, check: CheckRun) -> None:
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
            self.firing.waive_by_operator(check.process)
        elif check.held is not None and check.open and not check.question:
            self._allowed(check, expected)

    def _allowed(self, check: CheckRun, expected: Verdict) -> None:
        """Its condition has come true: it has its time from then on."""
        since = max(check.held or 0.0, self.firing.now if expected.at is None else expected.at)
        check.held = None
        if since > check.began and check.state in (rules.AWAITING, rules.WARNED):
            self.firing.schedule.start(check, since)
