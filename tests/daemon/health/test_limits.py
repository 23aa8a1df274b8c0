"""How the supervisor fares, compared with limits, on a clock that is set by hand."""

import attrs
import pytest

from fsm.daemon.health.arrivals import Arrivals
from fsm.daemon.health.limits import Health
from fsm.io.config import sections
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.journal.supervised import Place, Summary
from fsm.io.listeners.inbox import Inbox
from tests.io.delivery.test_outbox import Channel, notify

T = 1_502_000_000.0


class World:
    """What a health looks at of a supervisor."""

    def __init__(self, path):
        self.journal, self.inbox, self.heard, self.time = Journal(path), Inbox(), Arrivals(), T
        self.clock = self
        self.outbox = Outbox(self.journal, {"a": Channel(fails=99)}, self.inbox.tell)

    def now(self):
        return self.time

    def reports(self, **limits):
        health = Health(self, sections.Health(**limits), "es")
        return {one.name: one.message for one in health.reports(self.time) if one.wrong}


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.outbox.close(5)
    made.journal.close()


def test_open_checks_of_all_candidates_together(world):
    with world.journal.writing():
        world.journal.save({"G1": (Place(), Summary("open", 60, 2)),
                            "G2": (Place(), Summary("open", 50, 0))})
    assert Health(world, sections.Health(), "es").waiting_checks() == (2, 110, 2)
    assert world.reports(waiting_checks=109) == {
        "waiting checks": "110 checks are open, more than 109"}
    assert world.reports(waiting_checks=110) == {}


def test_messages_that_wait_their_number_and_the_oldest(world):
    with world.journal.writing():
        world.outbox.put([notify(1), notify(2)], T - 100)
        world.outbox.put([notify(3)], T)
    assert world.reports(outbox=2, oldest_message=99) == {
        "outbox": "3 messages wait to be delivered, more than 2",
        "oldest message": "a message has waited for 100 s to be delivered, more than 99"}
    assert world.reports(outbox=3, oldest_message=100) == {}


def test_the_oldest_alert_that_waits(world, monkeypatch):
    monkeypatch.setattr(world.inbox, "waits", lambda: 61.0)
    assert world.reports() == {"oldest alert": "an alert has waited for 61 s, more than 60"}


def test_an_inbox_knows_how_long_its_first_alert_has_waited():
    inbox = Inbox()
    assert inbox.waits() == 0.0
    inbox.put("an alert")
    assert 0.0 <= inbox.waits() < 60.0
    inbox.take(1)
    assert inbox.waits() == 0.0


def test_no_limit_is_no_alarm(world):
    world.time = T + 1e9
    with world.journal.writing():
        world.outbox.put([notify(1)], T)
    assert world.reports(**{field.name: 0 for field in attrs.fields(sections.Health)}) == {}


def test_a_heartbeat_says_who_answers_and_whether_it_keeps_pace(world):
    world.heard.note("x", "cbc", b"1", T)
    world.heard.note("x", "burst", b"2", T + 5)
    heartbeat = Health(world, sections.Health(), "es-gstlal").heartbeat()
    assert set(heartbeat) == {"hostname", "user", "pid", "name", "lag", "last_alert"}
    assert (heartbeat["name"], heartbeat["lag"]) == ("es-gstlal", 0.0)
    assert heartbeat["last_alert"] == T + 5


def test_systemd_is_told_that_it_lives_but_not_at_every_turn(world, monkeypatch):
    told, clock = [], [100.0]
    monkeypatch.setattr("fsm.daemon.health.limits.systemd.watched", lambda: 20.0)
    monkeypatch.setattr("fsm.daemon.health.limits.systemd.tell", lambda **said: told.append(said))
    monkeypatch.setattr("fsm.daemon.health.limits.time.monotonic", lambda: clock[0])
    health = Health(world, sections.Health(), "es")
    for seconds in (0.0, 1.0, 4.9, 5.1, 6.0):
        clock[0] = 100.0 + seconds
        health.alive()
    assert told == [{"WATCHDOG": 1}] * 2
    health.ready()
    assert told[-1] == {"READY": 1, "STATUS": "0 candidates, 0 checks open, 0 overdue"}
