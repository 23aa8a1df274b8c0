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
        self.producer.produce(f"gracedb.{topic}", blob["content"],
                              headers=[("_format", blob["format"])])
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


def test_a_broker_that_is_away_ends_nothing(ears):
    lost = Kafka("igwn-alert", ("cbc_gstlal",), "d", server="kafka://127.0.0.1/", port=1,
                 auth=False)
    ear = ears(lost)
    ear.listening.join(2)
    assert ear.listening._thread.is_alive() and not connected(ear)
