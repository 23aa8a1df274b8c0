"""The main loop on a clock that is set by hand: after a rest, out of order, without a disk."""

import json

import pytest

from fsm.core.engine.inputs import RETIRE, Command
from fsm.daemon.journal_writer import Stopped
from fsm.errors import JournalError
from fsm.io.journal import codec
from fsm.io.listeners.inbox import Received
from fsm.testing.script import Script
from tests.daemon.in_process import T, World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.drop()


def test_a_failure_is_told_once_whatever_happens_in_between(world):
    world.event("G1")
    world.until(60)
    assert [ask.graceid for ask in world.asks] == ["G1"]
    world.drop()
    world.asks.clear()
    world.begin()  # the question was not answered, so it is asked again
    assert [ask.question for ask in world.asks] == ["G1/1"]
    world.answer()
    world.turns()
    assert world.people.told == [("G1", "soon", "failure")]
    for seconds in (61, 62):
        world.drop()
        world.begin()
        world.until(seconds)
    assert world.people.told == [("G1", "soon", "failure")]


def test_deadlines_that_passed_while_it_was_down_are_dealt_with_in_their_order(world):
    for number, seconds in enumerate((30, 10, 20)):
        world.event(f"G{number}", seconds)
    world.until(31)
    world.drop()
    world.begin()
    world.until(500)
    ticks = world.rows("SELECT graceid, time FROM inputs WHERE kind = 'tick' ORDER BY number")
    assert ticks == [("G1", T + 500), ("G2", T + 500), ("G0", T + 500)]
    assert [ask.graceid for ask in world.asks] == ["G1", "G2", "G0"]


def test_alerts_do_not_wait_until_all_that_was_due_is_dealt_with(world):
    for number in range(100):
        world.event(f"G{number}")
    world.until(10)
    world.drop()
    world.begin()
    world.clock.time = T + 3600
    world.event("G100", 3600)
    world.supervisor.turn(0.0)
    assert world.rows("SELECT seq FROM inputs WHERE graceid = 'G100'") == [(1,)]
    assert 0 < len(world.asks) < 50
    world.turns()
    assert len(world.asks) == 100


def test_what_was_taken_and_not_acted_on_is_acted_on_at_the_start(world, monkeypatch):
    world.event("G1")
    monkeypatch.setattr(world.supervisor, "act", lambda *rows: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        world.supervisor.turn(0.0)
    world.drop()
    world.begin()
    assert world.rows("SELECT graceid, timer FROM candidates") == [("G1", T + 60)]


def test_an_alert_out_of_order_and_twice_changes_nothing(world):
    script = Script("G1", T, transit=0.0)
    lines = [script.new(), script.log("soon", 20), script.log("later", 30)]
    for line in (lines[1], lines[2], lines[0], lines[1], lines[0]):
        world.alert(line)
    world.until(2000)
    assert world.asks == [] and world.people.told == []
    assert world.rows("SELECT heard FROM candidates") == [(None,)]  # nothing is expected of it


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_clock_that_jumps_loses_no_deadline(world, jump):
    world.event("G1")
    world.until(10)
    world.until(10 + jump)
    world.event("G2", 10 + jump)
    world.until(10 + jump + 61)
    assert "G2" in [ask.graceid for ask in world.asks]
    world.until(3600)
    assert {ask.graceid for ask in world.asks} == {"G1", "G2"}


def test_while_the_journal_cannot_be_written_nothing_is_taken(world, monkeypatch):
    world.event("G1")
    failures = iter([JournalError("the disk is full")] * 2)
    real = world.journal.writing

    def writing(flushed):
        for error in failures:
            raise error
        return real(flushed)

    monkeypatch.setattr(world.journal, "writing", writing)
    monkeypatch.setattr("fsm.daemon.loop.RETRY", 0.01)
    world.turns()
    assert world.rows("SELECT COUNT(*) FROM inputs") == [(1,)]
    assert world.people.told == [("", "journal", "failure"), ("", "journal", "recovery")]


def test_a_turn_waits_for_the_disk_once_and_before_anybody_is_told(world, monkeypatch):
    written, real = [], world.journal.writing

    def writing(flushed):
        written.append(flushed)
        return real(flushed)

    monkeypatch.setattr(world.journal, "writing", writing)
    line = json.dumps(Script("G1", T, transit=0.0).new()).encode()
    world.inbox.put(Received("test", "", line, T, done=lambda: written.append("done")))
    world.supervisor.turn(0.0)
    assert written == [False, True, "done"]
    written.clear()
    world.inbox.put(Received("test", "", b"rubbish", T, done=lambda: written.append("done")))
    world.supervisor.turn(0.0)  # nothing comes of it
    assert written == [True, "done"]


def test_told_to_stop_it_waits_for_no_disk(world, monkeypatch):
    world.event("G1")

    def writing(flushed):
        raise JournalError("the disk is full")

    monkeypatch.setattr(world.journal, "writing", writing)
    world.inbox.close()
    with pytest.raises(Stopped):
        world.supervisor.turn(0.0)
    monkeypatch.undo()
    assert world.rows("SELECT COUNT(*) FROM inputs") == [(0,)]


def test_until_it_is_known_what_time_it_is_alerts_are_taken_and_no_deadline_is_judged(world):
    world.event("G1")
    world.until(10)
    world.clock.settled, world.clock.time = False, T + 10
    world.supervisor.chores.append(lambda now: pytest.fail("a chore goes by the time"))
    world.event("G2", 3600.0)
    world.turns()
    assert world.rows("SELECT COUNT(*) FROM candidates") == [(2,)]
    world.supervisor.chores.clear()
    world.clock.settled = True
    world.until(3610)
    assert [ask.graceid for ask in world.asks] == ["G1"]
    world.until(3700)
    assert {ask.graceid for ask in world.asks} == {"G1", "G2"}


def test_where_there_is_no_time_at_all_alerts_wait(world):
    world.clock.settled, world.clock.blind = False, True
    world.event("G1")
    world.turns()
    assert world.rows("SELECT COUNT(*) FROM inputs") == [(0,)]
    world.supervisor.take_the_rest()  # told to stop, it loses nothing
    assert world.rows("SELECT COUNT(*) FROM inputs") == [(1,)]


def test_what_has_come_and_left_in_what_could_not_be_committed_comes_again(world, monkeypatch):
    line = json.dumps(Script("G1", T, transit=0.0).new()).encode()
    rows = [codec.of_line(line, T), codec.of_command(Command(T + 1, "G1", RETIRE, "me"))]
    with world.journal.writing():
        numbers = world.journal.add(rows)
    acting, act = world.supervisor.acting, world.supervisor.acting.act

    def cut(*args):
        monkeypatch.undo()
        act(*args)
        raise JournalError("the disk is full")

    monkeypatch.setattr("fsm.daemon.loop.RETRY", 0.01)
    monkeypatch.setattr(acting, "act", cut)
    world.supervisor.act({"G1": list(zip(numbers, rows, strict=True))})
    assert world.rows("SELECT graceid FROM archive") == [("G1",)]
