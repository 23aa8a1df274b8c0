"""One clock of questions for each GraceID: an answer serves all that is open."""

import gc
import weakref

import attrs

from fsm.chart import (
    Process,
    Stage,
    Verdict,
    check,
    file,
    label,
    log,
    new,
    predicate,
    preferred,
)
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask, Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.testing.script import CURRENT, LEGACY, Script

T = 1_502_000_000.0
HOUR = 3600.0
_, LIFECYCLES = charts()


def said(name):
    """A message that nothing else contains."""
    return f"step {name} is done"


def expecting(**seconds):
    """A process that expects a message within so many seconds, for each name."""
    return Process("many", "Expects several", starts=new(), parties=("owner",), stages=[
        Stage("s", *(check(name, log(said(name)), within=within)
                     for name, within in seconds.items()))])


class World:
    """An engine with one candidate, and a GraceDB that has what was written into it."""

    def __init__(self, process):
        self.process, self.labels = process, ()
        self.policy = default_policy([process])
        self.engine = Engine([process], LIFECYCLES, self.policy)
        self.script = Script("G1", T, LEGACY, transit=0.0)
        self.asked, self.told, self.dead = [], [], False
        line = self.script.new()
        self.take(parse(line["payload"], line["time"]))

    def take(self, item):
        for effect in self.engine.step(item).effects:
            if isinstance(effect, Ask):
                self.asked.append(effect.time - T)
                self.take(self._answer(effect))
            elif isinstance(effect, Notify):
                self.told.append((effect.check, effect.outcome, effect.time - T))

    def _answer(self, ask):
        if self.dead:
            return Answer(ask.time, ask.graceid, ask.question, failure="status 503")
        entries = [parse(line["payload"], line["time"]) for line in self.script.lines]
        return Answer(ask.time, ask.graceid, ask.question, labels=self.labels,
                      neighbours={want[1]: [] for want in ask.wants if want[0] == "neighbours"},
                      logs=tuple(alert.entry for alert in entries
                                 if alert.entry and alert.time <= ask.time))

    def until(self, seconds):
        while self.engine.next_timer() <= T + seconds:
            self.take(TickAll(self.engine.next_timer()))

    def state(self, name):
        plain = self.engine.configuration("G1")
        return plain["processes"]["many"]["checks"][name]["state"]


def test_deadlines_within_the_grace_are_one_question():
    world = World(expecting(a=60, b=64, c=70))
    world.until(100)
    assert world.asked == [70.0]
    assert [(name, outcome) for name, outcome, _ in world.told] == [
        (name, "failure") for name in "abc"]
    assert all(time <= 70 + world.policy.timing.grace for *_, time in world.told)


def test_a_question_is_put_off_once_and_not_from_deadline_to_deadline():
    world = World(expecting(**{f"c{n}": 60 + 8 * n for n in range(10)}))
    world.until(300)
    assert all(time <= 60 + 8 * int(name[1:]) + world.policy.timing.gather
               for name, _, time in world.told)


def test_what_comes_while_a_question_is_put_off_needs_none():
    world = World(expecting(a=60, b=64))
    for name in "ab":
        line = world.script.log(said(name), 59)
        world.take(TickAll(T + 61))
        world.take(parse(line["payload"], T + 62))
    world.until(100)
    assert (world.asked, world.told) == ([], [])


def test_what_is_overdue_is_asked_for_together_with_growing_pauses():
    world = World(expecting(a=60, b=600, c=1800, d=3600))
    world.until(3600 + 20 * HOUR)
    firsts = [60.0, 600.0, 1800.0, 3600.0]
    assert set(firsts) <= set(world.asked)
    again = [time for time in world.asked if time > 3600.0]
    pauses = [after - before for before, after in zip([3600.0, *again], again, strict=False)]
    assert pauses == sorted(pauses)
    assert len(world.asked) <= 10


def test_giving_up_needs_no_question_where_an_answer_is_fresh():
    world = World(expecting(**{f"c{n}": 60 + 300 * n for n in range(12)}))
    world.until(60 + 23 * HOUR)
    before = len(world.asked)
    world.until(60 + 30 * HOUR)
    assert len(world.asked) <= before + 1
    assert {world.state(f"c{n}") for n in range(12)} == {"missing"}


def test_an_answer_about_one_tells_of_all_that_are_overdue():
    world = World(expecting(a=60, b=600))
    world.until(61)
    world.script.log(said("a"), 300)
    world.until(601)
    assert (world.state("a"), world.state("b")) == ("late", "overdue")


