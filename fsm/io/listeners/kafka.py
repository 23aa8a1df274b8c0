"""Listens to igwn-alert: topics of a Kafka broker, through its client's own streams.

``igwn_alert.client.listen()`` marks a message as done before it hands it over, and dies of broker
errors; so the stream below it is read here, and a message is marked when it is in the journal.
"""

import threading
from collections import deque
from datetime import timedelta
from functools import partial

import attrs

from fsm.io import extras
from fsm.io.listeners import ListenerError

WAIT = timedelta(seconds=0.2)  # that a poll waits for messages
ANSWER = 10.0  # seconds within which the broker must answer
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

            from fsm.io.listeners import large  # noqa: F401 - it needs more than the client does
        except ImportError as error:
            raise ListenerError(extras.missing(error, "kafka"), lasting=True) from None
        made = client(noauth=not self.auth, group=self.group, server=self.server, port=self.port)
        stream, topics = self._opened(made)
        ended, marks = threading.Event(), deque()
        threading.Thread(target=_stop, args=(ear, stream, ended), daemon=True).start()
        try:
            with stream:
                _begin(stream)
                ear.connected(topics)
                for raw, metadata in stream.read_raw(metadata=True, autocommit=False,
                                                     batch_size=BATCH, batch_timeout=WAIT):
                    _hear(ear, stream, raw, metadata, partial(marks.append, metadata))
                    _mark(stream, marks)
                _mark(stream, marks)
        finally:
            ended.set()


    def _opened(self, made):
        """A stream of the topics that there are; one that is missing hides none of the others.

        Returns:
            The stream; and each topic, to the reason why it is not in it, "" where it is.
        """
        topics = dict.fromkeys(self.topics, "")
        while True:
            names = [f"{self.group}.{topic}" for topic, why in topics.items() if not why]
            url = f"{self.server.rstrip('/')}:{self.port}/{','.join(names)}"
            try:
                return made.open(url, "r", group_id=self.consumer_group,
                                 fetch_external=False), topics
            except ValueError as error:
                words = str(error)
                gone = next((name for name in names if f" {name} does not exist" in words), None)
                if gone is None or len(names) == 1:
                    raise ListenerError(words, lasting=True) from None
                topics[gone.removeprefix(f"{self.group}.")] = words


def _hear(ear, stream, raw, metadata, done):
    """Hand over one message; whatever it is, the stream goes on."""
    from hop.io import Deserializer
    from hop.models import ExternalMessage

    from fsm.io.listeners import large

    topic = metadata.topic.partition(".")[2]
    try:
        model = Deserializer.deserialize(metadata._raw)
    except Exception:  # whatever the client makes of it: kept as it is, and rejected
        ear.hear(topic, raw, done)
        return
    if isinstance(model, ExternalMessage):
        try:
            model = large.fetched(stream, model.url)
        except large.Unfetched as error:
            ear.lost(f"an alert of {topic} is lost, whose content is at {model.url:.200}: {error}")
            done()
            return
    ear.hear(topic, getattr(model, "content", str(model)), done)


def _begin(stream):
    """Begin each partition where it was left, and note that of those never read before.

    Without a note the client would begin these at their end again after every restart, and so
    miss what came in between. hop has no way to say it, hence its inner consumer.
    """
    consumer = stream._consumer._consumer
    places = consumer.committed(consumer.assignment(), timeout=ANSWER)
    fresh = [place for place in places if place.offset < 0]
    for place in fresh:
        place.offset = consumer.get_watermark_offsets(place, timeout=ANSWER)[1]
    if fresh:
        consumer.commit(offsets=fresh, asynchronous=False)
    consumer.assign(places)


def _stop(ear, stream, ended):
    """End a stream when nothing is wanted any more; it looks at nothing else itself."""
    while not ended.wait(WAIT.total_seconds()):
        if not ear.open:
            stream.stop()
            return


def _mark(stream, marks):
    """Mark as done what is in the journal, in the thread of the stream, as it must be.

    What is marked too late comes again, which does no harm.
    """
    last = {}
    while marks:
        metadata = marks.popleft()
        last[metadata.topic, metadata.partition] = metadata
    for metadata in last.values():
        stream.mark_done(metadata, asynchronous=False)
