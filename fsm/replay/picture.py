"""The picture of a replay: of all its candidates the one that most needs to be looked at."""

from math import isfinite
from pathlib import Path
from typing import Any

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.kinds import SUPEREVENT
from fsm.draw.links import sheet_links
from fsm.draw.timeline import draw_timeline
from fsm.errors import ConfigurationError
from fsm.replay.replay import Outcome
from fsm.report.timeline import CAME, NEVER_CAME, timeline


def draw(outcome: Outcome, charts: Charts, until: float, path: str) -> str | None:
    """Draw a candidate into an SVG file: the one of which most never came, else a superevent.

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


def _calm(configuration: dict[str, Any], charts: Charts) -> tuple[int, int, bool, str]:
    """How little there is to see of a candidate; the least comes first."""
    states = [check["state"] for process in configuration["processes"].values()
              for check in process["checks"].values()]
    never, late = (sum(state in some for state in states) for some in (NEVER_CAME, CAME[-1:]))
    kind = charts.lifecycles[configuration["lifecycle"]].kind
    return -never, -late, kind != SUPEREVENT, configuration["graceid"]
