"""New GraceIDs faster than they can be real are confirmed with GraceDB first."""

import json

import pytest

from fsm.core.engine.inputs import Answer
from fsm.daemon.backfill import MOST_WAITING, Backfill
from fsm.daemon.flood import Flood
from fsm.io.config.sections import CatchUp
from fsm.io.listeners.inbox import Received
from fsm.testing.script import Script
from tests.daemon.in_process import T, World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    supervisor = made.supervisor
    made.search = lambda *window: None
    supervisor.backfill = Backfill(CatchUp(), made, supervisor.candidates,
                                        supervisor.engine.retired, dict)
    supervisor.flood = Flood(made.journal, 10)
    supervisor.chores.append(supervisor.flood.reports)
    yield made
    made.drop()


def alert(world, graceid, source="hostile"):
    line = Script(graceid, T, transit=0.0).new()
    world.inbox.put(Received(source, "cbc", json.dumps(line).encode(), T))


def supervised(world):
    return {graceid for (graceid,) in world.rows("SELECT graceid FROM candidates")}


def test_what_is_too_much_is_asked_for_and_nothing_is_expected_of_it(world):
    for number in range(500):
        alert(world, f"G{number + 1}")
    world.turns()
    assert supervised(world) == {f"G{number}" for number in range(1, 11)}
    assert world.rows("SELECT COUNT(*) FROM inputs") == [(10,)]
    assert {ask.graceid for ask in world.asks} <= {f"G{number}" for number in range(11, 501)}
    assert ("", "flood of hostile", "failure") in world.people.told
    world.until(180)
    assert ("", "flood of hostile", "recovery") in world.people.told


def test_one_that_lasts_is_told_once(world):
    for second in range(0, 300, 5):
        for number in range(3):
            alert(world, f"G{1000 * second + number + 1}")
        world.until(second)
    assert [one for one in world.people.told if "flood" in one[1]] == [
        ("", "flood of hostile", "failure")]
    world.until(600)
    assert [one[2] for one in world.people.told if "flood" in one[1]] == ["failure", "recovery"]


def test_what_gracedb_knows_is_followed_up_with_all_that_it_has(world):
    for number in range(12):
        alert(world, f"G{number + 1}")
    world.turns()
    event = Script("G11", T).new()["payload"]["object"]
    world.inbox.tell(Answer(T, "G11", "", event=event))
    world.inbox.tell(Answer(T, "G12", "", failure="no such", gone=True))
    world.turns()
    assert "G11" in supervised(world) and "G12" not in supervised(world)


def test_other_sources_and_known_candidates_are_not_held_up(world):
    for number in range(20):
        alert(world, f"G{number + 1}")
    world.turns()
    alert(world, "G100", "honest")
    line = Script("G1", T, transit=0.0).log("soon", 1)
    world.inbox.put(Received("hostile", "cbc", json.dumps(line).encode(), T))
    world.turns()
    assert "G100" in supervised(world)
    assert world.supervisor.candidates.get("G1").open_checks == 1


def test_what_waits_to_be_confirmed_has_a_limit(world):
    for number in range(3 * MOST_WAITING):
        world.supervisor.backfill.confirm(f"G{number}")
    assert len(world.supervisor.backfill._waiting) == MOST_WAITING
