"""When alerts last came, by topic: what a listener passes on as one may be anything."""

MOST = 1000  # topics, those that were heard last
LONGEST = 200  # characters of a topic's name


class Heard(dict):
    """Topics to when the last alert of each came, unix seconds; a bounded number of them."""

    def note(self, topic, now):
        """An alert of a topic has come."""
        topic = topic[:LONGEST]
        self.pop(topic, None)
        self[topic] = now
        if len(self) > MOST:
            del self[next(iter(self))]