def test_what_is_lost_and_late_is_found_within_two_hours():
    world = World(expecting(a=60))
    world.until(61)
    world.script.log(said("a"), 300)
    world.until(60 + 2 * HOUR)
    assert world.state("a") == "late"


def test_where_gracedb_could_not_be_asked_it_is_tried_again_soon():
    world = World(expecting(a=60, b=600))
    world.dead = True
    world.until(61)
    world.dead = False
    world.until(60 + 301)
    assert world.asked == [60.0, 360.0]
    assert world.state("a") == "overdue"


def test_what_only_gracedb_can_tell_is_asked_soon_after_its_file_came():
    def sane(evidence, scope):
        facts = evidence.content("a.txt")
        return Verdict("right", "it is sane") if facts else Verdict("absent", "not known")

    content = predicate(sane, "sane", watches=[file("a.txt")],
                        asks=[lambda evidence, scope: ("content", "a.txt", 0)], timed=False)
    world = World(Process("many", "Reads a file", starts=new(), stages=[
        Stage("s", check("a", content, within=60))]))
    world.until(4000)
    assert world.state("a") == "overdue"
    for seconds in (4000, 4100):
        line = world.script.file("a.txt", seconds)
        world.take(parse(line["payload"], T + seconds + 1))
        world.until(seconds + 1 + world.policy.timing.grace)
    assert world.asked == [60.0, 4001 + world.policy.timing.grace]  # not at once once more
    world.until(4400)
    assert world.asked[2:] == [world.asked[1] + world.policy.timing.retry]


def test_a_deadline_far_from_others_is_not_put_off_to_them():
    world = World(expecting(a=60, b=4900, c=7000))
    world.until(8000)
    grace = world.policy.timing.grace
    assert all(time <= due + 2 * grace for (*_, time), due in zip(
        sorted(world.told, key=lambda one: one[2]), (60, 4900, 7000), strict=True))


def test_after_an_outage_people_are_told_within_little_more_than_an_hour():
    world = World(expecting(a=60))
    world.dead = True
    world.until(8 * HOUR)
    world.dead = False
    world.until(10 * HOUR)
    assert world.state("a") == "overdue"


def test_an_answer_of_before_a_deadline_says_nothing_of_it():
    world = World(expecting(a=50, b=61, c=70))
    asked = []
    for seconds in (50, 60, 61):
        asked += [effect for effect in world.engine.step(TickAll(T + seconds)).effects
                  if isinstance(effect, Ask)]
    answer = world._answer(asked[0])
    world.script.log(said("b"), 60.5)
    world.take(attrs.evolve(answer, time=T + 66, asked=asked[0].time))
    world.until(100)
    assert world.state("b") == "found"


def test_a_pause_does_not_wait_for_the_moment_of_giving_up():
    world = World(expecting(a=60))
    world.until(23 * HOUR)
    assert world.asked == [60.0, 4860.0, 24060.0, 67260.0]


def test_all_that_was_put_off_has_come_and_the_next_is_put_off_as_well():
    world = World(expecting(a=60, b=64, c=200, d=206))
    for name in "ab":
        world.take(TickAll(T + 61))
        line = world.script.log(said(name), 59)
        world.take(parse(line["payload"], T + 62))
    world.until(300)
    assert world.asked == [206.0]


def reading(function, asks, **how):
    """A process of one check, which only GraceDB can tell."""
    return Process("many", "Reads", starts=new(), stages=[Stage("s", check("a", predicate(
        function, "fine", watches=[file("a.txt")], asks=[asks], timed=False), within=60, **how))])


def wrong(evidence, scope):
    return Verdict("wrong", "it is wrong")


def test_what_only_gracedb_can_tell_and_is_wrong_is_not_asked_without_end():
    world = World(reading(wrong, lambda evidence, scope: (
        "neighbours", "gpstime", 0.0, 1.0, "CBC", "gstlal", "")))
    world.until(24 * HOUR)
    assert 2 <= len(world.asked) <= 8


def test_a_file_of_another_interferometer_is_no_reason_to_ask():
    world = World(Process("many", "Reads", starts=new(), options={"ifo": "L1"}, stages=[
        Stage("s", check("a", predicate(
            wrong, "fine", watches=[file("{ifo}_a.txt")], options=["ifo"], timed=False,
            asks=[lambda evidence, scope: ("content", "L1_a.txt", 0)]), within=60))]))
    world.until(4000)
    for name, seconds in (("H1_a.txt", 4000), ("L1_a.txt", 4300)):
        line = world.script.file(name, seconds)
        world.take(parse(line["payload"], T + seconds))
        world.until(seconds + 200)
    assert world.asked == [60.0, 4300 + world.policy.timing.grace]


