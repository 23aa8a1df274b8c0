"""When usable alerts last came, by listener and topic, and how long the pauses between them are.

What a listener passes on as a topic may be anything, so their number is bounded. What has come
before, or cannot be used, does not show that a transport works, so it does not count.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import attrs

from fsm.core.evidence.fields import Plain
from fsm.errors import JournalDamaged, SupervisorError

MOST = 1000  # topics, those that were heard last
LONGEST = 200  # characters of a topic's name
REMEMBERED = 5000  # alerts that are known when they come again
LOG = logging.getLogger("fsm")
HALF = 7 * 86400.0  # seconds after which a long pause counts half as long


@attrs.define(slots=True)
class Rhythm:
    """When the alerts of a topic come.

    Attributes:
        first, last: when the first and the last one came, unix seconds.
        away: seconds since then for which nobody listened.
        pauses: how many pauses between two alerts are known.
        longest: the longest of them, seconds; the older it is, the shorter.
    """

    first: float
    last: float
    away: float = 0.0
    pauses: int = 0
    longest: float = 0.0

    def lasts(self, now: float) -> float:
        """Seconds for which nothing has come, of those in which it could have."""
        return max(0.0, now - self.last - self.away)

    def note(self, now: float) -> None:
        """An alert has come."""
        pause = self.lasts(now)
        self.longest = max(pause, self.longest * 0.5 ** (pause / HALF))
        self.last, self.away, self.pauses = now, 0.0, self.pauses + 1


def restored(read: Callable[[], Any], now: float) -> "Arrivals":
    """What was heard before a restart, nothing where that cannot be read.

    Args:
        read: function that reads it as :meth:`Heard.plain` gave it.
        now: unix seconds.

    Raises:
        JournalDamaged: where the journal is damaged.
    """
    try:
        return Arrivals(read(), now)
    except JournalDamaged:
        raise
    except (TypeError, ValueError, LookupError, AttributeError, SupervisorError) as error:
        LOG.warning("when alerts have come is not known any more: %s", error)
        return Arrivals(None, now)


class Arrivals:
    """The rhythm of each topic.

    Args:
        stored: what :meth:`plain` gave before a restart, or None.
        now: unix seconds.
    """

    def __init__(self, stored: Plain | None = None, now: float = 0.0) -> None:
        self._rhythms: OrderedDict[tuple[str, str], Rhythm] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._watching = Rhythm(now, now)  # as if something had come as the watch began
        if stored:
            away = max(0.0, now - stored["at"])
            self._watching.first = self._watching.last = stored["began"]
            self._watching.away = stored["away"] + away
            for source, topic, *rest in stored["topics"]:
                numbers: list[Any] = list(map(float, rest))
                rhythm = self._rhythms[str(source), str(topic)] = Rhythm(*numbers)
                rhythm.away += away

    def __len__(self) -> int:
        return len(self._rhythms)

    def note(self, source: str, topic: str, line: bytes, now: float) -> None:
        """A usable alert has come.

        Args:
            source: name of the listener.
            topic: Kafka topic, or XMPP node.
            line: as in a recording, bytes.
            now: unix seconds.
        """
        if self._is_known(topic, line):
            return
        key = source, topic[:LONGEST]
        rhythm = self._rhythms.pop(key, None)
        if rhythm is None:
            rhythm = Rhythm(now, now)
        else:
            rhythm.note(now)
        self._rhythms[key] = rhythm
        if len(self._rhythms) > MOST:
            self._rhythms.popitem(last=False)

    def rhythms(self, source: str | None = None) -> dict[tuple[str, str], Rhythm]:
        """(listener, topic) to :class:`Rhythm`, of one listener or of all."""
        return {key: rhythm for key, rhythm in self._rhythms.items() if source in (None, key[0])}

    def deaf(self, source: str, seconds: float) -> None:
        """A listener has not listened for so long."""
        for rhythm in self.rhythms(source).values():
            rhythm.away += seconds

    def watched(self, now: float) -> float:
        """Seconds for which it has been watched altogether."""
        return self._watching.lasts(now)

    def last(self) -> dict[str, float]:
        """Topics to when their last alert came, from whichever listener, unix seconds."""
        found: dict[str, float] = {}
        for (_, topic), rhythm in self._rhythms.items():
            found[topic] = max(rhythm.last, found.get(topic, rhythm.last))
        return found

    def plain(self, now: float) -> Plain:
        """It for the journal."""
        return {"at": now, "began": self._watching.first, "away": self._watching.away,
                "topics": [[*key, *attrs.astuple(rhythm)]
                           for key, rhythm in self._rhythms.items()]}

    def _is_known(self, topic: str, line: bytes) -> bool:
        """Whether the same has come before, whenever that was."""
        payload = line.partition(b'"payload":')[2] or line  # without the time at which it came
        digest = blake2b(topic.encode("utf-8", "replace") + payload, digest_size=12).digest()
        if digest in self._known:
            return True
        self._known[digest] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return False
