"""What a message of a Kafka topic tells: one after the other, whatever is in them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from confluent_kafka import Message
from hop.io import Deserializer
from hop.models import ExternalMessage, JSONBlob

from fsm.core.evidence.fields import Plain
from fsm.io.listeners import Listening, kafka_large
from fsm.io.listeners.kafka_offsets import Partition

FETCHES, MOST_FETCHES = 8, 1000  # large alerts that are fetched at once, and that may wait


def origin(message: Message) -> tuple[Partition, int]:
    """The partition of a message, and its number there."""
    return (cast(str, message.topic()), cast(int, message.partition())), cast(int, message.offset())


class Messages:
    """Hands the messages of a broker over.

    Args:
        ear: :class:`~fsm.io.listeners.Listening`.
        auth: the client's credential, or None.
        broker: host and port.
    """

    def __init__(self, ear: Listening, auth: Any, broker: str) -> None:
        self.ear, self._source = ear, kafka_large.Source(auth, [broker])
        self._free, self._closed = threading.Semaphore(MOST_FETCHES), False
        self._handing = threading.Lock()
        self._fetching = ThreadPoolExecutor(FETCHES, thread_name_prefix="large alerts")

    def hear(self, topic: str, message: Message, places: Callable[[], Plain],
             done: Callable[[], object]) -> None:
        """Hand over one message; whatever it is, the next one follows.

        Args:
            topic: without the group.
            message: confluent_kafka's.
            places: function that returns where the listener is with this message, a dict as of
                :class:`~fsm.io.listeners.inbox.Received`; called when its content is there.
            done: as of :class:`~fsm.io.listeners.inbox.Received`.
        """
        raw = message.value()
        headers: Any = message.headers() or ()
        try:
            model = Deserializer.deserialize(message)
        except Exception:  # whatever the client makes of it: kept as it is, and rejected
            self._hand(topic, raw, places, done)
            return
        if isinstance(model, ExternalMessage):
            self._fetch(topic, raw, model.url, places, done)
        elif any(key == "_test" for key, _ in headers):
            with self._handing:
                self.ear.at(places())  # by which the client's users know what is no alert
        else:
            content = getattr(model, "content", str(model))
            if isinstance(model, JSONBlob) and not isinstance(content, str):
                content = raw  # which is the same, however deep it is
            self._hand(topic, content, places, done)

    def close(self) -> None:
        """Begin to fetch nothing more; what has not been fetched comes again."""
        self._closed = True
        self._fetching.shutdown(wait=False, cancel_futures=True)

    def _hand(self, topic: str, content: object, places: Callable[[], Plain],
              done: Callable[[], object]) -> None:
        """Hand over an alert with its place: one after the other, so that no place comes first.

        After the end another one may be reading on, whose places are not ours to tell.
        """
        with self._handing:
            if self._closed:
                self.ear.hear(topic, content)
            else:
                self.ear.hear(topic, content, done, places())

    def _fetch(self, topic: str, raw: bytes | None, url: str, places: Callable[[], Plain],
               done: Callable[[], object]) -> None:
        """Fetch an alert beside the others, which need not wait for it."""
        def lost(why: object) -> None:
            self._hand(topic, raw, places, done)  # kept, as what nothing can be made of
            self.ear.lost(f"an alert of {topic} is lost, whose content is at {url:.200}: {why}")

        def fetch() -> None:
            try:
                self._hand(topic, kafka_large.fetched(self._source, url).content, places, done)
            except Exception as error:  # whatever it is, the next one must be fetched
                lost(error)
            finally:
                self._free.release()

        if self._free.acquire(blocking=False):
            self._fetching.submit(fetch)
        else:
            lost("too many others are being fetched")
