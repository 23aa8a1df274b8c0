"""Listens to igwn-alert: topics of a Kafka broker, through its client's own streams.

``igwn_alert.client.listen()`` marks a message as done before it hands it over, and dies of broker
errors; so the stream below it is read here, and a message is marked when it is in the journal.
"""

import threading
from contextlib import suppress
from datetime import timedelta
from functools import partial

import attrs

from fsm.io.listeners import ListenerError

WAIT = timedelta(seconds=0.2)  # that a poll waits for messages
BATCH = 100  # messages of one poll


@attrs.frozen
class Kafka:
    """Listens to topics of a broker.

    Attributes:
        name: of the listener.
        topics: names without the group, such as ``superevent`` or ``cbc_gstlal``.
        group: instance of GraceDB, the first part of the topics' names.
        consumer_group: under which the broker remembers how far it has read.
        server: address of the broker, ``kafka://host/``.
        port: TCP port.
        auth: whether to log in, as hop's own configuration says.
    """

    name: str
    topics: tuple
    consumer_group: str
    group: str = "gracedb"
    server: str = "kafka://kafka.scimma.org/"
    port: int = 9092
    auth: bool = True

    def run(self, ear):
        """Listen until the stream ends."""
        try:
            from igwn_alert import client
        except ModuleNotFoundError as error:
            raise ListenerError(f"{error.name} is missing: pip install 'event-supervisor[kafka]'",
                                lasting=True) from None
        url = f"{self.server.rstrip('/')}:{self.port}/" + ",".join(
            f"{self.group}.{topic}" for topic in self.topics)
        made = client(noauth=not self.auth, group=self.group, server=self.server, port=self.port)
        try:
            stream = made.open(url, "r", group_id=self.consumer_group, fetch_external=False)
        except ValueError as error:
            raise ListenerError(str(error), lasting=True) from None
        ended = threading.Event()
        threading.Thread(target=_stop, args=(ear, stream, ended), daemon=True).start()
        try:
            with stream:
                ear.connected()
                for payload, metadata in stream.read(metadata=True, autocommit=False,
                                                     batch_size=BATCH, batch_timeout=WAIT):
                    topic = metadata.topic.partition(".")[2]
                    ear.hear(topic, getattr(payload, "content", str(payload)),
                             partial(_mark, stream, metadata))
        finally:
            ended.set()


def _stop(ear, stream, ended):
    """End a stream when nothing is wanted any more; it looks at nothing else itself."""
    while not ended.wait(WAIT.total_seconds()):
        if not ear.open:
            stream.stop()
            return


def _mark(stream, metadata):
    """Mark a message as done; where the stream has ended meanwhile, it will come again."""
    from confluent_kafka import KafkaException

    with suppress(RuntimeError, KafkaException):
        stream.mark_done(metadata)
