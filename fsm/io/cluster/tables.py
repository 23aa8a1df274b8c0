"""The tables and functions of procrastinate in the database of a cluster."""

import re

import psycopg
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, column, create_engine, func, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from fsm.errors import JournalError
from fsm.io.postgres import conninfo, words

PREPARING = 0x66736D6A  # the server's lock of whoever looks for them and makes them
PATIENCE = "60s"  # until whoever holds it is taken for dead
_MADE = re.compile(r"^CREATE (?:FUNCTION|TABLE|TYPE) (procrastinate_\w+)", re.MULTILINE)


def prepare(url: str) -> None:
    """Make them where there are none; several workers may do so at the same moment.

    Args:
        url: address of the database.

    Raises:
        JournalError: where that cannot be, or they are of a version that does not fit.
    """
    try:
        engine = create_engine("postgresql+psycopg://", poolclass=NullPool, creator=(
            lambda: psycopg.connect(conninfo(url, "tables"))))
        with engine.begin() as connection:
            connection.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
            connection.execute(select(func.pg_advisory_xact_lock(PREPARING)))
            _prepare(connection)
    except (psycopg.Error, SQLAlchemyError) as error:
        raise JournalError(f"the database of the cluster cannot be prepared: {words(error, url)}") \
            from None


def _prepare(connection: Connection) -> None:
    schema, there = SchemaManager.get_schema(), _present(connection)
    missing = sorted(set(_MADE.findall(schema)) - there)
    if not there:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute(schema)
    elif missing:  # more than this version knows may be there: others are upgraded first
        raise JournalError(
            "the database of the cluster has procrastinate's tables of another version, without "
            f"{', '.join(missing)}; install procrastinate as the other workers have it, or apply "
            f"its migrations, which are in {SchemaManager.get_migrations_path()}")


def _present(connection: Connection) -> set[str]:
    """The names of its functions, types and tables that the database has; a table is a type too."""
    names: set[str] = set()
    for catalog, name, visible in (("pg_proc", "proname", func.pg_function_is_visible),
                                   ("pg_type", "typname", func.pg_type_is_visible)):
        names.update(connection.scalars(
            select(column(name)).select_from(table(catalog)).where(
                column(name).like(r"procrastinate\_%"), visible(column("oid")))))
    return names
