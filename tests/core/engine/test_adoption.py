"""Charts that change while candidates are under way: what is stored goes on by those of today."""

import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.chart import Process, Stage, check, label, log, new
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.lifecycle import Lifecycle, Move, State
from fsm.core.charts.policy import (
    Policy,
    Profile,
    default_policy,
    default_profiles,
    default_settings,
)
from fsm.core.engine import adoption
from fsm.core.engine.effects import Ask, Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.errors import ChartError
from fsm.registry import charts
from fsm.testing.script import Script

T = 1_502_000_000.0
_, LIFECYCLES = charts()
A, B, C = (check(name, log(name), within=within, warn=warn)
           for name, within, warn in (("a", 60, 30), ("b", 120, None), ("c", 300, None)))
BEFORE = (("one", (A,)), ("two", (B, C)))


def process(*stages, name="demo"):
    return Process(name, "Demo", starts=new(), parties=("owner",),
                   stages=[Stage(stage, *checks) for stage, checks in stages])


class World:
    """A candidate that is followed by one chart, then by another."""

    def __init__(self, *processes, policy=None):
        self.script = Script("G1", T, transit=0.0)
        self.told = []
        self.use(*processes, policy=policy)
        self.alert(self.script.new())

    def use(self, *processes, policy=None):
        self.engine = Engine(processes, LIFECYCLES, policy or default_policy(processes))

    def take(self, item):
        step = self.engine.step(item)
        self.told += [(one.check, one.outcome, round(one.time - T)) for one in step.effects
                      if isinstance(one, Notify)]
        return step

    def alert(self, line):
        self.take(parse(line["payload"], line["time"]))

    def log(self, at, name):
        self.until(at)
        self.alert(self.script.log(name, at))

    def until(self, seconds):
        while self.engine.next_timer() <= T + seconds:
            for one in self.take(TickAll(self.engine.next_timer())).effects:
                if isinstance(one, Ask):
                    entries = tuple(parse(line["payload"], line["time"]).entry
                                    for line in self.script.lines if "log" in json.dumps(line)
                                    and line["time"] <= one.time)
                    self.take(Answer(one.time, "G1", one.question, event=self.script.fields,
                                     labels=(), logs=tuple(e for e in entries if e)))
        self.take(TickAll(T + seconds))

    def change(self, *processes, policy=None):
        stored = json.loads(json.dumps(self.engine.configuration("G1")))
        now = self.engine.now
        self.use(*processes, policy=policy)
        self.engine.resume(now)
        self.engine.restore(stored)
        return self.run

    @property
    def run(self):
        return self.engine.candidates["G1"].runs.get("demo")

    def states(self):
        return {one.name: one.state for one in self.run.checks}


def world(at=70.0, *came):
    made = World(process(*BEFORE))
    for seconds, name in came:
        made.log(seconds, name)
    made.until(at)
    return made


def test_charts_that_are_the_same_change_nothing():
    made = world(70.0, (20.0, "a"))
    before = made.engine.configuration("G1")
    made.change(process(*BEFORE))
    assert made.engine.configuration("G1") == before


def test_a_check_that_is_gone_is_left_out_and_its_stage_is_passed():
    made = world(40.0)
    run = made.change(process(("one", (check("z", log("z"), within=9),)), ("two", (B, C))))
    assert made.states() == {"b": "awaiting", "c": "awaiting"} and run.state == "open.two"
    made.log(50.0, "b")
    made.log(60.0, "c")
    assert run.state == "closed.complete"


def test_a_new_check_counts_for_what_starts_from_now_on():
    made = world(40.0, (20.0, "a"))
    made.change(process(("one", (A,)), ("two", (B, C, check("d", log("d"), within=5)))))
    made.log(50.0, "b")
    made.log(60.0, "c")
    made.until(9000.0)
    assert made.run.state == "closed.complete" and "d" not in made.states()
    assert not [one for one in made.told if one[0] == "d"]


def test_what_is_waited_for_keeps_its_deadline():
    made = world(40.0, (20.0, "a"))
    due = {one.name: one.due for one in made.run.checks}
    strict = (("one", (A,)), ("two", (attrs.evolve(B, within=10.0), C)))
    run = made.change(process(*strict))
    assert {one.name: one.due for one in run.checks} == due


def test_stages_in_another_order_go_on_where_they_stand_now():
    made = world(40.0, (20.0, "a"))
    run = made.change(process(("two", (B, C)), ("one", (A,))))
    assert (run.state, run.stage) == ("open.two", 0)
    made.log(50.0, "c")
    made.log(60.0, "b")
    assert run.state == "closed.complete"


def test_a_check_that_has_moved_to_a_stage_before_is_still_waited_for():
    made = world(40.0, (20.0, "a"))
    run = made.change(process(("one", (A, B)), ("two", (C,))))
    made.log(50.0, "c")
    assert run.open
    made.log(60.0, "b")
    assert run.state == "closed.complete"


