"""Reminders of what is still wrong, on a clock that is set by hand."""

import pytest

from fsm.core.engine.effects import Notify, Restored, Retired, Transition
from fsm.io.journal.journal import Journal
from fsm.notify.alarms import About
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
        self.journal.close()
        self.begin()

    def follow(self, *effects, transitions=()):
        with self.journal.writing():
            self.reminders.update(transitions, effects, T)

    def given(self, *effects, hours=1.0):
        """Those of some effects that are sent at a time."""
        with self.journal.writing():
            return list(self.reminders.given(effects, T + hours * HOUR))

    def due(self, hours=1.0):
        """The reminders that are sent at a time."""
        return self.given(*self.reminders.due(T + hours * HOUR), hours=hours)

    def acknowledge(self, *about, **more):
        with self.journal.writing():
            return self.reminders.acknowledge(About(*about), "shift", **more)

    def reminded(self, until):
        """When and what, looking every minute."""
        return [(minute / 60, one.message) for minute in range(int(until * 60))
                for one in self.due(minute / 60)]


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
    (one,) = world.due()
    assert (one.outcome, one.key, one.to, one.since) == ("reminder", "k/reminder/1",
                                                         ("operators",), T)


@pytest.mark.parametrize("dest", ["late", "missing", "awaiting"])
def test_what_is_over_is_told_no_more(world, dest):
    world.follow(FAILED)
    world.follow(transitions=[moved("overdue", dest)])
    assert world.reminded(100) == [] and len(world.reminders) == 0


@pytest.mark.parametrize("dest", ["waived", "not_expected"])
def test_what_is_needless_for_a_while_is_gone_on_with(world, dest):
    world.follow(FAILED)
    assert len(world.due()) == 1
    world.acknowledge("G1")
    world.follow(transitions=[moved("overdue", dest), moved(dest, "awaiting")])
    assert world.reminded(100) == [] and len(world.reminders) == 0
    assert world.acknowledge("G1") == 0
    world.follow(transitions=[moved("awaiting", "overdue")])
    alarm, = world.reminders.of("G1")
    assert alarm.acknowledged == ""
    assert world.reminded(100) == [
        (2, "gone (reminder 2 of 3)"), (6, "gone (reminder 3 of 3, the last one)")]
    world.follow(transitions=[moved("overdue", dest)])
    world.follow(FAILED._replace(outcome="recovery"))
    world.follow(transitions=[moved("awaiting", "overdue")])  # told with a message if at all
    assert len(world.reminders) == 0


def test_what_is_taken_back_is_gone_on_with_as_it_was(world):
    several = [FAILED._replace(check=name) for name in ("start", "finish", "later")]
    world.follow(*several)
    world.acknowledge("G1", "", "finish", note="known")
    world.acknowledge("G1", "", "later", until=T + 2 * HOUR)
    before = world.reminders.of("G1")
    world.follow(Retired(T, "G1", {}))
    assert world.reminded(100) == [] and world.reminders.all() == []
    world.again()
    world.follow(Restored(T, "G1"))
    assert world.reminders.of("G1") == before
    world.follow(Restored(T, "G2"))


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


def test_a_retired_candidate_is_not_reminded_of(world):
    world.follow(FAILED, FAILED._replace(check="finish"), FAILED._replace(graceid="G2"))
    world.follow(Retired(T, "G1", {}))
    assert [one.message.graceid for one in world.reminders.of("G2")] == ["G2"]
    assert len(world.reminders) == 1


@pytest.mark.parametrize(("about", "count"), [
    (("G1", "", ""), 2), (("G1", "idq", ""), 2), (("G1", "idq[H1]", "start"), 1),
    (("G1", "far", ""), 0), (("G2", "", ""), 0), (("G1", "id", ""), 0), (("G1", "IDQ", ""), 0),
    (("G1", "idq[", ""), 0), (("G1", "idq[H1", ""), 0), (("G1", "%", ""), 0),
    (("G1", "", "finish"), 1)])
def test_what_is_acknowledged_is_told_no_more(world, about, count):
    world.follow(FAILED, FAILED._replace(check="finish"))
    assert world.acknowledge(*about) == count
    assert len(world.due()) == 2 - count
    assert [one.acknowledged for one in world.reminders.of("G1")].count("shift") == count


def test_what_fails_anew_is_told_anew(world):
    world.follow(FAILED)
    world.acknowledge("G1", "", "")
    world.follow(FAILED._replace(key="k2"))
    assert [one.key for one in world.due()] == ["k2/reminder/1"]


def test_an_acknowledgement_has_a_note_and_may_expire(world):
    world.follow(FAILED)
    assert world.acknowledge("G1", note="the node is down", until=T + 8 * HOUR) == 1
    world.again()
    (alarm,) = world.reminders.of("G1")
    assert (alarm.acknowledged, alarm.note, alarm.until) == ("shift", "the node is down",
                                                             T + 8 * HOUR)
    assert world.reminded(100) == [
        (8, "gone (reminder 1 of 3; it was acknowledged by shift until "
            "2017-08-06 14:13:20 UTC: the node is down)"),
        (10, "gone (reminder 2 of 3)"), (14, "gone (reminder 3 of 3, the last one)")]
    (alarm,) = world.reminders.of("G1")
    assert (alarm.acknowledged, alarm.note, alarm.until) == ("", "", None)


def test_one_that_expires_after_the_last_reminder_is_told_once_more(world):
    world.follow(FAILED)
    world.reminded(10)
    world.acknowledge("G1", until=T + 20 * HOUR)
    assert world.reminded(100) == [(20, "gone (once more, the last one; it was acknowledged by "
                                        "shift until 2017-08-07 02:13:20 UTC)")]


