"""Where alerts come from, all by one interface.

A listener has a ``name`` and a method ``run(ear)``, which hands every alert to ``ear.hear()``, says
by ``ear.connected()`` that it listens, and returns or raises :class:`ListenerError` when it no
longer does; :class:`Listening` then starts it again. It ends soon after ``ear.open`` is False.
"""

import logging
import threading
import time

import attrs

from fsm.io.inbox import Received, Report, nothing, pause
from fsm.io.plain import dumps, loads

SHORTEST, LONGEST = 1.0, 300.0  # seconds until a listener is started again
PATIENCE = 60.0  # seconds after which it is told that one does not listen
LOG = logging.getLogger("fsm")


class ListenerError(Exception):
    """A listener cannot listen; ``lasting`` where somebody must do something about it first."""

    def __init__(self, message, lasting=False):
        super().__init__(message)
        self.lasting = lasting


class Connected:
    """News: a listener listens (again), or has lost an alert: GraceDB must be asked for it."""


@attrs.frozen(slots=True)
class Beat:
    """News: somebody asks whether the supervisor lives.

    Attributes:
        answer: called, from the main loop, with what is to be answered, a dict.
    """

    answer: object


class Listening:
    """Runs a listener in a thread of its own, again and again.

    Args:
        listener: the listener.
        inbox: :class:`~fsm.io.inbox.Inbox`.
        now: function that returns the time, unix seconds.
        shortest: seconds until it is first started again; doubled up to :data:`LONGEST`.
    """

    def __init__(self, listener, inbox, now, shortest=SHORTEST):
        self.listener, self.inbox, self.now, self.shortest = listener, inbox, now, shortest
        self.name = f"listener {listener.name}"
        self._pause, self._deaf_since, self._hindered, self._told = shortest, None, "", False
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self):
        """Begin."""
        self._deaf_since = time.monotonic()
        self._thread.start()

    def join(self, seconds):
        """Wait for its end, which the closing of the inbox brings about."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    # -- for the listener -----------------------------------------------------------------------

    @property
    def open(self):
        """Whether alerts are still wanted."""
        return not self.inbox.closed

    def connected(self, topics=None):
        """It listens now.

        Args:
            topics: those that it should listen to, where it knows them: to the reason why it
                cannot, "" where it does.
        """
        self._pause, self._deaf_since, self._hindered, self._told = self.shortest, None, "", False
        self.inbox.tell(Report(self.name, False, "it listens again"))
        for topic, why in (topics or {}).items():
            self.inbox.tell(Report(f"{self.name}, {topic}", bool(why),
                                   why or "it is listened to again"))
        self.inbox.tell(Connected())

    def hear(self, topic, payload, done=nothing):
        """An alert has come.

        Args:
            topic: Kafka topic or XMPP node.
            payload: its JSON, as text, bytes, or read already.
            done: called when it is in the journal.
        """
        now = self.now()
        try:
            plain = loads(payload) if isinstance(payload, (str, bytes)) else payload
        except (ValueError, RecursionError):
            plain = str(payload)  # kept as it is, and rejected
        line = dumps({"time": now, "topic": topic, "payload": plain}, default=str)
        return self.inbox.put(Received(self.listener.name, topic, line, now, done=done))

    def lost(self, why):
        """An alert has come of which nothing could be made: GraceDB is asked for what it told."""
        LOG.warning("%s: %s", self.name, why)
        self.inbox.tell(Connected())

    def hindered(self, why):
        """It listens to less than it should, and goes on trying; :meth:`connected` ends that."""
        if why != self._hindered:
            self._hindered = why
            LOG.warning("%s: %s; it goes on trying", self.name, why)
        if not self._told:
            self._told = self._tell_deafness(why, lasting=False)

    def beat(self, answer):
        """A heartbeat is asked for; ``answer`` is called with what the main loop says of itself."""
        self.inbox.tell(Beat(answer))

    def line(self, topic, line, arrived, position=None, source=None):
        """A line of a recording has come; None as ``line`` where there will be no more."""
        return self.inbox.put(Received(source or self.listener.name, topic, line, arrived,
                                       position))

    # -- the thread -----------------------------------------------------------------------------

    def _run(self):
        while self.open:
            try:
                if self.listener.run(self) == "ended":
                    return
                self._deaf("the connection has ended", lasting=False)
            except ListenerError as error:
                self._deaf(str(error), error.lasting)
            except Exception as error:  # whatever a client library may raise
                self._deaf(f"{type(error).__name__}: {error}", lasting=False)
            if not pause(self.inbox, self._pause):
                return
            self._pause = min(2 * self._pause, LONGEST)

    def _deaf(self, why, lasting):
        if not self.open:
            return
        LOG.warning("%s: %s; it is started again in %g s", self.name, why, self._pause)
        self._tell_deafness(why, lasting)

    def _tell_deafness(self, why, lasting):
        if self._deaf_since is None:
            self._deaf_since = time.monotonic()
        told = lasting or time.monotonic() - self._deaf_since > PATIENCE
        if told:
            self.inbox.tell(Report(self.name, True, why))
        return told