def test_a_stage_that_was_renamed_goes_on_in_the_first_in_which_something_is_open():
    made = world(40.0, (20.0, "a"))
    assert made.change(process(("first", (A,)), ("second", (B, C)))).state == "open.second"


def test_a_process_of_which_nothing_is_left_that_is_open_is_over():
    made = world(40.0, (20.0, "a"))
    assert made.change(process(("one", (A,)))).state == "closed.complete"
    made = world(90_000.0)  # a is given up
    assert made.change(process(("one", (A,)), ("x", (check("x", log("x"), within=5),)))
                       ).state == "closed.incomplete"


def test_a_warning_that_no_chart_gives_any_more_waits_for_its_deadline():
    made = world(40.0)
    assert made.states()["a"] == "warned" or made.states()["a"] == "awaiting"
    made.change(process(("one", (attrs.evolve(A, warn=None),)), ("two", (B, C))))
    assert made.states()["a"] == "awaiting"
    made.until(90.0)
    assert ("a", "failure", 60) in made.told


def test_what_cannot_be_waived_any_more_begins_anew_where_what_started_it_happens_again():
    chart = process(*BEFORE)
    repeated = attrs.evolve(chart, starts=log("go"))
    made = World(repeated)
    made.log(5.0, "go")
    made.alert(made.script.label("EM_Superseded", 10.0))
    assert made.run.state == "closed.waived" and set(made.states().values()) == {"waived"}
    run = made.change(attrs.evolve(repeated, always=True))
    assert run.state == "closed.complete" and set(made.states().values()) == {"unverifiable"}
    made.log(20.0, "go")
    assert run.state == "open.one" and set(made.states().values()) == {"awaiting"}


def test_a_process_without_a_chart_is_left_out():
    made = world(40.0)
    assert made.change(process(*BEFORE, name="other")) is None
    made.until(90_000.0)


def fresh(**more):
    """A process that was not there before."""
    return attrs.evolve(process(("n", (check("fresh", log("fresh"), within=30),)), name="fresh"),
                        **more)


@pytest.mark.parametrize("starts", [new(), log("go"), label("EM_READY")])
def test_a_new_process_does_not_start_on_what_has_come_before(starts):
    made = World(process(*BEFORE))
    made.log(5.0, "go")
    made.alert(made.script.label("EM_READY", 6.0))
    made.until(40.0)
    made.change(process(*BEFORE), fresh(starts=starts))
    made.change(process(*BEFORE), fresh(starts=starts))
    made.alert(made.script.update(50.0, {"far": 1e-9}))  # whatever is known is looked through
    made.until(9000.0)
    assert "fresh" not in made.engine.candidates["G1"].runs
    assert not [one for one in made.told if one[0] == "fresh"]


def test_a_new_process_starts_on_what_comes_from_then_on():
    made = World(process(*BEFORE))
    made.log(5.0, "go")
    made.change(process(*BEFORE), fresh(starts=log("go")), fresh(
        name="later", when=log("needed")))
    made.log(50.0, "go")
    made.log(70.0, "needed")
    made.until(9000.0)
    told = [one for one in made.told if one[0] == "fresh"]
    assert told == [("fresh", "failure", 80), ("fresh", "failure", 100)]


def test_a_process_that_waited_before_the_change_starts_as_it_would_have():
    charts_ = (process(*BEFORE), fresh(starts=log("go")))
    made = World(*charts_)
    made.until(40.0)
    made.change(*charts_)
    made.log(50.0, "go")
    made.until(9000.0)
    assert ("fresh", "failure", 80) in made.told


def test_a_process_that_is_switched_off_is_left_out_and_tells_nothing_more():
    charts_ = (process(*BEFORE),)
    off = Policy(default_profiles({"demo": attrs.evolve(default_settings(*charts_),
                                                        enabled=False)}))
    made = World(*charts_)
    made.until(40.0)
    assert made.change(*charts_, policy=off) is None
    made.until(90_000.0)
    assert not [one for one in made.told if one[1] == "failure"]


def test_what_the_profile_has_made_needless_itself_stays():
    charts_ = (attrs.evolve(process(*BEFORE), when=label("PE_READY")),)
    made = World(*charts_)
    made.alert(made.script.label("PE_READY", 5.0))
    made.alert(made.script.unlabel("PE_READY", 10.0))
    off = Policy(default_profiles({"demo": attrs.evolve(default_settings(*charts_),
                                                        enabled=False)}))
    assert made.change(*charts_, policy=off).state == "closed.waived"


KEYED = Process("demo", "Demo", starts=log("go {ifo}"), key="ifo", parties=("owner",),
                stages=[Stage("one", check("a", log("a {ifo}"), within=60))])


