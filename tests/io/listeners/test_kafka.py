"""igwn-alert over a broker that speaks Kafka's protocol: the one inside librdkafka."""

import json
import time

import attrs
import pytest

from fsm.errors import ConfigurationError
from fsm.io.listeners import condition, kafka_committed, kafka_partitions
from fsm.io.listeners.kafka import Kafka
from tests.io.listeners.conftest import connections, heard
from tests.servers.kafka import Broker

FETCH, OFFSET_COMMIT, OFFSET_FETCH = 1, 8, 9  # requests of Kafka's protocol
OUT_OF_RANGE, NOT_LEADER, NOT_COORDINATOR_YET = 1, 6, 15  # its errors
NOT_AUTHORIZED, GROUP_REFUSED = 29, 30
DEEP = b"[" * 100_000
JUST_TOO_DEEP = [b"[" * depth + b"]" * depth for depth in (900, 990, 1000, 1010, 1023, 1024, 1025)]


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def watchful(monkeypatch):
    """Looks at the broker all the time."""
    monkeypatch.setattr(kafka_partitions, "LOOK", 0.1)
    monkeypatch.setattr(kafka_partitions, "COMPARE", 0.3)
    monkeypatch.setattr(kafka_partitions, "ANSWER", 1.0)
    monkeypatch.setattr(kafka_committed, "ANSWER", 1.0)
    monkeypatch.setattr(kafka_partitions, "MARK", 0.1)
    monkeypatch.setattr(condition, "PATIENCE", 0.5)


def listener(broker, topics=("cbc_gstlal",), **more):
    made = Kafka("igwn-alert", topics, "supervisor", server="kafka://127.0.0.1/",
                 port=broker.port, auth=False)
    return attrs.evolve(made, **more)


def place(broker):
    """The name of the only place."""
    return f"igwn-alert 127.0.0.1:{broker.port} gracedb.cbc_gstlal 0"


def alert(number):
    return {"uid": f"G{number}", "alert_type": "new"}


def test_alerts_of_all_partitions_are_heard_with_their_topic(ears):
    broker = Broker(partitions=4)
    ear = ears(listener(broker)).until(connections)
    for number in range(20):
        broker.publish("cbc_gstlal", {**alert(number), "data": {"x": "y" * 50_000}},
                       partition=number % 4)
    ear.until(lambda e: len(e.lines) >= 20)
    assert set(heard(ear)) == {f"G{number}" for number in range(20)}
    assert {one.topic for one in ear.lines} == {"cbc_gstlal"}


@pytest.mark.parametrize(("content", "form"), [
    (None, b"json"), (b"", b"json"), (b"{no JSON", b"json"), (b"\xff\xfe", b"json"),
    (DEEP, b"json"), (b"7", b"json"), (None, None), (b"", None), (b"\xff", None), (DEEP, None),
    (b"\xff\x00", b"voevent"), (b"<html>", b"voevent"), (b"\x00\x01", b"avro"), (b"x", b"\xff"),
    (b"x", b"unheard of"), (b"{}", b"external"), (b"[]", b"external"), (b"x", b"circular"),
    (b"{}", b""), *((content, form) for content in JUST_TOO_DEEP for form in (b"json", None)),
], ids=lambda value: repr(value)[:40])
def test_a_message_that_nothing_can_be_made_of_is_kept_and_hides_no_other(
        broker, ears, content, form):
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", content, form)
    broker.publish("cbc_gstlal", alert(5))
    ear.until(lambda e: len(e.lines) == 2)
    assert b"G5" in ear.lines[1].line
    assert connections(ear) == 1 and not ear.condition.restarts
    assert list(ear.places.values()) == [2]  # neither is read again


def external(url):
    return json.dumps({"url": url}).encode()


def test_an_alert_that_only_links_to_its_content_is_fetched(broker, ears, kept):
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", external(kept.url), b"external")
    assert heard(ear.until(lambda e: e.lines)) == ["G7"]
    assert {one.topic for one in ear.lines} == {"cbc_gstlal"}


