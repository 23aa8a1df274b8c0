"""What a running supervisor needs besides the policy: where alerts come from, where it all goes.

The tables ``journal``, ``gracedb``, ``listen``, ``tell``, ``parties``, ``mail``, ``catch_up``,
``silence``, ``health``, ``logs`` and ``operators`` of a configuration.
"""

from urllib.parse import urlsplit

import attrs

from fsm.errors import ConfigurationError, closest
from fsm.io.addresses import is_mail, is_url
from fsm.io.config import validators
from fsm.io.config.sections import (
    CatchUp,
    Health,
    Journaling,
    Logging,
    Operating,
    Running,
    Server,
    Silence,
    Telling,
)
from fsm.io.delivery import chat
from fsm.io.delivery.mail import MailChannel

TABLES = ("journal", "gracedb", "listen", "tell", "parties", "mail", "catch_up", "silence",
          "health", "logs", "operators")
SECURITY = ("starttls", "tls", "none")


# The kinds of listeners, the options of each and what they must be; "!" where there must be one.
LISTENERS = {
    "lvalert": {"name": "text", "server": "text!", "nodes": "texts!", "username": "text",
                "netrc": "text", "resource": "text", "host": "text", "port": "number",
                "ca_file": "text", "heartbeat": "text", "publishers": "texts",
                "operators": "texts"},
    "igwn-alert": {"name": "text", "topics": "texts!", "consumer_group": "text!", "group": "text",
                   "server": "text", "port": "number", "auth": "boolean"},
    "file": {"path": "text!"},
    "stdin": {},
}


def running(plain):
    """Read the tables.

    Args:
        plain: the tables of a configuration.

    Raises:
        ConfigurationError: where they say something unknown or impossible.
    """
    return Running(
        _made(Journaling, "journal", plain), _made(Server, "gracedb", plain), _listeners(plain),
        _telling(plain), _parties(plain), _mail(plain),
        _made(CatchUp, "catch_up", plain), _made(Silence, "silence", plain),
        _made(Health, "health", plain), _made(Logging, "logs", plain),
        _made(Operating, "operators", plain))


def _mail(plain):
    made = _made(MailChannel, "mail", plain)
    if made.security not in SECURITY:
        raise ConfigurationError(f"mail.security: expected one of {', '.join(SECURITY)}, not "
                                 f"{made.security!r}")
    if made.server and not is_mail(made.sender):
        raise ConfigurationError(f"mail.sender: expected an e-mail address, not {made.sender!r}")
    given = (*_parties(plain).values(), _telling(plain).last_words)
    wanted = [address for addresses in given for address in addresses
              if is_mail(address)]
    if wanted and not made.server:
        raise ConfigurationError(f"parties: {wanted[0]} is an e-mail address, so [mail] needs a "
                                 "'server' and a 'sender'")
    return made


def _telling(plain):
    given = dict(validators.table(plain, "tell"))
    last_words = _addresses("tell.last_words", given.pop("last_words", []))
    return attrs.evolve(_made(Telling, "tell", {"tell": given}), last_words=last_words)


def _parties(plain):
    """Names of parties to their addresses, each checked."""
    return {name: _addresses(f"parties.{name}", given)
            for name, given in validators.table(plain, "parties").items()}


def _addresses(where, given):
    """A list of addresses, or a single one."""
    made = tuple(validators.texts(where, [given] if isinstance(given, str) else given))
    for address in made:
        if is_url(address):
            chat.check(address)
        elif not is_mail(address):
            raise ConfigurationError(f"{where}: expected an e-mail address, or one of apprise "
                                     f"such as slack://..., not {address[:6] + '…'!r}")
    return made


def _made(kind, name, plain):
    """One table as its class, each value checked by the kind of its default."""
    given = validators.table(plain, name)
    defaults = {field.name: getattr(kind(), field.name) for field in attrs.fields(kind)}
    validators.known(name, given, defaults)
    made = {key: _like(f"{name}.{key}", value, defaults[key]) for key, value in given.items()}
    if any(made.get(key) == 0 for key in ("every", "at_once", "in_memory", "seconds", "megabytes")):
        raise ConfigurationError(f"{name}: a number in it must be more than 0")
    return kind(**made)


def _like(where, value, default):
    if isinstance(default, bool):
        return validators.boolean(where, value)
    if isinstance(default, str):
        return validators.text(where, value)
    if isinstance(default, tuple):
        return tuple(validators.texts(where, value))
    if isinstance(default, dict):
        if not isinstance(value, dict):
            raise ConfigurationError(f"{where}: expected a table, not {value!r}")
        return {key: validators.number(f"{where}.{key}", one) for key, one in value.items()}
    return validators.number(where, value)


def _listeners(plain):
    given = plain.get("listen", [])
    if not isinstance(given, list):
        raise ConfigurationError("'listen' must be written as [[listen]], one table for each")
    made = tuple(_listener(number, table) for number, table in enumerate(given, 1))
    names = [options.get("name", kind) for kind, options in made if kind != "file"]
    if len(set(names)) < len(names):
        raise ConfigurationError("listen: two listeners have one name; give each a 'name'")
    return made


def _listener(number, table):
    where = f"listen {number}"
    if not isinstance(table, dict) or table.get("kind") not in LISTENERS:
        found = table.get("kind") if isinstance(table, dict) else table
        raise ConfigurationError(f"{where}: no kind of listener {found!r}; "
                                 f"{closest(found, LISTENERS)}")
    kind, wanted = table["kind"], LISTENERS[table["kind"]]
    validators.known(where, table, ("kind", *wanted))
    options = {}
    for key, check in wanted.items():
        if key in table:
            value = getattr(validators, check.rstrip("!"))(f"{where}.{key}", table[key])
            options[key] = tuple(value) if isinstance(value, list) else value
        elif check.endswith("!"):
            raise ConfigurationError(f"{where}: {kind} needs {key!r}")
    _fitting(where, kind, options)
    return kind, options


def _fitting(where, kind, options):
    """Refuse addresses that can never be reached or believed."""
    server = options.get("server", "")
    if kind == "igwn-alert" and server and not urlsplit(server).hostname:
        raise ConfigurationError(f"{where}.server: expected an address such as "
                                 f"kafka://kafka.scimma.org/, not {validators.shown(server)}")
    for key in ("publishers", "operators"):
        for account in options.get(key, ()):
            if not is_mail(account):  # accounts have that form too
                raise ConfigurationError(f"{where}.{key}: expected accounts such as "
                                         "'gracedb@lvalert.example.org', without a resource, not "
                                         f"{account!r}")
