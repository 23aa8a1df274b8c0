"""What comes together is told together, once, on a clock that is set by hand."""

import threading

import pytest

from fsm.core.engine.effects import Notify
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.routes import Route
from fsm.io.journal.journal import Journal
from fsm.io.jsonio import dumps, loads
from fsm.notify.alarms import Alarm
from fsm.notify.digests import CALM, LONGEST, Digests
from fsm.notify.problems import Context
from fsm.registry import charts

T = 1_502_000_000.0
BOOK = AddressBook({"operators": ["a@example.org"], "sky": ["a@example.org", "b@example.org"]})


def notify(number, to=("operators",), graceid="G1"):
    return Notify(T, graceid, "bayestar", f"c{number}", "failure", to, "gone",
                  f"{graceid}/{number}")


class World:
    """A postbox on a journal; what it writes is kept in ``letters``."""

    def __init__(self, path):
        self.path, self.letters = path, []
        self.begin()

    def begin(self):
        self.journal = Journal(self.path)
        self.box = Digests(self.journal, Context(book=BOOK), 10.0)

    def put(self, seconds, *messages):
        with self.journal.writing():
            self.box.put(messages, T + seconds)

    def look(self, seconds):
        """The addresses and subjects of what is written at a time."""
        with self.journal.writing():
            made = self.box.letters(self.box.due(T + seconds), T + seconds)
        self.letters += made
        return [(one.address, one.subject) for one in made]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "j.db")
    yield made
    made.journal.close()


def test_a_message_waits_a_little_for_others_to_the_same_address(world):
    world.put(0, notify(1))
    world.put(5, notify(2))
    assert world.look(9.9) == []
    assert world.look(10) == [("a@example.org", "[major] G1: bayestar c1, c2 overdue")]
    assert world.look(1000) == []


def test_each_address_gets_a_letter_of_its_own(world):
    world.put(0, notify(1, ("sky", "operators")))
    assert [address for address, _ in world.look(10)] == ["a@example.org", "b@example.org"]


def test_the_same_message_is_told_once(world):
    world.put(0, notify(1), notify(1))
    world.look(10)
    world.put(20, notify(1))
    assert world.look(500) == []
    assert world.letters[0].subject == "[major] G1: bayestar c1 overdue"


def test_parties_without_an_address_are_told_nothing(world):
    world.put(0, notify(1, ("nobody",)))
    assert world.look(100) == [] and world.box.waiting() == []


def test_in_a_storm_the_wait_grows_up_to_a_limit(world):
    times, seconds = [], 0.0
    while seconds < 4000:
        world.put(seconds, notify(seconds))
        times += [seconds] * len(world.look(seconds))
        seconds += 1.0
    gaps = [round(after - before) for before, after in zip(times, times[1:], strict=False)]
    assert gaps[:6] == [11, 21, 41, 81, 161, 301] and set(gaps[6:]) == {LONGEST + 1}
    told = world.journal.db.exec_driver_sql("SELECT COUNT(*) FROM post WHERE letter NOT NULL")
    assert len(world.letters) == len(times) < 20 and told.scalar() > 3500


def test_when_it_is_calm_again_so_is_the_postbox(world):
    world.put(0, notify(1))
    world.look(10)
    world.put(20, notify(2))
    assert world.look(29) == [] and len(world.look(30)) == 1
    world.put(40, notify(3))
    assert world.look(50) == [] and len(world.look(60)) == 1
    world.put(60 + CALM, notify(4))
    assert len(world.look(60 + CALM + 40)) == 1  # the wait of before, once more
    world.put(2000, notify(5))
    assert len(world.look(2010)) == 1


def test_what_waits_is_there_after_a_restart(world):
    world.put(0, notify(1), notify(2))
    world.journal.close()
    world.begin()
    assert world.box.waiting() == ["a@example.org"]
    assert world.look(10) == [("a@example.org", "[major] G1: bayestar c1, c2 overdue")]


def test_a_clock_that_goes_back_holds_nothing_up(world):
    world.put(5000, notify(1))
    assert len(world.look(0)) == 1


def test_a_letter_that_could_not_be_kept_is_written_again(world):
    world.put(0, notify(1))
    due = world.box.due(T + 10)
    with pytest.raises(ZeroDivisionError), world.journal.writing():
        world.box.letters(due, T + 10)
        1 / 0  # noqa: B018
    with world.journal.writing():
        assert len(world.box.letters(due, T + 10)) == 1


@pytest.fixture
def boxes(journals):
    return [Digests(one, Context(book=BOOK), 10.0) for one in journals]


