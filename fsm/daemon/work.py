"""Who acts on what waits for candidates: a supervisor alone, or one of several on one journal."""

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from fsm.core.charts.policy import Policy
from fsm.core.engine.effects import Ask
from fsm.core.evidence.fields import Plain
from fsm.daemon import cluster_view
from fsm.daemon.acting import grouped
from fsm.daemon.chores import Chore
from fsm.daemon.health import hearing
from fsm.daemon.health.incidents import LEFT
from fsm.daemon.health.missing import Missing
from fsm.daemon.intake import Gathered
from fsm.daemon.other_rules import judge_anew
from fsm.daemon.restart import end_what_no_chart_expects
from fsm.daemon.rules import Rules
from fsm.daemon.time_source import WallClock
from fsm.io.cluster.jobs import Jobs
from fsm.io.journal import sharing
from fsm.io.journal.codec import Numbered
from fsm.io.journal.membership import Membership

if TYPE_CHECKING:
    from fsm.daemon.loop import Supervisor

AT_ONCE = 100  # candidates that are acted on in one transaction when it begins
HERE = 20  # GraceIDs that it has just heard of on which one of several acts at once in a turn
FEW = 5  # of those of which something is due, and of those that it was told of
CLOSE_WITHIN = 2.0  # seconds for what has been signalled to be left to others
BEAT = 1.0  # seconds between signs of life, and looks for what dead ones have left
LOG = logging.getLogger("fsm")


class Work(Protocol):
    """Who acts.

    Attributes:
        leads: whether this supervisor is the leader, which does what is done once for all.
        chores: what the leader does besides, where there are others.
    """

    leads: bool
    chores: Sequence[Chore]

    def begin(self, asks: Iterable[Ask]) -> None:
        """Act on what waits since the last one has stopped, and put the questions that wait."""

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """Act on what is due, and on what has just been written down."""

    def has_acted(self, graceids: Collection[str]) -> bool:
        """Whether all has been acted on that waits for some candidates; where others have had them,
        it is tried again."""

    def use(self, policy: Policy) -> None:
        """Judge by another policy from now on."""

    def view(self) -> Plain | None:
        """What operators see of it; None where it is alone."""

    def close(self) -> None:
        """Leave the rest to others."""


class Alone:
    """The only supervisor: it acts at once, on all that a turn brings in one transaction.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
    """

    leads = True
    chores: Sequence[Chore] = ()
    _rules: Rules

    def __init__(self, supervisor: "Supervisor") -> None:
        self.supervisor = supervisor

    def begin(self, asks: Iterable[Ask]) -> None:
        """See :class:`Work`."""
        one, journal = self.supervisor, self.supervisor.journal
        charts = one.engine.charts
        self._rules = Rules((tuple(charts.processes.values()), tuple(charts.lifecycles.values())))
        self.use(one.engine.policy)
        while waiting := journal.unacted()[:AT_ONCE]:
            one.act({graceid: journal.waiting(graceid) for graceid in waiting})
        one.act({}, asks=asks)

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """See :class:`Work`."""
        self.supervisor.act({**dict.fromkeys(gathered.due, ()), **grouped([*alerts, *commands])},
                            gathered.due)

    def has_acted(self, graceids: Collection[str]) -> bool:
        """See :class:`Work`."""
        return True

    def use(self, policy: Policy) -> None:
        """See :class:`Work`."""
        judge_anew(self.supervisor, self._rules.digest(policy))

    def view(self) -> None:
        """See :class:`Work`."""

    def close(self) -> None:
        """There are no others."""


