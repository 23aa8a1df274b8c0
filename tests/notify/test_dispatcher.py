"""From a missing annotation to the e-mail about it, on a clock set by hand and a real mail server.
"""

from email import message_from_string
from email.policy import default

import attrs
import pytest

from fsm.chart import Process, Stage, check, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer
from fsm.daemon.candidate_store import CandidateStore
from fsm.daemon.loop import Supervisor
from fsm.daemon.time_source import WallClock
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.mail import MailChannel
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.listeners.inbox import Inbox
from fsm.io.reports import Report
from fsm.notify.digests import Digests
from fsm.notify.dispatcher import Dispatcher
from fsm.notify.problems import Context
from fsm.notify.reminders import Reminders
from fsm.registry import charts
from fsm.standin.mail import MailStandIn
from fsm.testing.script import Script
from tests.daemon.in_process import T, World

DEMO = Process("demo", "Demo", starts=new(), parties=("owner",), stages=[
    Stage("s", check("soon", log("soon"), within=60))])
CHARTS = ((DEMO,), charts()[1])
BOOK = AddressBook({"operators": ["ops@example.org"], "owner": ["owner@example.org"]})


class Telling(World):
    """The supervisor of the other tests, with an address book and a way to the mail server."""

    book = BOOK

    def __init__(self, path, server, **policy):
        self.server, self.policy = server, default_policy(CHARTS[0], **policy)
        super().__init__(path)

    def begin(self):
        self.inbox, self.journal = Inbox(), Journal(self.where)
        candidates = CandidateStore(self.journal, Engine(*CHARTS, self.policy), 2000)
        mail = MailChannel("127.0.0.1", self.server.port, "none", "es@example.org")
        self.outbox = Outbox(self.journal, {"mail": mail}, self.inbox.tell)
        self.dispatcher = Dispatcher(
            self.journal, self.outbox,
            Digests(self.journal, Context({"demo": DEMO}, self.book), 10.0),
            Reminders(self.journal, 3600.0, 3), self.policy.warnings)
        self.supervisor = Supervisor(
            Engine(*CHARTS, self.policy, candidates=candidates), candidates, self.journal,
            self.dispatcher, self, WallClock(self.clock), self.inbox)
        self.supervisor.chores.append(self.dispatcher.reminders.due)
        self.supervisor.begin()

    def until(self, seconds):
        """Go on to a moment, answering whatever is asked."""
        self.clock.time = T + seconds
        self.turns()
        while self.asks:
            self.answer()
            self.turns()

    def mails(self):
        """(to, subject, text) of all that were caught."""
        read = [message_from_string(text, policy=default) for text in self.server.received]
        return [(one["To"], one["Subject"], one.get_content()) for one in read]

    def subjects(self, to="owner@example.org"):
        return [subject for whom, subject, _ in self.mails() if whom == to]


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    made = MailStandIn(tmp_path / "mail").start()
    yield made
    made.stop()


@pytest.fixture
def world(tmp_path, server):
    made = Telling(tmp_path / "j.db", server)
    yield made
    made.drop()


def test_failure_reminders_and_recovery_reach_those_concerned(world):
    world.event("G1")
    world.until(60)
    world.until(71)
    assert world.subjects() == ["[minor] G1: no Demo"]
    assert world.subjects("ops@example.org") == ["[minor] G1: no Demo"]
    text = world.mails()[0][2]
    assert "Expected: log message “soon”" in text and "Also told: " in text
    for hours in (1.1, 1.2, 2, 3.3, 3.4, 5):
        world.until(hours * 3600)
    assert world.subjects()[1:] == ["[minor] G1: no Demo, still overdue"] * 2
    script = Script("G1", T, transit=0.0)
    world.alert(script.log("soon", 5.1 * 3600))
    world.until(5.1 * 3600)
    world.until(5.2 * 3600)
    for hours in (8, 9, 20):
        world.until(hours * 3600)
    assert world.subjects()[3:] == ["[minor] G1: Demo recovered"]


def test_the_last_reminder_says_so_and_is_the_last(world):
    world.event("G1")
    for hours in (0.02, 0.1, 1.2, 1.3, 3.5, 3.6, 8, 8.1, 20, 22, 40):
        world.until(hours * 3600)
    assert len(world.subjects()) == 4
    assert "(reminder 3 of 3, the last one)" in world.mails()[-1][2]


def test_a_thousand_failures_at_once_are_a_few_digests(world):
    for number in range(1000):
        world.event(f"G{number + 1}")
    world.until(1)
    world.until(60)
    assert len(world.dispatcher.reminders) == 1000
    for seconds in range(70, 700, 10):
        world.until(seconds)
    for address in ("owner@example.org", "ops@example.org"):
        subjects = world.subjects(address)
        assert 1 <= len(subjects) <= 4
        texts = [text for to, _, text in world.mails() if to == address]
        assert sum(int(text.split()[0]) for text in texts) == 1000
        assert subjects[0].startswith("[minor] G1: no Demo, and ")


