"""A superevent knows its events: what is told of them, and asked about them, and no more."""

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.chart import Process, Stage, check, external, label, log, new, preferred
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask, Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, MemberNews, TickAll
from fsm.core.evidence.parsing import parse
from fsm.core.expect.scope import Scope
from fsm.io.journal import codec
from fsm.registry import charts
from fsm.testing.script import CURRENT, PREFERRED, Script

T = 1_700_000_000.0
SID, OTHER = "S231114a", "G100002"
LIFECYCLES = charts()[1]
WAITS = attrs.evolve(Process(
    "waits", "Waits for its preferred event", starts=new(), of="superevent", stages=[
        Stage("s", check("ready", preferred(label("EM_READY")), within=60))]), era="o4")
EVENTS = attrs.evolve(Process("events", "Waits", starts=new(), stages=[
    Stage("s", check("hello", log("hello"), within=60))]), era="o4")


class World:
    """An engine whose news of members are fed back, and the scripts of a superevent's events."""

    def __init__(self, *processes, **fields):
        self.processes = processes
        self.engine = Engine(processes, LIFECYCLES, default_policy(processes))
        self.script = Script(SID, T, transit=0.0, **fields)
        self.news, self.effects, self.transitions = [], [], []

    def take(self, item):
        step = self.engine.step(item)
        self.transitions += step.transitions
        for effect in step.effects:
            if isinstance(effect, MemberNews):
                self.news.append(effect)
                self.take(effect)
            else:
                self.effects.append(effect)

    def alert(self, line):
        self.take(parse(line["payload"], line["time"]))

    def state(self):
        (run,) = self.engine.candidates[SID].runs.values()
        return run.checks[0].state

    @property
    def evidence(self):
        return self.engine.candidates[SID].evidence


def test_what_an_event_gets_is_seen_by_its_superevent():
    world = World(WAITS)
    world.alert(world.script.new())
    event = world.script.member()
    world.alert(event.new(1))
    assert world.state() == "awaiting"
    world.alert(event.label("EM_READY", 20))
    assert world.state() == "met"
    check = world.engine.candidates[SID].checks()[0]
    assert check.why == f"{PREFERRED}: label EM_READY is on" and check.at == T + 20


def test_only_what_has_changed_is_told():
    world = World(WAITS)
    event = world.script.member()
    world.alert(world.script.new())
    for line in (event.new(1), event.label("A", 2), event.log("hello", 3), event.file("f", 4)):
        world.alert(line)
    told = [(bool(one.fields), [name for name, *_ in one.labels],
             [entry.filename for entry in one.entries]) for one in world.news]
    assert told == [(True, [], []), (False, ["A"], []), (False, [], ["f"])]


def test_another_preferred_event_moves_the_expectation():
    world = World(WAITS)
    world.alert(world.script.new())
    other = world.script.member(OTHER)
    world.alert(other.new(1))
    world.alert(other.label("EM_READY", 10))
    assert world.state() == "awaiting"
    world.alert(world.script.update(20, {"preferred_event": OTHER}))
    assert world.state() == "met"


def test_an_event_that_joins_later_brings_all_it_has():
    world = World(WAITS)
    event = world.script.member(superevent=None)
    for line in (event.new(1), world.script.new(4), event.label("EM_READY", 5)):
        world.alert(line)
    assert world.state() == "awaiting" and world.news == []
    world.alert(event.enter(world.script, 9))
    assert world.state() == "met"


def test_an_event_that_leaves_is_forgotten():
    world = World(WAITS)
    event = world.script.member()
    world.alert(world.script.new())
    world.alert(event.new(1))
    event.fields["superevent"] = None
    world.alert(event._line("removed_from_superevent", {"superevent_id": SID}, 5))
    assert world.evidence.members == {}
    world.alert(event.label("EM_READY", 6))
    assert world.state() == "awaiting"


def test_an_event_that_moves_is_told_to_both():
    world = World(WAITS)
    event = world.script.member()
    world.alert(event.new(1))
    world.alert(event.enter(Script("S231114b", T, transit=0.0), 5))
    assert [(one.graceid, one.state != "") for one in world.news] == [
        (SID, True), (SID, False), ("S231114b", True)]


def test_a_superevent_of_which_nothing_was_heard_is_found_by_its_event():
    world = World(WAITS)
    world.alert(world.script.member().new())
    assert SID in world.engine.candidates
    world.take(TickAll(T + 30))
    assert [one.graceid for one in world.effects if isinstance(one, Ask)] == [SID]


