"""The partitions of a broker's topics: where each is, what comes from it, what becomes of it."""

import logging
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from fsm.io.listeners import ListenerError
from fsm.io.listeners.messages import Messages

WAIT = 0.2  # seconds that a poll waits for messages
ANSWER = 10.0  # seconds within which the broker must answer
BATCH = 100  # messages of one poll
LOOK = 30.0  # seconds between looks whether broker and topics are there
COMPARE = 300.0  # seconds between looks whether what is there is handed over
COMPARED = 4  # partitions at once
END = 1.0  # seconds that its end is waited for
MARK = 5.0  # seconds between two times at which the broker is told how far has been read
GONE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._NO_OFFSET)
LOG = logging.getLogger("fsm")


class Partitions:
    """A consumer of all partitions of some topics, each of them read on from its own place.

    Args:
        kafka: :class:`~fsm.io.listeners.kafka.Kafka`.
        credential: the way to log in, or None.
        ear: :class:`~fsm.io.listeners.Listening`.
    """

    def __init__(self, kafka, credential, ear):
        self.kafka, self.ear = kafka, ear
        self._why, self._topics, self._at = "", {}, {}
        self._looked = self._marked = self._compared = time.monotonic()
        self._done, self._refused, self._idle = deque(), False, {}
        self._messages = Messages(ear, credential, kafka.broker)
        self._consumer = Consumer({**kafka.settings(credential), "error_cb": self._note,
                                   "on_commit": self._committed})

    def begin(self):
        """Read on in all topics that there are.

        Raises:
            ListenerError: where the broker does not answer, or has none of them.
        """
        self._consumer.poll(0)  # lets a login by token begin
        self._look()
        if all(self._topics.values()):
            raise ListenerError("; ".join(self._topics.values()), lasting=True)
        self.ear.connected(self._topics)

    def take(self):
        """Take what has come, after a short wait at most.

        Raises:
            ListenerError: where the broker does not answer any more.
        """
        for message in self._consumer.consume(BATCH, WAIT):
            if message.error() is None:
                self._hear(message)
            else:
                self._wrong(message)
        now = time.monotonic()
        if now - self._marked > MARK:
            self._marked = now
            self._mark()
        if now - self._looked > LOOK:
            before = dict(self._topics), set(self._at)
            self._look()
            self._looked = time.monotonic()
            if (self._topics, set(self._at)) != before:
                self.ear.connected(self._topics)
        if now - self._compared > COMPARE:
            self._compare()
            self._compared = time.monotonic()

    def close(self):
        """Tell the broker how far has been read, and end."""
        self._messages.close()
        self._mark()
        # With a broker that is dead this lasts until what it was told last has timed out.
        ending = threading.Thread(target=self._consumer.close, name="kafka end", daemon=True)
        ending.start()
        ending.join(END)

    # -- where it is ----------------------------------------------------------------------------

    def _look(self):
        """Ask the broker for its topics, and begin with those partitions that are new."""
        there = self._asked(lambda: self._consumer.list_topics(timeout=ANSWER)).topics
        found, young = {}, set()
        for topic in self.kafka.topics:
            name = f"{self.kafka.group}.{topic}"
            known, before = there.get(name), self._topics.get(topic)
            self._topics[topic] = _trouble(name, known)
            if before in ("", _absent(name)):  # what is new of it was made since the last look
                young.add(name)
            if known is not None and not self._topics[topic]:
                found.update(((name, number), self._at.get((name, number)))
                             for number in known.partitions)
        gone = [TopicPartition(*one) for one in self._at if one not in found]
        if gone:
            self._consumer.incremental_unassign(gone)
            for one in gone:
                del self._at[one.topic, one.partition]
        self._start([one for one, place in found.items() if place is None], young)

    def _start(self, fresh, young):
        """Begin with partitions: where the journal says, else the broker; else at their end, those
        of young topics at their beginning."""
        known = {one: self.ear.place(self._named(*one)) for one in fresh}
        places = [TopicPartition(*one, offset) for one, offset in known.items()
                  if offset is not None]
        new = [TopicPartition(*one) for one, offset in known.items() if offset is None]
        for place in self._noted_by_broker(new):
            if place.offset < 0:
                begin, end = self._bounds((place.topic, place.partition))
                place.offset = begin if place.topic in young else end
            places.append(place)
        if places:
            self._consumer.incremental_assign(places)
            self._at.update(((one.topic, one.partition), one.offset) for one in places)
        if new:
            self.ear.at({self._named(one.topic, one.partition):
                         self._at[one.topic, one.partition] for one in new})

    def _compare(self):
        """See that nothing waits at the broker which it does not hand over.

        Raises:
            ListenerError: where something has waited since the last time.
        """
        idle = dict(self._at)
        with ThreadPoolExecutor(COMPARED) as beside:
            bounds = list(beside.map(self._bounds, idle))
        for one, (_, end) in zip(idle, bounds, strict=True):
            if end > idle[one] == self._idle.get(one):
                raise ListenerError(f"the broker has {end - idle[one]} messages of {one[0]}, "
                                    f"partition {one[1]}, and does not hand them over")
        self._idle = idle

    def _bounds(self, one):
        """(number of the oldest message of a partition, that of the next one)."""
        return self._asked(lambda: self._consumer.get_watermark_offsets(
            TopicPartition(*one), timeout=ANSWER))

    def _noted_by_broker(self, new):
        """The places where earlier versions, which told the broker alone, have ended."""
        if not new:
            return []
        try:
            return self._consumer.committed(new, timeout=ANSWER)
        except KafkaException as error:
            LOG.warning("%s: the broker does not tell how far consumer group %s has read: %s",
                        self.ear.name, self.kafka.consumer_group, error.args[0].str())
            return new

    def _named(self, topic, partition):
        """The name of a place in the journal."""
        return f"{self.kafka.broker} {topic} {partition}"

    def _short(self, topic):
        return topic.removeprefix(f"{self.kafka.group}.")

    def _mark(self):
        """Tell the broker what is in the journal, for those who watch how far has been read."""
        last = {}
        while self._done:
            topic, partition, offset = self._done.popleft()
            last[topic, partition] = max(offset, last.get((topic, partition), 0))
        if last:
            places = [TopicPartition(*one, offset) for one, offset in last.items()]
            try:
                self._consumer.commit(offsets=places, asynchronous=True)
            except KafkaException as error:
                self._committed(error.args[0], places)

    def _committed(self, error, places):
        if error is not None and not self._refused:
            self._refused = True
            LOG.warning("%s: the broker does not note how far it has read, which loses nothing: %s",
                        self.ear.name, error.str())

    # -- what comes -----------------------------------------------------------------------------

    def _hear(self, message):
        name, number, after = message.topic(), message.partition(), message.offset() + 1
        self._at[name, number] = after
        self._messages.hear(self._short(name), message, {self._named(name, number): after},
                            lambda: self._done.append((name, number, after)))

    # -- what goes wrong ------------------------------------------------------------------------

    def _wrong(self, message):
        """An error in the place of a message: of one partition, so the others go on."""
        error, name, number = message.error(), message.topic(), message.partition()
        if error.fatal():
            raise ListenerError(error.str())
        if error.code() in GONE and (name, number) in self._at:
            self._skip(name, number)
            return
        LOG.warning("%s: %s", self.ear.name, error.str())
        self._looked = float("-inf")  # the topics tell more

    def _skip(self, name, number):
        """Go on with the oldest that a partition has, since it has not what should come next."""
        place = TopicPartition(name, number)
        lost = self._at[name, number]
        place.offset = self._bounds((name, number))[0]
        self._consumer.incremental_unassign([place])
        self._consumer.incremental_assign([place])
        self._at[name, number] = place.offset
        self.ear.at({self._named(name, number): place.offset})
        self.ear.stray(f"gap in {self._short(name)} of",
                       f"partition {number} of {name} has not kept what should come next (number "
                       f"{lost}), so it goes on with the oldest that is there (number "
                       f"{place.offset}), and GraceDB is asked for what is missing")
        self.ear.lost(f"there is a gap in {name}")

    def _note(self, error):
        """What the library says of the connection, from within its calls."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN or not self._why:
            self._why = error.str()

    def _asked(self, function):
        """What a function gets from the broker.

        Raises:
            ListenerError: where the broker does not answer.
        """
        try:
            return function()
        except KafkaException as error:
            with suppress(KafkaException):
                self._consumer.poll(0)  # which has the library say what it knows
            why = self._why or error.args[0].str()
            raise ListenerError(f"the broker {self.kafka.broker} does not answer: {why}") from None


def _absent(name):
    return f"the broker has no topic {name}"


def _trouble(name, known):
    """Why a topic cannot be read, as the broker's list has it; "" where it can."""
    if known is None or (known.error is None and not known.partitions):
        return _absent(name)
    return "" if known.error is None else f"topic {name}: {known.error.str()}"
