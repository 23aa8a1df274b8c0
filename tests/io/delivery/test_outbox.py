"""Effects leave the outbox at least once, and arrive once."""

import json
import threading
import time
from fcntl import LOCK_EX, flock

import pytest

from fsm.core.engine.effects import Annotate, Notify
from fsm.io.delivery.attempts import DeliveryError
from fsm.io.delivery.channels import FileChannel, GraceDBChannel, LogChannel, mark
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import Letter
from fsm.io.listeners.inbox import Inbox

T = 1_502_000_000.0


def notify(number=1, outcome="failure", **more):
    return Notify(T, "G100001", "bayestar", "skymap", outcome, ("operators",), "no file",
                  f"G100001/bayestar/skymap/{outcome}/{number}")._replace(**more)


ANNOTATE = Annotate(T, "G100001", "bayestar", "skymap", "failure", "no file", "G100001/x/failure/1")


class Channel:
    """Fails as often as told, then delivers."""

    def __init__(self, fails=0, final=False):
        self.fails, self.final, self.got = fails, final, []

    def takes(self, effect):
        return isinstance(effect, Notify)

    def deliver(self, effect, again):
        self.got.append((effect, again))
        if len(self.got) <= self.fails:
            raise DeliveryError("it is away", final=self.final)


class Letters:
    """A channel for letters: what it is told to hold up waits, what it is told to refuse fails."""

    def __init__(self, at_once=3):
        self.at_once, self.begun, self.held, self.refused = at_once, [], {}, {}

    def takes(self, effect):
        return isinstance(effect, Letter)

    def hold(self, address):
        self.held[address] = threading.Event()
        return self.held[address].set

    def deliver(self, effect, again):
        self.begun.append(effect.key)
        if effect.address in self.held:
            self.held[effect.address].wait(30)
        if effect.address in self.refused:
            raise self.refused[effect.address]


def letter(number, address="a@example.org", gravity=0):
    return Letter(T, address, "subject", "text\n", f"k{number}", gravity)


class World:
    """An outbox on a journal, with a clock of its own."""

    def __init__(self, path, **channels):
        self.journal, self.inbox, self.now = Journal(path), Inbox(), T
        self.outbox = Outbox(self.journal, channels, self.inbox.tell)

    def put(self, *effects):
        with self.journal.writing():
            self.outbox.put(effects, self.now)
        self.outbox.send((), self.now)

    def turn(self):
        self.inbox.wait(5, alerts=False)
        _, news = self.inbox.take(0)
        with self.journal.writing():
            self.outbox.note(news, self.now)
        self.outbox.send(news, self.now)
        return news

    def close(self):
        self.outbox.close(5)
        self.journal.close()


@pytest.fixture
def world(tmp_path):
    made = []

    def make(**channels):
        made.append(World(tmp_path / "j.db", **channels))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_same_reason_is_told_once(world):
    channel = Channel()
    one = world(a=channel)
    one.put(notify(), notify(), ANNOTATE)
    one.turn()
    one.put(notify())
    assert channel.got == [(notify(), False)] and one.outbox.waiting() == 0


def test_each_channel_delivers_by_itself(world):
    good, bad = Channel(), Channel(fails=9)
    one = world(good=good, bad=bad)
    one.put(notify())
    while one.outbox.busy:
        one.turn()
    assert len(good.got) == 1 and one.outbox.waiting() == 1


def test_what_fails_is_tried_again_with_growing_pauses(world):
    channel = Channel(fails=2)
    one = world(a=channel)
    one.put(notify())
    one.turn()
    one.outbox.send((), one.now)
    assert len(channel.got) == 1 and one.outbox.next == T + 30
    one.now = T + 30
    one.outbox.send((), one.now)
    one.turn()
    assert one.outbox.next == T + 30 + 60
    one.now = T + 90
    one.outbox.send((), one.now)
    one.turn()
    assert [again for _, again in channel.got] == [False, True, True]
    assert one.outbox.waiting() == 0


def test_what_can_never_be_delivered_is_given_up_with_its_reason(world):
    one = world(a=Channel(fails=1, final=True))
    one.put(notify())
    one.turn()
    assert one.outbox.waiting() == 0
    assert one.journal.db.exec_driver_sql("SELECT error FROM outbox").scalar() == "it is away"


def test_what_waited_before_a_restart_is_tried_at_once_and_looked_for_first(world):
    one = world(a=Channel(fails=1))
    one.put(notify())
    one.turn()
    one.close()
    channel = Channel()
    again = world(a=channel)
    again.outbox.send((), T)
    again.turn()
    assert channel.got == [(notify(), True)]


