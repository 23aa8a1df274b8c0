"""What the broker notes of how far its consumer group has read.

Nothing hangs on it but the first start after an upgrade from a version that told the broker alone;
it is for those who watch the broker.
"""

import logging
from collections import deque

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from fsm.io.listeners import ListenerError
from fsm.io.listeners.kafka_offsets import Partition

ANSWER = 10.0  # seconds within which the broker must answer
REFUSED = (KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED)
LOG = logging.getLogger("fsm")


class Noted:
    """Tells the broker, and asks it.

    Args:
        group: the consumer group.
        name: of the listener.

    Attributes:
        consumer: confluent_kafka's, once it is made.
        done: ((topic, partition), number of the message to go on with) of what is in the journal;
            filled by the main loop.
    """

    consumer: Consumer

    def __init__(self, group: str, name: str) -> None:
        self.group, self.name = group, name
        self.done: deque[tuple[Partition, int]] = deque()
        self._refused = False

    def places(self, new: list[TopicPartition]) -> list[TopicPartition]:
        """The places where earlier versions have ended, of those that have one.

        Args:
            new: TopicPartition objects.

        Raises:
            ListenerError: where the broker does not tell for a reason that may pass.
        """
        if not new:
            return []
        try:
            noted = self.consumer.committed(new, timeout=ANSWER)
            error = next((place.error for place in noted if place.error), None)
        except KafkaException as raised:
            noted, error = new, raised.args[0]
        if error is None:
            return noted
        words = (f"the broker does not tell how far consumer group {self.group} has read: "
                 f"{error.str()}")
        if error.code() not in REFUSED:
            raise ListenerError(words)
        LOG.warning("%s: %s", self.name, words)
        return new

    def tell(self) -> None:
        """Tell the broker of what is done."""
        last: dict[Partition, int] = {}
        while self.done:
            one, place = self.done.popleft()
            last[one] = max(place, last.get(one, 0))
        if last:
            places = [TopicPartition(*one, number) for one, number in last.items()]
            try:
                self.consumer.commit(offsets=places, asynchronous=True)
            except KafkaException as error:
                self.told(error.args[0], places)

    def told(self, error: KafkaError | None, places: list[TopicPartition]) -> None:
        """Whether the broker has noted it; called by the library."""
        if error is not None and not self._refused:
            self._refused = True
            LOG.warning("%s: the broker does not note how far it has read, which loses nothing: %s",
                        self.name, error.str())
