"""What comes into the main loop in one turn, gathered before any of it is written down."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from math import inf
from typing import TYPE_CHECKING

import attrs

from fsm.core.engine.effects import Notify
from fsm.core.engine.inputs import Answer
from fsm.daemon import naming
from fsm.errors import JournalLost
from fsm.io.cluster.jobs import Signalled
from fsm.io.control import Request
from fsm.io.delivery.outbox import Delivered
from fsm.io.gracedb.query_pool import Found
from fsm.io.journal import codec
from fsm.io.listeners import Anomaly, Connected, HeartbeatRequest
from fsm.io.listeners.inbox import Received
from fsm.io.reports import Report

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor

REMEMBERED = 1000  # damaged rows that were told
ANSWER = "answer to "  # begins the origins of answers
LOG = logging.getLogger("fsm")


@attrs.frozen
class Gathered:
    """What has come in one turn.

    Attributes:
        now: unix seconds.
        due: GraceIDs with something due.
        rows: inputs for the journal: alerts, answers.
        signalled: candidates that this supervisor is to act on, of several on one journal.
        received: the alerts as they came.
        delivered: how attempts to deliver have ended.
        news: what has gone wrong with the supervisor itself, or is right again.
        told: messages besides, such as reminders.
        addresses: those for which a letter is to be written now.
        facts: what the journal is to know besides, by name.
    """

    now: float
    due: list[str]
    rows: list[codec.Input]
    signalled: list[Signalled]
    received: list[Received]
    delivered: list[Delivered]
    news: list[Report]
    told: list[Notify]
    addresses: Sequence[str]
    facts: Mapping[str, object]

    @property
    def places(self) -> dict[str, object]:
        """Where the listeners are, by the names of places."""
        return {name: place for one in self.received for name, place in one.places.items()}

    @property
    def answered(self) -> list[str]:
        """Identifiers of the questions that have been answered."""
        return [row.item.question for row in self.rows if isinstance(row.item, Answer)]

    @property
    def anything(self) -> bool:
        """Whether there is anything to be written down."""
        return bool(self.rows or self.received or self.delivered or self.news or self.told
                    or self.addresses or self.facts)


def origin(topic: str, line: bytes) -> str:
    """What tells an alert from others, whoever hears it and when: its topic and its payload."""
    payload = line.partition(b'"payload":')[2] or line
    return blake2b(topic.encode("utf-8", "replace") + b"\0" + payload, digest_size=16).hexdigest()


class Intake:
    """Gathers it.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """

    def __init__(self, supervisor: "Supervisor") -> None:
        self.supervisor = supervisor
        self._mended = deque[str](maxlen=REMEMBERED)

    def gather(self, longest: float) -> Gathered:
        """Wait for something to do, so many seconds at most, and take it."""
        one = self.supervisor
        due, received, news = one.clock.collect(one.inbox, one.engine, bool(one.asked), longest)
        now = one.clock.now()
        asked = any(isinstance(new, Request | Found) for new in news)
        if one.journal.database.shared and asked:
            with suppress(JournalLost), one.writing.impatient():  # who asks is told that
                one.candidates.refresh()
                naming.refresh(one.journal, one.engine.names)
        rows = [row for row in (self._of_alert(alert, now) for alert in received)
                if row is not None]
        rows += [self._of_answer(answer, now) for answer in self._answers(news)]
        if one.commands:
            with one.writing.impatient():
                one.commands.take([new for new in news if isinstance(new, Request)], now)
        delivered = [end for end in news if isinstance(end, Delivered)]
        signalled = [of for of in news if isinstance(of, Signalled)]
        reports, told = self._told(news, delivered, now)
        return Gathered(now, due, rows, signalled, received, delivered,
                        one.incidents.news(reports, now), told,
                        one.dispatcher.ready(one.clock.ticking()) if one.work.leads else (),
                        {**one.clock.facts(), **(one.flood.facts() if one.flood else {})})

    def _of_answer(self, answer: Answer, now: float) -> codec.Input:
        row = codec.of_answer(answer, now)
        if answer.question and self.supervisor.journal.database.shared:
            # One that seemed dead may have asked too, and may answer after all.
            row = attrs.evolve(row, origin=ANSWER + answer.question)
        return row

    def _answers(self, news: Iterable[object]) -> Iterator[Answer]:
        """The answers among the news; those that nobody had asked for count where they tell."""
        backfill, health = self.supervisor.backfill, self.supervisor.health
        for one in news:
            if isinstance(one, Answer):
                if not one.question and backfill:
                    backfill.answered(one.graceid)
                if one.question or not one.failure or one.gone:
                    yield one
            elif isinstance(one, Connected) and backfill:
                backfill.connected()
            elif isinstance(one, Found) and backfill:
                names = self.supervisor.engine.names
                backfill.found(map(names.of, one.graceids), one.complete)
            elif isinstance(one, HeartbeatRequest) and health:
                one.answer(health.heartbeat())

    def _told(self, news: Sequence[object], delivered: Sequence[Delivered],
              now: float) -> tuple[list[Report], list[Notify]]:
        """The reports and the messages that the news, and the chores, give rise to."""
        reports = [one for one in news if isinstance(one, Report)]
        reports += self.supervisor.dispatcher.reports(delivered)
        for one in news:
            if isinstance(one, Anomaly):
                self._anomaly(one.name, one.message, one.count)
        self._tell_mended()
        told: list[Notify] = []
        if now > -inf:  # a recording has begun
            chores = list(self.supervisor.watches)
            if self.supervisor.clock.settled and self.supervisor.work.leads:
                chores += self.supervisor.chores
            for made in (made for chore in chores for made in chore(now) or ()):
                if isinstance(made, Report):
                    reports.append(made)
                else:
                    told.append(made)
        return reports, told

    def _of_alert(self, received: Received, now: float) -> codec.Input | None:
        if received.line is None:
            self.supervisor.ended = True
        if not received.line:
            return None
        self.supervisor.taken += 1
        row = codec.of_line(received.line, now)
        if row is not None and row.item is None:
            self._reject(received, row)
        if row is None or row.item is None:
            return row
        self.supervisor.heard.note(received.source, received.topic, received.line, now)
        if self._is_flood(row, received, now):
            return None
        if self.supervisor.journal.database.shared:  # several may hear the same
            row = attrs.evolve(row, origin=origin(received.topic, received.line))
        return row

    def _reject(self, received: Received, row: codec.Input) -> None:
        self.supervisor.rejected += 1
        LOG.warning("an alert from %s cannot be used (%s) and is kept in the journal: %.200r",
                    received.source, row.reason, received.line)
        self._anomaly(f"unusable alerts of {received.source}",
                    f"an alert of {received.topic or 'no topic'} cannot be used ({row.reason}); "
                    "it is kept in the journal")

    def _anomaly(self, name: str, message: str, count: int = 1) -> None:
        if self.supervisor.anomalies:
            self.supervisor.anomalies.note(name, message, self.supervisor.clock.ticking(), count)

    def _tell_mended(self) -> None:
        """Tell of the rows of the journal that were damaged, of each once."""
        mended = self.supervisor.journal.mended
        for words in mended:
            if words in self._mended:
                continue  # it has been read again meanwhile
            self._mended.append(words)
            LOG.error("%s: %s", self.supervisor.journal.name, words)
            self._anomaly("damaged rows of the journal", f"{words}; look at the disk, and see "
                          "what 'fsm journal check' says")
        mended.clear()

    def _is_flood(self, row: codec.Input, received: Received, now: float) -> bool:
        """Whether it is of a new GraceID that must be confirmed first; it then is asked for, and
        without GraceDB left alone."""
        one = self.supervisor
        graceid = one.engine.names.of(row.graceid)
        known = graceid in one.candidates or graceid in one.engine.retired or (
            one.journal.database.shared and one.journal.last_seq(graceid) > 0)
        if one.flood is None or known or one.engine.charts.lifecycle(graceid) is None \
                or not one.flood.over(received.source, graceid, one.clock.ticking()):
            return False
        if one.backfill:
            one.backfill.confirm(graceid)
        return True
