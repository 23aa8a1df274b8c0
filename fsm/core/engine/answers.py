"""Takes up what GraceDB has answered: its news first, then the verdicts that waited for it."""

from fsm.core.engine import notifications
from fsm.core.engine.deadlines import Asker
from fsm.core.engine.inputs import Answer
from fsm.core.engine.judge import Judge
from fsm.core.engine.models import Candidate
from fsm.core.engine.news import News
from fsm.core.engine.transitions import Firing
from fsm.core.evidence.entries import Change


class Answers:
    """Takes up answers.

    Args:
        news: takes up what has changed.
        judge: judges checks.
        asker: judges the checks that waited.
        firing: fires what moves.
    """

    def __init__(self, news: News, judge: Judge, asker: Asker, firing: Firing) -> None:
        self.news, self.judge, self.asker, self.firing = news, judge, asker, firing

    def take(self, candidate: Candidate, answer: Answer) -> None:
        """Take up an answer about a candidate."""
        if answer.gone:
            self._gone(candidate)
        else:
            self._told(candidate, answer)
        self.firing.report_load(candidate)

    def _told(self, candidate: Candidate, answer: Answer) -> None:
        changes: list[Change] = [] if answer.failure else list(answer.add_to(candidate.evidence))
        if not answer.failure and "logs" not in answer.unread:
            candidate.numbers.learn(answer.logs, candidate.evidence, answer.as_of)
        if answer.event is not None and candidate.evidence.gone is not None:
            candidate.evidence.gone = None
            changes.append("fields")
        if candidate.profile is not None:
            self._judge(candidate, changes, answer)
        elif candidate.question == answer.question or candidate.evidence.fields:
            self.news.introduce(candidate, "answer")
        if not answer.failure and candidate.profile is not None:
            self.asker.already_due(candidate, answer)

    def _judge(self, candidate: Candidate, changes: list[Change], answer: Answer) -> None:
        """Judge by an answer; what makes a check needless comes before the verdict on it."""
        self.judge.answering = answer.question
        self.news.take(candidate, changes, "answer")
        self.judge.answering = ""
        if answer.question:
            self.asker.answered(candidate, answer)
        if answer.contents or answer.neighbours:
            for check in list(candidate.checks()):
                if check.chart.expects.asks and not check.question:
                    self.judge.consider(check, "answer")

    def _gone(self, candidate: Candidate) -> None:
        """GraceDB does not know it: nobody is to blame, and its operators are told."""
        evidence, now = candidate.evidence, self.firing.now
        first, evidence.gone = evidence.gone is None, now
        if candidate.profile is None:
            self.news.introduce(candidate, "answer")
        elif first:
            self.news.take(candidate, ["fields"], "answer")
        if first:
            self.firing.collected.effects += notifications.unknown(candidate, now,
                                                                   self.firing.policy)
        waited = [check for check in candidate.checks() if check.question]
        for check in waited:
            check.question = ""
        # Open are those that are expected even of what is waived.
        self.firing.schedule.retry_rarely(candidate, [check for check in waited if check.open])