def test_while_it_is_fetched_others_are_heard(broker, ears, kept):
    kept.hangs = True
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", external(kept.url), b"external")
    broker.publish("cbc_gstlal", alert(6))
    assert heard(ear.until(lambda e: e.lines)) == ["G6"]
    kept.go_on.set()
    assert heard(ear.until(lambda e: len(e.lines) == 2)) == ["G6", "G7"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/msg/1", "nonsense", "file:///etc/passwd"])
def test_one_whose_content_cannot_be_fetched_is_kept_and_asked_for(broker, ears, caplog, url):
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", external(url), b"external")
    ear.until(lambda e: connections(e) == 2 and e.lines)
    assert f"an alert of cbc_gstlal is lost, whose content is at {url}" in caplog.text
    assert url in json.loads(ear.lines[0].line)["payload"]["url"]
    broker.publish("cbc_gstlal", alert(6))
    ear.until(lambda e: len(e.lines) == 2)
    again = ears(listener(broker), places=ear.places).until(connections)
    broker.publish("cbc_gstlal", alert(8))
    assert heard(again.until(lambda e: e.lines)) == ["G8"]


def test_of_very_many_that_are_to_be_fetched_some_are_asked_for_instead(
        broker, ears, kept, monkeypatch):
    monkeypatch.setattr("fsm.io.listeners.kafka_messages.MOST_FETCHES", 5)
    kept.hangs = True
    ear = ears(listener(broker)).until(connections)
    for _ in range(7):
        broker.produce("cbc_gstlal", external(kept.url), b"external")
    ear.until(lambda e: len(e.lines) == 2 and connections(e) == 3)
    kept.go_on.set()
    ear.until(lambda e: len(e.lines) == 7)


def test_messages_that_test_the_broker_are_no_alerts(broker, ears):
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", b"x", headers=[("_test", b"1")])
    broker.publish("cbc_gstlal", alert(6))
    assert heard(ear.until(lambda e: e.lines)) == ["G6"]


# -- where it is ----------------------------------------------------------------------------------


def test_it_goes_on_where_the_journal_is_whatever_the_broker_has_noted(broker, ears):
    first = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1))
    first.until(lambda e: e.lines)
    standby = ears(listener(broker), places=first.places)  # of the same consumer group
    for number in (2, 3):
        broker.publish("cbc_gstlal", alert(number))
    first.until(lambda e: len(e.lines) == 3).close()  # which tells the broker
    assert heard(standby.until(lambda e: len(e.lines) == 2)) == ["G2", "G3"]
    again = ears(listener(broker), places=dict.fromkeys(first.places, 1))
    assert heard(again.until(lambda e: len(e.lines) == 2)) == ["G2", "G3"]


def test_what_is_not_in_the_journal_comes_again(broker, ears):
    ear = ears(listener(broker)).until(connections)
    before = dict(ear.places)
    broker.publish("cbc_gstlal", alert(77))
    ear.inbox.wait(20)  # it has come, but is not taken into the journal any more
    assert b"G77" in ear.inbox.head().line
    ear.close()
    assert heard(ears(listener(broker), places=before).until(lambda e: e.lines)) == ["G77"]


def test_where_the_journal_knows_nothing_it_goes_on_where_the_broker_has_noted(broker, ears):
    """As after an upgrade from a version that told the broker alone."""
    ear = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1))
    ear.until(lambda e: e.lines).close()
    broker.publish("cbc_gstlal", alert(2))
    assert heard(ears(listener(broker)).until(lambda e: e.lines)) == ["G2"]


def test_where_nobody_knows_it_begins_at_the_end_and_notes_that(broker, ears):
    broker.publish("cbc_gstlal", alert(1))
    ear = ears(listener(broker)).until(lambda e: e.places)
    ear.close()
    broker.publish("cbc_gstlal", alert(2))
    assert heard(ears(listener(broker), places=ear.places).until(lambda e: e.lines)) == ["G2"]


def test_that_the_broker_does_not_note_it_loses_and_doubles_nothing(
        broker, ears, watchful, caplog):
    broker.fail(OFFSET_COMMIT, *[GROUP_REFUSED] * 1000)
    ear = ears(listener(broker)).until(connections)
    for number in range(5):
        broker.publish("cbc_gstlal", alert(number))
        ear.until(lambda e, number=number: len(e.lines) > number)
    ear.until(lambda _: "the broker does not note how far it has read" in caplog.text)
    assert heard(ear) == [f"G{number}" for number in range(5)]
    assert connections(ear) == 1 and not ear.condition.restarts


