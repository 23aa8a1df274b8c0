"""The picture of a replay: of all its candidates the one that most needs to be looked at."""

from math import isfinite
from pathlib import Path
from typing import Any

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.kinds import SUPEREVENT
from fsm.core.charts.severity import rank
from fsm.draw.links import sheet_links
from fsm.draw.timeline import draw_timeline
from fsm.errors import ConfigurationError
from fsm.replay.replay import Outcome
from fsm.report.candidate import significance_in
from fsm.report.timeline import CAME, NEVER_CAME, timeline


def draw(outcome: Outcome, charts: Charts, until: float, path: str) -> str | None:
    """Draw a candidate into an SVG file: the one that lacks what is gravest, else a
    superevent.

    Args:
        outcome: of the replay, with its history.
        charts: by which it was made.
        until: when the replay stopped, unix seconds; infinity where it did not.
        path: of the file.

    Returns:
        Its GraceID, None where there is none.

    Raises:
        ConfigurationError: where the file cannot be written.
    """
    if not outcome.configurations:
        return None
    found = min(outcome.configurations.values(), key=lambda one: _calm(one, charts))
    graceid = found["graceid"]
    history = [one for one in outcome.history or () if one.graceid == graceid]
    last = max((one.time for one in history), default=found["since"])
    data = timeline(found, history, charts, until if isfinite(until) else last)
    try:
        Path(path).write_bytes(draw_timeline(data, sheet_links(data, path)))
    except OSError as error:
        raise ConfigurationError(f"--svg {path}: {error.strerror}") from None
    return str(graceid)


def _calm(configuration: dict[str, Any], charts: Charts) -> tuple[object, ...]:
    """How little there is to see of a candidate; the least comes first.

    What never came counts before what came late, and of each first how grave it is and then how
    much of it there is.
    """
    significance = significance_in(configuration)
    order: list[object] = []
    for states in (NEVER_CAME, CAME[-1:]):
        ranks = [rank(charts.processes.get(process["chart"]), significance)
                 for process in configuration["processes"].values()
                 for check in process["checks"].values() if check["state"] in states]
        order += [not ranks, min(ranks, default=()), -len(ranks)]
    kind = charts.lifecycles[configuration["lifecycle"]].kind
    return (*order, kind != SUPEREVENT, configuration["graceid"])
