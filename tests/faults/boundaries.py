"""The boundaries of a daemon's work, found from outside: each is passed on to a watcher by name.

What a daemon that is killed leaves behind is what is in its files at that moment, and what others
have of it. So the watcher of a run keeps that at every boundary, and a run goes on from each.
"""

from bisect import bisect_left
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Dialect

from fsm.core.engine.isolation import Guard
from fsm.daemon.daemon import Daemon
from fsm.io.delivery.channels import FileChannel
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.journal import Journal
from fsm.io.journal.pruning import Pruning
from fsm.io.listeners.inbox import Inbox
from tests.faults.running import supervised
from tests.faults.world import World

LOG = "journal.db-wal"
# Methods, and what is passed before and after each.
BEFORE = ((Guard, "step", "a step"), (Journal, "store", "a snapshot"),
          (Journal, "archive", "leaving"), (Pruning, "look", "pruning"),
          (Journal, "shrink", "shrinking"), (Journal, "close", "the journal's end"),
          (Daemon, "use_configuration", "a reload"), (Outbox, "send", "sending"),
          (Outbox, "put", "putting into the outbox"), (Outbox, "note", "noting what is delivered"),
          (Inbox, "take", "taking what has come"), (FileChannel, "deliver", "a message's file"))


class Dead(BaseException):
    """The daemon was killed here: nothing of the program catches it."""


@contextmanager
def told_of(world):
    """Have a world told of each boundary within."""
    with ExitStack() as stack:
        for kind, name, words in BEFORE:
            method = _around(world, getattr(kind, name), words)
            stack.enter_context(patch.object(kind, name, method))
        stack.enter_context(patch.object(Journal, "writing", _writing(world, Journal.writing)))
        stack.enter_context(patch.object(Dialect, "do_commit", _commit(world, Dialect.do_commit)))
        sa.event.listen(sa.Engine, "after_cursor_execute", listener := _statement(world))
        stack.callback(sa.event.remove, sa.Engine, "after_cursor_execute", listener)
        yield


def _around(world, method, words):
    def do(*args, **more):
        world.passed(f"before {words}")
        made = method(*args, **more)
        world.passed(f"after {words}")
        return made

    return do


def _writing(world, writing):
    @contextmanager
    def do(journal, *args, **more):
        world.passed("before a transaction")
        with writing(journal, *args, **more):
            world.passed("a transaction has begun")
            yield
            world.passed("a transaction is written")
        world.passed("a transaction is committed")

    return do


def _commit(world, commit):
    def do(dialect, connection):
        world.passed("before a commit")
        commit(dialect, connection)
        world.passed("after a commit")

    return do


def _statement(world):
    def done(connection, cursor, statement, parameters, context, many):
        world.passed(f"after {statement.split(None, 1)[0]}")

    return done


class Recorder:
    """Keeps what is there at each boundary of a run, each state once.

    Args:
        world: :class:`~tests.faults.world.World` in which it is run.

    Attributes:
        names: of all boundaries, in order.
        states: of each state that differs from those before: the first boundary, and the state.
    """

    def __init__(self, world):
        self.world, self.names, self.states = world, [], []
        self._digests, self._before = set(), None
        world.passed = self.passed

    def passed(self, name):
        """A boundary."""
        self.names.append(name)
        now = self.world.state()
        for words, state in ((name, now), *_torn(self._before, now)):
            self._keep(words, state)
        self._before = now

    def _keep(self, name, state):
        digest = state.digest()
        if digest not in self._digests:
            self._digests.add(digest)
            self.states.append((f"{len(self.names)}: {name}", state))


def _torn(before, now):
    """What there is where it was killed while a file was being written: half of what is new."""
    for name, words in ((LOG, "half of a commit"), ("messages.jsonl", "half of a line")):
        old = dict(before.files).get(name, b"") if before else b""
        new = dict(now.files).get(name, b"")
        if old != new:
            first, rest = _same(old, new), len(new)
            if len(old) == len(new):
                rest -= _same(old[::-1], new[::-1])
            half = (first + rest) // 2
            yield words, now.with_file(name, new[:half] + old[half:])


def _same(old, new):
    """How many bytes are the same at the beginning."""
    return bisect_left(range(min(len(old), len(new))), True,
                       key=lambda last: old[:last + 1] != new[:last + 1])


class Killer:
    """Kills a run at the boundary of a number.

    Args:
        world: :class:`~tests.faults.world.World` in which it is run.
        number: from 1.

    Attributes:
        left: what it has left, and the boundary's name; None where it has not come so far.
    """

    def __init__(self, world, number):
        self.world, self.number, self.left, self._count = world, number, None, 0
        world.passed = self.passed

    def passed(self, name):
        """A boundary; once dead it stays so."""
        self._count += 1
        if self._count == self.number:
            self.left = name, self.world.state()
        if self._count >= self.number:
            raise Dead


def recorded(folder, night, state=None):
    """Run a night undisturbed from a state on; returns its :class:`Recorder`."""
    recorder = Recorder(World(folder, state))
    with told_of(recorder.world):
        supervised(recorder.world, night)
    return recorder


def killed(folder, night, state, number):
    """Run a night from a state on and kill it at the boundary of a number, from 1; returns its
    :class:`Killer`."""
    killer = Killer(World(folder, state), number)
    with told_of(killer.world):
        try:
            supervised(killer.world, night)
        except BaseException:  # what comes of it being dead in the midst of anything
            if killer.left is None:
                raise
    return killer
