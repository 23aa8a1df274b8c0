"""Compares what inputs have wanted told with what a journal has of it: messages, member news."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import REMINDER
from fsm.core.engine.effects import Annotate, Effect, Notify
from fsm.core.engine.inputs import MemberNews
from fsm.core.printable import counted
from fsm.io.journal import codec, consistency
from fsm.io.journal.check import AT_ONCE
from fsm.io.journal.outgoing import read_effect, written_key
from fsm.io.journal.pruning import DROPPED
from fsm.io.journal.schema import INPUTS, OUTBOX, storable
from fsm.io.jsonio import loads

News: TypeAlias = tuple[str, float, bytes]  # a superevent, when it was told, digest of what
_WORDS = {Notify: "message", Annotate: "annotation"}
Sent: TypeAlias = type[Notify] | type[Annotate]


@attrs.define
class Expected:
    """What inputs about one candidate want, each with the time.

    Attributes:
        keys: of messages and annotations.
        news: for superevents.
    """

    keys: dict[Sent, dict[str, float]] = attrs.field(factory=lambda: {kind: {} for kind in _WORDS})
    news: Counter[News] = attrs.field(factory=Counter)


def expected(effects: Iterable[Effect]) -> Expected:
    """What some effects are, as a journal has it."""
    made = Expected()
    for effect in effects:
        if isinstance(effect, Notify | Annotate):
            made.keys[type(effect)].setdefault(written_key(effect), effect.time)
        elif isinstance(effect, MemberNews):
            made.news[_news(storable(effect.graceid), codec.of_member(effect).body)] += 1
    return made


class Told:
    """What a journal has.

    Args:
        db: SQLAlchemy connection to it.
    """

    def __init__(self, db: sa.Connection) -> None:
        self._before = consistency.fact(db, DROPPED, float("-inf"))
        self._keys: dict[Sent, dict[str, set[str]]] = {kind: defaultdict(set) for kind in _WORDS}
        self._news: dict[str, Counter[News]] = defaultdict(Counter)
        self._read_outbox(db)
        self._read_news(db)
        # What the outbox has none of may have no channel to go through.
        self._compared = [kind for kind in _WORDS if self._keys[kind]]

    def unlike(self, graceid: str, wanted: Expected) -> Iterator[str]:
        """What is not as the inputs about a candidate want it, in sentences.

        What may have been dropped as too old is not missed.
        """
        for kind in self._compared:
            there, keys = self._keys[kind][storable(graceid)], wanted.keys[kind]
            lost = sorted(key for key in keys.keys() - there if keys[key] >= self._before)
            if lost:
                yield f"by its inputs there is the {_WORDS[kind]} {_first(lost)}: the outbox has " \
                      "none"
            if more := sorted(there - keys.keys()):
                yield f"the outbox has the {_WORDS[kind]} {_first(more)}: by its inputs there is " \
                      "none"
        news = self._news[storable(graceid)]
        for one, count in (wanted.news - news).items():
            if one[1] >= self._before:
                yield (f"by its inputs {one[0]} has {counted(count, 'more input')} with news of it "
                       f"of {one[1]}")
        for one, count in (news - wanted.news).items():
            yield (f"{one[0]} has {counted(count, 'input')} with news of it of {one[1]} more than "
                   "by its inputs")

    def _read_outbox(self, db: sa.Connection) -> None:
        rows = sa.select(OUTBOX.c.key, OUTBOX.c.body).where(OUTBOX.c.target == "")
        for key, body in db.execute(rows, execution_options={"yield_per": AT_ONCE}):
            effect = read_effect(body)
            if isinstance(effect, Notify | Annotate) and effect.outcome != REMINDER:
                self._keys[type(effect)][storable(effect.graceid)].add(key)

    def _read_news(self, db: sa.Connection) -> None:
        rows = sa.select(INPUTS.c.graceid, INPUTS.c.body).where(INPUTS.c.kind == codec.MEMBER)
        for graceid, body in db.execute(rows, execution_options={"yield_per": AT_ONCE}):
            self._news[storable(loads(body)["event"])][_news(graceid, body)] += 1


def _first(keys: list[str]) -> str:
    return f"{keys[0]} (and {len(keys) - 1} more)" if len(keys) > 1 else keys[0]


def _news(superevent: str, body: bytes) -> News:
    return superevent, loads(body)["time"], hashlib.blake2b(body, digest_size=16).digest()
