"""What operators order about a candidate."""

import json

from fsm.chart import Each, Process, Stage, check, file, label, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify, Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import (
    ACKNOWLEDGE,
    RETIRE,
    UNRETIRE,
    UNWAIVE,
    WAIVE,
    Command,
    TickAll,
)
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.testing.script import Script

T = 1_502_000_000.0
_, LIFECYCLES = charts()
DEMO = Process("demo", "Demo", starts=new(), stages=[
    Stage("one", check("a", log("first"), within=60), check("b", log("b"), within=60)),
    Stage("two", check("c", log("c"), within=60))])
KEYED = Process("keyed", "One for each file", starts=file("{fits}"), key="fits", stages=[
    Stage("s", check("plot", file("{fits}.png"), within=60))])
FLAGS = Process("flags", "Flags", starts=new(), options={"flags": ("x", "y")}, stages=[
    Stage("s", check("flag", log("{flag} is good"), within=60, each=Each("flags", "flag")))])
ALWAYS = Process("always", "Always", starts=new(), always=True, stages=[
    Stage("s", check("z", log("z"), within=60))])


class World:
    """An engine with one candidate, and what came of it."""

    def __init__(self, *processes):
        self.processes = processes
        self.policy = default_policy(processes)
        self.engine = Engine(processes, LIFECYCLES, self.policy)
        self.script = Script("G1", T, transit=0.0)
        self.transitions, self.effects = [], []
        self.alert(self.script.new())

    def take(self, item):
        step = self.engine.step(item)
        self.transitions += step.transitions
        self.effects += step.effects
        return step

    def alert(self, line):
        return self.take(parse(line["payload"], line["time"]))

    def order(self, what, seconds=10.0, **about):
        return self.take(Command(T + seconds, "G1", what, "shift", **about))

    def states(self):
        plain = self.engine.configuration("G1")["processes"]
        return {f"{name} {check}": one["state"] for name, process in plain.items()
                for check, one in process["checks"].items()}

    def restored(self):
        plain = json.loads(json.dumps(self.engine.configuration("G1")))
        self.engine = Engine(self.processes, LIFECYCLES, self.policy)
        self.engine.resume(T + 10)
        self.engine.restore(plain)
        return self


def test_one_check_is_waived_with_who_and_why():
    world = World(DEMO)
    world.order(WAIVE, process="demo", check="a", reason="known")
    assert world.states() == {"demo a": "waived", "demo b": "awaiting", "demo c": "awaiting"}
    why = world.engine.configuration("G1")["processes"]["demo"]["checks"]["a"]["why"]
    assert why == "waived by shift: known"


def test_the_command_is_in_the_history():
    world = World(DEMO)
    step = world.order(WAIVE, process="demo", check="a", reason="\nknown")
    first = step.transitions[0]
    assert (first.trigger, first.process, first.check, first.why) == (
        "waive", "demo", "a", "by shift: \N{REPLACEMENT CHARACTER}known")
    assert first.source == first.dest


def test_a_process_is_waived_and_so_closed():
    world = World(DEMO, FLAGS)
    world.order(WAIVE, process="flags")
    assert world.engine.configuration("G1")["processes"]["flags"]["state"] == "closed.waived"
    assert world.states()["demo a"] == "awaiting"


def test_one_of_several_alike_is_waived_by_its_full_name():
    world = World(FLAGS)
    world.order(WAIVE, process="flags", check="flag[x]")
    assert world.states() == {"flags flag[x]": "waived", "flags flag[y]": "awaiting"}


def test_all_of_a_candidate_is_waived_and_what_starts_later_too():
    world = World(DEMO, KEYED)
    world.order(WAIVE)
    assert world.engine.candidates["G1"].state == "closed.complete"
    world.alert(world.script.log("the plot", 20, filename="map.fits"))
    assert world.states()["keyed[map.fits] plot"] == "waived"


def test_the_waiver_of_a_kind_of_process_holds_for_those_to_come():
    world = World(DEMO, KEYED)
    world.order(WAIVE, process="keyed")
    world.alert(world.script.log("the plot", 20, filename="map.fits"))
    assert world.states()["keyed[map.fits] plot"] == "waived"
    assert world.states()["demo a"] == "awaiting"


def test_what_is_always_expected_is_not_waived():
    world = World(ALWAYS)
    world.order(WAIVE)
    assert world.states() == {"always z": "awaiting"}


def test_a_candidate_needed_again_leaves_an_operators_waiver_alone():
    world = World(DEMO)
    world.order(WAIVE, process="demo", check="a")
    world.alert(world.script.label("DQV", 20))
    assert set(world.states().values()) == {"waived"}
    world.alert(world.script.unlabel("DQV", 30))
    assert world.states() == {"demo a": "waived", "demo b": "awaiting", "demo c": "awaiting"}


def test_nobody_is_told_of_what_was_waived():
    world = World(DEMO)
    world.order(WAIVE)
    world.take(TickAll(T + 1000))
    assert [one for one in world.effects if isinstance(one, Notify)] == []


def test_waivers_are_stored_and_restored():
    world = World(DEMO, KEYED)
    world.order(WAIVE, process="keyed", reason="no maps tonight")
    world = world.restored()
    world.alert(world.script.log("the plot", 20, filename="map.fits"))
    assert world.states()["keyed[map.fits] plot"] == "waived"


