"""Stand-ins for GraceDB in a replay: what a recording shows, or nothing at all."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from math import inf
from typing import Protocol, TypeAlias

import attrs

from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.fields import Plain
from fsm.core.expect.hints import Want
from fsm.core.times import finite, unix_seconds
from fsm.io.recordings.files import Record
from fsm.io.recordings.history import History
from fsm.io.recordings.order import OrderError, arrived, known
from fsm.io.recordings.spool import Table

SEARCH = ("group", "pipeline", "search")
SILENT = "the recording has nothing about it"
CLOCKS = {"gpstime": finite, "created": unix_seconds}
# The moment of an event by a clock, its GraceID, its creation, and what is told of it.
_Row: TypeAlias = tuple[float, str, float, Plain]


class Coming(Protocol):
    """What the whole of a recording tells of.

    Attributes:
        graceids: of the candidates.
        contents: of files, as pairs (GraceID, ``name,version``).
    """

    graceids: set[str]
    contents: set[tuple[str, str]]


class RecordedGraceDB:
    """Answers with what a recording shows had been annotated by the time of the question.

    Args:
        records: :class:`~fsm.io.recordings.files.Record` objects of the recording, also undelivered
            ones; more are added as they are read.
        coming: what there will be records of; None where that is not known.
    """

    def __init__(self, records: Iterable[Record] = (),
                 coming: Coming | None = None) -> None:
        self._histories: dict[str, History] = {}
        self._resting: Table[History] = Table()
        self._events = _Events()
        self._coming, self._unknown = coming, set[str]()
        self._count = 0
        for record in sorted(records, key=arrived):
            self.add(record)

    def add(self, record: Record, number: int | None = None) -> None:
        """Add a record.

        Args:
            record: what all those have been added before that tell of earlier changes.
            number: its place in the recording, by which what arrived at the same moment is ordered;
                None where records are added in this order.

        Raises:
            OrderError: where it should have been known when GraceDB was last asked.
        """
        graceid = record.alert.graceid
        if graceid in self._unknown:
            raise OrderError(f"GraceDB was asked about {graceid} before its first alert is read")
        self._count += 1
        resting = graceid in self._resting
        history = self._history(graceid)
        if history.add(record, self._count if number is None else number):
            self._events.add(graceid, record.alert.fields or {}, known(record))
        if resting and not record.delivered:
            self.rest(graceid)

    def rest(self, graceid: str) -> None:
        """Put aside what is known of a candidate about which nothing is expected for now."""
        history = self._histories.pop(graceid, None)
        if history is not None:
            self._resting[graceid] = history

    def _history(self, graceid: str) -> History:
        history = self._histories.get(graceid)
        if history is None:
            history = self._resting.pop(graceid, None) or History(graceid)
            self._histories[graceid] = history
        return history

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`."""
        if not self._has(ask.graceid):
            return Answer(ask.time, ask.graceid, ask.question, failure=SILENT)
        neighbours, contents, unavailable = self._wanted(ask)
        wanted = [want[1] for want in ask.wants if want[0] == "member"]
        members = tuple(self.state(graceid, ask.time) for graceid in wanted if self._has(graceid))
        unread = {graceid: SILENT for graceid in wanted if not self._has(graceid)}
        return attrs.evolve(self.state(ask.graceid, ask.time), question=ask.question,
                            neighbours=neighbours, contents=contents, unavailable=unavailable,
                            members=members, unread=unread)

    def _has(self, graceid: str) -> bool:
        """Whether the recording has anything about a candidate, now or later."""
        if graceid in self._histories or graceid in self._resting:
            return True
        if self._coming is None:
            self._unknown.add(graceid)
            return False
        return graceid in self._coming.graceids

    def state(self, graceid: str, time: float) -> Answer:
        """What there was of a candidate at a time, unix seconds, as an answer."""
        resting = graceid in self._resting
        made = self._history(graceid).state(time)
        if resting:
            self.rest(graceid)
        return made

    def _wanted(self, ask: Ask) -> tuple[dict[str, list[Plain]], dict[str, Plain], frozenset[Want]]:
        neighbours: dict[str, list[Plain]] = {}
        contents: dict[str, Plain] = {}
        unavailable: set[Want] = set()
        for want in ask.wants:
            if want[0] == "neighbours":
                neighbours[want[1]] = self._events.between(*want[1:], now=ask.time)
            elif want[0] == "content":
                name = f"{want[1]},{want[2]}"
                facts = self._history(ask.graceid).contents.get(name)
                if facts is not None:
                    contents[name] = facts
                elif not self._will_tell(ask.graceid, name):
                    unavailable.add(want)
        return neighbours, contents, frozenset(unavailable)

    def _will_tell(self, graceid: str, content: str) -> bool:
        """Whether a record that is not read yet tells the content of a file."""
        if self._coming is None:
            self._history(graceid).denied.add(content)
            return False
        return (graceid, content) in self._coming.contents


class _Events:
    """The events of each search, in the order of each clock."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], list[_Row]] = {}
        self._asked: dict[tuple[str, ...], float] = {}

    def add(self, graceid: str, fields: Plain, heard: float) -> None:
        """Add an event that is in GraceDB since it was created, or at the latest since ``heard``.

        Raises:
            OrderError: where its search was asked for since then.
        """
        created = unix_seconds(fields.get("created"))
        since = heard if created is None else created
        search = tuple(str(fields.get(key) or "") for key in SEARCH)
        plain = {"graceid": graceid, **{key: fields.get(key) for key in (*SEARCH, *CLOCKS)}}
        for clock, read in CLOCKS.items():
            moment = read(fields.get(clock))
            if moment is None:
                continue
            if since <= self._asked.get((clock, *search), -inf):
                raise OrderError(f"GraceDB was asked for events such as {graceid} before its alert "
                                 "is read")
            insort(self._rows.setdefault((clock, *search), []), (moment, graceid, since, plain),
                   key=lambda row: row[:2])

    def between(self, clock: str, start: float, stop: float, *search: str,
                now: float) -> list[Plain]:
        """The events of a search that are there by now, from one moment of a clock to another."""
        self._asked[clock, *search] = now
        rows = self._rows.get((clock, *search), [])
        first = bisect_left(rows, start, key=lambda row: row[0])
        last = bisect_right(rows, stop, key=lambda row: row[0])
        return [plain for _, _, since, plain in rows[first:last] if since <= now]


class NoGraceDB:
    """Answers every question with the failure to answer it."""

    def answer(self, ask: Ask) -> Answer:
        """Answer one :class:`~fsm.core.engine.effects.Ask`."""
        return Answer(ask.time, ask.graceid, ask.question, failure="there is none in this replay")
