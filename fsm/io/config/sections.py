"""What the tables of a running supervisor hold, each with its defaults."""

from typing import Annotated

import attrs

from fsm.io.config.kinds import (
    CENTURY,
    Addresses,
    Count,
    IPAddress,
    Path,
    Positive,
    Seconds,
    TimeOfDay,
    WebAddress,
    at_most,
    database_address,
    positive,
)
from fsm.io.config.listen import Listen
from fsm.io.delivery.mail import MailChannel
from fsm.io.delivery.routes import Route
from fsm.io.gracedb.limits import USUAL

DAY = 86400.0


@attrs.frozen
class Journaling:
    """Table ``journal``.

    Attributes:
        path: of the journal's file.
        url: address of a PostgreSQL database that holds it instead, ``postgresql://...``, so that
            several supervisors share the work; "" for the file.
        keep_days: for how long inputs are kept that no candidate under supervision needs, and those
            of a candidate after it has left; likewise delivered effects, and logs of candidates.
        archive_days: for how long the last configurations of candidates that have left, and how
            long their checks took, are kept.
        in_memory: number of candidates kept in memory; about 130 kB each.
    """

    path: Path = "supervisor.db"
    url: Annotated[str, database_address] = ""
    keep_days: float = 30.0
    archive_days: float = 365.0
    in_memory: Count = 7000


@attrs.frozen
class Server:
    """Table ``gracedb``.

    Attributes:
        url: address of GraceDB's REST interface; "" to ask and annotate nobody.
        at_once: number of requests that may be under way.
        authenticated: whether it is an error to have no credential.
        seconds, megabytes: as of :class:`~fsm.io.gracedb.limits.Limits`: of one question, and of
            one page.
    """

    url: WebAddress = "https://gracedb.ligo.org/api/"
    at_once: Count = 10
    authenticated: bool = True
    seconds: Annotated[Seconds, positive] = USUAL.seconds
    megabytes: Positive = USUAL.megabytes


@attrs.frozen
class Telling:
    """Table ``tell``.

    Attributes:
        log: whether messages go to the program's log.
        file: to which file they are appended, one JSON object a line; "" for none.
        megabytes, keep: size at which this file is rotated, and how many rotated ones are kept.
        gather: seconds that a message to an address waits for others, to become one letter.
        remind: seconds until what is still wrong is told again; each further pause is twice as
            long; 0 for never.
        reminders: how often at most.
        last_words: addresses that are told directly where the journal cannot be used, as in
            ``parties``; () for those of the party ``operators``.
        digest: time of day, UTC, at which each party is told of the last day as a whole; "" for
            never.
        route: which addresses are told only of what is grave enough.
    """

    log: bool = True
    file: str = ""
    gather: float = 10.0
    remind: float = 3600.0
    reminders: int = 5
    last_words: Addresses = ()
    digest: TimeOfDay = ""
    route: tuple[Route, ...] = ()
    megabytes: Positive = 50
    keep: int = 10


@attrs.frozen
class Web:
    """Table ``web``: the supervisor's own pages.

    Attributes:
        url: their address, to which letters link; "" for none.
        bind: where they are served, ``HOST:PORT`` or ``unix:PATH``.
        readers: who may look: names of accounts, or ``*`` for whoever reaches the pages.
        commanders: who may give commands: names; ``*`` for everybody who is known by a name. Who
            comes by the Unix socket may with the rights of the operators' socket.
        proxy: IP address of a reverse proxy that says who somebody is; "" for none.
        proxy_secret: file of mode 0600 with what it says in ``X-Proxy-Secret`` to be known, since
            every account of its machine has its address.
        header: in which it says who somebody is.
        tokens: file of mode 0600 with tokens of programs, lines ``NAME TOKEN``; "" for none.
        upload: megabytes of a recording that may be replayed; 0 for none.
    """

    url: WebAddress = ""
    bind: str = "127.0.0.1:8080"
    readers: tuple[str, ...] = ("*",)
    commanders: tuple[str, ...] = ()
    proxy: IPAddress = ""
    proxy_secret: str = ""
    header: str = "X-Remote-User"
    tokens: str = ""
    upload: Annotated[float, at_most(1000, "1000 MB")] = 20.0


@attrs.frozen
class Health:
    """Table ``health``: beyond what the operators are told that the supervisor is not well; 0 for
    no limit.

    Attributes:
        waiting_checks: number of open checks of all candidates together.
        oldest_alert: seconds for which an alert has waited to be taken.
        outbox: number of messages that wait to be delivered.
        oldest_message: seconds for which one of these has waited.
        new_candidates: number of new GraceIDs of one source in a minute; further ones are confirmed
            with GraceDB before they are followed up.
    """

    waiting_checks: int = 2_000_000
    oldest_alert: float = 60.0
    outbox: int = 1000
    oldest_message: float = 3600.0
    new_candidates: int = 120


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
    megabytes: Positive = 50
    keep: int = 10


@attrs.frozen
class Operating:
    """Table ``operators``.

    Attributes:
        socket: on which their commands come; "" for the journal's path and ``.sock``.
        group: of the operating system, whose members may give commands besides the owner.
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

    every: Positive = 300.0
    window: Annotated[float, at_most(CENTURY, "a hundred years")] = DAY
    again: float = 3600.0
    queries: tuple[str, ...] = ("",)
    superevents: tuple[str, ...] = ()


@attrs.frozen
class Silence:
    """Table ``silence``: how long no alert may come, in seconds, before that is told; 0 for ever.

    Attributes:
        all: on all topics together.
        topics: by topic.
        usual: of every other topic how many times as long as its longest pause of the last days,
            once it is known for three; a number, not seconds.
    """

    all: float = 0.0
    topics: dict[str, float] = attrs.field(factory=dict)
    usual: float = 3.0


@attrs.frozen
class Running:
    """All of it; ``listen`` holds instances of the classes of :mod:`fsm.io.config.listen`."""

    journal: Journaling = Journaling()
    gracedb: Server = Server()
    listen: tuple[Listen, ...] = ()
    tell: Telling = Telling()
    parties: dict[str, Addresses] = attrs.field(factory=dict)
    runbooks: dict[str, str] = attrs.field(factory=dict)
    web: Web = Web()
    mail: MailChannel = MailChannel()
    catch_up: CatchUp = CatchUp()
    silence: Silence = Silence()
    health: Health = Health()
    logs: Logging = Logging()
    operators: Operating = Operating()

    @property
    def socket(self) -> str:
        """Path of the socket on which operators' commands come."""
        return self.operators.socket or f"{self.journal.path}.sock"