def test_a_process_that_has_lost_its_key_or_got_one_is_another_one():
    made = World(KEYED)
    made.log(5.0, "go H1")
    made.change(attrs.evolve(process(*BEFORE), starts=log("go")))
    assert not made.engine.candidates["G1"].runs
    made.until(90.0)
    assert made.told == []
    made = World(attrs.evolve(process(*BEFORE), starts=log("go")))
    made.log(5.0, "go")
    made.change(KEYED)
    made.until(90.0)
    assert made.told == []
    made.log(100.0, "go H1")
    assert list(made.engine.candidates["G1"].runs) == ["demo[H1]"]


def test_a_key_that_a_chart_does_not_know_any_more_harms_no_other_process():
    other = process(("one", (B,)), name="other")
    made = World(KEYED, other)
    made.log(5.0, "go X1")
    sites = {"H1": "a"}.__getitem__
    made.change(attrs.evolve(KEYED, derive=lambda ifo: {"site": sites(ifo)}), other)
    assert list(made.engine.candidates["G1"].runs) == ["other"]


def test_a_candidate_whose_profile_is_gone_has_that_which_is_for_it_now():
    charts_ = (process(*BEFORE),)
    named = {one.name: default_settings(one) for one in charts_}

    def policy(name):
        return attrs.evolve(default_policy(charts_), profiles=(
            Profile(name, settings=named), Profile("rest", settings=named, warnings=False)))

    made = World(*charts_, policy=policy("old"))
    made.until(40.0)
    made.change(*charts_, policy=policy("new"))
    assert made.engine.candidates["G1"].profile.name == "new"
    made.until(90.0)
    assert ("a", "failure", 60) in made.told


NESTED = Lifecycle("l", "L", (State("open", State("calm"), State("busy")), State("over")),
                   (Move("attention_needed", "open.calm", "open.busy"),
                    Move("all_closed", "open", "over")),
                   kind="event")


@pytest.mark.parametrize(("stored", "goes_on"), [
    ("open.busy", "open.busy"), ("over", "over"), ("open.gone", "open.calm"),
    ("open.busy.deeper", "open.busy"), ("gone", "open.calm"), ("", "open.calm"),
    ("over.inside", "over"), ("ope", "open.calm")])
def test_a_lifecycle_goes_on_in_the_nearest_state(stored, goes_on):
    assert adoption.state_in(NESTED, stored) == goes_on


def test_a_lifecycle_that_is_gone_is_another_one_of_its_kind():
    assert adoption.lifecycle_of("gone", "G1", Charts((), (NESTED,))) is NESTED
    with pytest.raises(ChartError, match="no lifecycle 'gone'"):
        adoption.lifecycle_of("gone", "S190425z", Charts((), (NESTED,)))


NAMES = ("a", "b", "c", "d", "e")
CHECKS = st.builds(lambda name, within, warn: check(name, log(name), within=within,
                                                    warn=within / 2 if warn else None),
                   st.sampled_from(NAMES), st.integers(20, 400), st.booleans())


@st.composite
def declared(draw):
    """Any chart: checks of some names in stages of some names."""
    checks = draw(st.lists(CHECKS, min_size=1, max_size=4, unique_by=lambda one: one.name))
    names = draw(st.permutations(("one", "two", "three")))
    cuts = sorted(draw(st.lists(st.integers(1, len(checks)), max_size=2)))
    parts = [checks[a:b] for a, b in zip([0, *cuts], [*cuts, len(checks)], strict=True)]
    return tuple((name, tuple(part)) for name, part in zip(names, filter(None, parts),
                                                           strict=False))


@settings(deadline=None, max_examples=150)
@given(declared(), declared(), st.lists(st.tuples(st.integers(1, 500), st.sampled_from(NAMES)),
                                        max_size=5), st.integers(0, 600))
def test_whatever_changes_everything_comes_to_an_end_and_nothing_is_told_twice(
        before, after, came, changed):
    made = World(process(*before))
    done = False
    for at, name in sorted(came):
        if at > changed and not done:
            made.until(changed)
            made.change(process(*after))
            done = True
        made.log(float(at), name)
    if not done:
        made.until(max(changed, max((at for at, _ in came), default=0)))
        made.change(process(*after))
    kept = {one.name for one in made.run.checks}
    assert kept == ({one.name for _, part in before for one in part}
                    & {one.name for _, part in after for one in part})
    made.until(200_000.0)
    told = [(name, outcome) for name, outcome, _ in made.told]
    assert len(set(told)) == len(told)
    candidate = made.engine.candidates.get("G1")
    assert candidate is None or not candidate.open_checks
    if candidate is not None:
        assert made.run.state.startswith("closed.")
