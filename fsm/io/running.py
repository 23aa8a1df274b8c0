"""What a running supervisor needs besides the policy: where alerts come from, where it all goes.

The tables ``journal``, ``gracedb``, ``listen``, ``tell``, ``parties``, ``mail``, ``catch_up``,
``silence``, ``health``, ``logs`` and ``operators`` of a configuration.
"""

import attrs

from fsm.errors import ConfigurationError, closest
from fsm.io import book, chat, tables
from fsm.io.mail import MailChannel

TABLES = ("journal", "gracedb", "listen", "tell", "parties", "mail", "catch_up", "silence",
          "health", "logs", "operators")
SECURITY = ("starttls", "tls", "none")
DAY = 86400.0


@attrs.frozen
class Journaling:
    """Table ``journal``.

    Attributes:
        path: of the journal's file.
        keep_days: for how long inputs of archived candidates and delivered effects are kept.
        in_memory: number of candidates kept in memory; about 130 kB each.
    """

    path: str = "supervisor.db"
    keep_days: float = 30.0
    in_memory: float = 7000


@attrs.frozen
class Server:
    """Table ``gracedb``.

    Attributes:
        url: address of GraceDB's REST interface; "" to ask and annotate nobody.
        at_once: number of requests that may be under way.
        authenticated: whether it is an error to have no credential.
    """

    url: str = "https://gracedb.ligo.org/api/"
    at_once: float = 10
    authenticated: bool = True


@attrs.frozen
class Telling:
    """Table ``tell``.

    Attributes:
        log: whether messages go to the program's log.
        file: to which file they are appended, one JSON object a line; "" for none.
        gather: seconds that a message to an address waits for others, to become one letter.
        remind: seconds until what is still wrong is told again; each further pause is twice as
            long; 0 for never.
        reminders: how often at most.
    """

    log: bool = True
    file: str = ""
    gather: float = 10.0
    remind: float = 3600.0
    reminders: float = 5


@attrs.frozen
class Health:
    """Table ``health``: beyond what the operators are told that the supervisor is not well; 0 for
    no limit.

    Attributes:
        waiting_checks: number of open checks of all candidates together.
        oldest_alert: seconds for which an alert has waited to be taken.
        outbox: number of messages that wait to be delivered.
        oldest_message: seconds for which one of these has waited.
    """

    waiting_checks: float = 2_000_000
    oldest_alert: float = 60.0
    outbox: float = 1000
    oldest_message: float = 3600.0


@attrs.frozen
class Logging:
    """Table ``logs``.

    Attributes:
        folder: of the log ``supervisor.log`` and one for each candidate; "" for none but standard
            error.
        megabytes: size at which a log is rotated.
        keep: how many rotated ones of the big log are kept; of a candidate's it is one.
    """

    folder: str = ""
    megabytes: float = 50
    keep: float = 10


@attrs.frozen
class Operating:
    """Table ``operators``.

    Attributes:
        socket: on which their orders come; "" for the journal's path and ``.sock``.
        group: of the operating system, whose members may give orders besides the owner.
        name: by which this supervisor calls itself in heartbeats.
    """

    socket: str = ""
    group: str = ""
    name: str = "event_supervisor"


@attrs.frozen
class CatchUp:
    """Table ``catch_up``: what the transports may have lost, from GraceDB.

    Attributes:
        every: seconds between two looks for new candidates.
        window: how far back they look, seconds.
        again: after how many seconds without news an open candidate is asked for again.
        queries: of the searches, each joined with the window; test and mock data are only found
            where they are named, such as by ``group: Test``.
        superevents: likewise of the searches for superevents, such as ``category: MDC``; none where
            GraceDB has no superevents.
    """

    every: float = 300.0
    window: float = DAY
    again: float = 3600.0
    queries: tuple = ("",)
    superevents: tuple = ()


@attrs.frozen
class Silence:
    """Table ``silence``: how long no alert may come, in seconds, before that is told; 0 for ever.

    Attributes:
        all: on all topics together.
        topics: by topic.
    """

    all: float = 0.0
    topics: dict = attrs.field(factory=dict)


