"""Charts that have changed while the supervisor was down: nothing lost, nobody told in vain."""

from types import SimpleNamespace

import attrs
import pytest

from fsm.chart import Each, Process, Stage, check, log, new
from fsm.core.charts.policy import Policy, default_profiles, default_settings
from fsm.daemon.reload import store_all
from fsm.notify.alarms import About
from fsm.notify.reminders import Reminders
from fsm.testing.script import Script
from tests.daemon.in_process import CHARTS, DEMO, T, World


def charts(*checks, name="demo"):
    return ((Process(name, "Demo", starts=new(), parties=("owner",),
                     stages=[Stage("s", *checks)]),), CHARTS[1])


SOON, LATER = (one for _, one in DEMO.checks())


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.drop()


def stopped_as(world):
    """What a supervisor that stops has stored: the candidates of a world."""
    supervisor = world.supervisor
    return SimpleNamespace(supervisor=supervisor, journal=world.journal,
                           candidates=supervisor.candidates,
                           health=SimpleNamespace(alive=lambda: None))


def overdue(world):
    """The world with a check that is overdue, after a stop."""
    world.event("G1")
    world.until(120.0)
    world.answer()
    world.turns()
    assert ("G1", "soon", "failure") in world.people.told
    store_all(stopped_as(world))
    world.drop()
    world.people.told.clear()


def begun(world, declared):
    world.charts = declared
    world.begin()
    world.turns()


def test_what_no_chart_expects_any_more_is_over_and_said_to_be(world):
    overdue(world)
    begun(world, charts(LATER))
    assert world.people.told == [("G1", "soon", "recovery")]
    assert world.rows("SELECT COUNT(*) FROM alarms") == [(0,)]
    world.drop()
    begun(world, charts(LATER))
    assert len(world.people.told) == 1
    world.until(700.0)
    world.answer()
    world.turns()
    assert world.people.told[1:] == [("G1", "later", "failure")]


def test_a_process_that_is_gone_ends_with_what_it_had_told(world):
    overdue(world)
    begun(world, charts(SOON, name="other"))
    assert world.people.told == [("G1", "soon", "recovery")]


def parts(*names, soon=60):
    """Charts of which each name has a check of its own."""
    return ((Process("demo", "Demo", starts=new(), parties=("owner",), options={"parts": names},
                     stages=[Stage("s", check("part", log("part {part}"), within=60,
                                              each=Each("parts", "part")),
                                   check("soon", log("soon"), within=soon), LATER)]),), CHARTS[1])


def reloaded(world, **settings):
    """The world by another configuration, as a reload has it."""
    store_all(stopped_as(world))
    policy = Policy(default_profiles({"demo": attrs.evolve(default_settings(DEMO), **settings)}))
    supervisor = world.supervisor
    supervisor.engine.use_policy(policy)
    supervisor.candidates.scratch.use_policy(policy)
    supervisor.work.use(policy)


@pytest.mark.parametrize(("changed", "over"), [(parts("a"), "part[b]"),
                                               (parts("a", "b", soon=None), "soon")])
def test_what_the_configuration_leaves_out_is_over_and_said_to_be(world, changed, over):
    world.drop()
    world.charts = parts("a", "b")
    world.begin()
    overdue(world)
    begun(world, changed)
    assert world.people.told == [("G1", over, "recovery")]
    assert (over,) not in world.rows('SELECT "check" FROM alarms')


def test_what_is_switched_off_by_a_reload_is_over_and_said_to_be(world):
    world.event("G1")
    world.until(120.0)
    world.answer()
    world.turns()
    world.people.told.clear()
    reloaded(world, enabled=False)
    world.until(700.0)
    world.answer()
    world.turns()
    assert world.people.told == [("G1", "soon", "recovery")]
    assert not world.supervisor.candidates["G1"].state.startswith("open")


def test_rules_that_a_kill_takes_back_judge_what_others_have_judged_since_a_reload(world):
    reloaded(world, deadlines={"soon": 500.0})
    world.event("G1")
    world.until(100.0)
    world.answer()
    world.turns()
    assert world.people.told == []
    world.drop()
    begun(world, CHARTS)
    world.until(110.0)
    world.answer()
    world.turns()
    assert world.people.told == [("G1", "soon", "failure")]


def test_the_same_charts_tell_nothing(world):
    overdue(world)
    begun(world, CHARTS)
    assert world.people.told == [] and world.rows("SELECT COUNT(*) FROM alarms") == [(1,)]


def test_a_new_check_wakes_nobody_for_what_was_under_way(world):
    overdue(world)
    begun(world, charts(SOON, LATER, check("third", log("third"), within=30)))
    world.until(5000.0)
    world.answer()
    world.turns()
    assert "third" not in {name for _, name, _ in world.people.told}
    world.event("G2", 5100.0)
    world.until(5300.0)
    world.answer()
    world.turns()
    assert ("G2", "third", "failure") in world.people.told


SLOW = charts(check("soon", log("soon"), within=500), LATER)


def killed(world, seconds):
    """The world killed so many seconds after an event that is waited for by slow deadlines."""
    world.drop()
    world.charts = SLOW
    world.begin()
    world.event("G1")
    world.until(seconds)
    world.answer()
    world.turns()
    assert world.people.told == []
    world.drop()  # as a kill does, it stores no candidate


def test_what_is_wrong_by_rules_that_came_with_a_kill_is_told_once(world):
    killed(world, 100.0)
    begun(world, charts(SOON, LATER))
    world.until(110.0)
    world.answer()
    world.turns()
    assert world.people.told == [("G1", "soon", "failure")]
    world.drop()
    begun(world, charts(SOON, LATER))
    world.until(120.0)
    assert world.people.told == [("G1", "soon", "failure")]
    assert world.rows("SELECT COUNT(*) FROM alarms") == [(1,)]


def test_what_came_late_by_such_rules_and_is_there_is_not_told(world):
    killed(world, 50.0)
    world.begin()
    world.alert(Script("G1", T, transit=0.0).log("soon", 80.0))
    world.until(100.0)
    world.drop()
    begun(world, charts(SOON, LATER))
    world.until(200.0)
    assert world.people.told == []


def test_what_nobody_could_be_told_of_stays_acknowledged_after_a_kill(world):
    world.people.takes = lambda effect: False
    world.event("G1")
    world.until(120.0)
    world.answer()
    world.turns()
    with world.journal.writing():
        Reminders(world.journal, 60.0, 3).acknowledge(About("G1"), "alba")
    world.drop()
    begun(world, charts(SOON, LATER, check("third", log("third"), within=30)))
    assert world.rows("SELECT acknowledged FROM alarms WHERE \"check\" = 'soon'") == [("alba",)]
