"""What a message of a Kafka topic tells: one after the other, whatever is in them."""

import threading
from concurrent.futures import ThreadPoolExecutor

from hop.io import Deserializer
from hop.models import ExternalMessage

from fsm.io.listeners import large

FETCHES, MOST_FETCHES = 4, 100  # large alerts that are fetched at once, and that may wait


class Messages:
    """Hands the messages of a broker over.

    Args:
        ear: :class:`~fsm.io.listeners.Listening`.
        auth: the client's credential, or None.
        broker: host and port.
    """

    def __init__(self, ear, auth, broker):
        self.ear, self._source = ear, large.Source(auth, [broker])
        self._free = threading.Semaphore(MOST_FETCHES)
        self._fetching = ThreadPoolExecutor(FETCHES, thread_name_prefix="large alerts")

    def hear(self, topic, message, places, done):
        """Hand over one message; whatever it is, the next one follows.

        Args:
            topic: without the group.
            message: confluent_kafka's.
            places, done: as of :class:`~fsm.io.inbox.Received`.
        """
        try:
            model = Deserializer.deserialize(message)
        except Exception:  # whatever the client makes of it: kept as it is, and rejected
            self.ear.hear(topic, message.value(), done, places)
            return
        if isinstance(model, ExternalMessage):
            self.ear.at(places)
            self._fetch(topic, message.value(), model.url)
        elif any(key == "_test" for key, _ in message.headers() or ()):
            self.ear.at(places)  # by which the client's users know what is no alert
        else:
            self.ear.hear(topic, getattr(model, "content", str(model)), done, places)

    def close(self):
        """Fetch nothing any more."""
        self._fetching.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, topic, raw, url):
        """Fetch an alert beside the others, which need not wait for it."""
        if not self._free.acquire(blocking=False):
            self._lost(topic, raw, url, "too many others are being fetched")
            return

        def fetch():
            try:
                self.ear.hear(topic, large.fetched(self._source, url).content)
            except large.Unfetched as error:
                self._lost(topic, raw, url, error)
            finally:
                self._free.release()

        self._fetching.submit(fetch)

    def _lost(self, topic, raw, url, why):
        self.ear.hear(topic, raw)  # kept, as what nothing can be made of
        self.ear.lost(f"an alert of {topic} is lost, whose content is at {url:.200}: {why}")
