"""An input that raises when it is taken is put aside, told once, and harms nobody else."""

import json
import sqlite3
from contextlib import closing

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine import snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, Command, MemberNews, Tick
from fsm.core.evidence.alert import Alert
from fsm.daemon.acting import grouped
from fsm.daemon.commands import Commands
from fsm.io.control import Request
from fsm.io.journal import failed_inputs
from fsm.io.journal.codec import of_answer, of_command, of_member
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import NoGraceDB
from fsm.replay.replay import Replay
from fsm.testing.script import Script
from tests.daemon.in_process import CHARTS, T, World
from tests.daemon.test_commands import Served

POISON = "poison"


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.drop()


class Poisoned:
    """An engine's steps, of which some raise once they have done half of their work."""

    def __init__(self, monkeypatch, wanted):
        self.wanted, self.raised, self.step = wanted, 0, Engine.step
        monkeypatch.setattr(Engine, "step", lambda engine, item: self.poisoned(engine, item))

    def poisoned(self, engine, item):
        done = self.step(engine, item)
        if self.wanted(item):
            self.raised += 1
            raise RecursionError(f"{POISON} \x1b[31m")
        return done


def told_of(world, graceid):
    return [one for one in world.people.told if one[0] == graceid]


def of_g1(kind):
    """The later inputs of a kind about G1, which began with an alert."""
    return lambda item: isinstance(item, kind) and item.graceid == "G1" \
        and getattr(item, "received", item.time) > T + 10


def put(world, row):
    """Have the supervisor take an input that comes by no other way."""
    world.until(row.time - T)
    supervisor = world.supervisor
    numbers = supervisor.write(lambda: supervisor.journal.add([row]))
    supervisor.act(grouped(zip(numbers, [row], strict=True)))


def say_soon(world):
    world.until(20)
    world.alert(Script("G1", T, transit=0.0).log("soon", 20))


WAYS = {
    Alert: say_soon,
    Answer: lambda world: put(world, of_answer(Answer(T + 20, "G1", "G1/1"), T + 20)),
    Command: lambda world: put(world, of_command(Command(T + 20, "G1", "waive", "somebody"))),
    MemberNews: lambda world: put(world, of_member(MemberNews(T + 20, "G1", "G9", "open"))),
    Tick: lambda world: world.until(61),
}


@pytest.mark.parametrize("kind", WAYS, ids=lambda kind: kind.__name__)
def test_the_candidate_is_as_before_and_others_go_on(world, monkeypatch, kind):
    for number in (1, 2):
        world.event(f"G{number}")
    world.turns()
    before = snapshot.of(world.supervisor.candidates.get("G1"))
    poisoned = Poisoned(monkeypatch, of_g1(kind))
    WAYS[kind](world)
    world.turns()
    assert poisoned.raised == 1
    assert snapshot.of(world.supervisor.candidates.get("G1")) == before
    assert told_of(world, "G1") == [("G1", "input", "exception")]
    world.alert(Script("G2", T, transit=0.0).log("soon", 20))
    world.turns()
    assert world.supervisor.candidates.get("G2").open_checks == 1
    (one,) = failed_inputs.waiting(world.journal)
    assert one["graceid"] == "G1" and POISON in one["trace"] and "\x1b" not in one["trace"]


def test_it_is_not_taken_again_at_the_next_start(world, monkeypatch):
    world.event("G1")
    world.turns()
    poisoned = Poisoned(monkeypatch, of_g1(Alert))
    WAYS[Alert](world)
    world.turns()
    monkeypatch.undo()
    world.drop()
    world.begin()
    assert world.supervisor.candidates.get("G1").open_checks == 2 and poisoned.raised == 1
    world.alert(Script("G1", T, transit=0.0).log("soon", 30))
    world.turns()
    assert world.supervisor.candidates.get("G1").open_checks == 1