@attrs.frozen
class Running:
    """All of it; ``listen`` holds (kind, options) pairs, see :data:`LISTENERS`."""

    journal: Journaling = Journaling()
    gracedb: Server = Server()
    listen: tuple = ()
    tell: Telling = Telling()
    parties: dict = attrs.field(factory=dict)
    mail: MailChannel = MailChannel()
    catch_up: CatchUp = CatchUp()
    silence: Silence = Silence()
    health: Health = Health()
    logs: Logging = Logging()
    operators: Operating = Operating()

    @property
    def socket(self):
        """Path of the socket on which operators' orders come."""
        return self.operators.socket or f"{self.journal.path}.sock"


# The kinds of listeners, the options of each and what they must be; "!" where there must be one.
LISTENERS = {
    "lvalert": {"name": "text", "server": "text!", "nodes": "texts!", "username": "text",
                "netrc": "text", "resource": "text", "host": "text", "port": "number",
                "ca_file": "text", "heartbeat": "text"},
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
        _made(Telling, "tell", plain), _parties(plain), _mail(plain),
        _made(CatchUp, "catch_up", plain), _made(Silence, "silence", plain),
        _made(Health, "health", plain), _made(Logging, "logs", plain),
        _made(Operating, "operators", plain))


def _mail(plain):
    made = _made(MailChannel, "mail", plain)
    if made.security not in SECURITY:
        raise ConfigurationError(f"mail.security: expected one of {', '.join(SECURITY)}, not "
                                 f"{made.security!r}")
    if made.server and not book.is_mail(made.sender):
        raise ConfigurationError(f"mail.sender: expected an e-mail address, not {made.sender!r}")
    wanted = [address for addresses in _parties(plain).values() for address in addresses
              if book.is_mail(address)]
    if wanted and not made.server:
        raise ConfigurationError(f"parties: {wanted[0]} is an e-mail address, so [mail] needs a "
                                 "'server' and a 'sender'")
    return made


def _parties(plain):
    """Names of parties to their addresses, each checked."""
    made = {}
    for name, addresses in tables.table(plain, "parties").items():
        where = f"parties.{name}"
        given = [addresses] if isinstance(addresses, str) else addresses
        made[name] = tuple(tables.texts(where, given))
        for address in made[name]:
            if book.is_url(address):
                chat.check(address)
            elif not book.is_mail(address):
                raise ConfigurationError(f"{where}: expected an e-mail address, or one of apprise "
                                         f"such as slack://..., not {address!r}")
    return made


def _made(kind, name, plain):
    """One table as its class, each value checked by the kind of its default."""
    given = tables.table(plain, name)
    defaults = {field.name: getattr(kind(), field.name) for field in attrs.fields(kind)}
    tables.known(name, given, defaults)
    made = {key: _like(f"{name}.{key}", value, defaults[key]) for key, value in given.items()}
    if made.get("every") == 0 or made.get("at_once") == 0 or made.get("in_memory") == 0:
        raise ConfigurationError(f"{name}: a number in it must be more than 0")
    return kind(**made)


def _like(where, value, default):
    if isinstance(default, bool):
        return tables.boolean(where, value)
    if isinstance(default, str):
        return tables.text(where, value)
    if isinstance(default, tuple):
        return tuple(tables.texts(where, value))
    if isinstance(default, dict):
        if not isinstance(value, dict):
            raise ConfigurationError(f"{where}: expected a table, not {value!r}")
        return {key: tables.number(f"{where}.{key}", one) for key, one in value.items()}
    return tables.number(where, value)


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
    tables.known(where, table, ("kind", *wanted))
    options = {}
    for key, check in wanted.items():
        if key in table:
            value = getattr(tables, check.rstrip("!"))(f"{where}.{key}", table[key])
            options[key] = tuple(value) if isinstance(value, list) else value
        elif check.endswith("!"):
            raise ConfigurationError(f"{where}: {kind} needs {key!r}")
    return kind, options