def test_what_is_kept_no_longer_is_told_and_asked_for_and_the_oldest_read_on(broker, ears):
    for number in range(30):
        broker.publish("cbc_gstlal", alert(number))
    broker.forget("cbc_gstlal", 4)
    ear = ears(listener(broker), places={place(broker): 1})
    ear.until(lambda e: len(e.lines) == 26 and connections(e) == 2)
    assert heard(ear) == [f"G{number}" for number in range(4, 30)]
    (told,) = ear.anomalies()
    assert "number 1" in told and "number 4" in told and "GraceDB is asked" in told


def test_a_topic_made_anew_is_read_from_its_beginning(broker, ears):
    for number in range(26):
        broker.publish("cbc_gstlal", alert(number))
    ear = ears(listener(broker), places={place(broker): 5000})
    ear.until(lambda e: len(e.lines) == 26 and connections(e) == 2)
    assert ear.anomalies() and list(ear.places.values()) == [26]


@pytest.mark.parametrize("rubbish", ["abc", "", "5", 2.0, {}, [], -1, -2, 2 ** 63, 2 ** 70, True],
                         ids=repr)
def test_a_place_that_can_be_none_is_as_good_as_none(broker, ears, rubbish):
    broker.publish("cbc_gstlal", alert(1))
    ear = ears(listener(broker), places={place(broker): rubbish}).until(connections)
    broker.publish("cbc_gstlal", alert(2))
    assert heard(ear.until(lambda e: e.lines)) == ["G2"] and ear.places == {place(broker): 2}


def test_a_place_does_not_overtake_the_alerts_before_it(broker, ears):
    ear = ears(listener(broker)).until(connections)
    for number in range(5):
        broker.publish("cbc_gstlal", alert(number))
    broker.produce("cbc_gstlal", b"x", headers=[("_test", b"1")])
    while ear.listening.place(place(broker)) != 6:  # all of it waits
        ear.inbox.wait(0.05, alerts=6)
    taken, news = ear.inbox.take(3)
    assert [one.places for one in taken] == [{place(broker): number} for number in (1, 2, 3)]
    assert not any(hasattr(one, "places") for one in news)


def test_while_a_large_alert_is_fetched_no_place_overtakes_it(broker, ears, kept):
    kept.hangs = True
    ear = ears(listener(broker)).until(connections)
    broker.produce("cbc_gstlal", external(kept.url), b"external")
    broker.publish("cbc_gstlal", alert(6))
    ear.until(lambda e: e.lines)
    assert ear.places == {place(broker): 0}  # killed now, it would have the large one again
    kept.go_on.set()
    ear.until(lambda e: len(e.lines) == 2)
    assert ear.places == {place(broker): 2}


def test_alerts_of_a_topic_that_goes_while_they_wait_are_taken(ears, watchful):
    broker = Broker(("cbc_gstlal", "superevent"))
    ear = ears(listener(broker, ("cbc_gstlal", "superevent"))).until(connections)
    broker.publish("superevent", alert(1))
    while ear.inbox.head() is None:
        ear.inbox.wait(0.05)
    broker.delete("superevent")
    while not ear.condition.topics["superevent"]:
        time.sleep(0.05)
    ear.until(lambda e: e.lines)  # which calls what is done when it is in the journal
    assert heard(ear) == ["G1"]


def test_a_large_alert_of_a_topic_that_goes_is_taken_all_the_same(ears, watchful, kept):
    broker = Broker(("cbc_gstlal", "superevent"))
    kept.hangs = True
    ear = ears(listener(broker, ("cbc_gstlal", "superevent"))).until(connections)
    broker.produce("superevent", external(kept.url), b"external")
    while not kept.asked:
        time.sleep(0.05)
    broker.delete("superevent")
    ear.until(lambda e: e.condition.topics["superevent"])
    kept.go_on.set()
    assert heard(ear.until(lambda e: e.lines)) == ["G7"]


