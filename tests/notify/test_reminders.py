"""Reminders of what is still wrong, on a clock that is set by hand."""

import pytest

from fsm.core.engine.effects import Notify, Retired, Transition
from fsm.io.journal.journal import Journal
from fsm.notify.reminders import Reminders

T = 1_502_000_000.0
HOUR = 3600.0
FAILED = Notify(T, "G1", "idq[H1]", "start", "failure", ("operators",), "gone", "k", "e", T)


def moved(source, dest, check="start"):
    return Transition(T, "G1", "idq[H1]", check, "x", source, dest, "why")


class World:
    """Alarms on a journal: up to three reminders, the first after an hour."""

    def __init__(self, path):
        self.path = path
        self.begin()

    def begin(self, first=HOUR, most=3):
        self.journal = Journal(self.path)
        self.reminders = Reminders(self.journal, first, most)

    def again(self):
        with self.journal.writing():
            self.reminders.store()
        self.journal.close()
        self.begin()

    def follow(self, *effects, transitions=()):
        self.reminders.update(transitions, effects, T)

    def reminded(self, until):
        """When and what, looking every minute."""
        return [(minute * 60 / HOUR, one.message) for minute in range(int(until * 60))
                for one in self.reminders.due(T + minute * 60)]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.journal.close()


def test_reminders_come_with_growing_pauses_and_the_last_one_says_so(world):
    world.follow(FAILED)
    assert world.reminded(100) == [
        (1, "gone (reminder 1 of 3)"), (3, "gone (reminder 2 of 3)"),
        (7, "gone (reminder 3 of 3, the last one)")]


def test_a_reminder_is_a_message_of_its_own(world):
    world.follow(FAILED)
    (one,) = world.reminders.due(T + HOUR)
    assert (one.outcome, one.key, one.to, one.since) == ("reminder", "k/reminder/1",
                                                         ("operators",), T)


@pytest.mark.parametrize("dest", ["late", "waived", "not_expected", "missing", "awaiting"])
def test_what_is_over_is_told_no_more(world, dest):
    world.follow(FAILED)
    world.follow(transitions=[moved("overdue", dest)])
    assert world.reminded(100) == [] and len(world.reminders) == 0


def test_other_news_leave_it_alone(world):
    world.follow(FAILED)
    world.follow(FAILED._replace(outcome="success", check="x"),
                 transitions=[moved("awaiting", "overdue"), moved("overdue", "late", "other")])
    assert len(world.reminded(100)) == 3


def test_the_supervisors_own_troubles_end_with_their_recovery(world):
    trouble = FAILED._replace(graceid="", process="supervisor", check="clock")
    world.follow(trouble)
    world.follow(trouble._replace(outcome="recovery"))
    assert world.reminded(100) == []


def test_a_retired_candidate_is_forgotten(world):
    world.follow(FAILED, FAILED._replace(check="finish"), FAILED._replace(graceid="G2"))
    world.follow(Retired(T, "G1", {}))
    assert [one.message.graceid for one in world.reminders.of("G2")] == ["G2"]
    assert len(world.reminders) == 1


@pytest.mark.parametrize(("about", "count"), [
    (("G1", "", ""), 2), (("G1", "idq", ""), 2), (("G1", "idq[H1]", "start"), 1),
    (("G1", "far", ""), 0), (("G2", "", ""), 0)])
def test_what_is_acknowledged_is_told_no_more(world, about, count):
    world.follow(FAILED, FAILED._replace(check="finish"))
    assert world.reminders.acknowledge(*about, "anna") == count
    assert len(world.reminders.due(T + HOUR)) == 2 - count
    assert [one.acknowledged for one in world.reminders.of("G1")].count("anna") == count


def test_what_fails_anew_is_told_anew(world):
    world.follow(FAILED)
    world.reminders.acknowledge("G1", "", "", "anna")
    world.follow(FAILED._replace(key="k2"))
    assert [one.key for one in world.reminders.due(T + HOUR)] == ["k2/reminder/1"]


def test_a_restart_forgets_nothing_and_repeats_nothing(world):
    world.follow(FAILED._replace(message="nicht da: \N{GREEK SMALL LETTER ALPHA}"),
                 FAILED._replace(check="finish"), FAILED._replace(check="third"))
    world.reminders.acknowledge("G1", "idq", "finish", "anna")
    world.again()
    assert len(world.reminders.due(T + HOUR)) == 2
    world.follow(transitions=[moved("overdue", "late", "third")])
    world.again()
    assert [number for number, _ in world.reminded(100)] == [3, 7]
    assert {one.message.check: one.acknowledged for one in world.reminders.of("G1")} == {
        "start": "", "finish": "anna"}


@pytest.mark.parametrize("switch", [{"first": 0.0}, {"most": 0}])
def test_reminders_can_be_off(world, switch):
    world.journal.close()
    world.begin(**switch)
    world.follow(FAILED)
    assert world.reminded(100) == []
