"""How the supervisor itself fares: measured, compared with limits, told to systemd and monitors."""

import os
import socket
import time
from collections.abc import Iterator
from typing import Protocol

import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted
from fsm.daemon.health.arrivals import Arrivals
from fsm.io import systemd
from fsm.io.journal.journal import Journal
from fsm.io.journal.schema import CANDIDATES, OUTBOX
from fsm.io.listeners.inbox import Inbox
from fsm.io.reports import Report
from fsm.io.unix_socket import account


class Limits(Protocol):
    """The table ``health`` of a configuration: how much is too much, 0 for any amount."""

    @property
    def waiting_checks(self) -> float:
        """Open checks."""

    @property
    def oldest_alert(self) -> float:
        """Seconds for which an alert waits."""

    @property
    def outbox(self) -> float:
        """Messages that wait."""

    @property
    def oldest_message(self) -> float:
        """Seconds for which one does."""


class Clock(Protocol):
    """Whose time it is."""

    def now(self) -> float:
        """Unix seconds."""


class Measured(Protocol):
    """What is measured of a supervisor."""

    @property
    def journal(self) -> Journal:
        """What it has written."""

    @property
    def inbox(self) -> Inbox:
        """What it has not taken yet."""

    @property
    def heard(self) -> Arrivals:
        """When alerts have come."""

    @property
    def clock(self) -> Clock:
        """Its time."""


class Health:
    """Measures a supervisor.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        limits: :class:`~fsm.io.config.sections.Health`.
        name: by which it calls itself.
    """

    def __init__(self, supervisor: Measured, limits: Limits, name: str) -> None:
        self.supervisor, self.limits, self.name = supervisor, limits, name
        self.since = time.time()
        self._watched, self._told = systemd.watched(), float("-inf")

    def waiting_checks(self) -> tuple[int, int, int]:
        """(number of candidates, of open checks, of overdue checks)."""
        candidates, checks, overdue = self.supervisor.journal.db.execute(sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(CANDIDATES.c.open), 0),
            sa.func.coalesce(sa.func.sum(CANDIDATES.c.overdue), 0))).one()
        return candidates, checks, overdue

    def oldest_alert(self) -> float:
        """Seconds for which an alert has waited to be taken."""
        return self.supervisor.inbox.waits()

    def outbox(self) -> tuple[int, float]:
        """(number of effects that wait to be delivered, seconds for which the oldest has)."""
        waiting, first = self.supervisor.journal.db.execute(sa.select(
            sa.func.count(), sa.func.min(OUTBOX.c.since)).where(OUTBOX.c.done.is_(None))).one()
        known = isinstance(first, float)  # damage may have left anything there
        return waiting, max(0.0, self.supervisor.clock.now() - first) if known else 0.0

    def reports(self, now: float) -> Iterator[Report]:
        """One for every limit."""
        limits = self.limits
        waiting, age = self.outbox()
        checks = self.waiting_checks()[1]
        yield _report("waiting checks", checks, limits.waiting_checks,
                      f"{counted(checks, 'check')} {'is' if checks == 1 else 'are'} open", of="")
        yield _report("oldest alert", self.oldest_alert(), limits.oldest_alert,
                      "an alert has waited for {:.0f} s")
        yield _report("outbox", waiting, limits.outbox, f"{counted(waiting, 'message')} "
                      f"{'waits' if waiting == 1 else 'wait'} to be delivered", of="")
        yield _report("oldest message", age, limits.oldest_message,
                      "a message has waited for {:.0f} s to be delivered", of="")

    def alive(self) -> None:
        """Tell systemd, if it watches, that the main loop goes round."""
        if self._watched and time.monotonic() - self._told > self._watched / 4:
            self._told = time.monotonic()
            systemd.tell(WATCHDOG=1)

    def ready(self) -> None:
        """Tell systemd that it supervises."""
        candidates, checks, overdue = self.waiting_checks()
        systemd.tell(READY=1, STATUS=f"{counted(candidates, 'candidate')}, "
                                     f"{counted(checks, 'check')} open, {overdue} overdue")

    def heartbeat(self) -> Plain:
        """What is said to who asks for a heartbeat: who answers, and whether it keeps pace."""
        supervisor = self.supervisor
        return {"hostname": socket.gethostname(), "user": account(os.getuid()), "pid": os.getpid(),
                "name": self.name, "lag": round(self.oldest_alert(), 3),
                "last_alert": max(supervisor.heard.last().values(), default=None)}


def _report(name: str, found: float, most: float, words: str, of: str | None = None) -> Report:
    wrong = 0 < most < found
    said = words.format(found)
    return Report(name, wrong, f"{said}, more than {most:g}" if wrong else f"{said} now", of)
