"""How the PostgreSQL server of a cluster is reached, and its errors in words without secrets."""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fsm.io.addresses import without_secrets

# A server, a network or a firewall that says nothing more is noticed within seconds: another one
# may have taken over meanwhile. In seconds, but for tcp_user_timeout in milliseconds.
IMPATIENT = {"connect_timeout": 5, "keepalives_idle": 2, "keepalives_interval": 1,
             "keepalives_count": 3, "tcp_user_timeout": 5000}
SECRETS = ("password", "sslpassword")


def conninfo(url: str, purpose: str, **settings: str) -> str:
    """What psycopg connects with; what the address itself says of these things stays.

    Args:
        url: address of a database, ``postgresql://user@host/name``, also as SQLAlchemy writes it.
        purpose: of the connection, which the server's views show after ``fsm``.
        settings: of the server for this connection, such as ``synchronous_commit="off"``.

    Raises:
        psycopg.Error: where it is no address of a database.
    """
    known: dict[str, Any] = {**IMPATIENT, "application_name": f"fsm {purpose}",
                             **conninfo_to_dict(_plain(url)), "client_encoding": "utf8"}
    options = [known.get("options"), *(f"-c {name}={value}" for name, value in settings.items())]
    return make_conninfo(**{**known, "options": " ".join(filter(None, options)) or None})


def unreachable(url: str) -> str:
    """Why the database of an address cannot be reached, in words; "" where it can be."""
    try:
        with psycopg.connect(conninfo(url, "check")) as connection:
            return unsuited(connection.info.parameter_status("server_encoding"))
    except psycopg.Error as error:
        return words(error, url)


def unsuited(encoding: str | None) -> str:
    """Why a database with this encoding is of no use, in words; "" where it is."""
    return "" if encoding == "UTF8" else (
        f"its encoding is {encoding}, which does not take all of Unicode: make a database with "
        "'createdb --encoding UTF8 --template template0'")


def words(error: BaseException, url: str) -> str:
    """What an error says, in one line; never a password, which is in the address."""
    while error.__cause__ is not None:  # procrastinate and SQLAlchemy say little themselves
        error = error.__cause__
    told = error.diag.message_primary if isinstance(error, psycopg.Error) else ""
    text = " ".join((told or str(error)).split()) or type(error).__name__
    if not isinstance(error, psycopg.Error):
        text = f"{type(error).__name__}: {text}"
    try:
        known = conninfo_to_dict(_plain(url))
    except psycopg.Error:  # that cannot be read, and any part of it may be the password
        return without_secrets(text, url)
    # One with a slash that is not escaped is read as something else, which may be told.
    written = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    text = without_secrets(text, f":{written}")
    for secret in filter(None, map(known.get, SECRETS)):
        text = text.replace(str(secret), "…")
    return text


def _plain(url: str) -> str:
    scheme, there, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}" if there else url
