"""A row of the journal in which anything may stand costs its candidate, or its message, and nobody
else anything; it is told."""

import json
import sqlite3
from contextlib import closing

import attrs
import pytest

from fsm.io.journal.schema import OUTBOX
from tests.faults.boundaries import recorded
from tests.faults.night import SHORT, night
from tests.faults.outcome import outcome
from tests.faults.running import Supervising, around, supervised
from tests.faults.world import World

NIGHT = attrs.evolve(night(**SHORT), keep_days=400.0)
RUBBISH = {"null": "NULL", "text": "'x'", "bytes": "x'80'", "negative": "-1"}
OF = "WHERE graceid LIKE 'MS%'"
LAST = "WHERE number = (SELECT MAX(number) FROM outbox)"
# Statements in which V stands for each kind of rubbish, of which nothing is lost but for a moment.
MENDED = {f"candidates.{name}": f"UPDATE candidates SET {name} = V {OF}" for name in (
    "seq", "stored", "time", "timer", "heard", "body", "state", "open", "overdue", "profile")} | {
    f"outbox.{name}": f"UPDATE outbox SET {name} = V {LAST}" for name in (
        "tries", "unknown", "gravity", "since", "next", "claimed", "until")} | {
    "a name": "UPDATE facts SET value = V WHERE name LIKE 'name %'"}
# Of these a part is lost: what it was is nowhere else.
LOST = {
    "a message": f"UPDATE outbox SET body = V {LAST}",
    "its key and its body": f"UPDATE outbox SET key = V, body = V {LAST}",
    "nothing but a number": "INSERT INTO outbox (number) SELECT 1000000",
    "an input at no time": "UPDATE inputs SET time = 9e999 WHERE number = (SELECT MAX(number) FROM "
                           "inputs WHERE graceid LIKE 'M4%')",
    "its input": "UPDATE inputs SET time = V, body = V WHERE number = (SELECT MAX(number) FROM "
                 "inputs WHERE graceid LIKE 'M4%')",
    "its history": "UPDATE history SET body = V",
}
SHOWN = ("timer", "heard", "state", "open", "overdue", "regions", "profile", "seq", "time")


class Waiting:
    """What there is in the midst of the night, when a message waits in the outbox."""

    def __init__(self, folder):
        self.folder, self._runs = folder, 0
        recorder = recorded(folder / "calm", NIGHT)
        self.calm = outcome(recorder.world)
        found = (state for _, state in recorder.states if self._waits(state))
        for self.state, _ in zip(found, range(5), strict=False):
            """The fifth: something has happened before."""

    def _waits(self, state):
        with closing(sqlite3.connect(self._world(state).folder / "journal.db")) as db:
            made = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone()
            return made and db.execute("SELECT 1 FROM outbox WHERE done IS NULL").fetchone()

    def _world(self, state):
        self._runs += 1
        return World(self.folder / f"{self._runs}", state)

    def with_rubbish(self, statement):
        """The world, with a statement carried out."""
        world = self._world(self.state)
        with closing(sqlite3.connect(world.folder / "journal.db")) as db:
            assert db.execute(statement).rowcount
            db.commit()
        return world


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    return Waiting(tmp_path_factory.mktemp("d"))


@pytest.mark.parametrize("statement", MENDED.values(), ids=MENDED)
def test_what_is_told_elsewhere_too_is_made_again(waiting, statement):
    for rubbish in RUBBISH.values():
        world = waiting.with_rubbish(statement.replace(" V", f" {rubbish}"))
        supervised(world, NIGHT)
        assert list(outcome(world).faults(waiting.calm)) == [], rubbish
        world.remove()


@pytest.mark.parametrize("statement", LOST.values(), ids=LOST)
def test_what_is_lost_costs_nobody_else_anything(waiting, statement):
    """What is wrong with a journal for good is what its check says."""
    for rubbish in RUBBISH.values():
        world = waiting.with_rubbish(statement.replace(" V", f" {rubbish}"))
        supervised(world, NIGHT)
        made = outcome(world)
        assert made.candidates.keys() == waiting.calm.candidates.keys(), rubbish
        assert list(made.faults(waiting.calm, ["messages", "letters", "told", "entries",
                                               "findings", "candidates", "latencies"])) == []
        superevent = next(name for name in made.candidates if name.startswith("MS"))
        assert made.candidates[superevent]["processes"] == \
            waiting.calm.candidates[superevent]["processes"], rubbish
        world.remove()


def test_what_is_mended_is_told(waiting):
    world = waiting.with_rubbish(f"UPDATE candidates SET seq = NULL {OF}")
    told = []
    with around(world, NIGHT):
        daemon = Supervising(world, NIGHT)
        daemon.anomalies.note = lambda name, words, now, count: told.append((name, words))
        daemon.supervisor.anomalies = daemon.anomalies
        daemon.run()
    graceid = next(name for name in waiting.calm.candidates if name.startswith("MS"))
    (name, words), *_ = told
    assert name == "damaged rows of the journal"
    assert f"the row of {graceid} among the candidates is damaged" in words
    assert daemon.journal.mended == []


class Meddled(Supervising):
    """A daemon into whose journal rubbish comes while it runs."""

    statements = ()

    def command(self):
        if self.statements and self.journal.count(OUTBOX) > 3:
            statements, self.statements = self.statements, ()
            for one in statements:
                self.journal.db.exec_driver_sql(one)
            self.journal.db.commit()
            shown = self.supervisor.commands.views.status(self.clock.now())
            assert json.dumps(shown)
        super().command()


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
def test_who_asks_for_the_status_is_answered_whatever_stands_there(tmp_path, rubbish):
    world = World(tmp_path / "w")
    with around(world, NIGHT):
        daemon = Meddled(world, NIGHT)
        daemon.statements = [
            f"UPDATE candidates SET {', '.join(f'{name} = {rubbish}' for name in SHOWN)}",
            "INSERT INTO outbox (number) VALUES (1000000)",
            f"INSERT INTO outbox VALUES (1000001, 'k', 'file', {', '.join([rubbish] * 10)}, 0)",
            f"INSERT INTO outbox (number, key, channel, target, tries, since, next) VALUES "
            f"(1000002, 'l', 'mail', {rubbish}, {rubbish}, {rubbish}, 0)"]
        daemon.run()
    assert not daemon.statements
