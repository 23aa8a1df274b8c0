"""The main loop: takes what comes, into the journal first, acts on it, sends the effects out."""

import logging
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from math import inf
from typing import TypeVar

from fsm.core.engine.effects import Ask
from fsm.core.engine.engine import Engine
from fsm.core.evidence.fields import Plain
from fsm.daemon import naming
from fsm.daemon.acting import Acting, grouped
from fsm.daemon.backfill import Backfill
from fsm.daemon.candidate_store import CandidateStore
from fsm.daemon.chores import Chore
from fsm.daemon.commands import Commands
from fsm.daemon.flood import Flood
from fsm.daemon.health import hearing
from fsm.daemon.health.anomalies import Anomalies
from fsm.daemon.health.incidents import Incidents
from fsm.daemon.health.limits import Health
from fsm.daemon.intake import Gathered, Intake
from fsm.daemon.journal_writer import Hindered, Writing
from fsm.daemon.restart import taken_up
from fsm.daemon.time_source import TimeSource
from fsm.daemon.work import Alone, Work
from fsm.io import logs
from fsm.io.control import Request
from fsm.io.delivery.outbox import Delivered
from fsm.io.gracedb.query_pool import Pool
from fsm.io.journal import codec, sharing
from fsm.io.journal import failed_inputs as failures
from fsm.io.journal.codec import Numbered
from fsm.io.journal.journal import Journal
from fsm.io.listeners import HeartbeatRequest
from fsm.io.listeners.condition import Condition
from fsm.io.listeners.inbox import Inbox
from fsm.io.tally import Tally
from fsm.notify.dispatcher import Dispatcher

LOG = logging.getLogger("fsm")
RETRY = 2.0  # seconds before the journal is tried again
POSITION = "position "  # begins the names of facts that tell where listeners are
COMMANDED = "ordered"  # the fact: when operators have last given commands
T = TypeVar("T")


