"""Whose trouble it is that a letter does not arrive, through a real mail server, over days."""

import re

import pytest

from fsm.core.engine.effects import Notify
from fsm.io.delivery import outbox as module
from fsm.io.delivery.address_book import AddressBook
from fsm.notify.problems import Context
from fsm.notify.reachability import FAILING, GIVEN_UP, OK, Reachability
from tests.daemon.in_process import T
from tests.notify.test_dispatcher import Telling

HOUR = 3600.0
OPS, OTHER, OWNER, SECOND = (f"{name}@example.org" for name in ("ops", "other", "owner", "second"))
NOBODY = "550 5.1.1 no such user"
ADDRESSES = {"operators": [OPS, OTHER], "owner": [OWNER]}


class Reached(Telling):
    """A supervisor whose mail server refuses some addresses, and some letters to them.

    Attributes:
        refused: by address, what the server answers to it.
        content: by address, what it answers to letters about ``poison``.
        closed: what it answers to everybody; "" where it is open.
    """

    def __init__(self, path, server, addresses=ADDRESSES):
        self.refused, self.content, self.closed = {}, {}, ""
        self.book = AddressBook(addresses)
        server.handle_MAIL, server.handle_RCPT = self._mail, self._rcpt
        server.handle_DATA = self._data
        super().__init__(path, server)

    async def _mail(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.closed or "250 OK"

    async def _rcpt(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def _data(self, server, session, envelope):
        text = envelope.content.decode()
        if "poison" in text and envelope.rcpt_tos[0] in self.content:
            return self.content[envelope.rcpt_tos[0]]
        self.server.received.append(text)
        return "250 OK"

    def tell(self, what="news", to="owner", outcome="failure"):
        message = Notify(self.clock.time, "", "demo", what, outcome, (to,), "it is so",
                         f"demo/{what}/{self.clock.time}")
        with self.journal.writing():
            self.dispatcher.put([message], (), self.clock.time)

    def pass_by(self, hours, every=0.5):
        """Let time go by from the present moment, with looks now and then."""
        began = self.clock.time - T
        for number in range(1, int(hours / every) + 1):
            self.until(began + number * every * HOUR)

    def minutes(self, number=6):
        self.pass_by(number / 60, every=1 / 120)

    def about(self, address, to=OPS):
        """What letters say of the trouble of an address, or of a channel, in order."""
        name = address if address.startswith("channel") else f"mail to {address}"
        words = re.compile(re.escape(name) + ": (needs|still needs|recovered)")
        return [found for text in self.texts(to) for found in words.findall(text)]

    def texts(self, to=OPS):
        return [" ".join(text.split()) for whom, _, text in self.mails() if whom == to]

    def states(self):
        states = self.dispatcher.reachability.states(
            self.clock.time, self.supervisor.incidents.since, self.book.everybody())
        return {one["name"]: one for one in states}


@pytest.fixture
def server(tmp_path, monkeypatch):
    from fsm.standin.mail import MailStandIn

    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    made = MailStandIn(tmp_path / "mail").start()
    yield made
    made.stop()


@pytest.fixture
def reached(tmp_path, server):
    made = []

    def make(**addresses):
        made.append(Reached(tmp_path / "j.db", server, {**ADDRESSES, **addresses}))
        return made[-1]

    yield make
    for one in made:
        one.drop()


def test_an_operator_who_is_refused_for_good_is_told_to_the_other_one_once(reached):
    world = reached()
    world.refused[OTHER] = NOBODY
    world.tell(to="operators")
    world.minutes()
    assert world.about(OTHER) == ["needs"]
    assert [text for text in world.texts() if OTHER in text and NOBODY in text]
    world.pass_by(72, every=1)
    assert world.about(OTHER) == ["needs"] + ["still needs"] * 3
    assert len([text for text in world.texts() if "news" in text]) == 4
    assert world.outbox.waiting() == 0
    state = world.states()[f"mail to {OTHER}"]
    assert state["state"] == GIVEN_UP and NOBODY in state["reason"]
    world.refused.clear()
    world.tell("more", to="operators")
    world.minutes()
    assert world.about(OTHER)[4:] == ["recovered"]
    assert world.states()[f"mail to {OTHER}"]["state"] == OK


def test_a_mailbox_that_fails_while_others_work_is_told_and_so_is_its_recovery(reached):
    world = reached()
    world.refused[OWNER] = "452 4.2.2 mailbox full"
    world.tell()
    world.minutes()
    assert world.about(OWNER) == world.about(OWNER, to=OTHER) == ["needs"]
    state = world.states()[f"mail to {OWNER}"]
    assert (state["state"], state["waiting"]) == (FAILING, 1) and state["oldest"] > 300
    assert state["since"] == world.supervisor.incidents.since[f"mail to {OWNER}"]
    assert state["next"] > world.clock.time and "mailbox full" in state["reason"]
    assert world.states()[f"mail to {OPS}"]["state"] == OK
    world.pass_by(5)
    assert "recovered" not in world.about(OWNER)
    world.refused.clear()
    world.pass_by(2)
    assert world.about(OWNER)[-1] == "recovered" and world.about(OWNER).count("needs") == 1
    assert not world.supervisor.incidents.since and world.outbox.waiting() == 0


@pytest.mark.parametrize("answer", ["554 5.7.1 relay access denied", "550 client host blocked",
                                    "530 5.7.0 authentication required"])
def test_a_server_that_refuses_whoever_is_written_to_loses_nothing(reached, answer):
    world = reached()
    world.refused = dict.fromkeys((OPS, OTHER, OWNER), answer)
    world.tell()
    world.minutes(20)
    assert set(world.supervisor.incidents.since) == {"channel mail"}
    assert world.outbox.given_up() == 0 and world.server.received == []
    state = world.states()["channel mail"]
    assert state["state"] == FAILING and answer in state["reason"]
    world.refused.clear()
    world.pass_by(3)
    assert world.subjects()[0] == "Event Supervisor: news: needs attention"
    assert not world.supervisor.incidents.since and world.outbox.waiting() == 0
    assert world.about("channel mail")[-1:] == ["recovered"]


def test_one_who_is_refused_by_policy_alone_is_no_trouble_of_the_server(reached):
    world = reached()
    world.refused[OTHER] = "550 5.7.1 not from you"
    world.tell(to="operators")
    world.pass_by(48)
    assert world.about("channel mail") == []
    assert world.about(OTHER) == ["needs"] + ["still needs"] * 3
    assert world.outbox.given_up() == 0


def test_a_server_that_takes_other_letters_is_in_trouble_no_more_than_once(reached):
    world = reached()
    world.refused[OWNER] = "550 5.7.1 not from you"
    for number in range(4):
        world.tell(outcome="success")
        world.minutes()
        world.pass_by(2)
        assert world.about("channel mail") == ["needs", "recovered"], number
    assert world.about(OWNER)[0] == "needs" and "recovered" not in world.about(OWNER)


@pytest.mark.parametrize("answer", ["550 5.1.1 not you", "451 not now", "421 too many of you"])
def test_a_server_that_takes_nothing_is_in_trouble_and_no_address(reached, answer):
    world = reached()
    world.closed = answer
    world.tell()
    world.minutes()
    assert set(world.supervisor.incidents.since) == {"channel mail"}
    world.pass_by(24)
    assert set(world.supervisor.incidents.since) == {"channel mail"}
    assert world.outbox.given_up() == 0
    world.closed = ""
    world.pass_by(2)
    assert not world.supervisor.incidents.since and world.outbox.waiting() == 0


def test_a_server_that_takes_not_all_that_come_at_once_is_in_no_trouble(reached):
    world = reached()
    world.closed = "451 too many connections"
    world.tell(outcome="success")
    world.until(10)
    world.until(45)
    world.closed = ""
    world.tell("more", to="operators", outcome="success")
    world.until(60)
    assert world.subjects(OPS) == ["Event Supervisor: more: succeeded"]
    world.closed = "451 too many connections"
    for seconds in (110, 120, 140, 150):
        world.until(seconds)
    assert set(world.supervisor.incidents.since) == {f"mail to {OWNER}"}


def test_who_has_another_address_is_not_told_twice_when_one_is_given_up(reached):
    world = reached(owner=[OWNER, SECOND])
    world.refused[OWNER] = NOBODY
    world.tell()
    world.minutes()
    assert len(world.subjects(SECOND)) == 1 and world.subjects(OWNER) == []
    assert not [subject for subject in world.subjects(OPS) if "news" in subject]
    assert world.about(OWNER) == ["needs"]


@pytest.mark.parametrize("owner", [[OWNER], [OWNER, SECOND]])
def test_who_is_reached_nowhere_is_told_by_the_operators(reached, owner):
    world = reached(owner=owner)
    world.refused = dict.fromkeys(owner, NOBODY)
    world.tell()
    world.minutes()
    for to in (OPS, OTHER):
        (text,) = [text for text in world.texts(to) if "it is so" in text]
        assert "(for owner, not reached at " in text and NOBODY in text
    world.pass_by(30)
    lost = [text for _, _, text in world.mails() if "for owner, not reached" in text]
    assert len(lost) == 2 * 4  # with three reminders


def test_an_address_that_has_come_into_the_configuration_is_the_next_way(reached):
    world = reached()
    world.refused[OWNER] = NOBODY
    world.tell()
    world.until(15)
    world.dispatcher.digests.context = Context(
        book=AddressBook({**ADDRESSES, "owner": [SECOND]}))
    world.minutes()
    assert len(world.subjects(SECOND)) == 1
    assert not [subject for subject in world.subjects(OPS) if "news" in subject]


def test_operators_who_cannot_be_reached_at_all_make_no_loop(reached, caplog):
    world = reached()
    world.refused = dict.fromkeys((OPS, OTHER, OWNER), NOBODY)
    world.tell()
    world.pass_by(60, every=1)
    assert world.server.received == [] and world.outbox.waiting() == 0
    (count,) = world.rows("SELECT COUNT(*) FROM post")[0]
    assert count <= 4 * (1 + 2 + 3 * 2)  # the message, three troubles, three reminders of each
    assert "nobody can be told" in caplog.text


@pytest.mark.parametrize("answer", ["554 5.6.0 refused as it is", "421 ugly", "451 not like this"])
def test_a_letter_whose_content_is_refused_is_its_own_trouble(reached, monkeypatch, answer):
    monkeypatch.setattr(module, "MOST_TRIES", 12)
    world = reached(owner=[OWNER])
    world.content[OWNER] = answer
    world.tell("poison", outcome="success")
    world.minutes()
    assert world.about(OWNER) == ["needs"]
    for _ in range(3):  # it goes on failing, and all else arrives
        world.tell("harmless", outcome="success")
        world.pass_by(1)
        assert world.about(OWNER) == ["needs", "recovered"]
        assert not world.supervisor.incidents.since and world.outbox.waiting() == 1
    assert len(world.subjects()) == 3
    world.pass_by(6)
    assert world.outbox.waiting() == 0 and world.outbox.given_up() == 1
    assert [text for text in world.texts() if "it is so (for owner, not reached" in text]
    assert world.about(OWNER)[2:3] == ["needs"] and world.about("channel mail") == []


def test_what_has_left_the_configuration_is_in_trouble_no_more(reached):
    reachability = Reachability(reached().outbox)
    names = [f"mail to {OWNER}", f"mail to {OPS}", "channel mail", "listener x", "back to work"]
    left = list(reachability.left(names, {OPS}))
    assert [(one.name, one.wrong) for one in left] == [(f"mail to {OWNER}", False)]
