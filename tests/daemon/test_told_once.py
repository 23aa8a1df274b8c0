"""Of several supervisors on one PostgreSQL the one that leads tells what there is to tell, once."""

import pytest

from fsm.core.engine.effects import Notify
from fsm.daemon.flood import Flood
from fsm.daemon.health import hearing
from fsm.daemon.health.incidents import LEFT
from fsm.daemon.health.silence import SilenceWatch
from fsm.io.config.sections import Silence
from fsm.io.delivery.address_book import AddressBook
from fsm.io.reports import Report
from fsm.notify.problems import Context
from tests.daemon.in_process import T
from tests.daemon.peers import Peer
from tests.daemon.test_among import dead

HOUR = 3600.0
FAILED = Notify(T, "G1", "demo", "soon", "failure", ("owner",), "gone", "k")


class Named(Peer):
    """One of them with a name, and the chores of a daemon."""

    def __init__(self, url, instance):
        self.instance = instance
        super().__init__(url)
        one = self.supervisor
        one.dispatcher.digests.context = Context(
            book=AddressBook({"owner": ["owner@example.org"]}))
        one.flood = Flood(self.journal, 5)
        one.chores += [one.dispatcher.reminders.due, one.flood.reports, *one.work.chores]

    def watch_silence(self):
        """Have silence of 100 s told."""
        one = self.supervisor
        one.chores.append(SilenceWatch(Silence(all=100.0), one.heard, lambda name: True,
                                       one.incidents, one.heard_by_all).reports)
        one.watches.append(one.keep_heard)

    def turn(self, seconds):
        """A turn at a time."""
        self.clock.time = T + seconds
        self.supervisor.turn(0.0)

    def put(self, *messages):
        with self.journal.writing():
            self.supervisor.dispatcher.put(messages, (), T)

    def told(self):
        """The keys of all messages that any of them has told, in parts."""
        return [key.split("/") for (key,) in self.rows(
            "SELECT key FROM outbox WHERE target = '' ORDER BY number")]


@pytest.fixture
def pair(postgres):
    url = postgres.create()
    made = [Named(url, "a"), Named(url, "b")]
    assert made[0].supervisor.work.leads and not made[1].supervisor.work.leads
    yield made
    for one in made:
        one.drop()


def lead(one, other):
    """Have another one lead from now on."""
    with one.journal.writing():
        one.journal.db.exec_driver_sql("DELETE FROM leases")
    one.beat()
    other.beat()
    assert one.supervisor.work.leads and not other.supervisor.work.leads


def test_a_reminder_is_told_once_whoever_leads_in_the_middle_of_it(pair):
    a, b = pair
    a.put(FAILED)
    b.turn(HOUR)
    assert a.told() == [["k"]]
    gathered = a.supervisor.intake.gather(0.0)  # it looks before that is due
    assert gathered.told == []
    a.clock.time = T + HOUR
    gathered = a.supervisor.intake.gather(0.0)
    assert len(gathered.told) == 1
    lead(b, a)
    b.turn(HOUR)
    a.supervisor._committed(gathered)
    a.turn(HOUR)
    assert a.told() == [["k"], ["k", "reminder", "1"]]


def test_what_is_acknowledged_at_any_is_told_by_none(pair):
    a, b = pair
    a.event("G1")
    a.take()
    a.tell("G1")
    a.put(FAILED)
    assert b.command("acknowledge", graceids=["G1"]) == {"result": {"acknowledged": 1}}
    a.turn(HOUR)
    assert a.told() == [["k"]]


def test_what_is_waived_at_any_is_waived_at_all(pair):
    a, b = pair
    a.event("G1")
    a.take()
    a.tell("G1")
    b.command("waive", graceids=["G1"], process="demo", check="soon")
    assert b.states("G1")["soon"][0] == "waived"
    a.clock.time = T + 60
    a.tell("G1")
    assert a.asks == [] and a.states("G1")["soon"][0] == "waived"


def test_letters_that_any_holds_back_are_held_back_by_who_leads(pair):
    a, b = pair
    b.command("pause")
    b.put(FAILED)
    a.turn(60)
    assert a.rows("SELECT * FROM outbox WHERE target <> ''") == []
    assert a.supervisor.dispatcher.ready(T + 60) == ()
    assert a.command("status")["result"]["paused"]["who"] == "me"
    a.command("resume")
    a.clock.time = T + 60
    assert list(a.supervisor.dispatcher.ready(T + 60)) == ["owner@example.org"]


def test_an_incident_of_one_is_its_own_and_is_shown_by_all(pair):
    a, b = pair
    b.inbox.tell(Report("clock", True, "it jumped"))
    b.turn(1)
    a.inbox.tell(Report("clock", False, "it is right"))
    a.turn(2)
    shown = a.command("status")["result"]
    assert shown["incidents"] == {"clock on b": T + 1} and not shown["well"]
    assert shown["messages"] == {"clock on b": "it jumped"}
    b.inbox.tell(Report("clock", False, "it is right"))
    b.turn(3)
    assert [key[1:3] for key in a.told()] == [["clock on b", "failure"], ["clock on b", "recovery"]]


def test_what_a_killed_one_has_left_is_over_and_so_is_that_it_is_missed(pair):
    a, b = pair
    b.inbox.tell(Report("clock", True, "it jumped"))
    b.turn(1)
    dead(b, 2 * LEFT)
    a.beat()
    with a.journal.writing():  # which has led for a while
        a.journal.db.exec_driver_sql("UPDATE leases SET since = since - 100")
    a.turn(50)
    a.turn(1000)
    assert a.supervisor.incidents.everywhere() == {"supervisor on b": T + 50}
    b.beat()
    a.turn(1010)
    assert [key[1:3] for key in a.told()] == [
        ["clock on b", "failure"], ["supervisor on b", "failure"], ["clock on b", "recovery"],
        ["supervisor on b", "recovery"]]


def test_a_flood_that_any_sees_is_told_by_who_leads(pair):
    a, b = pair
    for number in range(20):
        b.event(f"G{number + 1}")
    b.turn(0)
    a.turn(1)
    lead(b, a)
    b.turn(2)
    a.turn(300)
    assert b.supervisor.incidents.since == {"flood of test": T + 1}
    b.turn(300)
    assert [key[1:3] for key in a.told() if "flood" in key[1]] == [
        ["flood of test", "failure"], ["flood of test", "recovery"]]


def test_silence_is_told_once_and_is_none_where_any_hears(pair):
    a, b = pair
    for one in pair:
        one.watch_silence()
    for seconds in range(0, 500, 50):
        b.event(f"G{seconds + 1}")
        b.turn(seconds)
        a.turn(seconds)
    assert [key for key in a.told() if key[0] == "supervisor"] == []
    for seconds in range(500, 800, 50):
        for one in (b, a):
            one.turn(seconds)
        if seconds == 600:
            lead(b, a)
    assert [key[1] for key in a.told() if key[0] == "supervisor"] == ["silence of all topics"]
    assert len(a.journal.facts(hearing.HEARD)) == 2
