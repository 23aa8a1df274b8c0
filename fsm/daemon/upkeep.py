"""What a daemon does now and then besides: looks at how it fares, and drops what is too old."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from fsm.daemon import wiring
from fsm.daemon.chores import Chore, every
from fsm.daemon.flood import CONFIRMED, LEFT, Flood
from fsm.daemon.health.journal_inspection import JournalInspection
from fsm.daemon.loop import POSITION
from fsm.daemon.time_source import WallClock
from fsm.errors import ControlError
from fsm.io import logs
from fsm.io.config.listen import ListenFile
from fsm.io.config.sections import DAY
from fsm.io.listeners.file_positions import of_gone
from fsm.io.reports import Report

if TYPE_CHECKING:
    from fsm.daemon.daemon import Daemon

LOOK = 10.0  # seconds between looks at clock, files, listeners and health
KEEP = 60.0  # seconds between two times at which is kept when alerts have come
CHECKPOINT = 0.5  # seconds between times at which the journal's file is brought up to date
PRUNE, PRUNE_LOGS = 60.0, 3600.0  # seconds between looks at what is too old


class Upkeep:
    """The chores and the watches of a daemon.

    Args:
        daemon: :class:`~fsm.daemon.daemon.Daemon`.
    """

    def __init__(self, daemon: "Daemon") -> None:
        self.daemon = daemon
        self._inspecting = JournalInspection(daemon.journal)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="clock")
        self._looking: Future[Any] = self._beside.submit(bool)

    def begin(self) -> None:
        """Have its supervisor do all of it from now on."""
        daemon, supervisor = self.daemon, self.daemon.supervisor
        shared = daemon.journal.database.shared
        chores: list[Chore] = [
            supervisor.dispatcher.reminders.due, self._look_at_addresses, self._tell_of_the_day,
            *supervisor.work.chores]
        watches: list[Chore] = [] if shared else [self._inspecting.look]
        if isinstance(daemon.clock, WallClock):
            supervisor.flood = Flood(daemon.journal, daemon.running.health.new_candidates,
                                     CONFIRMED if daemon.gracedb else LEFT)
            supervisor.anomalies = daemon.anomalies
            chores += [daemon.silence.reports, self._look_at_flood]
            watches += [self._look_at_files, self._look_at_health, self._look_at_clock,
                        self._look_at_transports]
            # Whoever leads is to know soon what the others have heard.
            heard = every(LOOK if shared else KEEP, supervisor.keep_heard)
            supervisor.watches += [self._once_settled(every(LOOK, daemon.silence.listen)),
                                   self._once_settled(heard)]
        supervisor.watches.append(self._once_settled(every(PRUNE_LOGS, self._prune_logs)))
        supervisor.chores.append(every(PRUNE, self._prune))
        supervisor.chores += [every(LOOK, chore) for chore in chores]
        supervisor.watches += [every(LOOK, watch, time.monotonic) for watch in watches]
        supervisor.watches.append(every(CHECKPOINT, self._checkpoint, time.monotonic))

    def _prune(self, now: float) -> None:
        """Drop a few candidates of the journal: in a day far more than come in one."""
        keep = self.daemon.running.journal
        self.daemon.supervisor.prune(now - keep.keep_days * DAY, now - keep.archive_days * DAY)

    def _checkpoint(self, now: float) -> None:
        self.daemon.journal.database.checkpoint()

    def _prune_logs(self, now: float) -> None:
        """Drop logs of candidates, and what is known of listened files that are gone."""
        before, journal = now - self.daemon.running.journal.keep_days * DAY, self.daemon.journal
        logs.prune(self.daemon.running.logs.folder, before)
        if journal.database.shared:  # a file may be there for another one
            return
        followed = [one.path for one in self.daemon.running.listen if isinstance(one, ListenFile)]
        gone = of_gone(journal.facts(POSITION), followed, before)
        if gone:
            self.daemon.supervisor.write(lambda: journal.forget([POSITION + name for name in gone]))

    def _look_at_files(self, now: float) -> Iterator[Report]:
        """Notice where journal or socket were deleted or replaced; it serves on, whatever they are.
        """
        lost = self.daemon.journal.database.lost()
        yield Report("journal file", bool(lost), f"{lost}: it goes on in the file that is open, "
                     "which is lost when it ends; stop it, having made a copy with 'fsm journal "
                     "backup'" if lost else "the journal is where it should be")
        lost = self.daemon.control.lost()
        if lost:
            try:
                self.daemon.control.renew()
            except ControlError as error:
                lost = f"{lost}: {error}"
        yield Report("socket", bool(lost), lost or "operators can reach it")

    def _once_settled(self, watch: Chore) -> Chore:
        """A watch that needs to know what time it is."""
        return lambda now: watch(now) if self.daemon.clock.settled else ()

    def _look_at_flood(self, now: float) -> Iterator[Report]:
        flood = self.daemon.supervisor.flood
        return flood.reports(self.daemon.clock.ticking()) if flood else iter(())

    def _look_at_transports(self, now: float) -> list[Report]:
        return self.daemon.transports.reports(self.daemon.clock.ticking())

    def _look_at_addresses(self, now: float) -> Iterator[Report]:
        """Notice where an address in trouble has left the configuration."""
        supervisor = self.daemon.supervisor
        addresses = wiring.addresses(supervisor.engine.policy, self.daemon.running)
        return supervisor.dispatcher.reachability.left(supervisor.incidents.since, addresses)

    def _tell_of_the_day(self, now: float) -> None:
        """Have each party told of the last day as a whole, where that is due."""
        supervisor, morning = self.daemon.supervisor, self.daemon.morning
        moment = morning.due(now)
        if moment is None or supervisor.dispatcher.paused or not supervisor.dispatcher.warnings:
            return
        supervisor.write(lambda: supervisor.outbox.put(morning.letters(moment, now), now))

    def _look_at_health(self, now: float) -> Iterator[Report]:
        self.daemon.health.ready()
        return self.daemon.health.reports(now)

    def _look_at_clock(self, now: float) -> None:
        """Beside the main loop, since GraceDB may be asked for the time."""
        def look() -> None:
            for report in clock.look() if isinstance(clock, WallClock) else ():
                self.daemon.inbox.tell(report)

        clock = self.daemon.clock

        if self._looking.done():
            self._looking = self._beside.submit(look)
