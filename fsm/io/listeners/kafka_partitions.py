"""The partitions of a broker's topics: where each is, what comes from it, what becomes of it."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted
from fsm.io.listeners import ListenerError, Listening
from fsm.io.listeners.kafka import Kafka
from fsm.io.listeners.kafka_committed import ANSWER, Noted
from fsm.io.listeners.kafka_messages import Messages, origin
from fsm.io.listeners.kafka_offsets import Offsets, Partition

WAIT = 0.2  # seconds that a poll waits for messages
BATCH = 100  # messages of one poll
LOOK = 30.0  # seconds between looks whether broker and topics are there
COMPARE = 120.0  # seconds between looks whether what is there is handed over
COMPARED = 4  # partitions at once
END = 1.0  # seconds that its end is waited for
MARK = 5.0  # seconds between two times at which the broker is told how far has been read
GONE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._NO_OFFSET)
LOG = logging.getLogger("fsm")
T = TypeVar("T")


class Partitions:
    """A consumer of all partitions of some topics, each of them read on from its own place.

    Args:
        kafka: :class:`~fsm.io.listeners.kafka.Kafka`.
        credential: the way to log in, or None.
        ear: :class:`~fsm.io.listeners.Listening`.
    """

    def __init__(self, kafka: Kafka, credential: Any, ear: Listening) -> None:
        self.kafka, self.ear = kafka, ear
        self._why, self._offsets = "", Offsets()
        self._topics: dict[str, str] = {}
        self._failing: dict[str, tuple[str, float]] = {}
        self._idle: dict[Partition, int] = {}
        self._looked = self._marked = self._compared = time.monotonic()
        self._messages = Messages(ear, credential, kafka.broker)
        self._noted = Noted(kafka.consumer_group, ear.name)
        self._consumer = Consumer({**kafka.settings(credential), "error_cb": self._note,
                                   "on_commit": self._noted.told})
        self._noted.consumer = self._consumer

    def begin(self) -> None:
        """Read on in all topics that there are.

        Raises:
            ListenerError: where the broker does not answer, or has none of them.
        """
        self._consumer.poll(0)  # lets a login by token begin
        self._look()
        self.ear.connected(self._topics)

    def take(self) -> None:
        """Take what has come, after a short wait at most.

        Raises:
            ListenerError: where the broker does not answer any more, or no topic can be read.
        """
        for message in self._consumer.consume(BATCH, WAIT):
            error = message.error()
            if error is None:
                self._hear(message)
            else:
                self._wrong(message, error)
        now = time.monotonic()
        if now - self._marked > MARK:
            self._marked = now
            self._noted.tell()
        if now - self._compared > COMPARE:
            self._compare()
            self._compared = self._looked = time.monotonic()
            self._look_again()
        elif now - self._looked > LOOK:
            self._looked = now
            self._look_again()

    def close(self) -> None:
        """Tell the broker how far has been read, and end."""
        self._messages.close()
        self._noted.tell()
        # With a broker that is dead this lasts until what it was told last has timed out.
        ending = threading.Thread(target=self._consumer.close, name="kafka end", daemon=True)
        ending.start()
        ending.join(END)

    # -- topics ---------------------------------------------------------------------------------

    def _look_again(self) -> None:
        before = dict(self._topics), set(self._offsets)
        self._look()
        if (self._topics, set(self._offsets)) != before:
            self.ear.connected(self._topics)

    def _look(self) -> None:
        """Ask the broker for its topics, and begin with those partitions that are new."""
        there = self._asked(lambda: self._consumer.list_topics(timeout=ANSWER)).topics
        found: set[Partition] = set()
        young: set[str] = set()
        for topic in self.kafka.topics:
            name = f"{self.kafka.group}.{topic}"
            known, before = there.get(name), self._topics.get(topic)
            if before in ("", _absent(name)):  # what is new of it was made since the last look
                young.add(name)
            why = _trouble(name, known)
            self._topics[topic] = why or self._failing_lately(name)
            if not why:
                found.update((name, number) for number in known.partitions)
        self._leave([one for one in self._offsets if one not in found])
        self._start([one for one in sorted(found) if one not in self._offsets], young)
        if all(self._topics.values()):
            lasting = all(why.startswith(ABSENT) for why in self._topics.values())
            raise ListenerError("; ".join(self._topics.values()), lasting)

    def _leave(self, gone: list[Partition]) -> None:
        if gone:
            self._consumer.incremental_unassign([TopicPartition(*one) for one in gone])
        for one in gone:
            self._offsets.end(one)

    def _start(self, fresh: Iterable[Partition], young: Collection[str]) -> None:
        """Begin with partitions: where the journal says, else the broker; else at their end, those
        of young topics at their beginning."""
        known = {one: _number(self.ear.place(self._named(*one))) for one in fresh}
        places = [TopicPartition(*one, number) for one, number in known.items()
                  if number is not None]
        new = [TopicPartition(*one) for one, number in known.items() if number is None]
        for place in self._noted.places(new):
            if place.offset < 0:
                begin, end = self._bounds((place.topic, place.partition))
                place.offset = begin if place.topic in young else end
            places.append(place)
        if places:
            self._consumer.incremental_assign(places)
            for place in places:
                self._offsets.begin((place.topic, place.partition), place.offset)
        if new:
            self.ear.at({self._named(*one): self._offsets.place(one)
                         for one, number in known.items() if number is None})

    def _compare(self) -> None:
        """Begin anew with partitions of which something waits at the broker, and is not handed
        over since the last time."""
        idle = {one: self._offsets.reached(one) for one in self._offsets}
        with ThreadPoolExecutor(COMPARED) as beside:
            ends = list(beside.map(self._end, idle))
        for one, end in zip(idle, ends, strict=True):
            if end > idle[one] == self._idle.get(one):
                self._fails(one[0], "the broker does not hand over what it has: "
                                    f"it has {counted(end - idle[one], 'message')} of {one[0]}, "
                                    f"partition {one[1]}")
                self._go_on(one, self._offsets[one])
        self._idle = idle

    # -- places ---------------------------------------------------------------------------------

    def _bounds(self, one: Partition) -> tuple[int, int]:
        """(number of the oldest message of a partition, that of the next one)."""
        return self._asked(lambda: self._consumer.get_watermark_offsets(
            TopicPartition(*one), timeout=ANSWER))

    def _end(self, one: Partition) -> int:
        """The number of the next message of a partition, -1 where it cannot be had: it may have
        gone just now, which the next look at the topics tells."""
        try:
            return self._bounds(one)[1]
        except ListenerError:
            return -1

    def _go_on(self, one: Partition, number: int) -> None:
        place = TopicPartition(*one, number)
        self._consumer.incremental_unassign([place])
        self._consumer.incremental_assign([place])

    def _named(self, topic: str, partition: int) -> str:
        """The name of a place in the journal."""
        return f"{self.kafka.name} {self.kafka.broker} {topic} {partition}"

    def _short(self, topic: str) -> str:
        return topic.removeprefix(f"{self.kafka.group}.")

    # -- what comes -----------------------------------------------------------------------------

    def _hear(self, message: Message) -> None:
        one, number = origin(message)
        self._failing.pop(one[0], None)

        def places() -> Plain:
            """Where it is once the message is in the journal."""
            self._offsets.fetched(one, number)
            return {self._named(*one): self._offsets.place(one)}

        def done() -> None:
            self._noted.done.append((one, self._offsets.place(one)))

        self._offsets.came(one, number, pending=True)
        self._messages.hear(self._short(one[0]), message, places, done)

    # -- what goes wrong ------------------------------------------------------------------------

    def _wrong(self, message: Message, error: KafkaError) -> None:
        """An error in the place of a message: of one partition, so the others go on."""
        one, number = origin(message)
        if error.code() == KafkaError._PARTITION_EOF:
            if one in self._offsets:
                self._offsets.at_end(one, number)
            return
        if error.fatal():
            raise ListenerError(error.str())
        if error.code() in GONE and one in self._offsets:
            self._skip(one)
            return
        LOG.warning("%s: %s", self.ear.name, error.str())
        if one[0]:
            self._fails(one[0], f"topic {one[0]}: {error.str()}")

    def _fails(self, topic: str, why: str) -> None:
        """A topic cannot be read, or not in whole; that is over when nothing says so any more."""
        fresh = topic not in self._failing
        self._failing[topic] = why, time.monotonic()
        if fresh:
            self._looked = float("-inf")

    def _failing_lately(self, topic: str) -> str:
        why, last = self._failing.get(topic, ("", 0.0))
        if why and time.monotonic() - last > 2 * COMPARE:
            del self._failing[topic]
            return ""
        return why

    def _skip(self, one: Partition) -> None:
        """Go on with the oldest that a partition has, where it has not what should come next."""
        name, number = one
        lost = self._offsets[one]
        begin, end = self._bounds(one)
        if begin <= lost <= end:  # it has it after all
            self._go_on(one, lost)
            return
        self._go_on(one, begin)
        self._offsets.begin(one, begin)
        self.ear.at({self._named(*one): begin})
        self.ear.anomaly(f"gap in {self._short(name)} of",
                       f"partition {number} of {name} has not kept what should come next (number "
                       f"{lost}), so it goes on with the oldest that is there (number {begin}), "
                       "and GraceDB is asked for what is missing")
        self.ear.lost(f"there is a gap in {name}")

    def _note(self, error: KafkaError) -> None:
        """What the library says of the connection, from within its calls."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN or not self._why:
            self._why = error.str()

    def _asked(self, function: Callable[[], T]) -> T:
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


ABSENT = "the broker has no topic "


def _absent(name: str) -> str:
    return f"{ABSENT}{name}"


def _trouble(name: str, known: Any) -> str:
    """Why a topic cannot be read, as the broker's list has it; "" where it can."""
    if known is None or (known.error is None and not known.partitions):
        return _absent(name)
    return "" if known.error is None else f"topic {name}: {known.error.str()}"


def _number(place: object) -> int | None:
    """A place as the journal has it, None where it can be none."""
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < 2 ** 63:
        return place
    return None
