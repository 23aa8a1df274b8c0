"""What operators make needless, and expect again."""

from fsm.core.charts import rules
from fsm.core.engine import inputs
from fsm.core.engine.inputs import Command
from fsm.core.engine.judge import Judge
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import ProcessRun
from fsm.core.engine.transitions import Firing
from fsm.core.expect.base import RIGHT, Verdict


class Waivers:
    """Takes their commands.

    Args:
        firing: fires what moves.
        judge: judges checks.
    """

    def __init__(self, firing: Firing, judge: Judge) -> None:
        self.firing, self.judge = firing, judge

    def take(self, candidate: Candidate, command: Command) -> None:
        """Take a command about a candidate; those that are no matter of waivers change nothing."""
        if command.order == inputs.WAIVE:
            candidate.waivers[command.process, command.check] = f"waived {command.words}"
            for run in candidate.runs.values():
                self.firing.waive_by_operator(run)
        elif command.order == inputs.UNWAIVE:
            for about in candidate.waivers_within(command.process, command.check):
                del candidate.waivers[about]
            for run in candidate.runs.values():
                self._expect_again(run, f"expected again {command.words}")
                self.judge.look(run, "evidence")  # what came meanwhile counts
        self.firing.report_load(candidate)

    def _expect_again(self, run: ProcessRun, why: str) -> None:
        """Expect what no operator makes needless any more, and nothing else does.

        A process that is closed begins anew; what is still expected of one that is not keeps its
        deadlines.
        """
        waived = [check for check in run.checks if check.state == rules.WAIVED
                  and not run.candidate.waived_by_operator(check)]
        if not waived or run.reason or run.candidate.reason:
            return
        if not run.open:
            self.firing.reinstate(run, why)
            return
        for check in waived:
            self.firing.check(check, "reinstate", Verdict(RIGHT, why))
