"""Makes the parts of a daemon that its configuration describes."""

from urllib.parse import urlsplit

import attrs

from fsm.io.book import Book
from fsm.io.bounds import USUAL
from fsm.io.calling import Caller
from fsm.io.channels import FileChannel, GraceDBChannel, LogChannel
from fsm.io.chat import ChatChannel
from fsm.io.gracedb import GraceDB


def gracedb(server, stamped):
    """GraceDB as the table describes it; None where none is to be asked.

    Args:
        server: :class:`~fsm.io.settings.Server`.
        stamped: whether requests carry the time at which they happen, for a stand-in.
    """
    if not server.url:
        return None
    limits = attrs.evolve(USUAL, seconds=server.seconds, megabytes=server.megabytes)
    return GraceDB(Caller(server.url, authenticated=server.authenticated, stamped=stamped,
                          limits=limits))


def pages(url):
    """The address of GraceDB's pages, from that of its REST interface; "" for none."""
    if not url:
        return ""
    parts = urlsplit(url)
    path = parts.path.partition("/api")[0]
    host = parts.netloc.rpartition("@")[2]  # a name and a password are nobody else's business
    return f"{parts.scheme}://{host}{path}/"


def channels(running, database):
    """The channels of an outbox, by name.

    Args:
        running: :class:`~fsm.io.settings.Running`.
        database: GraceDB, or None.
    """
    made = {"log": LogChannel()} if running.tell.log else {}
    if running.tell.file:
        made["file"] = FileChannel(running.tell.file, running.tell.megabytes, running.tell.keep)
    if database:
        made["gracedb"] = GraceDBChannel(database)
    if running.mail.server:
        made["mail"] = running.mail
    made["chat"] = ChatChannel(book(running))
    return made


def book(running):
    """The address book; nobody has an e-mail address where there is no server for it."""
    return Book(running.parties, by_name=bool(running.mail.server))


def unreached(policy, running):
    """The parties that would be told something and have no address, where any has."""
    told = sorted(_told(policy))
    return book(running).unknown(told) if running.parties or running.mail.server else ()


def addresses(policy, running):
    """The names of all addresses that may be told something."""
    return set(book(running).addresses(_told(policy) | set(running.parties)))


def _told(policy):
    return {party for profile in policy.profiles for one in profile.settings.values()
            if one.enabled for party in (*one.success, *one.failure, *one.exception)}


def check(running):
    """Refuse what can be seen to be impossible before anything begins.

    Args:
        running: :class:`~fsm.io.settings.Running`.

    Raises:
        ConfigurationError: where a listener should log in and has no credential.
    """
    for kind, options in running.listen:
        if kind == "igwn-alert":
            listener(kind, options, {}.get).check()


def listener(kind, options, positions):
    """A listener.

    Args:
        kind: one of :data:`fsm.io.running.LISTENERS`.
        options: its options.
        positions: function that returns what the journal has of a source's position.
    """
    if kind == "lvalert":
        from fsm.io.listeners.lvalert import LVAlert

        return LVAlert(**{"name": kind, **options})
    if kind == "igwn-alert":
        from fsm.io.listeners.kafka import Kafka

        return Kafka(**{"name": kind, **options})
    from fsm.io.listeners.files import Files, StandardInput

    return StandardInput() if kind == "stdin" else Files(options["path"], positions)
