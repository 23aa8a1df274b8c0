"""A journal as a recording: what its supervisor heard, and what GraceDB's answers showed besides.

So a night can be judged anew, by other rules. Questions of these are answered by what GraceDB had
by then, as far as an alert or any answer of the night tells it, and not while GraceDB did not
answer the supervisor either. What it never asked about, and no alert told, nobody knows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf

import attrs
import sqlalchemy as sa

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer, Command, Unreadable
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry
from fsm.core.evidence.fields import Plain
from fsm.core.times import unix_seconds
from fsm.io.journal import codec
from fsm.io.journal.readable import ReadOnly
from fsm.io.journal.reading import opened
from fsm.io.journal.schema import INPUTS
from fsm.io.recordings.files import Record, Rejection
from fsm.replay.replay import Source

TELLING = (codec.ALERT, codec.ANSWER, codec.COMMAND)  # of all else a replay makes what it needs
ORDERS = ("waive", "unwaive", "retire", "unretire")  # those that change what is expected
_ROWS = sa.select(INPUTS.c.number, INPUTS.c.time, INPUTS.c.graceid, INPUTS.c.kind,
                  INPUTS.c.body).where(
    INPUTS.c.time >= sa.bindparam("since"), INPUTS.c.time <= sa.bindparam("until")
).order_by(INPUTS.c.number)
_BEFORE = sa.select(INPUTS.c.graceid).distinct().where(
    INPUTS.c.time < sa.bindparam("time"), INPUTS.c.graceid != "")


class Night:
    """What a journal has of some time.

    Args:
        name: path or address of the journal.
        since: unix seconds; candidates of which something was heard before are left out.
        until: likewise; what was taken later does not count.

    Attributes:
        commands: of operators, about candidates, once :meth:`records` has been read.
        outages: likewise pairs of unix seconds between which GraceDB did not answer.
        last: likewise when the last of its inputs was taken, unix seconds.
    """

    def __init__(self, name: str, since: float = -inf, until: float = inf) -> None:
        self.name, self.since, self.until = name, since, until
        self.commands: list[Command] = []
        self.outages: list[tuple[float, float]] = []
        self.last = since
        self._seen: dict[str, _Seen] = defaultdict(_Seen)
        self._silent: float | None = None  # since when GraceDB does not answer

    def records(self) -> Iterator[Record | Rejection]:
        """Its alerts, and as not delivered what only answers tell.

        Raises:
            JournalError: where it cannot be read.
        """
        with opened(self.name) as journal:
            read = ReadOnly(journal)
            with read.reading("its inputs"):
                known = set(read.db.scalars(_BEFORE, {"time": self.since}))
                for number, *row in read.db.execute(_ROWS, {"since": self.since,
                                                            "until": self.until}):
                    taken = codec.read(*row)
                    self.last = max(self.last, taken.time)
                    if taken.graceid not in known:
                        yield from self._of_input(number, taken)
        if self._silent is not None:
            self.outages.append((self._silent, inf))

    def _of_input(self, number: int, row: codec.Input) -> Iterator[Record | Rejection]:
        if row.kind == codec.REJECTED:
            yield Rejection(self.name, number, row.reason or "rejected when it was taken")
        elif isinstance(row.item, Unreadable) and row.kind in TELLING:
            yield Rejection(self.name, number,
                            f"it cannot be read any more: {row.item.error}"[:300])
        elif isinstance(row.item, Alert):
            alert = attrs.evolve(row.item, received=row.time)
            self._seen[alert.graceid].hear(alert)
            yield Record(alert)
        elif isinstance(row.item, Answer):
            self._note_outage(row.item)
            for one in (row.item, *row.item.members):
                yield from self._seen[one.graceid].missed(one)
            yield from self._neighbours(row.item)
        elif isinstance(row.item, Command) and row.item.order in ORDERS:
            self.commands.append(row.item)

    def _note_outage(self, answer: Answer) -> None:
        failed = bool(answer.failure) and not answer.gone
        if failed and self._silent is None:
            self._silent = _asked(answer)
        elif not failed and self._silent is not None:
            self.outages.append((self._silent, answer.time))
            self._silent = None

    def _neighbours(self, answer: Answer) -> Iterator[Record]:
        """The events that were found beside it, of which no alert has told."""
        for rows in answer.neighbours.values():
            for plain in rows:
                graceid = plain.get("graceid")
                if isinstance(graceid, str) and graceid not in self._seen:
                    yield self._seen[graceid].told(graceid, plain, _asked(answer))


class _Seen:
    """What has been told of one candidate so far."""

    def __init__(self) -> None:
        self.logs: set[object] = set()
        self.contents: set[str] = set()
        self.on: set[str] = set()
        self.signoffs: dict[object, object] = {}
        self.fields: Plain = {}

    def hear(self, alert: Alert) -> None:
        """Take note of an alert."""
        if alert.entry is not None:
            self.logs.add(alert.entry.identity)
        self.on.update(alert.labels)
        if alert.what == "label_added":
            self.on.add(alert.label)
        elif alert.what == "label_removed":
            self.on.discard(alert.label)
        if alert.signoff is not None:
            key, signoff = alert.signoff
            self.signoffs[key] = signoff.status, signoff.comment
        self.fields |= alert.fields or alert.snapshot or {}

    def told(self, graceid: str, fields: Plain, asked: float) -> Record:
        """The values of a candidate that GraceDB had when it was asked, as a record."""
        first, created = not self.fields, unix_seconds(fields.get("created"))
        self.fields |= fields
        moment = asked if created is None or not first else created
        return _unheard(Alert(graceid, "new" if first else "update", moment, moment,
                              fields=dict(self.fields)))

    def missed(self, answer: Answer) -> Iterator[Record]:
        """What an answer shows and nothing has told before."""
        if answer.failure:
            return
        graceid, asked = answer.graceid, _asked(answer)
        if answer.event and any(self.fields.get(key, answer) != value
                                for key, value in answer.event.items()):
            yield self.told(graceid, answer.event, asked)
        for entry in answer.logs:
            content = f"{entry.filename},{entry.version or 0}"
            facts = answer.contents.get(content) if content not in self.contents else None
            if entry.identity not in self.logs or facts is not None:
                self.logs.add(entry.identity)
                self.contents.update({content} if facts is not None else ())
                yield _of_entry(graceid, entry, asked, facts)
        yield from self._marks(answer, asked)

    def _marks(self, answer: Answer, asked: float) -> Iterator[Record]:
        graceid = answer.graceid
        if answer.labels is not None:
            there = dict(answer.labels)
            for label in there.keys() - self.on:
                moment = min(asked, there[label] or asked)
                yield _unheard(Alert(graceid, "label_added", moment, moment, label=label,
                                     made=there[label]))
            for label in self.on - there.keys():
                yield _unheard(Alert(graceid, "label_removed", asked, asked, label=label))
            self.on = set(there)
        for key, signoff in answer.signoffs:
            if self.signoffs.get(key) != (signoff.status, signoff.comment):
                self.signoffs[key] = signoff.status, signoff.comment
                moment = min(asked, signoff.time)
                yield _unheard(Alert(graceid, "signoff", moment, moment, signoff=(key, signoff)))


def _asked(answer: Answer) -> float:
    return answer.time if answer.asked is None else answer.asked


def _unheard(alert: Alert) -> Record:
    return Record(alert, delivered=False)


def _of_entry(graceid: str, entry: LogEntry, asked: float, facts: Plain | None) -> Record:
    moment = min(asked, entry.time)
    return Record(Alert(graceid, "log", moment, moment, entry=entry), False, facts)


@attrs.frozen
class Interrupted:
    """A source that does not answer at times.

    Attributes:
        source: who answers else.
        outages: pairs of unix seconds between which it does not.
    """

    source: Source
    outages: Sequence[tuple[float, float]]

    def answer(self, ask: Ask) -> Answer:
        """Answer a question, or say that GraceDB did not answer."""
        if any(begin <= ask.time < end for begin, end in self.outages):
            return Answer(ask.time, ask.graceid, ask.question,
                          failure="GraceDB did not answer the supervisor at that time")
        return self.source.answer(ask)
