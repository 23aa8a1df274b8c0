"""What goes out, as rows of the journal, and back: messages, annotations, letters."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from fsm.core.charts.severity import SEVERITIES
from fsm.core.engine.effects import Annotate, Notify
from fsm.io.journal.schema import storable
from fsm.io.jsonio import dumps, loads

CLAIM = 90.0  # seconds for which no other supervisor on the same journal takes what one has in hand


GOOD_NEWS = len(SEVERITIES)  # in the place of a severity, where nothing is wrong


class Letter(NamedTuple):
    """One letter.

    Attributes:
        time: when it was written, unix seconds.
        address: whom to.
        subject: one line.
        text: its body.
        key: the same for the same messages.
        gravity: index of the gravest of their severities in
            :data:`~fsm.core.charts.severity.SEVERITIES`, or :data:`GOOD_NEWS`; the smaller, the
            sooner it is sent.
    """

    time: float
    address: str
    subject: str
    text: str
    key: str
    gravity: int = 0


Outgoing: TypeAlias = Notify | Annotate | Letter
KINDS: dict[str, type[Outgoing]] = {"notify": Notify, "annotate": Annotate, "letter": Letter}


def written_key(effect: Outgoing) -> str:
    """An effect's key as any database takes it, whatever the names in it."""
    return storable(effect.key)


def letter_key(address: str, keys: Iterable[str]) -> str:
    """The key of a letter to an address, from those of its messages."""
    told = "\n".join(sorted(keys))
    return hashlib.sha256(f"{address}\n{told}".encode("utf-8", "backslashreplace")).hexdigest()[:32]


def written(effect: Outgoing) -> bytes:
    """An effect as JSON."""
    kind = next(name for name, made in KINDS.items() if isinstance(effect, made))
    return dumps({"kind": kind, **effect._asdict()})


def read_effect(body: str | bytes) -> Outgoing:
    """An effect from its JSON."""
    plain = loads(body)
    if "to" in plain:
        plain["to"] = tuple(plain["to"])
    return KINDS[plain.pop("kind")](**plain)