def test_an_acknowledgement_can_be_undone(world):
    world.follow(FAILED, FAILED._replace(check="finish"))
    world.due(1)
    world.acknowledge("G1")
    assert world.due(50) == []
    with world.journal.writing():
        assert world.reminders.unacknowledge(About("G1", "idq", "start"), T + 50 * HOUR) == 1
        assert world.reminders.unacknowledge(About("G1", "idq", "start"), T + 50 * HOUR) == 0
    assert world.reminded(51.9) == []
    assert world.reminded(100) == [(52, "gone (reminder 2 of 3)"),
                                   (56, "gone (reminder 3 of 3, the last one)")]


def test_a_restart_forgets_nothing_and_repeats_nothing(world):
    world.follow(FAILED._replace(message="nicht da: \N{GREEK SMALL LETTER ALPHA}"),
                 FAILED._replace(check="finish"), FAILED._replace(check="third"))
    world.acknowledge("G1", "idq", "finish")
    world.again()
    assert len(world.due()) == 2
    world.follow(transitions=[moved("overdue", "late", "third")])
    world.again()
    assert [number for number, _ in world.reminded(100)] == [3, 7]
    assert {one.message.check: one.acknowledged for one in world.reminders.of("G1")} == {
        "start": "", "finish": "shift"}


@pytest.mark.parametrize("switch", [{"first": 0.0}, {"most": 0}])
def test_reminders_can_be_off(world, switch):
    world.journal.close()
    world.begin(**switch)
    world.follow(FAILED)
    assert world.reminded(100) == []


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", "\N{GREEK SMALL LETTER ALPHA}"])
def test_odd_names(world, odd):
    world.follow(FAILED._replace(process=f"{odd}[{odd}]", check=odd))
    assert world.acknowledge("G1", odd, odd) == 1
    world.follow(FAILED._replace(process=odd, check=odd, outcome="recovery"))
    assert len(world.reminders) == 1
    world.follow(FAILED._replace(process=f"{odd}[{odd}]", check=odd, outcome="recovery"))
    assert len(world.reminders) == 0


def test_what_begins_and_ends_at_once_is_as_it_was_last(world):
    over = FAILED._replace(outcome="recovery")
    world.follow(FAILED, over)
    assert len(world.reminders) == 0
    world.follow(over, FAILED, transitions=[moved("overdue", "late")])
    assert len(world.reminders) == 1
    world.follow(FAILED._replace(check="finish"), Retired(T, "G1", {}))
    assert len(world.reminders) == 0
    world.follow(Retired(T, "G1", {}), FAILED)
    assert len(world.reminders) == 1


def test_one_that_was_not_sent_is_due_again_and_one_that_was_is_not(world):
    world.follow(FAILED)
    (one,) = world.reminders.due(T + HOUR)
    with pytest.raises(ZeroDivisionError), world.journal.writing():
        world.reminders.given([one], T + HOUR)
        1 / 0  # noqa: B018
    assert world.reminders.due(T + HOUR) == [one]
    assert world.given(FAILED, one) == [FAILED, one]
    assert world.reminders.due(T + HOUR) == [] and world.given(FAILED, one) == [FAILED]


@pytest.mark.parametrize("meanwhile", [
    lambda world: world.follow(transitions=[moved("overdue", "late")]),
    lambda world: world.follow(FAILED._replace(key="k2")),
    lambda world: world.acknowledge("G1", "", "")])
def test_one_that_is_needless_meanwhile_is_not_sent(world, meanwhile):
    world.follow(FAILED, FAILED._replace(graceid="G2", key="other"))
    first, second = world.reminders.due(T + HOUR)
    meanwhile(world)
    assert world.given(first, second) == [second]


@pytest.fixture
def some(journals):
    return [Reminders(one, HOUR, 3) for one in journals]


def follow(one, *effects, transitions=()):
    with one.journal.writing():
        one.update(transitions, effects, T)


def sent(one, effects, hours=1.0):
    with one.journal.writing():
        return list(one.given(effects, T + hours * HOUR))


def test_several_supervisors_know_the_same(some):
    mine, theirs = some
    follow(mine, FAILED, FAILED._replace(check="finish", key="k2"))
    assert len(theirs) == 2 and len(theirs.of("G1")) == 2
    due = mine.due(T + HOUR)
    assert due == theirs.due(T + HOUR) and len(due) == 2
    assert sent(theirs, due) == due and sent(mine, due) == []
    assert theirs.due(T + 2 * HOUR) == mine.due(T + 2 * HOUR) == []
    with theirs.journal.writing():
        theirs.acknowledge(About("G1", "", "start"), "berta")
    follow(theirs, transitions=[moved("overdue", "late", "finish")])
    assert [(one.message.check, one.acknowledged) for one in mine.of("G1")] == [
        ("start", "berta")]
    assert mine.due(T + 100 * HOUR) == []


def test_one_that_another_has_not_sent_after_all_is_sent(some):
    mine, theirs = some
    follow(mine, FAILED)
    due = mine.due(T + HOUR)
    with pytest.raises(ZeroDivisionError), mine.journal.writing():
        assert len(mine.given(due, T + HOUR)) == 1
        1 / 0  # noqa: B018
    assert sent(theirs, due) == due


@pytest.mark.parametrize("journals", ["postgresql"], indirect=True)
def test_who_leads_no_more_and_who_leads_now_remind_once(some):
    mine, theirs = some
    follow(mine, FAILED)
    due = mine.due(T + HOUR)
    with mine.journal.writing():
        assert len(mine.given(due, T + HOUR)) == 1
        assert sent(theirs, due) == []  # nor does it wait
    assert sent(theirs, due) == []
