"""Has a running daemon go by a changed configuration, without losing anything.

What is already waited for keeps its deadlines; all else counts at once. A few tables are only read
at the start.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from fsm.core.charts.policy import Policy
from fsm.core.engine import snapshot
from fsm.core.evidence.fields import Plain
from fsm.daemon.rules import Declared
from fsm.errors import ConfigurationError
from fsm.io.config.sections import Running

if TYPE_CHECKING:
    from fsm.daemon.daemon import Daemon

LOG = logging.getLogger("fsm")
AT_ONCE = 200  # candidates stored in one transaction
ONLY_AT_START = ("journal", "gracedb", "listen", "logs", "operators")

Loaded: TypeAlias = tuple[Declared, Policy, Running]


class Reload:
    """Reads the configuration again.

    Args:
        daemon: :class:`~fsm.daemon.daemon.Daemon`.
        load: function that returns (charts, policy, running) as the configuration is now.
    """

    def __init__(self, daemon: "Daemon", load: Callable[[], Loaded]) -> None:
        self.daemon, self._load = daemon, load

    def prepare(self) -> Callable[[], Plain]:
        """Read it; returns a function that makes the daemon go by it.

        Raises:
            SupervisorError: where it cannot be used; all goes on as before.
        """
        charts, policy, running = self._load()
        if charts != self.daemon.charts:
            raise ConfigurationError("general.machines has changed, which counts only after a "
                                     "restart")
        return lambda: self._follow(policy, running)

    def _follow(self, policy: Policy, running: Running) -> Plain:
        daemon = self.daemon
        store_all(daemon)
        daemon.supervisor.engine.use_policy(policy)
        daemon.candidates.scratch.use_policy(policy)
        daemon.use_configuration(running, policy)
        waiting = daemon.configured()["after_restart"]
        if waiting:
            LOG.warning("these tables have changed and count only after a restart: %s",
                        ", ".join(waiting))
        return {"reloaded": True, "after_restart": waiting}


def store_all(daemon: "Daemon") -> None:
    """Store all candidates as the rules so far have made them, and let them leave memory; so that
    other rules judge nothing that has been decided."""
    candidates = daemon.candidates
    graceids = daemon.journal.unstored()
    for start in range(0, len(graceids), AT_ONCE):
        some = [(graceid, candidates.places[graceid].seq, snapshot.of(candidates[graceid]))
                for graceid in graceids[start:start + AT_ONCE] if candidates.get(graceid)]
        daemon.supervisor.write(partial(daemon.journal.store, some))
        for graceid, seq, _ in some:
            candidates.places[graceid].stored = seq
        daemon.health.alive()
    candidates.forget()