def test_where_the_broker_does_not_tell_the_group_s_place_it_is_asked_again(broker, ears):
    """As after an upgrade, while the group's coordinator is away."""
    ear = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1))
    ear.until(lambda e: e.lines).close()
    broker.publish("cbc_gstlal", alert(2))
    broker.fail(OFFSET_FETCH, *[NOT_COORDINATOR_YET] * 3)
    again = ears(listener(broker)).until(lambda e: e.lines, 60)
    assert heard(again) == ["G2"]


def test_one_error_of_a_place_that_is_there_reads_nothing_again(broker, ears):
    ear = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1))
    ear.until(lambda e: e.lines)
    broker.fail(FETCH, OUT_OF_RANGE)
    broker.publish("cbc_gstlal", alert(2))
    ear.until(lambda e: len(e.lines) == 2)
    assert heard(ear) == ["G1", "G2"] and not ear.anomalies()


# -- topics ---------------------------------------------------------------------------------------


def test_where_no_topic_exists_it_does_not_listen(broker, ears):
    ear = ears(listener(broker, ("nonsense",))).until(lambda e: e.reports(wrong=True))
    assert "the broker has no topic gracedb.nonsense" in ear.reports(wrong=True)[0]


def test_a_topic_that_is_missing_is_told_looked_for_and_hides_no_other(broker, ears, watchful):
    ear = ears(listener(broker, ("nonsense", "cbc_gstlal"))).until(connections)
    broker.publish("cbc_gstlal", alert(9))
    ear.until(lambda e: e.lines and e.reports(wrong=True))
    assert ear.reports(wrong=True) == ["the broker has no topic gracedb.nonsense"]
    broker.create("nonsense")
    ear.until(lambda e: e.reports(wrong=False))
    broker.publish("nonsense", alert(10))
    assert heard(ear.until(lambda e: len(e.lines) == 2)) == ["G9", "G10"]
    assert not ear.condition.restarts


def test_a_topic_that_is_deleted_and_made_again(ears, watchful):
    broker = Broker(("cbc_gstlal", "superevent"))
    ear = ears(listener(broker, ("cbc_gstlal", "superevent"))).until(connections)
    for number in range(3):
        broker.publish("superevent", alert(number))
    ear.until(lambda e: len(e.lines) == 3)
    broker.delete("superevent")
    ear.until(lambda e: e.reports(wrong=True))
    assert ear.reports(wrong=True) == ["the broker has no topic gracedb.superevent"]
    broker.publish("cbc_gstlal", alert(4))
    ear.until(lambda e: len(e.lines) == 4)
    broker.create("superevent")
    broker.publish("superevent", alert(5))
    ear.until(lambda e: len(e.lines) == 5 and e.reports(wrong=False) and e.anomalies())
    assert heard(ear)[-1] == "G5"


def test_a_partition_that_is_added_is_read_from_its_beginning(ears, watchful, monkeypatch):
    """The broker cannot add one, so it is hidden at first."""
    hidden = [True]

    class Hiding(kafka_partitions.Consumer):
        def list_topics(self, **more):
            found = super().list_topics(**more)
            if hidden[0]:
                del found.topics["gracedb.cbc_gstlal"].partitions[1]
            return found

    monkeypatch.setattr(kafka_partitions, "Consumer", Hiding)
    broker = Broker(partitions=2)
    ear = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1), partition=1)
    broker.publish("cbc_gstlal", alert(0), partition=0)
    ear.until(lambda e: e.lines)
    hidden.clear()
    hidden.append(False)
    ear.until(lambda e: len(e.lines) == 2 and connections(e) == 2)
    assert heard(ear) == ["G0", "G1"]


def test_a_topic_that_may_not_be_read_hides_no_other(ears, watchful):
    broker = Broker(("cbc_gstlal", "superevent"))
    ear = ears(listener(broker, ("cbc_gstlal", "superevent"))).until(connections)
    broker.refuse("superevent", NOT_AUTHORIZED)
    ear.until(lambda e: e.reports(wrong=True))
    assert "authorization failed" in ear.reports(wrong=True)[0]
    broker.publish("cbc_gstlal", alert(4))
    assert heard(ear.until(lambda e: e.lines)) == ["G4"]


# -- the broker -----------------------------------------------------------------------------------