def test_hostile_names_do_no_harm(world, tmp_path):
    hostile = notify(process="\ud800\x00'; DROP TABLE outbox", message="\n\ud800", key="\ud800/1")
    one = world(file=FileChannel(tmp_path / "m.jsonl"), log=LogChannel())
    one.put(hostile)
    while one.outbox.busy:
        one.turn()
    assert one.outbox.waiting() == 0
    assert len((tmp_path / "m.jsonl").read_bytes().splitlines()) == 1


def test_a_file_holds_each_message_once_even_where_a_line_was_torn(tmp_path):
    path = tmp_path / "m.jsonl"
    channel = FileChannel(path)
    channel.deliver(notify(1), False)
    with path.open("ab") as stream:
        stream.write(b'{"key": "half of')
    channel.deliver(notify(1), True)
    channel.deliver(notify(2), True)
    first, torn, last = path.read_text().splitlines()
    assert [json.loads(line)["key"] for line in (first, last)] == [notify(1).key, notify(2).key]
    assert torn == '{"key": "half of'


@pytest.mark.parametrize("there", [
    b"notes of an operator", b"x" * 5_000_000, b"line\nnotes", b'{"key": "other"}', b"\xff\x00",
    b"\n", b"line\n", b"line\r", b"",
])
@pytest.mark.parametrize("again", [False, True])
def test_what_is_in_a_file_stays_and_what_is_written_is_a_line_of_its_own(tmp_path, there, again):
    path = tmp_path / "m.jsonl"
    path.write_bytes(there)
    FileChannel(path).deliver(notify(), again)
    found = path.read_bytes()
    assert found.startswith(there) and found.endswith(b"\n")
    assert json.loads(found.removeprefix(there))["key"] == notify().key
    assert there[-1:] in (b"", b"\n") or found[len(there):len(there) + 1] == b"\n"


def test_a_line_that_another_supervisor_is_writing_is_waited_for(tmp_path):
    path = tmp_path / "m.jsonl"
    writing = threading.Thread(target=FileChannel(path).deliver, args=(notify(2), False))
    with path.open("ab", buffering=0) as stream:
        flock(stream, LOCK_EX)
        stream.write(b'{"key": "first')
        writing.start()
        writing.join(0.3)
        stream.write(b'"}\n')
    writing.join()
    assert [json.loads(line)["key"] for line in path.read_text().splitlines()] == [
        "first", notify(2).key]


def test_a_message_without_its_newline_is_there_all_the_same(tmp_path):
    path = tmp_path / "m.jsonl"
    FileChannel(path).deliver(notify(1), False)
    path.write_bytes(path.read_bytes().rstrip())
    FileChannel(path).deliver(notify(1), True)
    FileChannel(path).deliver(notify(2), True)
    assert [json.loads(line)["key"] for line in path.read_text().splitlines()] == [
        notify(1).key, notify(2).key]


def test_a_file_is_rotated_and_a_message_in_the_one_before_is_found(tmp_path):
    path = tmp_path / "m.jsonl"
    channel = FileChannel(path, megabytes=1e-6, keep=2)
    for number in (1, 2, 3):
        channel.deliver(notify(number), False)
        channel.deliver(notify(number), True)
    channel.deliver(notify(2), True)
    keys = [json.loads(line)["key"] for name in ("m.jsonl.2", "m.jsonl.1", "m.jsonl")
            for line in (tmp_path / name).read_text().splitlines()]
    assert keys == [notify(number).key for number in (1, 2, 3)]
    channel.deliver(notify(4), False)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["m.jsonl", "m.jsonl.1", "m.jsonl.2"]


def test_a_file_that_cannot_be_written_is_an_error_that_may_pass(tmp_path):
    with pytest.raises(DeliveryError) as caught:
        FileChannel(tmp_path).deliver(notify(), False)
    assert not caught.value.final and str(tmp_path) in str(caught.value)


def test_gracedb_is_annotated_once_with_tag_and_mark(standing):
    channel = GraceDBChannel(standing.gracedb())
    for again in (False, True):
        channel.deliver(ANNOTATE, again)
    written = [entry for entry in standing.app.store.records("G100001", "log")
               if "event_supervisor" in entry["tag_names"]]
    assert [entry["comment"] for entry in written] == [
        f"ES: bayestar skymap: failure: no file [{mark(ANNOTATE)}]"]


@pytest.mark.parametrize(("status", "final"), [(404, True), (400, True), (503, False),
                                               (403, False)])
def test_refusals_of_gracedb_are_told_apart(standing, status, final):
    standing.order(status=status, times=9)
    with pytest.raises(DeliveryError) as caught:
        GraceDBChannel(standing.gracedb()).deliver(ANNOTATE, False)
    assert caught.value.final is final


def test_different_effects_have_different_marks():
    assert mark(notify(1)) != mark(notify(2)) and mark(notify(1)) == mark(notify(1))


