"""Candidates that go on coming, for as many days as are wanted, and what GraceDB has of them.

A story is made when it begins, and again when something is asked about it, so that a simulated year
needs no more room than a few days.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import heappop, heappush

from fsm.core.charts.process import Process
from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer
from fsm.io.jsonio import dumps
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import SILENT, RecordedGraceDB
from fsm.simulator.faults import Faults
from fsm.simulator.night import Candidate
from fsm.testing.script import Line

DAY = 86400.0  # seconds
AT_HAND = 20  # stories of which answers are made
REMEMBERED = 10 * DAY  # seconds for which a GraceID can be asked for


class Stream:
    """Alerts of candidates that come steadily.

    Args:
        kinds: of candidates, taken in turn; see :data:`fsm.simulator.kinds.KINDS`.
        a_day: how many stories begin in a day; a superevent and its events are one.
        start: when the first does, unix seconds.
        charts: of the processes.
        faults: fault name to rate; see :mod:`fsm.simulator.faults`.

    Attributes:
        graceids: how many GraceIDs there have been.
        alerts: how many alerts.
    """

    def __init__(self, kinds: Sequence[str], a_day: float, start: float, charts: Sequence[Process],
                 faults: Faults) -> None:
        self.kinds, self.a_day, self.start = kinds, a_day, start
        self._charts, self._faults = charts, faults
        self._number_of: dict[str, int] = {}
        self.graceids, self.alerts = 0, 0
        self._answers = lru_cache(AT_HAND)(self._answering)

    def lines(self, days: float) -> Iterator[tuple[float, bytes]]:
        """Pairs (unix seconds, line of a recording), in the order of arrival."""
        waiting: list[tuple[float, int, int, bytes]] = []
        for number in range(int(days * self.a_day)):
            story = self._story(number)
            for place, line in enumerate(self._lines(number)):
                self._note(line["payload"]["uid"], number)
                heappush(waiting, (line["time"], number, place, dumps(line)))
            while waiting and waiting[0][0] < story.created + DAY / self.a_day:
                time, _, _, written = heappop(waiting)
                self.alerts += 1
                yield time, written
        # What is left of the last stories is of days that are not wanted.

    def answer(self, ask: Ask) -> Answer:
        """GraceDB's answer to a question, :class:`~fsm.core.engine.effects.Ask`."""
        number = self._number_of.get(ask.graceid)
        if number is None:
            return Answer(ask.time, ask.graceid, ask.question, failure=SILENT)
        return self._answers(number).answer(ask)

    def _story(self, number: int) -> Candidate:
        return Candidate(number, self.kinds[number % len(self.kinds)],
                         self.start + number * DAY / self.a_day, f"stream {number}")

    def _lines(self, number: int) -> list[Line]:
        story = self._story(number)
        return [line for line in story.lines(story.graceid, self._charts, self._faults)
                if line.get("delivered", True)]

    def _answering(self, number: int) -> RecordedGraceDB:
        story = self._story(number)
        lines = story.lines(story.graceid, self._charts, self._faults)
        found = filter(None, (record_of(dumps(line)) for line in lines))
        return RecordedGraceDB(sorted(found, key=lambda record: record.alert.received))

    def _note(self, graceid: str, number: int) -> None:
        """Remember whose story a GraceID is of, for as long as it may be asked for."""
        if graceid in self._number_of:
            return
        self._number_of[graceid], self.graceids = number, self.graceids + 1
        oldest = next(iter(self._number_of))
        if self._number_of[oldest] < number - self.a_day * REMEMBERED / DAY:
            del self._number_of[oldest]