def test_at_the_deadline_gracedb_is_asked_for_the_preferred_event_too():
    world = World(WAITS)
    world.alert(world.script.new())
    world.take(TickAll(T + 60))
    (ask,) = [one for one in world.effects if isinstance(one, Ask)]
    assert ask.wants == (("member", PREFERRED),)
    member = Answer(T + 60, PREFERRED, "", event={"far": 1.0}, labels=(("EM_READY", T + 30),))
    world.take(Answer(T + 60, SID, ask.question, event=world.script.fields, labels=(),
                      members=(member,)))
    assert world.state() == "found"
    assert not [one for one in world.effects if isinstance(one, Notify)]


def test_what_is_missing_says_of_which_event():
    world = World(WAITS)
    world.alert(world.script.new())
    world.take(TickAll(T + 60))
    (ask,) = [one for one in world.effects if isinstance(one, Ask)]
    world.take(Answer(T + 60, SID, ask.question, event=world.script.fields, labels=()))
    (told,) = [one for one in world.effects if isinstance(one, Notify)]
    assert told.message == f"{PREFERRED}: no label EM_READY"
    assert told.expected == "preferred event: label EM_READY"


def test_an_external_event_is_another_kind_of_candidate():
    chart = attrs.evolve(Process("burst", "x", starts=new(), of="external", stages=[
        Stage("s", check("a", log("a"), within=60))]), era="o4")
    world = World(chart, EVENTS)
    world.script.fields["em_events"] = ["E5"]
    world.alert(world.script.new())
    world.alert(world.script.member("E5", group="External").new(5))
    assert list(world.engine.candidates["E5"].runs) == ["burst"]
    assert world.engine.candidates["E5"].lifecycle.kind == "external"
    assert external(label("INJ")).judge(world.evidence, Scope({})).why == "E5: no label INJ"


def test_attention_of_an_event_is_shown_by_its_superevent():
    world = World(EVENTS)
    world.alert(world.script.new())
    event = world.script.member()
    world.alert(event.new(1))
    regions = world.engine.candidates[SID].regions
    assert regions["events"].state == "calm"
    world.take(TickAll(T + 70))
    for ask in [one for one in world.effects if isinstance(one, Ask)]:
        world.take(Answer(T + 70, ask.graceid, ask.question, event=event.fields, labels=()))
    assert world.engine.candidates[PREFERRED].state == "open.attention"
    assert regions["events"].state == "attention"
    world.alert(event.log("hello", 90))
    assert regions["events"].state == "calm"


def test_an_event_of_2017_informs_nobody():
    world = World(EVENTS)
    world.alert(Script("G1", T, CURRENT, transit=0.0).new())
    assert world.news == [] and world.engine.candidates["G1"].informed is None


STEPS = st.lists(st.one_of(
    st.tuples(st.just("label"), st.sampled_from(["EM_READY", "A"]), st.integers(1, 50)),
    st.tuples(st.just("unlabel"), st.sampled_from(["EM_READY", "A"]), st.integers(1, 50)),
    st.tuples(st.just("file"), st.sampled_from(["a", "b"]), st.integers(1, 50)),
    st.tuples(st.just("log"), st.just("hello"), st.integers(1, 50))), max_size=10)


@given(STEPS, st.integers(0, 12))
def test_restored_at_any_input_it_goes_on_as_if_it_had_not_been_away(steps, when):
    def run(pause):
        world = World(WAITS, EVENTS)
        event = world.script.member()
        lines = [world.script.new(), event.new(1)]
        for name, *arguments in steps:
            lines.append(getattr(event, name)(*arguments))
        lines.sort(key=lambda line: line["time"])
        for number, line in enumerate(lines):
            if number == pause:
                kept = {name: json.loads(json.dumps(world.engine.configuration(name)))
                        for name in world.engine.candidates}
                now, world.engine = world.engine.now, Engine(
                    world.processes, LIFECYCLES, world.engine.policy)
                world.engine.resume(now)
                for one in kept.values():
                    world.engine.restore(one)
            world.alert(line)
        return ([codec.of_member(one).body for one in world.news],
                {name: world.engine.configuration(name) for name in world.engine.candidates})

    assert run(when) == run(-1)


@pytest.mark.parametrize("news", [
    MemberNews(T, SID, PREFERRED, ""),
    MemberNews(T, SID, PREFERRED, "open.following", {"far": 1.0}, (("A", T, True),),
               (parse(Script("G1", T).file("f.fits", 3, "c", ("t",))["payload"], T).entry,))])
def test_news_are_journaled_as_they_are(news):
    row = codec.of_member(news)
    assert codec.read(row.time, row.graceid, row.kind, row.body) == row