def test_what_fails_for_days_is_given_up(world, monkeypatch):
    monkeypatch.setattr("fsm.io.delivery.outbox.MOST_TRIES", 3)
    one = world(a=Channel(fails=9))
    one.put(notify())
    for _ in range(3):
        (delivered,) = one.turn()
        one.now = max(one.now, one.outbox.next) if one.outbox.next < float("inf") else one.now
        one.outbox.send((), one.now)
    assert delivered.final and one.outbox.waiting() == 0 and one.outbox.given_up() == 1


def test_channels_can_be_exchanged_while_it_runs(world):
    old, new = Channel(fails=1), Channel()
    one = world(a=old)
    one.put(notify())
    one.turn()
    one.outbox.use({"a": new, "b": Channel()})
    one.now = one.outbox.next if one.outbox.next < float("inf") else one.now + 30
    one.outbox.send((), one.now + 30)
    one.turn()
    assert len(old.got) == 1 and new.got == [(notify(), True)]


def begun(channel, *keys):
    """Wait until just these letters are under way or were."""
    end = time.monotonic() + 10
    while len(channel.begun) < len(keys):
        assert time.monotonic() < end, channel.begun
        time.sleep(0.001)
    assert channel.begun == list(keys)


def test_a_slow_address_holds_no_other(world):
    channel = Letters()
    let_go = channel.hold("slow@example.org")
    one = world(mail=channel)
    one.put(*(letter(number, "slow@example.org") for number in range(300)))
    begun(channel, "k0")
    one.put(letter("quick"))
    begun(channel, "k0", "kquick")
    one.turn()
    assert one.outbox.waiting() == 300
    let_go()


def test_the_gravest_letters_go_first_and_of_these_the_oldest(world):
    channel = Letters(at_once=1)
    let_go = channel.hold("slow@example.org")
    one = world(mail=channel)
    one.put(letter(0, "slow@example.org"))
    begun(channel, "k0")
    one.put(letter(1, gravity=1), letter(2, "b@example.org", gravity=1))
    one.put(letter(3, "c@example.org"), letter(4, "b@example.org"), letter(5))
    let_go()
    begun(channel, "k0", "k3", "k4", "k5", "k1", "k2")


def test_what_takes_too_long_has_failed_but_counts_if_it_arrives_after_all(world, monkeypatch):
    monkeypatch.setattr("fsm.io.delivery.outbox.WITHIN", 0.0)
    channel = Letters()
    let_go = channel.hold("a@example.org")
    one = world(mail=channel)
    one.put(letter(1), letter(2))
    begun(channel, "k1")
    one.outbox.send((), one.now)
    first, second = one.turn()
    assert (first.still, second.still) == (True, False) and not first.final
    assert "a@example.org: no answer within" in first.error
    assert not one.outbox.busy
    monkeypatch.setattr("fsm.io.delivery.outbox.WITHIN", 60.0)
    one.now += 30
    one.outbox.send((), one.now)
    assert [(now.tries, now.still) for now in one.turn()] == [(1, True), (1, False)]
    assert channel.begun == ["k1"]  # nothing else goes there meanwhile
    let_go()
    (arrived,) = one.turn()
    assert not arrived.error and one.outbox.waiting() == 1 and one.outbox.given_up() == 0
    one.now += 60
    one.outbox.send((), one.now)
    one.turn()
    assert channel.begun == ["k1", "k2"] and one.outbox.waiting() == 0


def test_an_address_that_nobody_has_is_given_up_only_when_that_was_said_twice(world):
    channel = Letters()
    channel.refused["a@example.org"] = DeliveryError("451 later")
    one = world(mail=channel)
    one.put(letter(1))
    one.turn()
    channel.refused["a@example.org"] = DeliveryError("550 nobody", unknown=True)
    for pause in (30, 60):
        assert one.outbox.waiting() == 1
        one.now += pause
        one.outbox.send((), one.now)
        one.turn()
    assert one.outbox.waiting() == 0 and one.outbox.given_up() == 1


def test_one_mistaken_answer_loses_nothing(world):
    channel = Letters()
    channel.refused["a@example.org"] = DeliveryError("550 nobody", unknown=True)
    one = world(mail=channel)
    one.put(letter(1))
    one.turn()
    channel.refused.clear()
    one.now += 30
    one.outbox.send((), one.now)
    one.turn()
    assert one.outbox.waiting() == one.outbox.given_up() == 0


def test_at_the_end_the_answer_about_a_letter_is_waited_for(world):
    channel = Letters()
    let_go = channel.hold("a@example.org")
    one = world(mail=channel)
    one.put(letter(1), letter(2))
    begun(channel, "k1")
    threading.Timer(0.05, let_go).start()
    one.outbox.close(0.0, 30.0)
    (arrived,) = one.turn()
    assert not arrived.error and channel.begun == ["k1"] and one.outbox.waiting() == 1