def put(box, seconds, *messages):
    with box.journal.writing():
        box.put(messages, T + seconds)


def written(box, seconds, *addresses):
    with box.journal.writing():
        return [(one.address, one.subject) for one in box.letters(
            addresses or box.due(T + seconds), T + seconds)]


def test_whichever_supervisor_looks_writes_what_any_has_kept_and_once(boxes):
    one, other = boxes
    put(one, 0, notify(1))
    put(other, 5, notify(2))
    assert one.due(T + 9) == other.due(T + 9) == [] and other.waiting() == ["a@example.org"]
    assert written(other, 10) == [("a@example.org", "[major] G1: bayestar c1, c2 overdue")]
    assert one.waiting() == [] and written(one, 10, "a@example.org") == []


def test_the_wait_grows_whoever_writes(boxes):
    one, other = boxes
    put(one, 0, notify(1))
    assert len(written(one, 10)) == 1
    put(other, 20, notify(2))
    assert len(written(other, 30)) == 1
    put(one, 40, notify(3))
    assert written(one, 50) == written(other, 50) == [] and len(written(one, 60)) == 1
    put(other, 70, notify(4, graceid=""))  # the supervisor's own
    put(one, 70, notify(5, ("sky",)))
    assert [address for address, _ in written(one, 80)] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("journals", ["postgresql"], indirect=True)
def test_who_leads_no_more_and_who_leads_now_write_a_letter_once(boxes, postgres):
    one, other = boxes
    put(one, 0, notify(1))
    found = []
    late = threading.Thread(target=lambda: found.append(written(other, 10, "a@example.org")))
    with one.journal.writing():
        assert len(one.letters(["a@example.org"], T + 10)) == 1
        late.start()
        while late.is_alive() and not postgres.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
            pass
        assert late.is_alive()
    late.join()
    assert found == [[]]


def test_an_address_with_a_route_is_told_only_of_what_is_grave_enough(tmp_path):
    journal = Journal(tmp_path / "j.db")
    book = AddressBook({"operators": ["a@example.org", "json://telephone"]})
    box = Digests(journal, Context(book=book), 10.0, [Route(channel="json", severity="major")])
    with journal.writing():
        box.put([notify(1), notify(2)._replace(significance="mock", graceid="G2")], T)
        mail, telephone = box.letters(box.due(T + 10), T + 10)
    assert "G2" in mail.text and telephone.subject == "[major] G1: bayestar c1 overdue"
    with journal.writing():
        box.put([notify(3)._replace(significance="mock", outcome="test")], T + 1000)
    assert len(box.due(T + 1100)) == 2  # whether a way works can be tried
    journal.close()


def test_that_it_is_over_is_told_where_the_failure_was_however_grave_it_is_by_now(tmp_path):
    journal = Journal(tmp_path / "j.db")
    book = AddressBook({"operators": ["a@example.org", "json://telephone"]})
    box = Digests(journal, Context(book=book), 10.0, [Route(channel="json", severity="major")])

    def addresses(graceid, outcome, significance):
        made = Notify(T, graceid, "bayestar", "c1", outcome, ("operators",), "so",
                      f"{graceid}/bayestar/c1/{outcome}/1", significance=significance)
        with journal.writing():
            box.put([made], T)
        return box.addresses(made.to, made)

    for graceid, before, after in (("G1", "", "mock"), ("G2", "mock", "")):
        told = addresses(graceid, "failure", before)
        assert len(told) == 1 + (before == "") and addresses(graceid, "recovery", after) == told
    journal.close()


def test_messages_that_an_earlier_version_kept_are_sent(world):
    world.put(0, notify(1))
    with world.journal.writing():
        db = world.journal.db
        (body,) = db.exec_driver_sql("SELECT body FROM post").one()
        plain = loads(body)
        del plain["significance"]
        db.exec_driver_sql("UPDATE post SET body = ?", (dumps(plain),))
    assert world.look(10) == [("a@example.org", "[major] G1: bayestar c1 overdue")]


def test_what_is_caused_by_something_told_before_says_so(world):
    cause = notify(0)._replace(process="superevent_manager", since=T)
    world.box.context = Context({chart.name: chart for chart in charts()[0]}, BOOK)
    world.box.alarms = lambda graceid: [Alarm("", cause, 0, T)]
    world.put(0, notify(1)._replace(process="preliminary_notice", since=T + 5))
    world.look(10)
    assert "Follows from: superevent_manager" in world.letters[0].text
