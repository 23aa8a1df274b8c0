"""Makes the parts of a daemon that its configuration describes."""

import os
from collections.abc import Callable, Iterable, Iterator
from math import inf
from socket import gethostname
from typing import Any
from urllib.parse import urlsplit

import attrs

from fsm.core.charts.policy import SEARCH, Policy
from fsm.core.charts.process import Process
from fsm.core.evidence.fields import Plain
from fsm.daemon.loop import Supervisor
from fsm.daemon.rules import Declared, Rules
from fsm.daemon.shared_time import SharedAlertClock
from fsm.daemon.this_machine import hindrances
from fsm.daemon.time_source import AlertClock, WallClock
from fsm.daemon.work import Among
from fsm.errors import ConfigurationError, JournalError
from fsm.io.clock import Clock
from fsm.io.cluster.jobs import Jobs
from fsm.io.config.listen import Listen, ListenFile, ListenIgwnAlert, ListenLVAlert
from fsm.io.config.sections import CatchUp, Journaling, Running, Server
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.attempts import Channel
from fsm.io.delivery.channels import FileChannel, GraceDBChannel, LogChannel
from fsm.io.delivery.chat import ChatChannel
from fsm.io.extras import missing
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.limits import USUAL
from fsm.io.gracedb.query_pool import Wanted
from fsm.io.gracedb.retrying import Caller
from fsm.io.journal.database import Database
from fsm.io.journal.journal import Journal
from fsm.io.journal.membership import Membership
from fsm.io.journal.sqlite import SQLite
from fsm.notify.problems import Context


def gracedb(server: Server, stamped: bool) -> GraceDB | None:
    """GraceDB as the table describes it; None where none is to be asked.

    Args:
        server: :class:`~fsm.io.config.sections.Server`.
        stamped: whether requests carry the time at which they happen, for a stand-in.
    """
    if not server.url:
        return None
    limits = attrs.evolve(USUAL, seconds=server.seconds, megabytes=server.megabytes)
    return GraceDB(Caller(server.url, authenticated=server.authenticated, stamped=stamped,
                          limits=limits))


def database(journal: Journaling) -> Database:
    """Where the journal is as the table says.

    Args:
        journal: :class:`~fsm.io.config.sections.Journaling`.
    """
    if not journal.url:
        return SQLite(journal.path)
    try:
        from fsm.io.journal.postgresql import PostgreSQL
    except ImportError as error:
        raise JournalError(missing(error, "cluster")) from None
    return PostgreSQL(journal.url)


def among(supervisor: Supervisor, running: Running, charts: Declared) -> Among:
    """What makes a supervisor one of several on the same database.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        running: what the configuration says.
        charts: by which it judges.
    """
    from fsm.io.journal.postgresql import Overdue

    url = running.journal.url
    jobs = Jobs(url, supervisor.inbox.tell, Overdue(url))
    jobs.prepare()
    rules = Rules(charts)
    member = Membership(supervisor.journal, rules.digest(supervisor.engine.policy),
                        instance(running))
    return Among(supervisor, jobs, member, rules)


def instance(running: Running) -> str:
    """Which of several supervisors on a journal it is, also after a restart: its host, and its
    socket where that is configured, since no other there has the same."""
    path = running.operators.socket
    return f"{gethostname()}:{os.path.abspath(path)}" if path else gethostname()


def time_source(journal: Journal, gracedb: GraceDB | None,
                recorded: bool) -> WallClock | AlertClock:
    """Whose time it is.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        gracedb: to be asked for the time where it is the clock's; None for nobody.
        recorded: whether it is that of the alerts.
    """
    last = journal.last_time()
    if recorded and journal.database.shared:
        return SharedAlertClock(journal)
    if recorded:
        return AlertClock(-inf if last is None else last)
    return WallClock(Clock(gracedb.time if gracedb else None, last))


def pages(url: str) -> str:
    """The address of GraceDB's pages, from that of its REST interface; "" for none."""
    if not url:
        return ""
    parts = urlsplit(url)
    path = parts.path.partition("/api")[0]
    host = parts.netloc.rpartition("@")[2]  # a name and a password are nobody else's business
    return f"{parts.scheme}://{host}{path}/"


def channels(running: Running, database: GraceDB | None) -> dict[str, Channel]:
    """The channels of an outbox, by name.

    Args:
        running: :class:`~fsm.io.config.sections.Running`.
        database: GraceDB, or None.
    """
    made: dict[str, Channel] = {"log": LogChannel()} if running.tell.log else {}
    if running.tell.file:
        made["file"] = FileChannel(running.tell.file, running.tell.megabytes, running.tell.keep)
    if database:
        made["gracedb"] = GraceDBChannel(database)
    if running.mail.server:
        made["mail"] = running.mail
    made["chat"] = ChatChannel(book(running))
    return made