def test_a_retired_candidate_is_archived_and_left_alone():
    world = World(DEMO)
    step = world.order(RETIRE)
    assert [type(one) for one in step.effects] == [Retired]
    assert step.effects[0].configuration["processes"]["demo"]["checks"]["a"]["state"] == "awaiting"
    world.alert(world.script.log("first", 20))
    assert "G1" not in world.engine.candidates and world.engine.unsupervised == 1
    assert world.engine.next_timer() == float("inf")


def test_what_only_the_history_shows_moves_nothing():
    world = World(DEMO)
    before = world.engine.configuration("G1")
    step = world.order(ACKNOWLEDGE, process="demo")
    assert [one.trigger for one in step.transitions] == ["acknowledge"] and not step.effects
    assert world.engine.configuration("G1") == before


def test_a_command_about_nobody_does_nothing():
    world = World(DEMO)
    step = world.take(Command(T, "G2", WAIVE, "shift"))
    assert not step.transitions and not step.effects


def test_a_condition_that_comes_true_leaves_a_waiver_alone():
    chart = Process("maybe", "Only with a label", starts=new(), stages=[
        Stage("s", check("m", log("m"), within=60, when=~label("INJ")))])
    world = World(chart)
    world.alert(world.script.label("INJ", 5))
    assert world.states() == {"maybe m": "not_expected"}
    world.order(WAIVE, process="maybe")
    world.alert(world.script.unlabel("INJ", 20))
    assert world.states() == {"maybe m": "waived"}


def test_what_was_waived_is_expected_again_and_has_its_time_anew():
    world = World(DEMO)
    world.order(WAIVE)
    assert world.engine.configuration("G1")["state"].startswith("closed")
    world.order(UNWAIVE, 100.0, reason="a mistake")
    assert set(world.states().values()) == {"awaiting"}
    plain = world.engine.configuration("G1")
    assert plain["waivers"] == [] and plain["state"] == "open.following"
    run = plain["processes"]["demo"]
    assert run["state"] == "open.one" and run["checks"]["a"]["due"] == T + 160
    assert run["checks"]["a"]["why"] == "expected again by shift: a mistake"
    world.alert(world.script.log("first", 120))
    assert world.states()["demo a"] == "met"


def test_what_came_while_it_was_waived_counts():
    world = World(DEMO)
    world.order(WAIVE, process="demo", check="a")
    world.alert(world.script.log("first", 20))
    world.order(UNWAIVE, 30.0, process="demo")
    assert world.states()["demo a"] == "met"


def test_one_check_of_several_is_expected_again_and_the_others_keep_their_deadlines():
    world = World(DEMO)
    world.order(WAIVE, process="demo", check="a")
    world.order(WAIVE, process="demo", check="b")
    world.order(UNWAIVE, 50.0, process="demo", check="a")
    assert world.states() == {"demo a": "awaiting", "demo b": "waived", "demo c": "awaiting"}
    checks = world.engine.configuration("G1")["processes"]["demo"]["checks"]
    assert checks["a"]["due"] == T + 110 and checks["c"]["due"] == T + 60
    world.alert(world.script.log("c", 55))
    assert world.engine.configuration("G1")["processes"]["demo"]["state"] == "open.two"
    world.alert(world.script.log("first", 60))
    assert world.engine.configuration("G1")["processes"]["demo"]["state"] == "closed.waived"


def test_what_is_waived_otherwise_too_stays_so():
    world = World(DEMO, FLAGS)
    world.order(WAIVE)
    world.order(WAIVE, process="demo")
    world.order(UNWAIVE, 20.0, process="demo")
    assert set(world.states().values()) == {"waived"}  # the candidate as a whole still is
    world.order(UNWAIVE, 30.0)
    assert set(world.states().values()) == {"awaiting"}
    world.order(WAIVE, 40.0)
    world.alert(world.script.label("EM_Superseded", 50))
    world.order(UNWAIVE, 60.0)
    assert set(world.states().values()) == {"waived"}
    world.alert(world.script.unlabel("EM_Superseded", 70))
    assert set(world.states().values()) == {"awaiting"}


def test_a_retired_candidate_is_taken_back_as_it_was_and_asked_for():
    world = World(DEMO)
    world.alert(world.script.log("first", 5))
    before = world.states()
    (left,) = [one for one in world.order(RETIRE, 20.0).effects if isinstance(one, Retired)]
    world.alert(world.script.log("b", 30))
    assert "G1" not in world.engine.candidates and world.engine.of_retired == 1
    step = world.order(UNRETIRE, 40.0, configuration=json.loads(json.dumps(left.configuration)))
    assert world.states() == before and not world.engine.retired
    assert [type(one).__name__ for one in step.effects] == ["Ask", "Restored"]
    assert step.transitions[-1].why == "by shift"
    world.alert(world.script.log("b", 45))
    assert world.states()["demo b"] == "met"
    step = world.take(TickAll(T + 1000))  # its deadlines are as they were
    assert [type(one).__name__ for one in step.effects] == ["Ask"]


def test_one_that_was_closed_when_it_left_stays_for_as_long_again():
    world = World(DEMO)
    world.order(WAIVE)
    (left,) = [one for one in world.order(RETIRE).effects if isinstance(one, Retired)]
    retire = world.policy.timing.retire
    world.order(UNRETIRE, 30 * retire, configuration=left.configuration)
    world.take(TickAll(T + 31 * retire - 1))
    assert "G1" in world.engine.candidates
    world.take(TickAll(T + 31 * retire))
    assert "G1" not in world.engine.candidates
