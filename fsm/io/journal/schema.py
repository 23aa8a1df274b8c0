"""The tables of the journal."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, Table

METADATA = MetaData()
NOW = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), Float)  # by PostgreSQL's clock
Number = BigInteger().with_variant(Integer, "sqlite")


def storable(text: str) -> str:
    """A text in which stands for itself what no database takes: NUL, and halves of characters."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


class Text(sa.TypeDecorator[str]):
    """Text, as :func:`storable` makes it."""

    impl, cache_ok = sa.Text, True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """The text as it is written."""
        return None if value is None else storable(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """The text as it is read; of bytes, which damage may leave there, what can be shown."""
        return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


# Every input, in the order of arrival. "time" is when the supervisor took it, unix seconds; "seq"
# its place among those about its candidate in the order in which they were acted on, which is that
# of a replay: none while it waits. "origin" tells two of the same apart, where several supervisors
# may hear it.
INPUTS = Table(
    "inputs", METADATA, Column("number", Number, primary_key=True), Column("time", Float),
    Column("graceid", Text), Column("kind", Text), Column("body", LargeBinary),
    Column("seq", Number), Column("origin", Text))
sa.Index("inputs_origin", INPUTS.c.origin, unique=True)
sa.Index("inputs_acted", INPUTS.c.graceid, INPUTS.c.seq, unique=True)
sa.Index("inputs_waiting", INPUTS.c.graceid, INPUTS.c.number,
         sqlite_where=INPUTS.c.seq.is_(None), postgresql_where=INPUTS.c.seq.is_(None))
sa.Index("inputs_commands", INPUTS.c.number, sqlite_where=sa.text("kind = 'command'"),
         postgresql_where=sa.text("kind = 'command'"))  # few among many alerts

# The candidates under supervision: when each is next looked at, when it was last heard of while
# something is expected of it, the state of its lifecycle, how many of its checks are open and
# overdue, where the regions beside it are, the name of its profile; "seq" and the time of the last
# input that was acted on, and its configuration after the one with the seq "stored", none where
# that is 0; by which rules it was judged last, where several supervisors may have different ones.
CANDIDATES = Table(
    "candidates", METADATA, Column("graceid", Text, primary_key=True), Column("timer", Float),
    Column("heard", Float), Column("body", LargeBinary), Column("state", Text),
    Column("open", Integer), Column("overdue", Integer), Column("regions", Text),
    Column("profile", Text), Column("seq", Number), Column("time", Float),
    Column("stored", Number), Column("rules", Text))

# Candidates that have left, with their last configuration.
ARCHIVE = Table(
    "archive", METADATA, Column("graceid", Text, primary_key=True), Column("time", Float),
    Column("body", LargeBinary), sa.Index("archive_by_time", "time"))

# Effects on their way out since a time; "done" is when one was delivered, or given up with an
# "error". "target" is the name of the address of a letter, else empty; the smaller the "gravity",
# the sooner one goes; "unknown" is how often somebody said that nobody has this address; "claimed"
# the supervisor that has it in hand, of several on one database, "until" when by its clock.
OUTBOX = Table(
    "outbox", METADATA, Column("number", Number, primary_key=True), Column("key", Text),
    Column("channel", Text), Column("body", LargeBinary), Column("tries", Integer),
    Column("next", Float), Column("done", Float), Column("error", Text), Column("since", Float),
    Column("target", Text), Column("gravity", Integer), Column("unknown", Integer),
    Column("claimed", Text), Column("until", Float), sa.UniqueConstraint("channel", "key"),
    sa.Index("outbox_waiting", "done", "next"),
    sa.Index("outbox_of", "channel", "target", "done", "gravity", "number"))

# Messages to one address each, until they are gathered into a letter, and in which they were.
POST = Table(
    "post", METADATA, Column("number", Number, primary_key=True), Column("address", Text),
    Column("key", Text), Column("time", Float), Column("body", LargeBinary), Column("letter", Text),
    sa.UniqueConstraint("address", "key"), sa.Index("post_waiting", "letter", "address"))

# How letters to an address follow each other: when the last one was written, and how many seconds
# the next message waits for others.
PACES = Table(
    "paces", METADATA, Column("address", Text, primary_key=True), Column("last", Float),
    Column("wait", Float))

# What has been told to be wrong and is not over: about which check, when it is next told again
# (infinity for never, negative where it does not stand at present), how often it was, who has
# acknowledged it, with which note and until when (none for as long as it lasts), and the message
# that told it.
ALARMS = Table(
    "alarms", METADATA, Column("name", Text, primary_key=True), Column("graceid", Text),
    Column("process", Text), Column("check", Text), Column("next", Float),
    Column("reminded", Integer), Column("acknowledged", Text), Column("body", LargeBinary),
    Column("note", Text), Column("until", Float),
    sa.Index("alarms_due", "next"), sa.Index("alarms_of", "graceid"))

# What is wrong with the supervisors themselves, or was of late: which of them has it, if not all,
# since when it is told, when it came the last two times and was last there, and how it is to be
# told that it is over where it may come again.
INCIDENTS = Table(
    "incidents", METADATA, Column("instance", Text, primary_key=True),
    Column("name", Text, primary_key=True), Column("since", Float), Column("earlier", Float),
    Column("latest", Float), Column("wrong", Float), Column("ending", Text))

# The transitions that the input of a number has fired, as a list.
HISTORY = Table(
    "history", METADATA, Column("number", Number, primary_key=True, autoincrement=False),
    Column("body", LargeBinary))

# Inputs that raised when they were taken, so that nothing takes them again by itself: with the
# traceback, and when an operator had one taken again, unix seconds.
FAILED = Table(
    "failed", METADATA, Column("number", Number, primary_key=True, autoincrement=False),
    Column("graceid", Text), Column("time", Float), Column("trace", Text),
    Column("retried", Integer))

# How long checks have taken: the fields of fsm.core.engine.effects.Measured.
LATENCIES = Table(
    "latencies", METADATA, Column("graceid", Text), Column("process", Text), Column("check", Text),
    Column("generation", Integer), Column("time", Float), Column("state", Text),
    Column("at", Float), Column("created", Float), Column("started", Float),
    Column("began", Float),
    sa.PrimaryKeyConstraint("graceid", "process", "check", "generation"),
    sa.Index("latencies_by_time", "time"), sqlite_with_rowid=False)

# Questions to GraceDB that have not been answered, and the supervisor that asks, of several.
QUESTIONS = Table(
    "questions", METADATA, Column("question", Text, primary_key=True), Column("body", LargeBinary),
    Column("worker", Text))

# The supervisors that share the journal: when each began and last gave a sign of life, by the
# database's clock, where it runs, by which rules it judges, and which of them it is over restarts.
WORKERS = Table(
    "workers", METADATA, Column("name", Text, primary_key=True), Column("began", Float),
    Column("beat", Float), Column("host", Text), Column("process", Integer),
    Column("version", Text), Column("rules", Text), Column("instance", Text))

# The rules by which any of them judges or has judged, and when they came into force, likewise.
RULES = Table("rules", METADATA, Column("digest", Text, primary_key=True), Column("since", Float))

# What one of them does for all, until when it has said so and since when it does, by the database's
# clock.
LEASES = Table("leases", METADATA, Column("name", Text, primary_key=True), Column("holder", Text),
               Column("until", Float), Column("since", Float))

# What else must be known after a restart, by name: numbers, times, positions in files.
FACTS = Table("facts", METADATA, Column("name", Text, primary_key=True), Column("value", Text))
