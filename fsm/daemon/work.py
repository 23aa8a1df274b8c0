"""Who acts on what waits for candidates: a supervisor alone, or one of several on one journal."""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from fsm.core.engine.effects import Ask
from fsm.daemon.acting import grouped
from fsm.daemon.intake import Gathered
from fsm.daemon.time_source import WallClock
from fsm.io.cluster.jobs import Jobs
from fsm.io.journal.codec import Numbered
from fsm.io.journal.membership import Membership

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor

AT_ONCE = 100  # candidates that are acted on in one transaction when it begins
CLOSE_WITHIN = 2.0  # seconds for what has been signalled to be left to others
BEAT = 1.0  # seconds between signs of life, and looks for what dead ones have left
LOG = logging.getLogger("fsm")


class Work(Protocol):
    """Who acts.

    Attributes:
        leads: whether this supervisor does what is done once for all.
    """

    leads: bool

    def begin(self, asks: Iterable[Ask]) -> None:
        """Act on what waits since the last one has stopped, and put the questions that wait."""

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """Act on what is due, and on what has just been written down."""

    def close(self) -> None:
        """Leave the rest to others."""


class Alone:
    """The only supervisor: it acts at once, on all that a turn brings in one transaction.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """

    leads = True

    def __init__(self, supervisor: "Supervisor") -> None:
        self.supervisor = supervisor

    def begin(self, asks: Iterable[Ask]) -> None:
        """See :class:`Work`."""
        one, journal = self.supervisor, self.supervisor.journal
        while waiting := journal.unacted()[:AT_ONCE]:
            one.act({graceid: journal.waiting(graceid) for graceid in waiting})
        one.act({}, asks=asks)

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """See :class:`Work`."""
        self.supervisor.act({**dict.fromkeys(gathered.due, ()), **grouped([*alerts, *commands])},
                            gathered.due)

    def close(self) -> None:
        """There are no others."""


class Among:
    """One of several: whoever is told of a GraceID acts on it, in a transaction of its own.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        jobs: :class:`~fsm.io.cluster.jobs.Jobs`, which tells this one through its inbox.
        membership: :class:`~fsm.io.journal.membership.Membership`.
    """

    def __init__(self, supervisor: "Supervisor", jobs: Jobs, membership: Membership) -> None:
        self.supervisor, self.jobs, self.membership = supervisor, jobs, membership
        self.leads = False
        self._beaten = float("-inf")
        supervisor.acting.worker = supervisor.outbox.worker = membership.name

    def begin(self, asks: Iterable[Ask]) -> None:
        """See :class:`Work`; the questions are asked by whoever put them, or inherits them."""
        self.jobs.start()
        self.look()
        self.jobs.signal(self.supervisor.journal.unacted())

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """See :class:`Work`."""
        self.look()
        self.jobs.signal(grouped(alerts))
        # Who commands something waits for its end, so it is done here.
        mine = [*(one.graceid for one in gathered.signalled), *grouped(commands)]
        if isinstance(self.supervisor.clock, WallClock):
            mine += gathered.due  # of the candidates that it has in memory
        else:
            self.jobs.signal(gathered.due)
        for graceid in dict.fromkeys(mine):
            self.jobs.signal(self.supervisor.acted_on({graceid: ()}, [graceid]))
        for one in gathered.signalled:
            one.done()

    def look(self) -> None:
        """Give a sign of life, and take over what dead ones have left."""
        one, now = self.supervisor, time.monotonic()
        if now - self._beaten < BEAT:
            return
        self._beaten = now
        leads = one.write(self.membership.beat)
        if leads and not self.leads:
            LOG.info("%s does what is done once for all", self.membership.name)
        self.leads = leads
        if leads:
            one.write(self.membership.inherit)
        one.ask([ask for ask in self.membership.mine() if ask.question not in one.asked])

    def close(self) -> None:
        """See :class:`Work`."""
        self.jobs.close(CLOSE_WITHIN)
        self.supervisor.write(self.membership.leave)
