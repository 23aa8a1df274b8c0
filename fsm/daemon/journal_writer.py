"""Writes the journal, however long it cannot be; who asks meanwhile is told so."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import attrs

from fsm.errors import JournalDamaged, JournalError, JournalLocked, JournalLost
from fsm.io.journal.journal import Journal
from fsm.io.listeners.inbox import Inbox
from fsm.io.reports import Report

NAME = "journal"
PASSES = 5.0  # seconds for which it may be locked, or its server away, before that is a trouble
AGAIN = 0.1  # seconds before it is tried again until then
LOG_EVERY = 60.0  # seconds between two lines in the log
STUCK = 0.7  # seconds in one attempt, after which who asks is told; a lock takes less
CRY = 60.0  # seconds after which the operators are told by a way that needs no journal
LOG = logging.getLogger("fsm")
T = TypeVar("T")


class Stopped(Exception):
    """The supervisor has been told to stop."""


@attrs.define(slots=True)
class Hindered:
    """The journal cannot be written.

    Attributes:
        why: what the last attempt has said.
        began: by the steady clock; ``since`` is the same in unix seconds.
        logged: by the steady clock, when it was last said in the log.
        cried: whether the operators were told directly.
        told: whether it has lasted for so long that they are to hear of it when it is over.
    """

    why: str
    began: float = attrs.field(factory=time.monotonic)
    since: float = attrs.field(factory=time.time)
    logged: float = float("-inf")
    cried: bool = False
    told: bool = False

    @property
    def lasted(self) -> float:
        """Seconds."""
        return time.monotonic() - self.began

    def __str__(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(self.since))
        return f"the journal could not be written since {since}: {self.why}"


class Writing:
    """Writes transactions.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        inbox: :class:`~fsm.io.listeners.inbox.Inbox`, whose closing ends every wait.
        meanwhile: called with the :class:`Hindered` and seconds, for which it may serve whom
            needs no journal, again and again until the journal can be written.

    Attributes:
        hindered: :class:`Hindered` while it cannot be written, else None.
        directly: called once with a sentence where that lasts; None for nobody.
    """

    def __init__(self, journal: Journal, inbox: Inbox,
                 meanwhile: Callable[[Hindered, float], None]) -> None:
        self.journal, self.inbox, self._meanwhile = journal, inbox, meanwhile
        self.hindered: Hindered | None = None
        self.directly: Callable[[str], None] | None = None
        self._began: float | None = None
        self._impatient = False

    def stuck(self) -> str:
        """Why nobody is answered, in words: an attempt that does not end; "" without. From any
        thread."""
        began = self._began
        lasted = 0.0 if began is None else time.monotonic() - began
        return "" if lasted < STUCK else (
            f"the journal has been written for {lasted:.1f} s, and the disk does not answer; what "
            "was ordered is done when it does")

    def __call__(self, write: Callable[[], T], every: float, flushed: bool = True) -> T:
        """Write a transaction, and return what ``write`` does.

        Nothing is taken meanwhile: alerts wait where they are, or are caught up with later.

        Args:
            write: called within the transaction; again with each attempt.
            every: seconds between two attempts.
            flushed: as of :meth:`~fsm.io.journal.journal.Journal.writing`.

        Raises:
            Stopped: where the inbox is closed before it could be written.
            JournalDamaged: where no waiting helps.
        """
        while True:
            try:
                done = self._attempt(write, flushed)
            except JournalDamaged:
                raise
            except JournalError as error:
                if self.journal.broken:
                    raise
                self._hinder(error, every)
                continue
            if self.hindered:
                self._over(self.hindered)
            return done

    def away(self, error: JournalLost) -> None:
        """Wait a while for a database that is away while something is read.

        Raises:
            JournalLost: where that should not be awaited: there is somebody who waits for an
                answer, or the inbox is closed.
        """
        if self._impatient:
            raise error
        try:
            self._hinder(error, AGAIN)
        except Stopped:
            raise error from None

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """For the time within, nothing that is read waits for a database that is away."""
        before, self._impatient = self._impatient, True
        try:
            yield
        finally:
            self._impatient = before

    def _hinder(self, error: JournalError, every: float) -> None:
        passes = isinstance(error, JournalLocked | JournalLost)
        hindered = self._note(str(error))
        if not passes or hindered.lasted > PASSES:
            hindered.told = True
            self._tell(hindered, every)
        with self.impatient():
            self._wait(hindered, AGAIN if passes else every)

    def _attempt(self, write: Callable[[], T], flushed: bool) -> T:
        self._began = time.monotonic()
        try:
            with self.journal.writing(flushed):
                return write()
        finally:
            self._began = None

    def _note(self, why: str) -> Hindered:
        if self.hindered is None:
            self.hindered = Hindered(why)
        self.hindered.why = why
        return self.hindered

    def _tell(self, hindered: Hindered, every: float) -> None:
        now = time.monotonic()
        if now - hindered.logged >= LOG_EVERY:
            hindered.logged = now
            LOG.error("%s; everything waits, and it is tried again every %g s", hindered.why,
                      every)
        if hindered.lasted > CRY and not hindered.cried and self.directly:
            hindered.cried = True
            self.directly(f"{hindered}; everything waits until it can be")

    def _wait(self, hindered: Hindered, seconds: float) -> None:
        end, left = time.monotonic() + seconds, 0.0  # those who wait already, first
        while True:
            self._meanwhile(hindered, left)
            if self.inbox.closed:
                raise Stopped from None
            left = end - time.monotonic()
            if left <= 0:
                return

    def _over(self, hindered: Hindered) -> None:
        lasted, self.hindered = hindered.lasted, None
        if hindered.told:
            self.inbox.tell(Report(NAME, True, f"it could not be written for {lasted:.0f} s"))
            self.inbox.tell(Report(NAME, False, "it can be written again"))
