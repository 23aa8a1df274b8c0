"""A whole daemon in the process of the test, in a world that is in it too."""

import logging
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from math import inf
from unittest.mock import patch

from fsm.daemon import daemon as program
from fsm.daemon import journal_writer, loop, upkeep, wiring
from fsm.daemon.daemon import Daemon
from fsm.io.config import load
from fsm.io.config.daemon import running
from fsm.io.control import Request
from fsm.io.delivery import mail, outbox
from fsm.io.gracedb.api import GraceDB
from fsm.io.journal import sqlite
from fsm.io.journal.journal import Journal
from fsm.io.jsonio import loads
from fsm.io.listeners.condition import Condition
from fsm.io.listeners.inbox import Received
from fsm.registry import charts
from tests.faults import world as outside

NAME = "night"  # of the listener, and of its place in the journal
PARTIES = {"operators": ["operators@example.org"], "advocates": ["a@example.org", "b@example.org"]}


def configuration(folder, night):
    """The tables of a configuration whose files are in a folder."""
    few = [{"name": "few", "era": "o4", "only": list(night.only)}] if night.only else []
    return {"journal": {"path": str(folder / "journal.db"), "keep_days": night.keep_days,
                        "archive_days": 90.0},
            "gracedb": {"authenticated": False}, "parties": PARTIES, "profile": few,
            "timing": {"give_up": night.give_up},
            "mail": {"server": "mail.example.org", "sender": "es@example.org", "security": "none"},
            "tell": {"log": False, "file": str(folder / "messages.jsonl"), "reminders": 2},
            "operators": {"socket": str(folder / "s")}}


class Listener:
    """Hands over the lines of a night from where the journal says that it has come to."""

    listens = True

    def __init__(self, daemon, lines):
        self.daemon, self.lines = daemon, lines
        self.condition = Condition(f"listener {NAME}", daemon.clock.now)

    def start(self):
        inbox = self.daemon.inbox
        begin = self.daemon.journal.facts("position ").get(NAME, 0)
        for number, line in enumerate(self.lines[begin:], begin + 1):
            inbox.put(Received(NAME, "", line, float(loads(line)["time"]), {NAME: number}))
        inbox.put(Received(NAME, "", None, inf))
        self.daemon.command()

    def join(self, seconds):
        """It has no thread."""


class Nobody:
    """In the place of the operators' socket."""

    def __init__(self, *args):
        """Nobody is there."""

    def start(self):
        """Nobody is there."""

    close, lost = start, start


class Supervising(Daemon):
    """The daemon, with operators who give each of their commands when it is time for it, and again
    where it was not answered before the daemon died.

    Args:
        world: :class:`~tests.faults.world.World`.
        night: :class:`~tests.faults.night.Night`.
    """

    def __init__(self, world, night):
        self.world, self.night = world, night
        plain = configuration(world.folder, night)
        declared = charts()
        loaded = (declared, load.policy(plain, declared[0]), running(plain))
        super().__init__(*loaded, True, lambda: loaded)
        self.listening = [Listener(self, night.lines)]
        self._given = set()

    def keep_garbage_rare(self):
        """The test's own process collects it."""

    def collect_now_and_then(self, turns):
        """Called after each turn: it is the operators' turn."""
        self.world.passed("a turn is over")
        self.command()

    def command(self):
        """Have the operators give the commands for which it is time."""
        come = self.journal.facts("position ").get(NAME, 0)
        for number, (after, name, arguments) in enumerate(self.night.commands):
            if after <= come and number not in self.world.answered | self._given:
                self._given.add(number)
                self.inbox.tell(Request(name, "somebody", dict(arguments), self._answer(number)))

    def _answer(self, number):
        def answer(result=None, error=None):
            self.world.passed("a command is done")
            if error and ("give it again" in error or "says a test" in error):
                self._given.discard(number)
                return
            assert error is None or "it is noted, and done when" in error, error
            self.world.answered.add(number)
            self.world.passed("a command is answered")

        return answer


@contextmanager
def around(world, night):
    """Everything outside of a daemon is that of a world."""
    with ExitStack() as stack:
        def replace(where, name, by):
            stack.enter_context(patch.object(where, name, by))

        source = night.gracedb()
        replace(program, "QueryPool", lambda gracedb, tell, most: outside.Questions(
            world, source, tell))
        replace(program, "Control", Nobody)
        replace(wiring, "gracedb", lambda server, stamped: GraceDB(outside.Caller(world)))
        replace(outbox, "Workers", outside.AtOnce)
        replace(mail.smtp, "Plain", lambda *args, **more: outside.MailServer(world))
        replace(sqlite, "Checkpoints", Checkpoints)
        replace(upkeep, "CHECKPOINT", 0.0)
        replace(upkeep, "LOOK", 0.0)  # else it would hang on when it was begun what time it is then
        replace(loop, "RETRY", 0.0)
        replace(journal_writer, "AGAIN", 0.0)
        replace(logging.getLogger("fsm"), "disabled", True)
        yield


class Checkpoints:
    """In the place of the thread that takes the log into the file: it is done in each turn."""

    def __init__(self, path, lost):
        self._path = path

    def begin(self):
        """Do it, on a connection of its own as the thread does."""
        with closing(sqlite3.connect(self._path)) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self):
        """Nothing is open."""


def supervised(world, night):
    """Run a daemon in a world to the end of a night; whatever it raises is the caller's.

    The daemon is left as one that is killed leaves it, where it ends so.
    """
    journals = []

    def journal(where):
        journals.append(Journal(where))
        return journals[-1]

    with around(world, night), patch.object(program, "Journal", journal):
        try:
            Supervising(world, night).run()
        except BaseException:
            for one in journals:
                one.db.close()  # without a commit
                one.database.close()
            raise
