"""Puts a supervisor together from its configuration, and runs it until it is told to stop."""

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable

from fsm.core.charts.policy import Policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.fields import Plain
from fsm.daemon import wiring
from fsm.daemon.backfill import Backfill
from fsm.daemon.candidate_store import CandidateStore
from fsm.daemon.commands import Commands
from fsm.daemon.health.anomalies import Anomalies
from fsm.daemon.health.limits import Health
from fsm.daemon.health.silence import SilenceWatch
from fsm.daemon.health.transports import Transports
from fsm.daemon.journal_writer import Stopped
from fsm.daemon.loop import POSITION, Supervisor
from fsm.daemon.reload import ONLY_AT_START, Loaded, Reload, store_all
from fsm.daemon.rules import Declared
from fsm.daemon.time_source import AlertClock, WallClock
from fsm.daemon.upkeep import Upkeep
from fsm.daemon.views import Views
from fsm.errors import JournalError, JournalLost, SupervisorError
from fsm.io import systemd
from fsm.io.config.sections import Running
from fsm.io.control.server import Control
from fsm.io.delivery import emergency
from fsm.io.delivery.outbox import Outbox
from fsm.io.gracedb.query_pool import EmptyPool, QueryPool
from fsm.io.journal.journal import Journal
from fsm.io.listeners import Listening
from fsm.io.listeners.inbox import Inbox
from fsm.notify.digests import Digests
from fsm.notify.dispatcher import Dispatcher
from fsm.notify.morning import Morning
from fsm.notify.reminders import Reminders

LOG = logging.getLogger("fsm")
COLLECT = 50  # turns between two looks for cyclic garbage
STOP_WITHIN = 5.0  # seconds for which threads are waited for at the end
LETTERS_WITHIN = 20.0  # likewise for letters under way, whose answers tell whether they have come


