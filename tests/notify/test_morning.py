"""The morning digest of each party, on a clock that is set by hand."""

import pytest

from fsm.core.engine.effects import Measured, Notify
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.routes import Route
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import GOOD_NEWS
from fsm.notify.alarms import About
from fsm.notify.digests import Digests
from fsm.notify.morning import Morning
from fsm.notify.problems import Context
from fsm.notify.reminders import Reminders
from fsm.registry import charts

DAY = 86400.0
EIGHT = 1_767_225_600.0 + 8 * 3600.0  # of 2026-01-01
CHARTS = {chart.name: chart for chart in charts()[0]}
BOOK = AddressBook({"operators": ["ops@example.org"],
                    "data quality": ["dq@example.org", "json://telephone"], "people": []})


class World:
    """A journal, and what is written of it in the morning."""

    def __init__(self, path, time_of_day="08:00"):
        self.journal = Journal(path)
        routes = [Route(channel="json", severity="critical")]
        digests = Digests(self.journal, Context(CHARTS, BOOK), 10.0, routes)
        self.digests, self.reminders = digests, Reminders(self.journal, 3600.0, 3)
        self.morning = Morning(self.journal, digests, self.reminders, time_of_day)

    def fail(self, time, graceid="S260101f", check="verdict", process="check_vectors", late=None):
        told = Notify(time, graceid, process, check, "failure", ("operators", "data quality"),
                      "gone", f"{graceid}/{process}/{check}/failure/0", "e", time - 10,
                      "significant")
        with self.journal.writing():
            self.digests.put([told], time)
            if late is None:
                self.reminders.update((), [told], time)
            else:
                self.journal.measured([Measured(time + late, graceid, process, check, 0, "late",
                                                time - 10 + late, time, time, time)])

    def look(self, now):
        moment = self.morning.due(now)
        if moment is None:
            return []
        with self.journal.writing():
            return self.morning.letters(moment, now)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.journal.close()


def test_each_party_is_told_of_its_day_once(world):
    assert world.look(EIGHT - DAY + 5) == []  # no day has passed yet
    world.fail(EIGHT - 7200)
    world.fail(EIGHT - 7000, "S260101g", late=40.0)
    world.fail(EIGHT - 6000, "S260101g", "json", "check_before_notice[significant]", late=4000.0)
    for days in (2, 3, 4):
        world.fail(EIGHT - days * DAY, f"S25122{days}a", late=100.0)
    with world.journal.writing():
        world.reminders.acknowledge(About("S260101f"), "shift", "the node is down", EIGHT + 3600)
    assert world.look(EIGHT - 1) == []
    ops, dq = world.look(EIGHT + 5)
    assert (ops.address, dq.address) == ("ops@example.org", "dq@example.org")
    assert dq.subject == ("Morning digest of 2026-01-01: data quality: 3 late or missing, "
                          "1 still open")
    assert dq.gravity == GOOD_NEWS
    assert dq.text.splitlines() == [
        "What came late or never in the day until 2026-01-01 08:00:00 UTC, as told to data "
        "quality.",
        "",
        "Late or missing:",
        "- Data-quality check of a new superevent: 2 checks of 2 candidates, 0.43 a day in the "
        "week before, at most 40 s late, 1 have not come",
        "- Data-quality check before a notice is sent: 1 check of 1 candidate, 0 a day in the "
        "week before, at most 1 h 6 min late",
        "",
        "Still open:",
        "- [signif.] S260101f: no DQ verdict, due 2026-01-01 05:59:50 UTC; "
        "acknowledged by shift until 2026-01-01 09:00:00 UTC: the node is down",
        "",
        "False alarms, which came within 5 min after the deadline:",
        "- check_vectors verdict: 1 time, at most 40 s late; 'fsm latency --suggest' proposes "
        "deadlines",
        "",
        "-- ",
        "Event Supervisor. More: fsm status"]
    assert world.look(EIGHT + 10) == []
    assert len(world.look(EIGHT + DAY)) == 2  # one is open still


def test_where_there_is_nothing_to_tell_nothing_is_told(world):
    world.look(EIGHT - DAY)
    assert world.look(EIGHT) == []
    world.fail(EIGHT + 50, late=20.0)
    assert len(world.look(EIGHT + DAY)) == 2
    assert world.look(EIGHT + 2 * DAY) == []


def test_it_can_be_off(world):
    world.morning.time_of_day = ""
    world.fail(EIGHT)
    assert world.look(EIGHT) == world.look(EIGHT + 2 * DAY) == []


def test_the_first_one_comes_on_the_morning_after_it_was_switched_on(world):
    world.fail(EIGHT - 100)
    assert world.look(EIGHT + 100) == []
    assert len(world.look(EIGHT + DAY)) == 2
