"""Supervisors on the same journal that have died or hang: told by the one that leads.

One that has ended properly is not missed. One that is missed is told to be there again when
whoever runs in its place gives a sign of life, and forgotten after a day.
"""

from collections.abc import Iterator

from fsm.core.times import span
from fsm.daemon.health.incidents import Incidents
from fsm.io.journal.membership import ABSENT, Membership
from fsm.io.reports import Report

MISSING = "supervisor on "  # begins the names of such incidents


class Missing:
    """Looks for them.

    Args:
        membership: :class:`~fsm.io.journal.membership.Membership` of this supervisor.
        incidents: :class:`~fsm.daemon.health.incidents.Incidents`, by which is known what has been
            told.
    """

    def __init__(self, membership: Membership, incidents: Incidents) -> None:
        self.membership, self.incidents = membership, incidents

    def reports(self, now: float) -> Iterator[Report]:
        """One for each supervisor, a chore."""
        silent = self.membership.silent()
        for instance, seconds in silent.items():
            gone = seconds > ABSENT
            yield Report(MISSING + instance, gone, f"it has given no sign of life for "
                         f"{span(seconds)}; others do its work" if gone else "it is there again",
                         of="")
        if silent:  # else nothing is known yet
            for name in self.incidents.since:
                if name.startswith(MISSING) and name.removeprefix(MISSING) not in silent:
                    yield Report(name, False, "it is not expected any more", of="")
