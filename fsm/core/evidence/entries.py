"""What is written about a candidate: log entries with their files, and sign-offs."""

from functools import lru_cache

import attrs

from fsm.core.interning import LONGEST

OWN_TAG = "event_supervisor"
OWN_PREFIX = "ES: "

Identity = int | tuple[str, int | None, str]  # of a log entry, see there
SignoffKey = tuple[str, str]  # type and instrument, "" for advocates


@lru_cache(4096)
def _known_set(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def tag_set(names: tuple[str, ...]) -> frozenset[str]:
    """The set of these tag names, a tuple; the same object for the same names."""
    if sum(map(len, names)) > LONGEST:  # nothing that comes again, and not to be kept
        return frozenset(names)
    return _known_set(names)


@attrs.frozen(slots=True, weakref_slot=False)
class LogEntry:
    """One log message of a GraceID, with the file it may have brought.

    Attributes:
        time: when it was made, unix seconds.
        number: GraceDB's log number N, or None where the alert did not say.
        comment: the message.
        filename: name without version, "" where there is no file.
        version: file version, 0 for the first, None where unknown.
        tags: names of the tags.
    """

    time: float
    number: int | None = None
    comment: str = ""
    filename: str = ""
    version: int | None = None
    tags: frozenset[str] = frozenset()

    @property
    def identity(self) -> Identity:
        """What makes two reports of it the same one."""
        if self.number is not None:
            return self.number
        return (self.filename, self.version, self.comment)

    @property
    def own(self) -> bool:
        """Whether the Event Supervisor wrote it: such entries are never evidence."""
        return OWN_TAG in self.tags or self.comment.startswith(OWN_PREFIX)

    def joined(self, other: "LogEntry") -> "LogEntry":
        """Merge with another report of the same entry, independent of their order."""
        if self == other:
            return self
        return LogEntry(
            min(self.time, other.time),
            self.number,
            max(self.comment, other.comment, key=lambda c: (len(c), c)),
            max(self.filename, other.filename),
            max((v for v in (self.version, other.version) if v is not None), default=None),
            self.tags | other.tags,
        )


# What an alert or an answer tells: a log entry, the name of a label, "fields", "signoff" or
# "members".
Change = LogEntry | str


@attrs.frozen(slots=True)
class Signoff:
    """What an operator or advocate said: status ``OK`` or ``NO``, or "" where withdrawn."""

    time: float
    status: str
    comment: str = ""


def signoff_labels(kind: str, instrument: str, status: str) -> dict[str, bool]:
    """The labels that GraceDB itself puts on and takes off with a sign-off, without an alert.

    Source: GraceDB's rules for sign-offs: each replaces its request; withdrawn, it restores it.

    Args:
        kind: ``"OP"`` or ``"ADV"``.
        instrument: such as ``"H1"``.
        status: ``"OK"``, ``"NO"``, or "" where it was withdrawn.

    Returns:
        Label names to whether they are on now.
    """
    prefix = "ADV" if kind == "ADV" else instrument
    request = "ADVREQ" if kind == "ADV" else f"{instrument}OPS"
    return {f"{prefix}OK": status == "OK", f"{prefix}NO": status == "NO", request: not status}
