"""Which charts a candidate has: those of its kind, and of its era."""

from fsm.core.charts.index import Router
from fsm.core.charts.kinds import EXTERNAL
from fsm.core.charts.policy import TODAY
from fsm.core.evidence.graceids import kind_of


def _fits(chart, era):
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

    def __init__(self, processes, lifecycles):
        self.processes = {chart.name: chart for chart in processes}
        self.lifecycles = {chart.name: chart for chart in lifecycles}
        self._routers = {}

    def router(self, candidate):
        """The router to the charts of a candidate's era; to all where its profile names none."""
        era = candidate.profile.era
        if era not in self._routers:
            self._routers[era] = Router(*([chart for chart in charts.values() if _fits(chart, era)]
                                          for charts in (self.processes, self.lifecycles)))
        return self._routers[era]

    def lifecycle(self, graceid, era=""):
        """The chart of the lifecycle that a candidate has, None for none.

        Args:
            graceid: whose.
            era: of its profile; "" where that is not known, or any will do.
        """
        kind = kind_of(graceid)
        wanted = (EXTERNAL, kind) if era == TODAY and graceid[:1] == "E" else (kind,)
        return next((chart for name in wanted for chart in self.lifecycles.values()
                     if chart.kind == name and _fits(chart, era)), None)
