"""The tables of the journal, and how a journal of an older version becomes one of today's."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, Text

from fsm.errors import JournalError
from fsm.io.addresses import named, without_secrets
from fsm.io.jsonio import dumps, loads

METADATA = MetaData()

# Every input, in order. "time" is when the supervisor took it, unix seconds.
INPUTS = Table(
    "inputs", METADATA, Column("number", Integer, primary_key=True), Column("time", Float),
    Column("graceid", Text), Column("kind", Text), Column("body", LargeBinary),
    sa.Index("inputs_of", "graceid", "number"))

# The candidates under supervision: when each is next looked at, when it was last heard of while
# something is expected of it, the state of its lifecycle, how many of its checks are open and
# overdue, where the regions beside it are, the name of its profile, and its configuration after the
# input of this number; none yet where that is 0.
CANDIDATES = Table(
    "candidates", METADATA, Column("graceid", Text, primary_key=True), Column("timer", Float),
    Column("heard", Float), Column("number", Integer), Column("body", LargeBinary),
    Column("state", Text), Column("open", Integer), Column("overdue", Integer),
    Column("regions", Text), Column("profile", Text))

# Candidates that have left, with their last configuration.
ARCHIVE = Table(
    "archive", METADATA, Column("graceid", Text, primary_key=True), Column("time", Float),
    Column("body", LargeBinary), sa.Index("archive_by_time", "time"))

# Effects on their way out since a time; "done" is when one was delivered, or given up with an
# "error". "target" is the name of the address of a letter, else empty; the smaller the "gravity",
# the sooner one goes; "unknown" is how often somebody said that nobody has this address.
OUTBOX = Table(
    "outbox", METADATA, Column("number", Integer, primary_key=True), Column("key", Text),
    Column("channel", Text), Column("body", LargeBinary), Column("tries", Integer),
    Column("next", Float), Column("done", Float), Column("error", Text), Column("since", Float),
    Column("target", Text), Column("gravity", Integer), Column("unknown", Integer),
    sa.UniqueConstraint("channel", "key"), sa.Index("outbox_waiting", "done", "next"),
    sa.Index("outbox_of", "channel", "target", "done", "gravity", "number"))

# Messages to one address each, until they are gathered into a letter, and in which they were.
POST = Table(
    "post", METADATA, Column("number", Integer, primary_key=True), Column("address", Text),
    Column("key", Text), Column("time", Float), Column("body", LargeBinary), Column("letter", Text),
    sa.UniqueConstraint("address", "key"), sa.Index("post_waiting", "letter", "address"))

# What has been told to be wrong and is not over.
ALARMS = Table("alarms", METADATA, Column("name", Text, primary_key=True),
               Column("body", LargeBinary))

# The transitions that the input of a number has fired, as a list.
HISTORY = Table(
    "history", METADATA, Column("number", Integer, primary_key=True), Column("body", LargeBinary))

# Inputs that raised when they were taken, so that nothing takes them again by itself: with the
# traceback, and when an operator had one taken again, unix seconds.
FAILED = Table(
    "failed", METADATA, Column("number", Integer, primary_key=True), Column("graceid", Text),
    Column("time", Float), Column("trace", Text), Column("retried", Integer))

# How long checks have taken: the fields of fsm.core.engine.effects.Measured.
LATENCIES = Table(
    "latencies", METADATA, Column("graceid", Text), Column("process", Text), Column("check", Text),
    Column("generation", Integer), Column("time", Float), Column("state", Text),
    Column("at", Float), Column("created", Float), Column("started", Float),
    Column("began", Float),
    sa.PrimaryKeyConstraint("graceid", "process", "check", "generation"),
    sa.Index("latencies_by_time", "time"), sqlite_with_rowid=False)

# Questions to GraceDB that have not been answered.
QUESTIONS = Table(
    "questions", METADATA, Column("question", Text, primary_key=True), Column("body", LargeBinary))

# What else must be known after a restart, by name: numbers, times, positions in files.
FACTS = Table("facts", METADATA, Column("name", Text, primary_key=True), Column("value", Text))


def _completed(connection: sa.Connection) -> None:
    """Make the tables and columns that are not there yet."""
    METADATA.create_all(connection)
    for table in METADATA.sorted_tables:
        there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} "
                                           f"{column.type.compile(connection.dialect)}")


def _unnamed(connection: sa.Connection) -> None:
    """Name addresses that hold secrets, which earlier versions wrote out."""
    connection.exec_driver_sql("PRAGMA secure_delete = ON")  # nothing of them stays on free pages
    for number, address in connection.execute(sa.select(POST.c.number, POST.c.address)):
        if named(address or "") != address:
            connection.execute(sa.update(POST).where(POST.c.number == number)
                               .values(address=named(address)))
    letters = sa.select(OUTBOX.c.number, OUTBOX.c.body, OUTBOX.c.error).where(
        OUTBOX.c.channel == "chat")
    for number, body, error in connection.execute(letters):
        plain = loads(body)
        address = plain["address"]
        plain["address"] = named(address)
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.number == number).values(
            body=dumps(plain), error=error and without_secrets(error, address)))
    for table in (OUTBOX, POST):
        told = sa.select(table.c.number, table.c.body).where(
            sa.cast(table.c.body, Text).contains('"to"'), sa.cast(table.c.body, Text).contains("://"))
        for number, body in connection.execute(told):
            plain = loads(body)
            plain["to"] = [named(party) for party in plain.get("to", ())]
            connection.execute(sa.update(table).where(table.c.number == number)
                               .values(body=dumps(plain)))


def _indexed(connection: sa.Connection) -> None:
    """Make the indexes that are not there yet."""
    for table in METADATA.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _addressed(connection: sa.Connection) -> None:
    """Note whom the letters in the outbox go to, which only their bodies told."""
    _completed(connection)
    connection.exec_driver_sql("UPDATE outbox SET target = '', gravity = 0, unknown = 0")
    letters = connection.execute(sa.select(OUTBOX.c.number, OUTBOX.c.body).where(
        OUTBOX.c.channel.in_(("mail", "chat")))).all()
    for number, body in letters:
        connection.execute(sa.update(OUTBOX).where(OUTBOX.c.number == number).values(
            target=loads(body)["address"]))
    _indexed(connection)


# What brings a journal from version n to n + 1: functions of a connection, or statements.
MIGRATIONS: list[Callable[[sa.Connection], None] | str] = [
    METADATA.create_all, _completed, METADATA.create_all, _unnamed, _indexed, _addressed,
    _completed]


def lacking(execute: Callable[[str], Any]) -> list[str]:
    """The tables and columns that a journal of the present version should have, and has not.

    Args:
        execute: function that executes SQL and returns a cursor.
    """
    missing = []
    for table in METADATA.sorted_tables:
        there = {row[1] for row in execute(f"PRAGMA table_info({table.name})").fetchall()}
        if not there:
            missing.append(f"the table {table.name}")
        else:
            missing += [f"the column {table.name}.{column.name}" for column in table.columns
                        if column.name not in there]
    return missing


def migrate(connection: sa.Connection) -> None:
    """Bring a journal to the present version, within the caller's transaction.

    Raises:
        JournalError: where it was written by a newer version of the program.
    """
    version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    if version > len(MIGRATIONS):
        raise JournalError(f"it has version {version}, this program knows up to "
                           f"{len(MIGRATIONS)}: use the newer program that wrote it")
    for step in MIGRATIONS[version:]:
        if callable(step):
            step(connection)
        else:
            connection.exec_driver_sql(step)
    connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")
