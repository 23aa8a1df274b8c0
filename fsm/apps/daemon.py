"""Puts a supervisor together from its configuration, and runs it until it is told to stop."""

import gc
import logging
from concurrent.futures import ThreadPoolExecutor
from math import inf

from fsm.apps.catching_up import CatchingUp
from fsm.apps.memory import Memory
from fsm.apps.pace import Live, Recorded
from fsm.apps.quiet import Quiet
from fsm.apps.supervisor import POSITION, Stopped, Supervisor
from fsm.core.engine import Engine
from fsm.errors import JournalError
from fsm.io.asking import Asking, NobodyAsked
from fsm.io.calling import Caller
from fsm.io.channels import FileChannel, GraceDBChannel, LogChannel
from fsm.io.clock import Clock
from fsm.io.gracedb import GraceDB
from fsm.io.inbox import Inbox
from fsm.io.journal import Journal
from fsm.io.listeners import Listening
from fsm.io.outbox import Outbox
from fsm.io.running import DAY

LOG = logging.getLogger("fsm")
COLLECT = 50  # turns between two looks for cyclic garbage
LOOK, PRUNE = 10.0, 3600.0  # seconds between looks at the clock, and at what is too old
STOP_WITHIN = 5.0  # seconds for which threads are waited for at the end


class Daemon:
    """A supervisor with all that surrounds it.

    Args:
        charts: (processes, lifecycles).
        policy: :class:`~fsm.core.profile.Policy`.
        running: :class:`~fsm.io.running.Running`.
        recorded: whether time is that of recorded alerts, not the clock's.
    """

    def __init__(self, charts, policy, running, recorded=False):
        self.running, self.inbox = running, Inbox()
        self.journal = Journal(running.journal.path)
        gracedb = _gracedb(running.gracedb, recorded)
        self.memory = Memory(self.journal, Engine(*charts, policy),
                             int(running.journal.in_memory))
        engine = Engine(*charts, policy, candidates=self.memory)
        self.pace = self._pace(gracedb, recorded)
        self.outbox = Outbox(self.journal, _channels(running.tell, gracedb), self.inbox.tell)
        self.asking = Asking(gracedb, self.inbox.tell, int(running.gracedb.at_once)) \
            if gracedb else NobodyAsked(self.inbox.tell)
        self.supervisor = Supervisor(engine, self.memory, self.journal, self.outbox, self.asking,
                                     self.pace, self.inbox)
        if gracedb:
            self.supervisor.catching_up = CatchingUp(
                running.catch_up, self.asking, self.memory, engine.retired,
                self.supervisor.open_since)
        positions = self.journal.facts(POSITION)
        self.listening = [Listening(_listener(*one, positions.get), self.inbox, self.pace.now)
                          for one in running.listen]
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="clock")

    def _pace(self, gracedb, recorded):
        last = self.journal.last_time()
        if recorded:
            return Recorded(-inf if last is None else last)
        return Live(Clock(gracedb.time if gracedb else lambda: None, last))

    def run(self):
        """Run until the inbox is closed, or a recording ends."""
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
        finally:
            self.close()
        LOG.info("stopped")

    def _begin(self):
        self.supervisor.begin()
        self._begin_chores()
        LOG.info("supervising %d candidates, journal %s", len(self.memory), self.journal.path)
        for one in self.listening:
            one.start()

    def keep_garbage_rare(self):
        """Python's own looks for cyclic garbage at all candidates take seconds: none of them."""
        gc.disable()

    def collect_now_and_then(self, turns):
        """Look for cyclic garbage among what is new, and never again at what has stayed."""
        if turns % COLLECT == 1:
            gc.collect()
            gc.freeze()

    def _finished(self):
        """Whether a recording has ended, and all that came of it is done."""
        supervisor = self.supervisor
        return (supervisor.ended and not supervisor.asked and not self.outbox.busy
                and isinstance(self.pace, Recorded))

    def close(self):
        """Finish what is under way, within seconds."""
        self.inbox.close()
        for one in self.listening:
            one.join(STOP_WITHIN / len(self.listening))
        try:
            if isinstance(self.pace, Live):
                self.supervisor.take_the_rest()
            self.outbox.close(STOP_WITHIN)
            self.supervisor.note_delivered()
        except (JournalError, Stopped) as error:
            LOG.error("not all could be written: %s", error)
        self.asking.close()
        self.journal.close()

    def _begin_chores(self):
        supervisor, running = self.supervisor, self.running
        now = self.pace.now()
        keep = running.journal.keep_days * DAY
        supervisor.chores.append(_every(PRUNE, lambda now: supervisor.prune(now - keep)))
        if isinstance(self.pace, Live):
            supervisor.chores.append(Quiet(running.silence, supervisor.heard, now).reports)
            supervisor.chores.append(_every(LOOK, self._look_at_clock))

    def _look_at_clock(self, now):
        """Beside the main loop, since GraceDB may be asked for the time."""
        def look():
            for report in self.pace.clock.look():
                self.inbox.tell(report)

        self._beside.submit(look)


def _every(seconds, chore):
    """A chore done at most once in so many seconds."""
    last = [-inf]

    def done(now):
        if abs(now - last[0]) < seconds:
            return ()
        last[0] = now
        return chore(now)

    return done


def _gracedb(server, stamped):
    if not server.url:
        return None
    return GraceDB(Caller(server.url, authenticated=server.authenticated, stamped=stamped))


def _channels(telling, gracedb):
    made = {"log": LogChannel()} if telling.log else {}
    if telling.file:
        made["file"] = FileChannel(telling.file)
    if gracedb:
        made["gracedb"] = GraceDBChannel(gracedb)
    return made


def _listener(kind, options, positions):
    if kind == "lvalert":
        from fsm.io.listeners.lvalert import LVAlert

        return LVAlert(**{"name": kind, **options})
    if kind == "igwn-alert":
        from fsm.io.listeners.kafka import Kafka

        return Kafka(**{"name": kind, **options})
    from fsm.io.listeners.files import Files, StandardInput

    return StandardInput() if kind == "stdin" else Files(options["path"], positions)
