"""What operators are shown of problems."""

import json

import pytest

from fsm.core.times import utc
from fsm.daemon.health.limits import Health
from fsm.daemon.views import Views
from fsm.io.config.sections import Health as Limits
from fsm.notify.alarms import About
from fsm.notify.problems import Context
from tests.daemon.in_process import DEMO, T, World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    made.supervisor.dispatcher.digests.context = Context({"demo": DEMO})
    yield made
    made.drop()


def test_problems_are_shown_with_who_has_acknowledged_them(world):
    views = Views(world.supervisor, Health(world.supervisor, Limits(), "test"))
    world.event("G1")
    for seconds in (1, 60, 70):
        world.until(seconds)
        world.answer()
        world.turns()
    (one,) = views.candidate("G1")["problems"]
    assert (one["process"], one["late"], one["acknowledged"]) == ("demo", 10.0, None)
    with world.journal.writing():
        world.supervisor.dispatcher.reminders.acknowledge(About("G1"), "shift", "known", T + 999)
    (one,) = json.loads(json.dumps(views.status(T + 80)["problems"]))
    assert one["graceid"] == "G1" and one["severity"] == "minor"
    assert one["acknowledged"] == {
        "by": "shift", "note": "known", "until": T + 999,
        "words": f"acknowledged by shift until {utc(T + 999)}: known"}