class Supervisor:
    """Supervises candidates.

    Args:
        engine: :class:`~fsm.core.engine.engine.Engine` whose candidates are ``candidates``.
        candidates: :class:`~fsm.daemon.candidate_store.CandidateStore`.
        journal: :class:`~fsm.io.journal.journal.Journal`.
        dispatcher: :class:`~fsm.notify.dispatcher.Dispatcher`.
        query_pool: has ``ask(asks)``; its answers come into the inbox.
        clock: :class:`~fsm.daemon.time_source.WallClock` or
            :class:`~fsm.daemon.time_source.AlertClock`.
        inbox: :class:`~fsm.io.listeners.inbox.Inbox`.

    Attributes:
        heard: when alerts last came, :class:`~fsm.daemon.health.arrivals.Arrivals`.
        anomalies: :class:`~fsm.daemon.health.anomalies.Anomalies`, where they are told.
        conditions: of the listeners, :class:`~fsm.io.listeners.condition.Condition`.
        chores: functions called in every turn with the time, which may return reports and
            messages, once it is known what time it is.
        watches: likewise those which are called before that too.
        taken: number of alerts taken since the start.
        rejected: number of alerts that could not be used.
        steps: how long acting on what a turn has brought has taken, commits included.
        ended: whether a recording that was followed has ended.
        commands: :class:`~fsm.daemon.commands.Commands`, once there are any.
        health: answers heartbeats, :class:`~fsm.daemon.health.limits.Health`, once there is one.
        flood: :class:`~fsm.daemon.flood.Flood`, where new GraceIDs are counted.
        writing: :class:`~fsm.daemon.journal_writer.Writing`.
        work: who acts, :class:`~fsm.daemon.work.Work`.
    """

    def __init__(self, engine: Engine, candidates: CandidateStore, journal: Journal,
                 dispatcher: Dispatcher, query_pool: Pool, clock: TimeSource, inbox: Inbox) -> None:
        self.engine, self.candidates, self.journal = engine, candidates, journal
        self.dispatcher, self.outbox = dispatcher, dispatcher.outbox
        self.query_pool, self.clock, self.inbox = query_pool, clock, inbox
        self.asked: set[str] = set()
        self.taken, self.rejected, self.ended = 0, 0, False
        self.steps = Tally()
        self.chores: list[Chore] = []
        self.watches: list[Chore] = []
        self.conditions: list[Condition] = []
        self.backfill: Backfill | None = None
        self.commands: Commands | None = None
        self.health: Health | None = None
        self.flood: Flood | None = None
        self.anomalies: Anomalies | None = None
        self.writing = Writing(journal, inbox, self._meanwhile)
        journal.database.away = self.writing.away
        self.incidents = Incidents(journal)
        self.heard = hearing.taken_up(journal, "", clock.ticking())
        self.intake = Intake(self)
        self.acting = Acting(journal, engine, candidates, dispatcher)
        self.work: Work = Alone(self)

    def begin(self) -> None:
        """Take up where the last one has stopped."""
        with self.journal.reading("where it has stopped"):
            asks = taken_up(self)
        self.work.begin(asks)
        self.outbox.send((), self.clock.now())

    def turn(self, longest: float = 1.0) -> None:
        """Wait for something to do, at most so many seconds, and do it.

        Raises:
            Stopped: where it must end before all is done.
            JournalError: where the journal cannot be used any more.
        """
        if self.journal.broken:
            raise self.journal.broken
        self._alive()
        gathered = self.intake.gather(min(longest, self.commands.patience) if self.commands
                                      else longest)
        numbered = self._committed(gathered)
        with self.steps.timing():
            self.work.act(gathered, numbered, self._commands_committed(gathered.now))
        for one in gathered.received:
            one.done()
        if self.commands:
            self.commands.carry_out()
        self.outbox.send(gathered.delivered, self.clock.ticking())
        if self.backfill and self.clock.settled and gathered.now > -inf:
            self.backfill.look(gathered.now, self.work.leads)

    def take_the_rest(self) -> None:
        """Take the alerts that wait in an inbox that has been closed."""
        self.clock.make_do()
        while self.inbox.head() is not None:
            self.turn(0.0)

    def note_delivered(self) -> None:
        """Note what has been delivered since the last turn."""
        _, news = self.inbox.take(0)
        with self.journal.writing():
            self.dispatcher.note([one for one in news if isinstance(one, Delivered)],
                             self.clock.now())

    def send_the_rest(self) -> None:
        """Let nothing wait for others to the same address any more."""
        now, waiting = self.clock.now(), self.dispatcher.digests.waiting()
        if waiting and not self.dispatcher.paused:
            with self.journal.writing():
                self.dispatcher.write(waiting, now)
            self.outbox.send((), now)

    def keep_heard(self, now: float) -> None:
        """Keep when alerts have come, so that a restart does not make silence begin anew."""
        mine, instance = hearing.noted(self.heard, self.conditions, now), self.incidents.instance
        self.write(lambda: hearing.keep(self.journal, instance, mine))

    def heard_by_all(self, now: float) -> list[Plain]:
        """What all supervisors on the journal have heard, this one's own as of now."""
        return [hearing.noted(self.heard, self.conditions, now),
                *hearing.others(self.journal, self.incidents.instance)]

    def retried(self, numbers: Sequence[int], now: float) -> None:
        """Note that inputs which had failed were taken again at a time, unix seconds."""
        if numbers:
            self.write(lambda: failures.retried(self.journal, numbers, now))
            self.acting.count_failed()

    def write(self, write: Callable[[], T], flushed: bool = True) -> T:
        """Have something written into the journal, in a transaction of its own, however long that
        cannot be; returns what it returns.

        Args:
            write: writes it.
            flushed: as of :meth:`~fsm.io.journal.journal.Journal.writing`.
        """
        return self.writing(write, RETRY, flushed)

    def prune(self, before: float, archived: float) -> bool:
        """Drop from the journal what is too old: :meth:`fsm.io.journal.journal.Journal.prune`."""
        names = self.engine.names.surplus(self.candidates)

        def drop() -> bool:
            naming.forget(self.journal, names)
            return self.journal.prune(before, archived)

        more = self.write(drop)
        if self.acting.guard.failed:  # nothing is remembered of what the journal has no more
            self.acting.count_failed()
        if not more:
            self.journal.shrink()
        return more

    # -- into the journal -----------------------------------------------------------------------

    def _committed(self, gathered: Gathered) -> list[Numbered]:
        """Write down what has come; returns the inputs, as pairs (number, input)."""
        if not gathered.anything:
            return []
        # What is acted on is on the disk with what comes of it: one wait for the disk, not two.
        acted_on = any(row.graceid for row in gathered.rows)
        numbered = self.write(lambda: self._commit(gathered), flushed=not acted_on)
        self.engine.names.stored()
        self.asked.difference_update(gathered.answered)
        return numbered

    def _commit(self, gathered: Gathered) -> list[Numbered]:
        """Write it down within one transaction; returns the inputs with their numbers."""
        numbered = sharing.heard(self.journal, self._named(gathered.rows))
        self.journal.set_facts(**{POSITION + name: place
                                  for name, place in gathered.places.items()})
        self.journal.set_facts(**gathered.facts)
        self.journal.answered(gathered.answered)
        self.dispatcher.note(gathered.delivered, self.clock.ticking())
        told = self.incidents.effects(gathered.news, gathered.now) if gathered.news else []
        self.dispatcher.put([*told, *gathered.told], (), gathered.now)
        self.dispatcher.write(gathered.addresses, self.clock.ticking())
        return numbered

    def _commands_committed(self, now: float) -> list[Numbered]:
        """Write down what operators command, likewise; not what they were refused meanwhile."""
        commands = self.commands
        if not commands or not commands.rows():
            return []
        rows: list[codec.Input] = []

        def write() -> Sequence[int]:
            rows[:] = self._named(commands.rows())
            self.journal.set_facts(**{COMMANDED: now})  # shows that it can be written without any
            return self.journal.add(rows)

        numbered = list(zip(self.write(write), rows, strict=True))
        self.engine.names.stored()
        commands.noted()
        return numbered

    def _named(self, rows: Iterable[codec.Input]) -> list[codec.Input]:
        return naming.named(self.journal, self.engine.names, rows)

    # -- what comes of it -----------------------------------------------------------------------

    def act(self, todo: Mapping[str, Sequence[Numbered]], due: Container[str] = (),
            asks: Iterable[Ask] = ()) -> None:
        """Act on what waits for candidates, and on what superevents are told of it then.

        Args:
            todo, due, asks: as of :meth:`~fsm.daemon.acting.Acting.act`.
        """
        while todo or asks:
            todo, asks = self.acted_on(todo, due, asks), ()

    def acted_on(self, todo: Mapping[str, Sequence[Numbered]], due: Container[str],
                 asks: Iterable[Ask] = ()) -> Mapping[str, Sequence[Numbered]]:
        """Likewise, in one transaction; returns what waits then: for superevents, and what has come
        meanwhile while others found their candidates taken."""
        batch, numbers = self.write(lambda: self.acting.act(todo, due, self.clock.now(), asks))
        touched = self.acting.committed()
        for _, transitions in batch.fired:
            logs.transitions(transitions)
        self.ask(batch.asks)
        waits = grouped(zip(numbers, batch.news, strict=True))
        if self.journal.database.shared:
            waits.update({name: [] for name in sharing.awaited(self.journal, touched)})
        return waits

    def ask(self, asks: Sequence[Ask]) -> None:
        """Have questions answered that are in the journal."""
        self.asked.update(ask.question for ask in asks)
        self.query_pool.ask(asks)

    def _alive(self) -> None:
        if self.health:
            self.health.alive()

    def _meanwhile(self, hindered: Hindered, seconds: float) -> None:
        """Serve operators and monitors for so long, while the journal cannot be written."""
        self._alive()
        news = self.inbox.pick((Request, HeartbeatRequest), seconds)
        for one in news:
            if isinstance(one, HeartbeatRequest) and self.health:
                one.answer(self.health.heartbeat())
        if self.commands:
            self.commands.hindered([one for one in news if isinstance(one, Request)], hindered)