def test_what_comes_while_a_question_is_under_way_is_asked_for_soon():
    world = World(reading(wrong, lambda evidence, scope: ("content", "a.txt", 0)))
    world.until(4000)
    ask, = [effect for effect in world.engine.step(TickAll(T + 4860)).effects
            if isinstance(effect, Ask)]
    line = world.script.file("a.txt", 4900)
    world.take(parse(line["payload"], T + 4900))
    world.take(attrs.evolve(world._answer(ask), time=T + 4905, asked=T + 4860))
    world.until(4905 + world.policy.timing.retry)
    assert world.asked[-1] == 4900 + world.policy.timing.grace


def test_giving_up_on_a_fresh_answer_heeds_the_condition():
    world = World(Process("many", "Has a condition", starts=new(), stages=[
        Stage("s", check("a", log(said("a")), within=60, when=label("EM_READY")))]))
    line = world.script.label("EM_READY", 10)
    world.take(parse(line["payload"], T + 10))
    world.labels = (("EM_READY", T + 10),)
    world.until(80000)
    assert world.state("a") == "overdue"
    evidence = world.engine.candidates["G1"].evidence
    evidence.remove_label("EM_READY", None, T + 85000)  # nobody is told of this
    world.labels = ()
    world.until(60 + 25 * HOUR)
    assert world.state("a") == "not_expected"


def test_members_of_what_is_overdue_are_asked_about_again():
    chart = Process("many", "Asks about an event", starts=new(), of="superevent", stages=[
        Stage("s", check("a", preferred(label("EM_READY")), within=60))])
    engine = Engine([chart], LIFECYCLES, default_policy([chart]))
    line = Script("S170814a", T, CURRENT, transit=0.0, preferred_event="G1").new()
    asked = list(engine.step(parse(line["payload"], line["time"])).effects)
    found = []
    while engine.next_timer() < T + 20000:
        asked = [effect for effect in engine.step(TickAll(engine.next_timer())).effects
                 if isinstance(effect, Ask)]
        for ask in asked:
            found.append(ask.wants)
            engine.step(Answer(ask.time, ask.graceid, ask.question, labels=()))
    assert len(found) > 1 and all(("member", "G1") in wants for wants in found)


def test_nothing_is_asked_about_what_is_closed():
    world = World(expecting(a=60))
    world.until(61)
    line = world.script.log(said("a"), 100)
    world.take(parse(line["payload"], T + 100))
    assert world.engine.configuration("G1")["again"] is None
    twin = Engine([world.process], LIFECYCLES, world.policy)
    twin.restore(world.engine.configuration("G1"))
    assert twin.next_timer() == T + 100 + world.policy.timing.retire


def test_profiles_that_are_not_in_force_any_more_are_let_go():
    world = World(expecting(a=60))
    before = weakref.ref(world.engine.candidates["G1"].profile)
    world.engine.release("G1")
    world.policy = default_policy([world.process])
    world.engine.use_policy(world.policy)
    gc.collect()
    assert before() is None


def test_a_dead_gracedb_is_asked_by_one_clock_however_many_checks_wait():
    few, many = (World(expecting(**{f"c{n}": 60 for n in range(count)})) for count in (1, 40))
    for world in (few, many):
        world.dead = True
        world.until(30 * HOUR)
    assert many.asked == few.asked
    assert len(many.asked) <= 30  # an hour between two, so that people are told soon after it
    assert {many.state(f"c{n}") for n in range(40)} == {"unverifiable"}


def test_the_clock_is_kept_over_a_restart():
    world = World(expecting(a=60, b=66))
    world.take(TickAll(T + 61))
    twin = World(expecting(a=60, b=66))
    plain = world.engine.configuration("G1")
    twin.engine.release("G1")
    twin.engine.restore(plain)
    twin.asked = []
    for one in (world, twin):
        one.until(20 * HOUR)
    assert twin.asked == world.asked
    assert twin.engine.configuration("G1") == world.engine.configuration("G1")


def test_a_configuration_of_before_goes_on_with_one_clock():
    world = World(expecting(a=60, b=600))
    world.until(700)
    plain = world.engine.configuration("G1")
    for key in ("again", "pauses", "answered", "gathered"):
        del plain[key]
    for number, name in enumerate("ab"):
        plain["processes"]["many"]["checks"][name] |= {"timer": T + 800 + number, "tries": 1}
    world.engine.release("G1")
    world.engine.restore(plain)
    world.asked = []
    world.until(40 * HOUR)
    assert len(world.asked) <= 8
    assert (world.state("a"), world.state("b")) == ("missing", "missing")