def test_a_broker_that_dies_is_told_though_nothing_else_shows_it(
        broker, ears, watchful, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 1.0)
    monkeypatch.setattr(condition, "STAY", 0.5)
    ear = ears(listener(broker)).until(connections)
    broker.publish("cbc_gstlal", alert(1))
    ear.until(lambda e: e.lines)
    broker.die()
    ear.until(lambda e: e.reports(wrong=True))
    assert ear.reports(wrong=True)[0].startswith(f"the broker 127.0.0.1:{broker.port} does not "
                                                 "answer: ")
    broker.live()
    broker.publish("cbc_gstlal", alert(2))
    ear.until(lambda e: len(e.lines) == 2 and e.reports(wrong=False))
    assert heard(ear) == ["G1", "G2"]


def test_a_broker_that_hangs_is_told(broker, ears, watchful, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 1.0)
    ear = ears(listener(broker)).until(connections)
    broker.slow(60_000)
    ear.until(lambda e: e.reports(wrong=True))
    assert "does not answer" in ear.reports(wrong=True)[0]


def test_a_topic_that_hands_nothing_over_is_told_and_begun_anew(
        broker, ears, watchful, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 0.5)
    ear = ears(listener(broker)).until(connections)
    broker.fail(FETCH, *[NOT_LEADER] * 100_000)
    broker.publish("cbc_gstlal", alert(1))
    ear.until(lambda e: e.reports(wrong=True))
    assert "has 1 message of gracedb.cbc_gstlal, partition 0" in ear.reports(wrong=True)[0]
    broker.recover(FETCH)
    assert heard(ear.until(lambda e: e.lines)) == ["G1"]


def test_a_topic_whose_messages_are_refused_is_told(broker, ears, watchful, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 0.5)
    ear = ears(listener(broker)).until(connections)
    broker.fail(FETCH, *[NOT_AUTHORIZED] * 100_000)
    ear.until(lambda e: e.reports(wrong=True))
    assert "authorization failed" in ear.reports(wrong=True)[0]


def test_a_broker_that_is_away_ends_nothing(ears, broker):
    ear = ears(listener(broker, port=1))
    ear.listening.join(2)
    assert ear.listening.listens and not connections(ear)


# -- the credential -------------------------------------------------------------------------------


@pytest.fixture
def nobody(tmp_path, monkeypatch):
    """An account without credentials of any kind."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    return tmp_path


def test_without_a_credential_it_does_not_begin(broker, ears, nobody):
    with pytest.raises(ConfigurationError, match="auth = true, and there is no credential for"):
        listener(broker, auth=True).check()
    ear = ears(listener(broker, auth=True)).until(lambda e: e.reports(wrong=True))
    assert "there is no credential" in ear.reports(wrong=True)[0] and not connections(ear)
    listener(broker, auth=False).check()


@pytest.mark.parametrize(("text", "mode", "words"), [
    ("[[auth]]\nusername = 'a'\npassword = 'b'\nhostname = 'other.example.org'\n", 0o600,
     "No matching credential"),
    ("[[auth]]\nusername = 'a'\npassword = 'b'\n", 0o644, "permissions"),
    ("rubbish", 0o600, "no credential"),
])
def test_a_credential_that_cannot_be_used(broker, nobody, text, mode, words):
    (nobody / "hop").mkdir()
    (nobody / "hop" / "auth.toml").write_text(text)
    (nobody / "hop" / "auth.toml").chmod(mode)
    with pytest.raises(ConfigurationError, match=words):
        listener(broker, auth=True).check()


def test_a_credential_is_used(broker, nobody):
    (nobody / "hop").mkdir()
    path = nobody / "hop" / "auth.toml"
    path.write_text("[[auth]]\nusername = 'someone'\npassword = 'secret'\n")
    path.chmod(0o600)
    listener(broker, auth=True).check()
    settings = listener(broker).settings(listener(broker, auth=True).credential())
    assert settings["sasl.username"] == "someone"


@pytest.mark.parametrize("machine", ["127.0.0.1", "kafka://127.0.0.1/"])
def test_one_in_the_netrc_file_is_used(broker, nobody, machine):
    (nobody / "none").write_text(f"machine {machine} login someone password secret\n")
    (nobody / "none").chmod(0o600)
    settings = listener(broker).settings(listener(broker, auth=True).credential())
    assert settings["sasl.username"] == "someone"