def book(running: Running) -> AddressBook:
    """The address book; nobody has an e-mail address where there is no server for it."""
    return AddressBook(running.parties, by_name=bool(running.mail.server))


def context(running: Running, processes: Iterable[Process]) -> Context:
    """What letters hang on besides the messages.

    Args:
        running: :class:`~fsm.io.config.sections.Running`.
        processes: charts of all.
    """
    return Context({chart.name: chart for chart in processes}, book(running),
                   pages(running.gracedb.url), running.web.url.rstrip("/"), running.runbooks)


def unreached(policy: Policy, running: Running) -> dict[str, str]:
    """The parties that would be told something and have no address, and where each is named.

    None where nobody has an address.
    """
    if _nobody_has_an_address(running):
        return {}
    told = told_parties(policy)
    return {party: told[party] for party in book(running).unknown(sorted(told))}


def unheard(policy: Policy, running: Running) -> Iterator[str]:
    """Whom nobody but the log will tell, in words: a line for each party, or one for all."""
    if policy.warnings and _nobody_has_an_address(running):
        yield "nobody has an address, since there are no [parties]: only the log will tell"
    for party, where in unreached(policy, running).items():
        yield f"party {party!r} ({where}) has no address in [parties]: only the log will tell it"


def _nobody_has_an_address(running: Running) -> bool:
    return not running.parties and not running.mail.server


def addresses(policy: Policy, running: Running) -> set[str]:
    """The names of all addresses that may be told something."""
    return set(book(running).addresses(set(told_parties(policy)) | set(running.parties)))


def told_parties(policy: Policy) -> dict[str, str]:
    """The parties that would be told something, each with the first place where it is named."""
    found: dict[str, str] = {}
    for profile in policy.profiles:
        for process, one in profile.settings.items():
            told = [(party, key) for key in ("success", "warning", "failure", "exception")
                    for party in getattr(one, key)]
            told += [(party, f"step {number} of escalation")
                     for number, step in enumerate(one.escalation, 1) for party in step.to]
            for party, where in told if one.enabled else ():
                found.setdefault(party, f"{process}, {where}")
    return found


def catch_up(running: Running, policy: Policy) -> CatchUp:
    """Its table, whose searches look only for groups that some profile supervises.

    Not for pipelines and searches too: a server that does not know one of them finds nothing.
    """
    supervising = [profile for profile in policy.profiles if profile.supervises]
    found = [profile.group or tuple(group for group, *_ in profile.searches)
             for profile in supervising]
    if running.catch_up.queries != CatchUp().queries or not all(map(all, found)) or not all(found):
        return running.catch_up
    groups = sorted({group for some in found for group in some})
    return attrs.evolve(running.catch_up, queries=tuple(f"group: {one}" for one in groups))


def wanted(policy: Policy) -> Wanted:
    """A function that says of an event, as GraceDB lists it, whether any profile may be for it."""
    supervising = [profile for profile in policy.profiles if profile.supervises]

    def is_wanted(event: Plain) -> bool:
        told = [str(event.get(key) or "") for key in SEARCH]
        return any(profile.may_match(*told) for profile in supervising)

    return is_wanted


def check(running: Running) -> None:
    """Refuse what can be seen to be impossible before anything begins.

    Args:
        running: :class:`~fsm.io.config.sections.Running`.

    Raises:
        ConfigurationError: where a listener should log in and has no credential.
    """
    for one in running.listen:
        if isinstance(one, ListenIgwnAlert):
            listener(one, lambda name: None).check()


def unable(running: Running) -> Iterator[str]:
    """What would keep 'fsm run' from starting on this machine, in words.

    Args:
        running: what the configuration says.
    """
    try:
        check(running)
        found = []
    except ConfigurationError as error:
        found = [str(error)]
    for why in (*found, *hindrances(running)):
        yield f"on this machine 'fsm run' would not start: {why}"


def listener(listen: Listen, positions: Callable[[str], Any]) -> Any:
    """A listener.

    Args:
        listen: what the configuration says of it.
        positions: function that returns what the journal has of a source's position.
    """
    if isinstance(listen, ListenLVAlert):
        from fsm.io.listeners.lvalert import LVAlert

        return LVAlert(**listen.options)
    if isinstance(listen, ListenIgwnAlert):
        from fsm.io.listeners.kafka import Kafka

        return Kafka(**listen.options)
    from fsm.io.listeners.files import Files, StandardInput

    return Files(listen.path, positions) if isinstance(listen, ListenFile) else StandardInput()