class Among:
    """One of several: each acts at once on some of what it hears, and whoever is told of the rest.

    Args:
        supervisor: :class:`~fsm.daemon.loop.Supervisor`.
        jobs: :class:`~fsm.io.cluster.jobs.Jobs`, which tells this one through its inbox.
        membership: :class:`~fsm.io.journal.membership.Membership`.
        rules: of its program.

    Attributes:
        here: on how many GraceIDs it acts at once in a turn; others are told of the rest.
    """

    here = HERE

    def __init__(self, supervisor: "Supervisor", jobs: Jobs, membership: Membership,
                 rules: Rules) -> None:
        self.supervisor, self.jobs, self.membership = supervisor, jobs, membership
        self._rules = rules
        self.leads = False
        self.chores: Sequence[Chore] = (
            Missing(membership, supervisor.incidents).reports,
            lambda now: supervisor.incidents.left(now, membership.present(LEFT)))
        self._beaten, self._ended = float("-inf"), False
        supervisor.acting.worker = supervisor.outbox.worker = membership.name
        supervisor.incidents.instance = membership.instance
        supervisor.heard = hearing.taken_up(supervisor.journal, membership.instance,
                                            supervisor.clock.ticking())

    def begin(self, asks: Iterable[Ask]) -> None:
        """See :class:`Work`; the questions are asked by whoever put them, or inherits them."""
        self.jobs.start()
        self.look()
        self.jobs.signal(self.supervisor.journal.unacted())

    def act(self, gathered: Gathered, alerts: Sequence[Numbered],
            commands: Sequence[Numbered]) -> None:
        """See :class:`Work`."""
        overdue, heard = self.look(), [*grouped(alerts)]
        # By recorded time nobody is in a hurry, and it is anybody's turn.
        hurries = isinstance(self.supervisor.clock, WallClock)
        room, few = (self.here, FEW) if hurries else (0, 0)
        due = list(dict.fromkeys([*gathered.due, *overdue]))
        self.jobs.signal([*heard[room:], *(overdue[few:] if hurries else due)])
        self._act([*grouped(commands), *heard[:room]])
        # A little of what can wait with each turn, so that what has just come need not.
        signalled = gathered.signalled[:FEW]
        self._act([*(one.graceid for one in signalled), *due[:few]])
        for one in signalled:
            one.done()
        for one in gathered.signalled[FEW:]:
            self.supervisor.inbox.tell(one)

    def _act(self, graceids: Iterable[str]) -> None:
        here = dict.fromkeys(graceids, ())
        self.supervisor.act(here, here)

    def has_acted(self, graceids: Collection[str]) -> bool:
        """See :class:`Work`."""
        waiting = sharing.awaited(self.supervisor.journal, graceids)
        if waiting:
            self.supervisor.act(dict.fromkeys(waiting, ()))
            waiting = sharing.awaited(self.supervisor.journal, waiting)
        return not waiting

    def look(self) -> Sequence[str]:
        """Give a sign of life, and take over what dead ones have left; returns the GraceIDs that
        wait for too long, lest that hangs on signals."""
        one, now = self.supervisor, time.monotonic()
        if now - self._beaten < BEAT:
            return ()
        self._beaten = now
        leads = one.write(self.membership.beat)
        one.acting.rules, one.acting.known = self.membership.rules, self.membership.known
        if leads and not self.leads:
            LOG.info("%s leads", self.membership.name)
        self.leads = leads
        one.acting.count_failed()
        alive = max(1, self.membership.alive())
        one.query_pool.share(alive)
        one.outbox.share(alive)
        if leads:
            one.write(self.membership.inherit)
        if not self._ended and self.membership.agree():  # what others still expect goes on
            end_what_no_chart_expects(one)
            self._ended = True
        one.ask([ask for ask in self.membership.mine() if ask.question not in one.asked])
        return sharing.overdue(one.journal, one.clock.now())

    def use(self, policy: Policy) -> None:
        """See :class:`Work`."""
        self.membership.rules = self._rules.digest(policy)
        self._beaten, self._ended = float("-inf"), False
        self.look()

    def view(self) -> Plain:
        """See :class:`Work`."""
        return cluster_view.of(self.membership)

    def close(self) -> None:
        """See :class:`Work`."""
        self.jobs.close(CLOSE_WITHIN)
        self.supervisor.write(self.membership.leave)