def test_killed_before_it_was_put_aside_it_is_put_aside_at_the_start(world, monkeypatch):
    world.event("G1")
    world.until(20)
    WAYS[Alert](world)
    monkeypatch.setattr(world.supervisor, "act", lambda *rows: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        world.supervisor.turn(0.0)
    world.drop()
    Poisoned(monkeypatch, of_g1(Alert))
    world.begin()
    assert [one["graceid"] for one in failed_inputs.waiting(world.journal)] == ["G1"]
    assert world.supervisor.candidates.get("G1").open_checks == 2


def test_a_deadline_that_fails_is_tried_again_ever_more_rarely(world, monkeypatch):
    world.event("G1")
    world.turns()
    poisoned = Poisoned(monkeypatch, of_g1(Tick))
    for seconds in range(61, 6000, 40):
        world.until(seconds)
    assert 3 <= poisoned.raised <= 6
    assert told_of(world, "G1") == [("G1", "input", "exception")]
    monkeypatch.undo()
    world.until(30_000)
    assert [ask.graceid for ask in world.asks] == ["G1"]  # nothing was lost


def test_taken_again_it_comes_to_what_it_would_have_come_to(world, monkeypatch):
    world.event("G1")
    world.turns()
    Poisoned(monkeypatch, of_g1(Alert))
    WAYS[Alert](world)
    world.turns()
    monkeypatch.undo()
    (one,) = failed_inputs.waiting(world.journal)
    put(world, failed_inputs.again(world.journal, one["number"], T + 40))
    world.supervisor.retried([one["number"]], T + 40)
    assert failed_inputs.waiting(world.journal) == []
    assert world.supervisor.candidates.get("G1").open_checks == 1


UNREADABLE = (b"", b"{", b"\xff\x00")


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'{"time": "x"}', b"\xff\x00"])
@pytest.mark.parametrize("kind", ["answer", "command", "member", "alert"])
def test_what_cannot_be_read_any_more_is_put_aside(world, kind, body):
    world.event("G1")
    world.turns()
    world.supervisor.write(lambda: world.journal.db.exec_driver_sql(
        "INSERT INTO inputs (number, time, graceid, kind, body) "
        "VALUES (2, ?, 'G1', ?, ?)", (T + 10, kind, body)))
    world.drop()
    world.begin()
    assert world.supervisor.candidates.get("G1").open_checks == 2
    # What is JSON and no answer is one that tells nothing.
    assert len(failed_inputs.waiting(world.journal)) == (kind != "answer" or body in UNREADABLE)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"graceid": "G1"}'])
def test_a_configuration_that_cannot_be_read_is_made_again_of_all_inputs(world, body):
    world.event("G1")
    world.alert(Script("G1", T, transit=0.0).log("soon", 20))
    world.turns()
    world.supervisor.write(lambda: world.journal.db.exec_driver_sql(
        "UPDATE candidates SET body = ?, stored = 2", (body,)))
    world.drop()
    world.begin()
    assert world.supervisor.candidates.get("G1").open_checks == 1


def test_a_replay_decides_the_same(world, monkeypatch):
    script = Script("G1", T, transit=0.0)
    lines = [script.new(), script.log("soon", 20), script.log("later", 30)]
    lines.append({"time": T + 40, "topic": "", "payload": {"uid": "heartbeat", "alert_type": ""}})
    Poisoned(monkeypatch, lambda item: isinstance(item, Alert) and item.received == T + 20)
    for line in lines:
        world.alert(line)
    world.until(2000)
    replay = Replay(*CHARTS, default_policy(CHARTS[0]), NoGraceDB(), T + 2000)
    records = [record_of(json.dumps(line).encode()) for line in lines[:3]]
    list(replay.run(records))
    assert [one[0] for one in replay.outcome.failed] == ["G1"]
    states = [[check.state for check in run.checks]
              for run in world.supervisor.candidates.get("G1").runs.values()]
    assert [[one["state"] for one in process["checks"].values()] for process in
            replay.outcome.configurations["G1"]["processes"].values()][0][1] == states[0][1]


def test_operators_see_it_and_have_it_taken_again(running, tmp_path):
    served = Served(running, tmp_path)
    try:
        served.daemon.stop()
        with closing(sqlite3.connect(served.daemon.journal)) as db, db:
            number = db.execute("SELECT MAX(number) + 1 FROM inputs").fetchone()[0]
            db.execute("INSERT INTO inputs (number, time, graceid, kind, body) "
                       "VALUES (?, ?, 'G1', 'member', ?)",
                       (number, T, b'{"labels": [{"name": ["x"]}]}'))
        served.daemon.start()
        served.daemon.until(lambda: served.idle(3))
        assert served("status")["failed"] == {"G1": 1}
        (one,) = served("show", "G1")["failed"]
        assert one["number"] == number and one["trace"].startswith("Traceback")
        shown = served.run("status")
        assert "1 input failed, put aside, about G1" in shown.stdout
        assert f"input {number} failed" in served.run("show", "G1").stdout
        served.mailed("G1", "it is put aside")
        done = served.run("retry")
        assert done.exit_code != 2, served.daemon.log()[-3000:]
        assert done.exit_code == 1 and "about G1 (member)" in done.stderr
        with closing(sqlite3.connect(served.daemon.journal)) as db, db:
            row = of_member(MemberNews(T, "G1", "G9", "open"))
            db.execute("UPDATE inputs SET body = ? WHERE number > ? AND kind = 'member'",
                       (row.body, number))
        assert served("retry", "G1") == {"retried": 1, "failed": []}
        assert served("status")["failed"] == {}
    finally:
        served.mail.stop()


@pytest.mark.parametrize(("name", "arguments"), [
    ("retire", {"graceids": ["G1"]}), ("waive", {"graceids": ["G1"]})])
def test_who_ordered_what_failed_is_told_so(world, monkeypatch, name, arguments):
    world.event("G1")
    world.until(20)
    operators = Commands(world.supervisor, None, None)
    answers = []
    request = Request(name, "somebody", arguments, lambda **said: answers.append(said))
    Poisoned(monkeypatch, lambda item: isinstance(item, Command))
    world.supervisor.commands = operators
    world.inbox.tell(request)
    world.turns()
    assert "put aside" in answers[0]["error"] and "G1" in world.supervisor.candidates
