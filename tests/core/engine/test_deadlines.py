"""Questions about files: one for all that are due while it is answered."""

import pytest

from fsm.chart import Process, Stage, check, file, predicate
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask, Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.core.expect.base import ABSENT, RIGHT, WRONG, Verdict
from fsm.registry import charts
from fsm.testing.script import Script

T = 1_502_000_000.0


def judge(evidence, scope):
    facts = evidence.content(scope.values["fits"])
    if facts is None:
        return Verdict(ABSENT, "its content is not known")
    return Verdict(RIGHT if facts["sane"] else WRONG, "it has been read")


READ = Process("read", "Read", starts=file("{fits}"), key="fits", renews=False, stages=[
    Stage("s", check("c", predicate(
        judge, "sane", asks=[lambda e, s: ("content", s.values["fits"], 0)], timed=False),
        within=100))])


class World:
    """Three files, the second soon after the first, the third much later; nobody answers yet."""

    def __init__(self):
        self.engine = Engine([READ], charts()[1], default_policy([READ]))
        self.asked, self.told = [], []
        script = Script("G1", T, transit=0.0)
        script.new()
        for name, after in (("a.fits", 10), ("b.fits", 30), ("c.fits", 300)):
            script.file(name, after)
        lines = [line for line in script.lines if line.get("delivered", True)]
        self.later = lines[3:]
        for line in lines[:3]:
            self.take(parse(line["payload"], line["time"]))

    def take(self, item):
        step = self.engine.step(item)
        self.asked += [one for one in step.effects if isinstance(one, Ask)]
        self.told += [one for one in step.effects if isinstance(one, Notify)]

    def pass_time(self, until):
        self.take(TickAll(T + until))

    def answer(self, after, **more):
        self.take(Answer(T + after, "G1", self.asked[-1].question, **more))

    def states(self):
        runs = self.engine.candidates["G1"].runs.values()
        return [run.checks[0].state for run in runs]


def sane(*names):
    return {"contents": {f"{name},0": {"sane": True} for name in names}}


@pytest.fixture
def world():
    made = World()
    made.pass_time(112)
    made.pass_time(135)
    return made


def test_what_is_due_before_the_answer_comes_asks_no_question_of_its_own(world):
    assert [ask.wants for ask in world.asked] == [
        (("content", "a.fits", 0), ("content", "b.fits", 0))]
    world.answer(140, **sane("a.fits", "b.fits"))
    assert world.states() == ["met", "met"] and len(world.asked) == 1


def test_what_waits_for_an_answer_is_judged_by_that_and_no_other(world):
    world.take(Answer(T + 138, "G1", "", **sane("a.fits", "b.fits")))
    assert world.states() == ["awaiting", "awaiting"]
    world.answer(140, **sane("a.fits", "b.fits"))
    assert world.states() == ["met", "met"]


def test_what_was_not_due_has_the_rest_of_its_time():
    world = World()
    world.pass_time(112)
    world.answer(113, contents={"a.fits,0": {"sane": False}, "b.fits,0": {"sane": False}})
    assert world.states() == ["overdue", "awaiting"]
    world.pass_time(129)
    assert len(world.asked) == 1
    world.pass_time(131)
    assert len(world.asked) == 2


def test_a_failure_is_told_of_what_was_due_alone():
    world = World()
    world.pass_time(112)
    world.answer(113, failure="status 503")
    assert world.states() == ["unverified", "awaiting"]
    world.pass_time(131)
    assert world.asked[-1].wants == (("content", "a.fits", 0), ("content", "b.fits", 0))


def test_without_any_answer_both_are_unverified_in_the_end(world):
    world.pass_time(232)
    assert world.states() == ["unverified", "unverified"]


def test_what_a_source_cannot_tell_is_not_asked_for_again():
    world = World()
    line, = world.later
    world.pass_time(105)
    world.engine.step(parse(line["payload"], T + 105))
    world.pass_time(112)
    assert len(world.asked[0].wants) == 3
    world.answer(113, unavailable=frozenset(world.asked[0].wants))
    assert world.states() == ["unverifiable"] * 3
    world.pass_time(3000)
    assert len(world.asked) == 1 and not world.told


def test_what_can_never_be_read_again_is_given_up_in_the_end():
    world = World()
    world.pass_time(112)
    world.answer(113, contents={"a.fits,0": {"sane": False}, "b.fits,0": {"sane": False}})
    world.pass_time(135)
    answered = len(world.asked)
    while world.engine.next_timer() < T + 3 * 86400 and len(world.asked) < 100:
        world.take(TickAll(world.engine.next_timer()))
        if len(world.asked) > answered:
            answered = len(world.asked)
            world.answer(world.engine.now - T + 1, unread={"a.fits,0": "403", "b.fits,0": "403"})
    assert world.states() == ["missing", "unverifiable"] and len(world.asked) < 50
    assert len(world.told) == 2