def test_killed_between_sending_and_noting_it_repeats_the_letter_under_the_same_id(world):
    world.event("G1")
    world.until(60)
    world.until(71)
    ids = [message_from_string(text)["Message-ID"] for text in world.server.received]
    world.journal.db.exec_driver_sql("UPDATE outbox SET done = NULL")  # as if not noted
    world.journal.db.commit()
    world.drop()
    world.begin()
    world.until(72)
    again = [message_from_string(text)["Message-ID"] for text in world.server.received]
    assert len(ids) == 2 and sorted(again) == sorted(ids * 2)


def test_a_mail_server_that_is_away_loses_nothing_and_is_told_when_it_is_back(world):
    world.server.refusal = "451 later"
    world.event("G1")
    for seconds in (60, 71, 102, 163, 284):
        world.until(seconds)
    assert world.server.received == []
    assert "channel mail" in world.supervisor.incidents.since
    world.server.refusal = ""
    for seconds in (530, 600, 700, 800, 900, 1000, 1200):
        world.until(seconds)
    assert world.subjects() == ["[minor] G1: no Demo"]
    subjects = world.subjects("ops@example.org")
    assert "[minor] G1: no Demo" in subjects
    assert any("channel mail" in subject for subject in subjects)
    assert "channel mail" not in world.supervisor.incidents.since


def test_paused_letters_are_kept_and_sent_when_it_goes_on(world):
    with world.journal.writing():
        world.dispatcher.pause("shift", T)
    world.event("G1")
    world.event("G2")
    world.until(60)
    world.until(1000)
    world.drop()
    world.begin()  # also a restart leaves it paused
    world.until(1010)
    assert world.server.received == [] and world.dispatcher.paused == {"since": T, "who": "shift"}
    with world.journal.writing():
        world.dispatcher.resume()
    world.until(1020)
    assert world.subjects() == ["[minor] G1: no Demo, and 1 more"]


def test_with_warnings_off_nobody_is_told_anything(tmp_path, server):
    world = Telling(tmp_path / "j.db", server, warnings=False)
    world.event("G1")
    for seconds in (60, 71, 5000, 5020):
        world.until(seconds)
    world.inbox.tell(Report("clock", True, "it jumped"))
    for seconds in (5030, 5050):
        world.until(seconds)
    assert server.received == []
    world.drop()


def test_what_waits_for_others_goes_out_at_the_end(world):
    world.event("G1")
    world.until(60)
    assert world.server.received == []
    world.supervisor.send_the_rest()
    world.turns()
    assert world.subjects() == ["[minor] G1: no Demo"]


def test_on_success_and_exception_too_where_so_configured(tmp_path, server):
    world = Telling(tmp_path / "j.db", server)
    profile = world.policy.profiles[-1]
    settings = attrs.evolve(profile.settings["demo"], success=("owner",), exception=("owner",))
    world.drop()
    world.policy = attrs.evolve(world.policy, profiles=(
        attrs.evolve(profile, settings={"demo": settings}),))
    world.begin()
    world.event("G1")
    world.alert(Script("G1", T, transit=0.0).log("soon", 20))
    world.event("G2")
    world.until(30)
    world.until(45)
    assert world.subjects() == ["[minor] G1: Demo succeeded"]
    world.clock.time = T + 60
    world.turns()
    asks, world.asks = world.asks, []
    for ask in asks:
        world.inbox.tell(Answer(ask.time, ask.graceid, ask.question, failure="GraceDB is down"))
    world.turns()
    world.until(100)
    assert world.subjects()[1:] == ["[minor] G2: Demo cannot be checked"]
    world.drop()


def test_what_is_paused_at_any_supervisor_is_paused_at_all(journals):
    one, other = [Dispatcher(journal, Outbox(journal, {}, lambda delivered: None),
                             Digests(journal, Context(book=BOOK), 10.0),
                             Reminders(journal, 3600.0, 3))
                  for journal in journals]
    with one.journal.writing():
        one.digests.put([Notify(T, "G1", "demo", "soon", "failure", ("owner",), "gone", "k")], T)
    assert other.ready(T + 10) == ["owner@example.org"]
    with one.journal.writing():
        one.pause("shift", T)
        one.pause("berta", T + 1)
    assert other.paused == {"since": T, "who": "shift"} and other.ready(T + 10) == ()
    with other.journal.writing():
        other.resume()
    assert one.paused is None and one.ready(T + 10) == ["owner@example.org"]