class Daemon:
    """A supervisor with all that surrounds it.

    Args:
        charts: (processes, lifecycles).
        policy: :class:`~fsm.core.charts.policy.Policy`.
        running: :class:`~fsm.io.config.sections.Running`.
        recorded: whether time is that of recorded alerts, not the clock's.
        load: function that returns all three as the configuration is now.
    """

    def __init__(self, charts: Declared, policy: Policy, running: Running, recorded: bool = False,
                 load: Callable[[], Loaded] | None = None) -> None:
        self.charts, self.running, self.inbox = charts, running, Inbox()
        self._began, self._read = running, time.time()
        self.journal = Journal(wiring.database(running.journal))
        self.gracedb = wiring.gracedb(running.gracedb, recorded)
        stored = {"store_after": 1} if self.journal.database.shared else {}  # any may go on with it
        self.candidates = CandidateStore(self.journal, Engine(*charts, policy),
                                         running.journal.in_memory, **stored)
        engine = Engine(*charts, policy, candidates=self.candidates)
        self.clock = wiring.time_source(self.journal, self.gracedb, recorded)
        self.outbox = Outbox(self.journal, wiring.channels(running, self.gracedb), self.inbox.tell)
        self.query_pool = QueryPool(self.gracedb, self.inbox.tell, running.gracedb.at_once) \
            if self.gracedb else EmptyPool(self.inbox.tell)
        self.supervisor = Supervisor(engine, self.candidates, self.journal,
                                     self._dispatcher(policy.warnings), self.query_pool, self.clock,
                                     self.inbox)
        if running.journal.url:
            self.supervisor.work = wiring.among(self.supervisor, running, charts)
        if self.gracedb and not recorded:  # by recorded time it would hang on how fast that passes
            self.supervisor.backfill = Backfill(
                wiring.catch_up(running, policy), self.query_pool, self.candidates, engine.retired,
                self.journal.open_since, self.journal.last_time(), wiring.wanted(policy))
        positions = self.journal.facts(POSITION)
        self.listening = [Listening(wiring.listener(one, positions.get), self.inbox,
                                    self.clock.now, positions.get)
                          for one in running.listen]
        self._attend(load or (lambda: (charts, policy, running)))

    def _dispatcher(self, warnings: bool) -> Dispatcher:
        running = self.running
        digests = Digests(self.journal, wiring.context(running, self.charts[0]),
                          running.tell.gather, running.tell.route)
        reminders = Reminders(self.journal, running.tell.remind, running.tell.reminders)
        reminders.every()  # so that rubbish shows at the start
        self.morning = Morning(self.journal, digests, reminders, running.tell.digest)
        return Dispatcher(self.journal, self.outbox, digests, reminders, warnings)

    def _attend(self, load: Callable[[], Loaded]) -> None:
        """Have somebody who listens to operators, monitors and systemd."""
        supervisor, running = self.supervisor, self.running
        self.health = Health(supervisor, running.health, running.operators.name)
        self.anomalies = Anomalies(supervisor.incidents.since, self.clock.ticking())
        self.transports = Transports([one.condition for one in self.listening], self.anomalies,
                                     supervisor.incidents)
        self.silence = SilenceWatch(running.silence, supervisor.heard, self.transports.well,
                                    supervisor.incidents, supervisor.heard_by_all)
        supervisor.conditions = self.transports.conditions
        supervisor.health = self.health
        supervisor.writing.directly = self._tell_directly
        supervisor.commands = Commands(supervisor, Views(supervisor, self.health, self.configured),
                                         Reload(self, load).prepare)
        self.control = Control(running.socket, self.inbox.tell, running.operators.group,
                               supervisor.writing.stuck)

    def use_configuration(self, running: Running, policy: Policy) -> None:
        """Go by other tables from now on, but for those that count only at the start."""
        dispatcher, supervisor = self.supervisor.dispatcher, self.supervisor
        self.running, self._read = running, time.time()
        supervisor.work.use(policy)
        self.outbox.use(wiring.channels(running, self.gracedb))
        dispatcher.warnings, digests = policy.warnings, dispatcher.digests
        digests.context = wiring.context(running, self.charts[0])
        digests.gather, digests.routes = running.tell.gather, running.tell.route
        self.morning.time_of_day = running.tell.digest
        dispatcher.reminders.first = running.tell.remind
        dispatcher.reminders.most = running.tell.reminders
        self.health.limits, self.silence.settings = running.health, running.silence
        if supervisor.flood:
            supervisor.flood.most = running.health.new_candidates
        if supervisor.backfill:
            supervisor.backfill.settings = wiring.catch_up(running, policy)
            supervisor.backfill.wanted = wiring.wanted(policy)

    def configured(self) -> Plain:
        """By which configuration it goes: when that was ``read``, by the machine's clock, and which
        tables have changed since the start and count only ``after_restart``."""
        return {"read": self._read,
                "after_restart": [name for name in ONLY_AT_START
                                  if getattr(self._began, name) != getattr(self.running, name)]}

    def run(self) -> None:
        """Run until the inbox is closed, or a recording ends.

        Raises:
            JournalDamaged: where the journal cannot be used any more.
            JournalError: where it could not be read, which may pass.
        """
        self.keep_garbage_rare()
        turns = 0
        try:
            self._begin()
            while not self.inbox.closed and not self._finished():
                self.supervisor.turn()
                turns += 1
                self.collect_now_and_then(turns)
        except Stopped:
            LOG.error("stopped while the journal could not be written")
        except JournalLost:
            if not self.inbox.closed:
                raise
            LOG.error("stopped while the journal could not be read")
        finally:
            self.close()
        if self.journal.broken:
            raise self.journal.broken
        LOG.info("stopped")

    def _begin(self) -> None:
        self.control.start()  # who asks is answered also where the journal cannot be written now
        self.supervisor.begin()
        Upkeep(self).begin()
        LOG.info("supervising %d candidates, journal %s", len(self.candidates), self.journal.name)
        unreached = wiring.unreached(self.supervisor.engine.policy, self.running)
        if unreached:
            LOG.warning("no address in [parties], so only the log tells them: %s",
                        ", ".join(unreached))
        for one in self.listening:
            one.start()
        self.health.ready()

    def keep_garbage_rare(self) -> None:
        """Python's own looks for cyclic garbage at all candidates take seconds: none of them."""
        gc.disable()

    def collect_now_and_then(self, turns: int) -> None:
        """Look for cyclic garbage among what is new, and never again at what has stayed."""
        if turns % COLLECT == 1:
            gc.collect()
            gc.freeze()

    def _finished(self) -> bool:
        """Whether a recording has ended, and all that came of it is done."""
        supervisor = self.supervisor
        return (supervisor.ended and not supervisor.asked and not self.outbox.busy
                and isinstance(self.clock, AlertClock))

    def _tell_directly(self, words: str) -> None:
        """Tell the operators something without the journal, beside the main loop."""
        if self.supervisor.dispatcher.warnings:
            threading.Thread(target=emergency.say, args=(self.running, words), daemon=True,
                             name="last words").start()

    def close(self) -> None:
        """Finish what is under way, within seconds."""
        self.inbox.close()
        systemd.tell(STOPPING=1)
        commands = self.supervisor.commands
        if commands is not None and not self.journal.broken:
            with contextlib.suppress(SupervisorError):  # nobody waits for others any more
                commands.carry_out()
        self.control.close()
        for one in self.listening:
            one.join(STOP_WITHIN / len(self.listening))
        if not self.journal.broken:
            try:
                self._finish()
            except (JournalError, Stopped) as error:
                LOG.error("not all could be written: %s", error)
        self.query_pool.close()
        self.journal.close()

    def _finish(self) -> None:
        if isinstance(self.clock, WallClock):
            self.supervisor.take_the_rest()
            self.supervisor.keep_heard(self.clock.ticking())
        if self.supervisor.work.leads:
            self.supervisor.send_the_rest()
        self.outbox.close(STOP_WITHIN, LETTERS_WITHIN)
        self.supervisor.note_delivered()
        store_all(self)  # a newer version may have other rules
        self.supervisor.work.close()
