"""A connection to PostgreSQL that is made anew when it is lost."""

import threading
import time

import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from fsm.errors import JournalError, JournalLost
from fsm.io.journal.journal import Journal
from fsm.io.journal.postgresql import PostgreSQL
from fsm.io.postgres import unreachable


def test_what_is_made_of_a_loss_within_a_transaction_does_not_matter(postgres):
    journal = Journal(PostgreSQL(postgres.create()))
    with pytest.raises(JournalLost), journal.writing():
        postgres.cut()
        for _ in range(3):  # by whoever takes any error for damage
            with pytest.raises(JournalLost):
                journal.db.scalar(sa.select(1))
    with journal.writing():
        journal.set_facts(one=1)
    postgres.cut()
    assert journal.fact("one") == 1
    journal.close()


def test_what_is_cancelled_or_was_idle_for_too_long_is_read_again(postgres):
    journal = Journal(PostgreSQL(postgres.create()))
    (number,) = journal.db.scalars(sa.text("SELECT pg_backend_pid()"))
    cancel = threading.Timer(0.3, postgres.execute, [f"SELECT pg_cancel_backend({number})"])
    cancel.start()
    assert journal.db.scalar(sa.text("SELECT 1 FROM pg_sleep(0.6)")) == 1
    journal.db.exec_driver_sql("SET idle_session_timeout = '50ms'")
    time.sleep(0.3)
    assert journal.fact("one", 1) == 1
    assert journal.broken is None
    journal.close()


def test_who_is_told_that_the_server_is_away_says_for_how_long_it_is_awaited(postgres):
    url, told = postgres.create(), []
    journal = Journal(PostgreSQL(url))

    def away(error):
        told.append(error)
        if len(told) == 3:
            raise error

    journal.database.away = away
    postgres.drop(url)
    with pytest.raises(JournalLost, match="does not exist"):
        journal.fact("one")
    assert len(told) == 3
    journal.close()


def test_a_session_that_may_only_read_is_begun_anew(postgres):
    url = postgres.create()
    name = conninfo_to_dict(url)["dbname"]
    journal = Journal(PostgreSQL(url))
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgres.cut()
    assert journal.fact("one", 1) == 1
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    with pytest.raises(JournalLost, match="read-only"), journal.writing():
        journal.set_facts(one=2)
    with journal.writing():
        journal.set_facts(one=2)
    assert journal.fact("one") == 2
    journal.close()


@pytest.mark.parametrize("state", ["53100", "53200", "53300"])
def test_what_is_read_while_the_server_lacks_something_is_read_again(postgres, state):
    url = postgres.create()
    postgres.execute("CREATE SEQUENCE tries", url)
    postgres.execute("CREATE FUNCTION try() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
                     "IF nextval('tries') < 3 THEN RAISE EXCEPTION 'short' USING ERRCODE = "
                     f"'{state}'; END IF; RETURN 1; END $$", url)
    journal = Journal(PostgreSQL(url))
    assert journal.db.scalar(sa.text("SELECT try()")) == 1
    assert journal.broken is None
    journal.close()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_alert_is_refused(postgres, encoding):
    name = f"narrow_{encoding.lower()}"
    postgres.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(JournalError, match=f"its encoding is {encoding}"):
        Journal(PostgreSQL(postgres.url(name)))
    assert f"its encoding is {encoding}" in unreachable(postgres.url(name))


def test_the_name_of_a_database_has_no_secrets():
    for url in ("postgresql://me:hunter2@host/fsm", "postgresql://me@host/fsm?password=hunter2",
                "postgresql://me@host/fsm?sslpassword=hunter2&sslmode=verify-full"):
        assert "hunter2" not in PostgreSQL(url).name and "host/fsm" in PostgreSQL(url).name
