"""What happens at deadlines: GraceDB is asked once for all that is due, and its answer judged."""

from fsm.core.charts import rules
from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun
from fsm.core.engine.transitions import Firing
from fsm.core.expect.base import RIGHT, UNKNOWN, Verdict
from fsm.core.expect.hints import Want

FRESH = 6 * 3600.0  # seconds: after an answer as young as that nothing is asked only to be given up
ASK_AFTER = 60.0  # seconds between two questions whether GraceDB knows a candidate again


class Asker:
    """Puts questions to GraceDB and judges the answers.

    Args:
        firing: :class:`~fsm.core.engine.transitions.Firing`.
    """

    def __init__(self, firing: Firing) -> None:
        self.firing = firing

    def due(self, candidate: Candidate, limit: float) -> None:
        """Deal with everything of a candidate that is due by ``limit``, in a fixed order."""
        due = [(c.timer, c.process.name, c.name, c) for c in candidate.checks()
               if c.timer is not None and c.timer <= limit]
        due.sort(key=lambda one: one[:3])
        asking = [check for *_, check in due if self._must_ask(check)]
        again = candidate.again is not None and candidate.again <= limit
        if again and not candidate.asked_again:
            candidate.again, again = None, False
        hinted = candidate.hint is not None and candidate.hint <= limit
        if hinted and not (candidate.doubtful or candidate.numbers.lost):
            candidate.hint, hinted = None, False
        if not (asking or again or hinted):
            if candidate.gathered is not None and candidate.gathered <= limit:
                candidate.gathered = None  # all that was put off has come meanwhile
            return
        if self._put_off(candidate, asking, limit, hinted):
            return
        if candidate.unverified:
            asking += [check for check in candidate.checks() if check.state == rules.UNVERIFIED
                       and not check.question and check not in asking]
        if not candidate.asked_again:
            candidate.again = None
        elif candidate.again is not None:
            if again:
                candidate.pauses += 1
            self.firing.schedule.ask_again(candidate)
        if hinted:
            self.firing.schedule.hinted(candidate)
        question = self.ask(candidate, self._wants(candidate, asking))
        until = self.firing.now + self.firing.timing.answer
        for check in (*asking, *self._due_meanwhile(candidate, until)):
            check.question = question
            check.timer = until
            self.firing.schedule.wake(candidate, check.timer)

    def _put_off(self, candidate: Candidate, asking: list[CheckRun], limit: float,
                 hinted: bool) -> bool:
        """Put a question off where other deadlines of the candidate are near; returns whether."""
        until, gather = candidate.gathered, self.firing.timing.gather
        urgent = bool(asking) or hinted
        if until is None or (urgent and until > limit + gather):
            if not urgent:  # what is overdue can wait a little longer
                gather = max(gather, self.firing.schedule.pause(candidate) / 2)
            until = candidate.gathered = self._last_near(candidate, limit, gather)
        if until is None or until <= limit:
            candidate.gathered = None
            return False
        for check in asking:
            check.timer = until
        if candidate.again is not None and candidate.again <= limit:
            candidate.again = until
        if hinted:
            candidate.hint = until
        self.firing.schedule.wake(candidate, until)
        return True

    def _last_near(self, candidate: Candidate, limit: float, gather: float) -> float | None:
        """The last deadline within so many seconds that a question may be put off to, or None."""
        return max((check.timer for check in candidate.checks() if check.timer is not None
                    and limit < check.timer <= limit + gather and not check.question
                    and check.timer < check.due + self.firing.timing.give_up),
                   default=None)

    def ask(self, candidate: Candidate, wants: tuple[Want, ...] = ()) -> str:
        """Put one question about a candidate; returns the question's identifier."""
        candidate.questions += 1
        candidate.numbers.look()
        candidate.hint, candidate.doubtful = None, False
        question = f"{candidate.graceid}/{candidate.questions}"
        self.firing.effects.append(Ask(self.firing.now, candidate.graceid, question, wants))
        return question

    def ask_whether_known(self, candidate: Candidate) -> None:
        """Ask whether GraceDB knows a candidate again of which there is an alert after all."""
        gone = candidate.evidence.gone
        if gone is not None and self.firing.now - gone >= ASK_AFTER:
            candidate.evidence.gone = self.firing.now
            self.ask(candidate)

    def settle_doubts(self, candidate: Candidate) -> None:
        """Ask where alerts alone do not tell what is so now; soon, where one was lost."""
        if candidate.evidence.doubts:
            candidate.evidence.doubts.clear()
            candidate.doubtful = True
            if self.firing.schedule.ask_of_doubt(candidate):
                self.firing.schedule.hinted(candidate)
                self.ask(candidate)
        elif candidate.numbers.lost and not candidate.reason:
            self.firing.schedule.ask_soon(candidate)

    def _due_meanwhile(self, candidate: Candidate, until: float) -> list[CheckRun]:
        """Whom the answer to a question that is put now serves too, lest each asks for itself."""
        return [check for check in candidate.checks()
                if self._may_be_told(check) and check.warn is None
                and check.timer is not None and check.timer < until]

    def _may_be_told(self, check: CheckRun) -> bool:
        """Whether any answer may tell it, before its deadline too."""
        return (check.open and bool(check.chart.expects.asks)
                and not check.question and not check.chart.at_deadline)

    def _must_ask(self, check: CheckRun) -> bool:
        if not check.open:
            return False
        if check.question:
            pause = self.firing.timing.answer
            self.unanswered(check, f"GraceDB did not answer within {pause:g} s")
            return False
        if self._given_up(check) and check.state == rules.OVERDUE \
                and check.process.candidate.answered >= self.firing.now - FRESH:
            expected = check.expected()
            verdict = check.judge()
            if verdict.kind != UNKNOWN and (expected is None or expected.right):
                self.firing.check(check, "answer" if verdict.right else "give_up", verdict)
                return False
        if not check.chart.at_deadline and not check.chart.expects.asks:
            verdict = check.judge()  # GraceDB may have told it with an earlier answer
            if verdict.kind == RIGHT and self.firing.check(check, "answer", verdict):
                return False
        return True

    def _wants(self, candidate: Candidate, asking: list[CheckRun]) -> tuple[Want, ...]:
        wants: list[Want] = []
        for check in candidate.checks():
            free = check.chart.expects.asks and not check.question
            overdue = check.state == rules.OVERDUE and not check.question
            if check.open and (free or overdue or check in asking):
                wants += check.questions()
        return tuple(dict.fromkeys(wants))

    def answered(self, candidate: Candidate, answer: Answer) -> None:
        """Judge the checks that waited for an answer; the evidence holds it already."""
        if not answer.failure:
            candidate.answered = answer.as_of
            if candidate.again is not None:
                self.firing.schedule.ask_again(candidate)
        waiting = [(c.due, c.process.name, c.name, c.question, c.state, c)
                   for c in candidate.checks() if c.question == answer.question
                   or (c.state == rules.OVERDUE and not c.question and not answer.failure)]
        waiting.sort(key=lambda one: one[:3])
        for *_, question, state, check in waiting:
            if (check.question, check.state) != (question, state):
                continue  # moved meanwhile, by what was judged before it
            if answer.failure:
                self.unanswered(check, f"GraceDB could not be asked: {answer.failure}")
            else:
                self._judge(check, answer)
        if answer.failure:
            return
        for check in candidate.checks():
            if self._may_be_told(check) and check.state == rules.AWAITING \
                    and self._unavailable(check, answer):
                self._judge(check, answer)  # asking once more would not help it

    def already_due(self, candidate: Candidate, answer: Answer) -> None:
        """Judge by a fresh answer what it has started with deadlines that have passed."""
        told = {("member", member.graceid) for member in answer.members}
        for check in list(candidate.checks()):
            waiting = check.state in (rules.AWAITING, rules.WARNED) and not check.question
            if waiting and check.due <= answer.as_of and not check.chart.expects.asks \
                    and told.issuperset(check.questions()):
                self._judge(check, answer)

    def unanswered(self, check: CheckRun, why: str) -> None:
        """Note that a check could not be judged."""
        check.question = ""
        if self._not_due(check):
            self._wait(check)
            return
        if self._given_up(check) and check.state in (rules.UNVERIFIED, rules.OVERDUE):
            self.firing.check(check, "give_up", Verdict(UNKNOWN, why))
        elif not self.firing.check(check, "unanswered", Verdict(UNKNOWN, why)):
            self.firing.schedule.retry_later(check)

    def _judge(self, check: CheckRun, answer: Answer) -> None:
        check.question = ""
        expected = check.expected()
        verdict = check.judge() if expected is None or expected.right else expected
        unread = "" if verdict.kind == RIGHT else check.unread(answer)
        if verdict.kind == UNKNOWN or unread:
            self.unanswered(check, unread or verdict.why)
        elif verdict is expected:
            self.firing.check(check, "excuse", expected)
        elif verdict.kind != RIGHT and self._unavailable(check, answer):
            why = f"{verdict.why}; {rules.CANNOT_TELL}"
            if not self.firing.check(check, "unanswerable", Verdict(UNKNOWN, why)):
                self._fire_judged(check, verdict)
        else:
            self._fire_judged(check, verdict)

    def _unavailable(self, check: CheckRun, answer: Answer) -> bool:
        if not answer.unavailable or not check.chart.expects.asks:
            return False
        never = {_whatever_version(want) for want in answer.unavailable}
        return any(_whatever_version(want) in never for want in check.questions())

    def _fire_judged(self, check: CheckRun, verdict: Verdict) -> None:
        now = self.firing.now
        if check.state == rules.OVERDUE:
            if verdict.kind == RIGHT:
                self.firing.check(check, "answer", verdict)
            elif self._given_up(check):
                self.firing.check(check, "give_up", verdict)
            else:
                self.firing.schedule.retry_later(check)
                self.firing.escalate(check, verdict)
        elif self._not_due(check):
            self._wait(check)
        elif check.state == rules.AWAITING and now < check.due:
            self.firing.check(check, "warning", verdict)
        else:
            self.firing.check(check, "deadline", verdict)
            self.firing.escalate(check, verdict)

    def _given_up(self, check: CheckRun) -> bool:
        """Whether it is so late that it is waited for no more."""
        return self.firing.now >= check.due + self.firing.timing.give_up

    def _not_due(self, check: CheckRun) -> bool:
        """Whether it was only put together with others that were due."""
        return check.state == rules.AWAITING and check.warn is None \
            and self.firing.now < check.due

    def _wait(self, check: CheckRun) -> None:
        """Let it have the rest of its time."""
        check.timer = check.due
        self.firing.schedule.wake(check.process.candidate, check.timer)


def _whatever_version(want: Want) -> Want:
    """A want for a content without its version, that may have changed since it was put."""
    return want[:2] if want[0] == "content" else want
