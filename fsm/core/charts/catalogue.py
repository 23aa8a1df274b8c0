"""Which charts a candidate has: those of its kind, and of its era."""

from collections.abc import Iterable
from typing import Protocol

from fsm.core.charts.index import Router
from fsm.core.charts.kinds import EXTERNAL
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import TODAY, Profile
from fsm.core.charts.process import Process
from fsm.core.evidence.graceids import kind_of

MOST_ROUTERS = 300  # one for each profile and kind


class Introduced(Protocol):
    """A candidate that has its profile."""

    @property
    def chosen_profile(self) -> Profile: ...

    @property
    def lifecycle(self) -> Lifecycle: ...


def _fits(chart: Process | Lifecycle, era: str) -> bool:
    return not era or chart.era in ("", era)


class Charts:
    """All charts there are.

    Args:
        processes: of processes.
        lifecycles: of lifecycles.

    Attributes:
        processes: by name.
        lifecycles: by name.
    """

    def __init__(self, processes: Iterable[Process], lifecycles: Iterable[Lifecycle]) -> None:
        self.processes = {chart.name: chart for chart in processes}
        self.lifecycles = {chart.name: chart for chart in lifecycles}
        self._routers: dict[tuple[int, str], tuple[Profile, Router, tuple[str, ...]]] = {}

    def router(self, candidate: Introduced) -> Router:
        """The router to the charts of a candidate's kind and era; of any era without one."""
        return self._known(candidate)[1]

    def on(self, candidate: Introduced) -> tuple[str, ...]:
        """The names of the processes that a candidate's profile has on, with ``[]`` where a key
        tells several apart."""
        return self._known(candidate)[2]

    def of(self, candidate: Introduced) -> list[Process]:
        """The charts of the processes of a candidate's kind and era."""
        kind, era = candidate.lifecycle.kind, candidate.chosen_profile.era
        return [chart for chart in self.processes.values()
                if kind in chart.of and _fits(chart, era)]

    def forget_routes(self) -> None:
        """Other profiles are in force now."""
        self._routers.clear()

    def _known(self, candidate: Introduced) -> tuple[Profile, Router, tuple[str, ...]]:
        profile, kind = candidate.chosen_profile, candidate.lifecycle.kind
        return self._routers.get((id(profile), kind)) or self._routed(candidate)

    def _routed(self, candidate: Introduced) -> tuple[Profile, Router, tuple[str, ...]]:
        profile, kind = candidate.chosen_profile, candidate.lifecycle.kind
        if len(self._routers) >= MOST_ROUTERS:
            self._routers.clear()  # of configurations that are not in force any more
        own = self.of(candidate)
        made = Router(own,
                      [chart for chart in self.lifecycles.values()
                       if chart.kind == kind and _fits(chart, profile.era)],
                      profile.options)
        # The profile is held, so that no other can have its identity.
        known = self._routers[id(profile), kind] = (profile, made, tuple(sorted(
            f"{one.name}[]" if one.key else one.name for one in own
            if one.name in profile.settings and profile.settings[one.name].enabled)))
        return known

    def lifecycle(self, graceid: str, era: str = "") -> Lifecycle | None:
        """The chart of the lifecycle that a candidate has, None for none.

        Args:
            graceid: whose.
            era: of its profile; "" where that is not known, or any will do.
        """
        kind = kind_of(graceid)
        wanted = (EXTERNAL, kind) if era == TODAY and graceid[:1] == "E" else (kind,)
        return next((chart for name in wanted for chart in self.lifecycles.values()
                     if chart.kind == name and _fits(chart, era)), None)
