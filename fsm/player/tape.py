"""What is played: the alerts of recordings in the order of their arrival, and their topics."""

from collections.abc import Iterable
from typing import Any

import attrs

from fsm.core.evidence.alert import Alert
from fsm.core.evidence.graceids import category_of, is_superevent
from fsm.io.jsonio import dumps, loads
from fsm.io.recordings.files import Rejection, read_with_lines

PRODUCTION = "production"


@attrs.frozen(slots=True)
class Line:
    """One line of a recording.

    Attributes:
        time: when its alert arrived, unix seconds.
        graceid: which candidate it is about.
        topic: on which it was announced.
        delivered: False where the supervisor never received it.
        content: all of it, JSON as bytes.
    """

    time: float
    graceid: str
    topic: str
    delivered: bool
    content: bytes = attrs.field(repr=False)

    @property
    def plain(self) -> dict[str, Any]:
        """All of it, as a dict."""
        return loads(self.content)


@attrs.frozen
class Tape:
    """Recordings as they are played.

    Attributes:
        lines: in the order of arrival.
        rejected: what of the recordings cannot be used.
    """

    lines: list[Line] = attrs.field(repr=False)
    rejected: list[Rejection]

    @property
    def graceids(self) -> set[str]:
        """The candidates that it is about."""
        return {line.graceid for line in self.lines}

    @property
    def length(self) -> float:
        """Seconds from the first to the last."""
        return self.lines[-1].time - self.lines[0].time if self.lines else 0.0

    @property
    def topics(self) -> set[str]:
        """All topics that are named."""
        return {line.topic for line in self.lines}


def read(recordings: Iterable[str]) -> Tape:
    """Read recordings, as one.

    Args:
        recordings: paths; ``-`` for standard input.

    Raises:
        RecordingError: where one cannot be opened.
    """
    lines: list[Line] = []
    rejected: list[Rejection] = []
    topics: dict[str, str] = {}  # by GraceID
    for name in recordings:
        for found, plain in read_with_lines(name):
            if isinstance(found, Rejection) or plain is None:  # which goes with a rejection alone
                rejected += [found] if isinstance(found, Rejection) else []
                continue
            graceid = found.alert.graceid
            topic = plain.get("topic") or _topic(graceid, found.alert) or topics.get(graceid, "")
            topics.setdefault(graceid, topic)
            lines.append(Line(found.alert.received, graceid, str(topic), found.delivered,
                              dumps({**plain, "topic": topic})))
    return Tape(sorted(lines, key=lambda line: line.time), rejected)


def _topic(graceid: str, alert: Alert) -> str:
    """The topic of an alert that does not tell it, as far as its payload does; "" if not at all."""
    if is_superevent(graceid):
        category = category_of(graceid)
        return "superevent" if category == PRODUCTION else f"{category}_superevent"
    known = alert.fields or alert.snapshot or {}
    parts = [known.get(key) for key in ("group", "pipeline", "search")]
    return "_".join(str(part).lower() for part in parts if part) if all(parts[:2]) else ""
