"""Plays into the topics of a Kafka broker, in the form in which GraceDB announces through hop."""

import json
import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from hop.models import JSONBlob

from fsm.errors import ConfigurationError
from fsm.io.listeners import ListenerError
from fsm.io.listeners.kafka import Kafka as Listened

ANSWER = 10.0  # seconds within which the broker must answer
SETTINGS = {
    "linger.ms": 0,
    "message.timeout.ms": int(1000 * ANSWER),
    "log_level": 2,
}


class Kafka:
    """Publishes alerts in topics ``GROUP.topic``.

    Args:
        target: how it was named, for errors.
        host, port: of the broker.
        group: with which the names of its topics begin.
        auth: whether to log in, as hop's configuration or the netrc file says.
    """

    whole = False

    def __init__(self, target: str, host: str, port: int, group: str, auth: bool) -> None:
        self.name, self.group, self._failed = target, group, ""
        address = f"[{host}]" if ":" in host else host
        listened = Listened("play", (), "", group, f"kafka://{address}/", port, auth)
        try:
            credential = listened.credential()
        except ListenerError as error:
            raise self._refused(f"{error}, here --no-auth") from None
        self._producer = Producer({
            **SETTINGS, "bootstrap.servers": listened.broker,
            **(credential() if credential else {})})
        try:
            self._producer.list_topics(timeout=ANSWER)
        except KafkaException as error:
            raise self._refused(f"the broker does not answer: {_words(error.args[0])}") from None

    def put(self, topics: Iterable[str], line: dict[str, Any]) -> None:
        """Publish an alert in some topics; returns when the broker has it."""
        blob = JSONBlob(json.dumps(line["payload"])).serialize()
        for topic in topics:
            try:
                self._producer.produce(f"{self.group}.{topic}", blob["content"],
                                       headers=[("_format", blob["format"])],
                                       on_delivery=self._told)
            except KafkaException as error:
                raise self._refused(_words(error.args[0])) from None
        left = self._producer.flush(2 * ANSWER)
        if self._failed or left:
            raise self._refused(self._failed or "the broker does not answer any more")

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Nothing is left to be done."""

    def _told(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._failed = f"topic {message.topic()}: {_words(error)}"

    def _refused(self, words: str) -> ConfigurationError:
        return ConfigurationError(f"--to {self.name}: {words}")


def _words(error: KafkaError) -> str:
    if error.code() in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC):
        return "the broker does not have it; have it made, or its making allowed"
    return error.str()
