"""A status names what is wrong: since when, who was told, and who has acknowledged it."""

import pytest

from fsm.chart import Process, Stage, check, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.inputs import Answer
from fsm.daemon.health.limits import Health
from fsm.daemon.troubled import gravest_first
from fsm.daemon.views import Views
from fsm.io.config.sections import Health as Limits
from fsm.notify.alarms import About
from fsm.notify.problems import Context
from fsm.registry import charts
from tests.daemon.in_process import T, World

DEMO = Process("demo", "Demo", starts=new(), parties=("owner",), stages=[
    Stage("s", check("soon", log("soon"), within=60), check("later", log("later"), within=600))])


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "journal.db", ((DEMO,), charts()[1]))
    made.event("G1")
    made.event("G2")
    made.until(1)
    yield made
    made.drop()


def status(world):
    views = Views(world.supervisor, Health(world.supervisor, Limits(), "test"))
    return views.status(world.clock.time)


def pass_time(world, seconds):
    for _ in range(3):  # the deadline, the question, its answer
        world.until(seconds)
        world.answer()
    world.until(seconds)


def test_nothing_is_overdue_at_first(world):
    assert status(world)["troubled_checks"] == []
    assert [(row["graceid"], row["kind"]) for row in status(world)["listed"]] == [
        ("G1", "event"), ("G2", "event")]
    assert status(world)["listed"][0]["facts"]


def test_who_was_told_since_when_and_who_has_acknowledged_it(world):
    pass_time(world, 100)
    found = status(world)["troubled_checks"]
    assert [(one["graceid"], one["process"], one["check"], one["since"]) for one in found] == [
        ("G1", "demo", "soon", T + 60), ("G2", "demo", "soon", T + 60)]
    assert found[0]["told"] == ["operators", "owner"] and found[0]["acknowledged"] == ""
    assert T + 60 <= found[0]["told_at"] <= T + 100 and "soon" in found[0]["why"]
    with world.journal.writing():
        world.supervisor.dispatcher.reminders.acknowledge(About("G1", "demo"), "shift")
    assert [one["acknowledged"] for one in status(world)["troubled_checks"]] == ["shift", ""]


def test_of_one_that_is_not_in_memory_it_is_what_was_told(world):
    pass_time(world, 100)
    before = status(world)["troubled_checks"]
    candidates = world.supervisor.candidates
    candidates.forget()
    after = status(world)["troubled_checks"]
    assert [{**one, "why": ""} for one in after] == [{**one, "why": ""} for one in before]
    assert candidates.resident == 0


def test_what_nobody_was_told_of_is_named_all_the_same(world):
    world.supervisor.engine.use_policy(default_policy((DEMO,), warnings=False))
    pass_time(world, 100)
    found = status(world)["troubled_checks"]
    assert [(one["check"], one["told"], one["told_at"]) for one in found] == [
        ("soon", [], None)] * 2


def test_what_could_not_be_verified_is_named_with_who_was_told(world):
    for _ in range(3):
        world.until(100)
        for ask in world.asks:
            world.inbox.tell(Answer(ask.time, ask.graceid, ask.question, failure="HTTP 503"))
        world.asks.clear()
    world.until(100)
    found = status(world)["troubled_checks"]
    assert [(one["graceid"], one["check"], one["state"], one["told"]) for one in found] == [
        ("G1", "soon", "unverified", ["operators"]), ("G2", "soon", "unverified", ["operators"])]
    assert "503" in found[0]["why"]


def test_what_is_gravest_comes_first_however_much_else_there_is():
    context = Context({chart.name: chart for chart in charts()[0]})
    rows = [{"graceid": graceid} for graceid in ("MS1", "S2", "S1", "S3", "S4")]
    checks = [{"graceid": graceid, "process": process, "significance": significance}
              for graceid, process, significance in (
        ("MS1", "preliminary_notice", "mock"), ("MS1", "retraction_notice", "mock"),
        ("S2", "properties_plot", "significant"), ("S2", "preliminary_notice", "less significant"),
        ("S1", "omegascans[H1]", "significant"), ("S1", "initial_notice", "significant"))]
    listed, wrong = gravest_first(rows, checks, context.rank)
    assert [row["graceid"] for row in listed] == ["S1", "S2", "MS1", "S3", "S4"]
    assert [one["process"] for one in wrong] == [
        "initial_notice", "omegascans[H1]", "preliminary_notice", "properties_plot",
        "preliminary_notice", "retraction_notice"]
