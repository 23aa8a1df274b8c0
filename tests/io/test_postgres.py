"""How a database is reached: impatiently, under a name; and what is told of it has no secrets."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from fsm.io.postgres import conninfo, unreachable, words

SECRET = "hunter2/horse"


def test_a_connection_notices_silence_and_says_whose_it_is():
    known = conninfo_to_dict(conninfo("postgresql://host/fsm", "jobs"))
    assert {"keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3",
            "tcp_user_timeout": "5000", "connect_timeout": "5",
            "application_name": "fsm jobs"}.items() <= known.items()
    assert "options" not in known


def test_what_the_address_says_stays():
    known = conninfo_to_dict(conninfo(
        "postgresql+psycopg://me@host:77/fsm?connect_timeout=60&options=-c%20work_mem%3D8MB",
        "jobs", synchronous_commit="off"))
    assert (known["user"], known["host"], known["port"], known["dbname"]) == (
        "me", "host", "77", "fsm")
    assert known["connect_timeout"] == "60"
    assert known["options"] == "-c work_mem=8MB -c synchronous_commit=off"


def test_the_server_takes_these_settings(postgres):
    with psycopg.connect(conninfo(postgres.url(), "jobs", synchronous_commit="off")) as connection:
        for name, value in (("synchronous_commit", "off"), ("application_name", "fsm jobs")):
            assert connection.execute(f"SHOW {name}").fetchone() == (value,)


def test_why_a_database_cannot_be_reached(postgres):
    url = postgres.url()
    assert unreachable(url) == ""
    assert "does not exist" in unreachable(url.replace("/postgres?", "/nosuch?"))
    assert "refused" in unreachable("postgresql://me:hunter2@127.0.0.1:9/fsm")


@pytest.mark.parametrize("url", [
    "postgresql://me:hunter2%2Fhorse@host/fsm",
    "postgresql://me@host/fsm?sslpassword=hunter2%2Fhorse", "host=x password=hunter2/horse",
    "postgresql://me:hunter2/horse@host:port/fsm", "postgresql://me@host/fsm?pasword=hunter2/horse",
    "password hunter2/horse"])
def test_no_password_is_told(url):
    try:
        conninfo(url, "jobs")
        said = words(psycopg.OperationalError(f"it does not like {SECRET}"), url)
    except psycopg.Error as error:
        said = words(error, url)
    assert said and "hunter2" not in said and "horse" not in said


def test_of_what_the_server_says_the_sentence_is_told_and_not_its_context(postgres):
    url = postgres.url()
    with pytest.raises(psycopg.Error) as caught:
        postgres.execute("DO $$ BEGIN RAISE 'that is wrong' USING DETAIL = 'x'; END $$")
    assert words(caught.value, url) == "that is wrong"


def test_the_cause_of_an_error_is_told_in_one_line():
    try:
        raise RuntimeError("Database error.") from psycopg.OperationalError("refused\n\tby x")
    except RuntimeError as error:
        assert words(error, "postgresql://host/fsm") == "refused by x"
    assert words(TypeError("that"), "postgresql://host/fsm") == "TypeError: that"
    assert words(TimeoutError(), "postgresql://host/fsm") == "TimeoutError: TimeoutError"
