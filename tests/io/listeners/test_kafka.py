"""igwn-alert over a real Kafka-protocol broker: the mock cluster inside librdkafka."""

import json

import confluent_kafka
import pytest
from hop.models import JSONBlob

from fsm.io.listeners import Connected
from fsm.io.listeners.kafka import Kafka


class Broker:
    """A broker that lives as long as this object."""

    def __init__(self):
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": "x", "test.mock.num.brokers": 1})
        brokers = self.producer.list_topics(timeout=10).brokers
        self.port = next(iter(brokers.values())).port
        self.publish("cbc_gstlal", {"uid": "G0", "alert_type": "new"})  # makes the topic

    def publish(self, topic, alert):
        blob = JSONBlob(json.dumps(alert)).serialize()
        self.produce(topic, blob["content"], blob["format"])

    def produce(self, topic, content, form):
        self.producer.produce(f"gracedb.{topic}", content, headers=[("_format", form)])
        self.producer.flush(10)


@pytest.fixture(scope="module")
def broker():
    return Broker()


def listener(broker, consumer_group, topics=("cbc_gstlal",)):
    return Kafka("igwn-alert", topics, consumer_group, server="kafka://127.0.0.1/",
                 port=broker.port, auth=False)


def connected(ear):
    return any(isinstance(one, Connected) for one in ear.news)


def heard(ear):
    return [json.loads(one.line)["payload"]["uid"] for one in ear.lines]


def test_alerts_are_heard_with_their_topic(broker, ears):
    ear = ears(listener(broker, "a")).until(connected)
    for number in range(20):
        broker.publish("cbc_gstlal", {"uid": f"G{number}", "alert_type": "new",
                                      "data": {"x": "y" * 50_000}})
    ear.until(lambda e: len(e.lines) >= 20)
    assert set(heard(ear)) == {f"G{number}" for number in range(20)}  # of several partitions
    assert {one.topic for one in ear.lines} == {"cbc_gstlal"}


@pytest.mark.parametrize(("content", "form"), [
    (b"{no JSON", b"json"), (b"\xff\x00", b"voevent"), (b"x", b"\xff"), (b"{}", b"external"),
])
def test_a_message_that_the_client_cannot_read_ends_nothing(broker, ears, content, form):
    ear = ears(listener(broker, f"odd {content} {form}")).until(connected)
    broker.produce("cbc_gstlal", content, form)
    broker.publish("cbc_gstlal", {"uid": "G5", "alert_type": "new"})
    ear.until(lambda e: len(e.lines) == 2)
    assert any(b"G5" in one.line for one in ear.lines) and not ear.reports(wrong=True)
    assert sum(isinstance(one, Connected) for one in ear.news) == 1


def external(url):
    return json.dumps({"url": url}).encode()


def test_an_alert_that_only_links_to_its_content_is_fetched(broker, ears, kept):
    ear = ears(listener(broker, "large")).until(connected)
    broker.produce("cbc_gstlal", external(kept.url), b"external")
    assert heard(ear.until(lambda e: e.lines)) == ["G7"]
    assert {one.topic for one in ear.lines} == {"cbc_gstlal"}


def test_one_whose_content_cannot_be_fetched_is_asked_for_and_not_read_again(broker, ears, caplog):
    ear = ears(listener(broker, "lost")).until(connected)
    broker.produce("cbc_gstlal", external("http://127.0.0.1:9/msg/1"), b"external")
    ear.until(lambda e: sum(isinstance(one, Connected) for one in e.news) == 2)
    assert "an alert of cbc_gstlal is lost, whose content is at http://127.0.0.1:9/msg/1" in \
        caplog.text
    broker.publish("cbc_gstlal", {"uid": "G6", "alert_type": "new"})
    assert heard(ear.until(lambda e: e.lines)) == ["G6"]
    ear.close()
    broker.publish("cbc_gstlal", {"uid": "G8", "alert_type": "new"})
    again = ears(listener(broker, "lost")).until(lambda e: e.lines)
    assert heard(again) == ["G8"] and sum(isinstance(one, Connected) for one in again.news) == 1


def test_only_what_is_in_the_journal_counts_as_done(broker, ears):
    ear = ears(listener(broker, "b")).until(connected)
    broker.publish("cbc_gstlal", {"uid": "G77", "alert_type": "new"})
    ear.inbox.wait(20)  # it has come, but is not taken into the journal any more
    assert b"G77" in ear.inbox.head().line
    ear.close()
    again = ears(listener(broker, "b")).until(lambda e: e.lines)
    assert heard(again) == ["G77"]
    again.close()  # which tells the broker that it is done now
    broker.publish("cbc_gstlal", {"uid": "G78", "alert_type": "new"})
    last = ears(listener(broker, "b")).until(lambda e: e.lines)
    assert heard(last) == ["G78"]


def test_a_topic_that_does_not_exist_is_told(broker, ears):
    ear = ears(listener(broker, "c", ("nonsense",))).until(lambda e: e.reports(wrong=True))
    assert "gracedb.nonsense does not exist" in ear.reports(wrong=True)[0]


def test_a_topic_that_does_not_exist_is_told_and_the_others_are_heard(broker, ears):
    topics = ("nonsense", "cbc_gstlal", "rubbish")
    ear = ears(listener(broker, "partly", topics)).until(connected)
    ear.until(lambda e: len(e.reports(wrong=False)) == 2)  # the listener, and the one topic
    assert {one.name for one in ear.news if getattr(one, "wrong", False)} == {
        "listener igwn-alert, nonsense", "listener igwn-alert, rubbish"}
    assert all("does not exist" in words for words in ear.reports(wrong=True))
    broker.publish("cbc_gstlal", {"uid": "G9", "alert_type": "new"})
    assert heard(ear.until(lambda e: e.lines)) == ["G9"]


def test_a_broker_that_is_away_ends_nothing(ears):
    lost = Kafka("igwn-alert", ("cbc_gstlal",), "d", server="kafka://127.0.0.1/", port=1,
                 auth=False)
    ear = ears(lost)
    ear.listening.join(2)
    assert ear.listening._thread.is_alive() and not connected(ear)
