"""How a journal of an older version becomes one of today's."""

from collections.abc import Callable
from typing import cast

import sqlalchemy as sa

from fsm.core.engine.effects import Notify
from fsm.errors import JournalError
from fsm.io.addresses import named, without_secrets
from fsm.io.journal.outgoing import read_effect
from fsm.io.journal.schema import ALARMS, FACTS, INCIDENTS, METADATA, OUTBOX, POST
from fsm.io.jsonio import dumps, loads


def _completed(connection: sa.Connection) -> None:
    """Make the tables and columns that are not there yet."""
    METADATA.create_all(connection)
    for table in METADATA.sorted_tables:
        there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                name = connection.dialect.identifier_preparer.quote(column.name)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {name} "
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
            sa.cast(table.c.body, sa.Text).contains('"to"'), sa.cast(table.c.body, sa.Text).contains("://"))
        for number, body in connection.execute(told):
            plain = loads(body)
            plain["to"] = [named(party) for party in plain.get("to", ())]
            connection.execute(sa.update(table).where(table.c.number == number)
                               .values(body=dumps(plain)))


def _indexed(connection: sa.Connection) -> None:
    """Make the indexes that are not there yet, and the columns that they are of."""
    _completed(connection)
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


_ACTED = "(SELECT COALESCE(MAX(CAST(value AS INTEGER)), 0) FROM facts WHERE name = 'acted')"

# Places of inputs among those about their candidate; one number for all had told what was acted on.
_PLACES = (
    "UPDATE inputs SET seq = number WHERE graceid = ''",
    "UPDATE inputs SET seq = place.seq FROM (SELECT number, ROW_NUMBER() OVER "
    "(PARTITION BY graceid ORDER BY number) AS seq FROM inputs "
    f"WHERE graceid <> '' AND number <= {_ACTED}) AS place WHERE inputs.number = place.number",
    "UPDATE candidates SET "
    "seq = (SELECT COALESCE(MAX(seq), 0) FROM inputs WHERE inputs.graceid = candidates.graceid), "
    "time = (SELECT COALESCE(MAX(time), 0) FROM inputs WHERE inputs.graceid = candidates.graceid "
    "AND seq IS NOT NULL), stored = 0",
    "UPDATE candidates SET stored = (SELECT COALESCE(MAX(seq), 0) FROM inputs WHERE "
    "inputs.graceid = candidates.graceid AND inputs.number <= candidates.number) "
    "WHERE body IS NOT NULL",
    # No number is given twice, though the last ones may have been dropped.
    f"INSERT OR REPLACE INTO facts (name, value) SELECT 'pruned', {_ACTED} "
    f"WHERE {_ACTED} > (SELECT COALESCE(MAX(number), 0) FROM inputs)",
    "DROP INDEX IF EXISTS inputs_of",
    "DELETE FROM facts WHERE name = 'acted'",
)


def _placed(connection: sa.Connection) -> None:
    """Give each candidate's inputs an order of their own."""
    _completed(connection)
    columns = {column["name"] for column in sa.inspect(connection).get_columns("candidates")}
    if "number" in columns:  # else it has just been made
        for statement in _PLACES:
            connection.exec_driver_sql(statement)
    _indexed(connection)


def _shared(connection: sa.Connection) -> None:
    """Make room for what several supervisors on one database must know of each other."""
    METADATA.create_all(connection)
    _completed(connection)
    _indexed(connection)


def _spread(connection: sa.Connection) -> None:
    """Write what is told of alarms into columns of theirs, which only their bodies told."""
    _indexed(connection)
    for name, body in connection.execute(
            sa.select(ALARMS.c.name, ALARMS.c.body).where(ALARMS.c.next.is_(None))).all():
        plain = loads(body)
        message = cast(Notify, read_effect(plain["message"]))
        later = plain["next"]
        connection.execute(sa.update(ALARMS).where(ALARMS.c.name == name).values(
            graceid=message.graceid, process=message.process, check=message.check,
            next=float("inf") if later is None else float(later),
            reminded=int(plain["reminded"]), acknowledged=plain.get("acknowledged", ""),
            body=plain["message"].encode()))


def _listed(connection: sa.Connection) -> None:
    """Write troubles into a table of theirs, which one fact had told."""
    _indexed(connection)
    fact = FACTS.c.name == "troubles"
    told = loads(connection.scalar(sa.select(FACTS.c.value).where(fact)) or "{}")
    for name, since in told.items():
        connection.execute(sa.insert(INCIDENTS).values(
            instance="", name=name, since=since, earlier=float("-inf"), latest=since, wrong=since))
    connection.execute(sa.delete(FACTS).where(fact))


# What brings a journal from version n to n + 1: functions of a connection, or statements.
MIGRATIONS: list[Callable[[sa.Connection], None] | str] = [
    METADATA.create_all, _completed, METADATA.create_all, _unnamed, _indexed, _addressed,
    _completed, _placed, _shared, _spread, _listed, _completed,
    _indexed]


def lacking(connection: sa.Connection) -> list[str]:
    """The tables and columns that a journal of the present version should have, and has not."""
    missing, found = [], sa.inspect(connection)
    tables = set(found.get_table_names())
    for table in METADATA.sorted_tables:
        if table.name not in tables:
            missing.append(f"the table {table.name}")
            continue
        there = {column["name"] for column in found.get_columns(table.name)}
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
