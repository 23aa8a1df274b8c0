"""Whether there is news, and whether the supervisor lives: looked at once for all who are shown it.
"""

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import attrs

from fsm.core.evidence.fields import Plain
from fsm.core.times import span
from fsm.errors import SupervisorError
from fsm.io.journal import head
from fsm.io.journal.readable import ReadOnly
from fsm.web.line import Line
from fsm.web.source import Source

LOG = logging.getLogger("fsm")
EVERY = 0.3  # seconds between two looks at the journal
KNOCK = 1.0  # likewise at the daemon's socket
ASK = 5.0  # likewise between two questions how it fares
WITHIN = 3.0  # seconds in which somebody who serves the socket takes a connection
HUNG = 20.0  # seconds without an answer after which a supervisor does not live
RECORDED = 3600.0  # seconds between its clock and ours, from which on it has another kind of time


@attrs.frozen
class Beat:
    """How it was at the last look.

    Attributes:
        head: tells the journal of one moment from that of another; "" where it cannot be read.
        why: why what is shown may be stale, in words; "" where it is not.
        status: what the daemon has last said of itself; None where it never has.
        heard: when that was, by this machine's clock, unix seconds; None for never.
    """

    head: str = ""
    why: str = "nothing has been read yet"
    status: Plain | None = None
    heard: float | None = None

    @property
    def alive(self) -> bool:
        """Whether what is shown is as it is."""
        return not self.why


class Pulse:
    """Looks, in a thread.

    Args:
        source: with the journal.
        socket_path: where the daemon takes commands.
        told: called from that thread when something has changed.

    Attributes:
        moved: called before that, with the journal and its new head.
    """

    def __init__(self, source: Source, socket_path: str,
                 told: Callable[[], None] = lambda: None) -> None:
        self.source, self.socket_path, self.told = source, socket_path, told
        self.moved: Callable[[ReadOnly, str], None] = lambda journal, found: None
        self.beat = Beat()
        self._ends, self._changing = threading.Event(), threading.Lock()
        self._line, self._waits = Line(socket_path, 1), threading.Event()
        self._last_time: float | None = None
        self._knocked = self._asked = float("-inf")
        self._began = time.time()
        self._seen: int | None = None  # the last input
        self._started: tuple[object, ...] | None = None  # which supervisor has answered, since when
        self._silent = ""
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Look for the first time, and begin to look again and again."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ends.set()

    def now(self) -> float:
        """The supervisor's time, unix seconds: this machine's, or that of recorded alerts."""
        mine, status = time.time(), self.beat.status
        if status is not None and status["now"] is not None \
                and abs(status["now"] - (self.beat.heard or mine)) > RECORDED:
            return max(status["now"], self._last_time or 0.0)
        return mine

    def look(self) -> None:
        """Look at the journal, and at times at the daemon."""
        found, why = self._journal()
        steady = time.monotonic()
        # Who serves the socket and does not answer would have all knocks in its queue, so there is
        # none while an answer is waited for; that ends with the supervisor.
        if self._waits.is_set():
            self._silent = ""
        elif steady - self._knocked >= KNOCK:
            self._knocked, self._silent = steady, self._knock()
            if not self._silent and steady - self._asked >= ASK:
                self._asked = steady
                self._ask()
        why = why or self._silent or self._hangs()
        with self._changing:
            before = self.beat
            self.beat = attrs.evolve(before, head=found, why=why)
        if (before.head, before.why) != (found, why):
            self.told()

    def _run(self) -> None:
        while not self._ends.wait(EVERY):
            try:
                self.look()
            except Exception:  # whatever it was, what is shown goes stale, and it is tried again
                LOG.exception("the pages could not look at the journal")
                self.beat = attrs.evolve(self.beat, why="the pages have an error of their own")
                self.told()

    def _journal(self) -> tuple[str, str]:
        """(what tells it from other moments, why it cannot be read)."""
        try:
            with self.source.reading() as look:
                found = _digest(head.head(look.journal))
                self._last_time = head.last_time(look.journal)
                before, self._seen = self._seen, head.last_number(look.journal)
                reloaded = before is not None and head.was_reloaded(look.journal, before)
                if found != self.beat.head:
                    self.moved(look.journal, found)
        except SupervisorError as error:
            return "", f"the journal cannot be read: {error}"
        if reloaded:
            self._go_by_the_configuration()
        return found, ""

    def _knock(self) -> str:
        """Why nobody serves the daemon's socket; "" where somebody does."""
        try:
            with socket.socket(socket.AF_UNIX) as way:
                way.settimeout(WITHIN)
                way.connect(self.socket_path)
        except OSError as error:
            since = self.beat.heard
            last = "" if since is None else f"; last sign of life {span(time.time() - since)} ago"
            return f"the supervisor does not run ({error.strerror or error}){last}"
        return ""

    def _hangs(self) -> str:
        heard = self._began if self.beat.heard is None else self.beat.heard
        if time.time() - heard < HUNG:
            return ""
        return f"the supervisor has not answered for {span(round(time.time() - heard))}"

    def _ask(self) -> None:
        answer = self._line.put("status", brief=True)
        if answer is not None:
            self._waits.set()
            answer.add_done_callback(self._answered)

    def _answered(self, answer: "Future[Plain]") -> None:
        self._knocked = float("-inf")  # so that it is seen at once whether it has ended
        self._waits.clear()
        try:
            status = answer.result()
        except SupervisorError as error:
            LOG.debug("the supervisor does not answer: %s", error)
            return
        with self._changing:
            before = self.beat.status
            self.beat = attrs.evolve(self.beat, status=status, heard=time.time())
        if before is None:
            self.told()
        # Each that begins has read its configuration; in containers they all have one number.
        started, known = (status["host"], status["pid"], status["since"]), self._started
        if started != known:
            self._started = started
            if known is not None or status["since"] > self.source.settings.read:
                self._go_by_the_configuration()

    def _go_by_the_configuration(self) -> None:
        """The supervisor has read its configuration anew, so do it too."""
        try:
            self.source.read_again()
        except SupervisorError as error:
            LOG.error("the pages go by the configuration as it was: %s", error)


def _digest(head: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(head).encode(), digest_size=8).hexdigest()
