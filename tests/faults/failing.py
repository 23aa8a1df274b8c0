"""Calls of the disk, of GraceDB and of the mail server that fail, each once."""

import os
import sqlite3
from contextlib import ExitStack, contextmanager
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as Dialect

from fsm.errors import JournalError
from fsm.io.delivery import channels
from fsm.io.gracedb.retrying import DOWN, CallError
from tests.faults.running import supervised

MOST = 3  # times that it is started again, as systemd would
DISK = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_IOERR_WRITE", "SQLITE_CORRUPT")


def sqlite_error(name):
    """What the driver raises for an error of SQLite."""
    error = sqlite3.OperationalError(f"{name}, says a test")
    error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
    return error


class Refuser:
    """Has the call of a number fail, of those whose names begin in some way, and no other.

    Args:
        world: :class:`~tests.faults.world.World`.
        kind: with which their names begin: ``disk``, ``GraceDB`` or ``mail``.
        number: from 1; 0 for none.
        error: name of the error of SQLite.

    Attributes:
        names: of all calls of the kind so far, in order.
    """

    def __init__(self, world, kind, number=0, error=DISK[0]):
        self.kind, self.number, self.error, self.names = kind, number, error, []
        world.refuse = self

    def __call__(self, name):
        if name.startswith(self.kind):
            self.names.append(name)
            if len(self.names) == self.number:
                raise self._error(name)

    def _error(self, name):
        if name.startswith("GraceDB"):
            return CallError(DOWN, "it hangs up, says a test")
        if name.startswith("mail"):
            return SMTPServerDisconnected("it hangs up, says a test")
        return OSError(28, "No space left on device") if "file" in name else \
            sqlite_error(self.error)


@contextmanager
def asked_of(world):
    """Have a world asked before each call of the disk within."""
    def execute(cursor, statement, parameters, context=None):
        world.refuse(f"disk, {statement.split(None, 1)[0]}")

    def do_commit(dialect, connection, commit=Dialect.do_commit):
        world.refuse("disk, COMMIT")
        commit(dialect, connection)

    def fsync(number, flush=os.fsync):
        world.refuse("disk, the messages' file")
        flush(number)

    with ExitStack() as stack:
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            sa.event.listen(sa.Engine, name, execute)
            stack.callback(sa.event.remove, sa.Engine, name, execute)
        stack.enter_context(patch.object(Dialect, "do_commit", do_commit))
        stack.enter_context(patch.object(channels.os, "fsync", fsync))
        yield


def endured(world, night):
    """Run a night to its end; where the daemon ends by an error of the journal it is started again.
    """
    for again in range(MOST + 1):
        try:
            with asked_of(world):
                supervised(world, night)
            return again
        except JournalError:
            continue
    raise AssertionError(f"it has ended {MOST + 1} times")
