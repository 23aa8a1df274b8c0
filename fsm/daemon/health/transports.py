"""How the ways fare on which alerts come: listeners, and what comes of them that should not."""

from collections.abc import Collection, Iterable, Iterator

from fsm.daemon.health.anomalies import Anomalies
from fsm.daemon.health.incidents import Incidents
from fsm.io.listeners.condition import LISTENING, Condition
from fsm.io.reports import Report


class Transports:
    """Looks at all listeners.

    Args:
        conditions: of the listeners, :class:`~fsm.io.listeners.condition.Condition`.
        anomalies: :class:`~fsm.daemon.health.anomalies.Anomalies`.
        incidents: :class:`~fsm.daemon.health.incidents.Incidents`, by which is known what has been
            told.
    """

    def __init__(self, conditions: Iterable[Condition], anomalies: Anomalies,
                 incidents: Incidents) -> None:
        self.conditions, self.anomalies, self.incidents = list(conditions), anomalies, incidents

    def reports(self, now: float) -> list[Report]:
        """What the operators are to know at a time, unix seconds."""
        found = [report for one in self.conditions for report in one.reports()]
        found += self.anomalies.reports(now)
        return found + list(self._gone({report.name for report in found}))

    def well(self, name: str) -> bool:
        """Whether the listener of a name is well; so is one that is none of these."""
        return all(one.well for one in self.conditions if one.short == name)

    def _gone(self, reported: Collection[str]) -> Iterator[Report]:
        """What was told before a restart, of listeners and topics that are configured no more."""
        states = {one.name: one.state for one in self.conditions}
        for name in self.incidents.since:
            listener = next((one for one in states if name.startswith(f"{one}, ")), name)
            if name.startswith("listener ") and name not in reported \
                    and states.get(listener, LISTENING) == LISTENING:
                yield Report(name, False, "it is configured no more")
