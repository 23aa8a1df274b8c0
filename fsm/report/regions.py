"""Where a candidate is in its lifecycle and the regions beside it."""

from collections.abc import Iterable, Sequence
from typing import Any

from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.rules import inside
from fsm.core.engine.effects import Transition

LIFECYCLE = "lifecycle"  # its name, beside those of the regions
PASSED, PRESENT, POSSIBLE = "passed", "present", "possible"


def regions_as_data(lifecycle: Lifecycle, configuration: dict[str, Any],
                    history: Iterable[Transition]) -> list[dict[str, Any]]:
    """The lifecycle and each region, as mappings with their states in the order of their time.

    Args:
        lifecycle: chart of the candidate.
        configuration: of the candidate, as the engine gives it.
        history: what was fired of it, in order.

    Returns:
        Mappings with ``name``, ``title`` and ``states``: each with its ``path``, whether it is
        ``passed``, ``present`` or ``possible`` (by one move), and since when, unix seconds, None
        for what is possible.
    """
    history, created = list(history), configuration["since"]
    present = {lifecycle.name: configuration["state"], **configuration["regions"]}
    return [{"name": name or LIFECYCLE, "title": chart.title, "states": _states(
        chart, present[chart.name], created,
        [one for one in history if (one.process, one.check) == (name, "")
         and one.dest in chart.leaves()])}
        for name, chart in (("", lifecycle), *((one.name, one) for one in lifecycle.regions))
        if chart.name in present]


def _states(chart: Region, present: str, created: float,
            moved: Sequence[Transition]) -> list[dict[str, Any]]:
    entered = {chart.initial(): created}
    for one in moved:
        if one.source != one.dest:
            entered[one.dest] = one.time  # the first place in the order, the last time
    entered.setdefault(present, created)  # its history may have been lost
    passed = [_state(path, PASSED, since) for path, since in entered.items() if path != present]
    return [*passed, _state(present, PRESENT, entered[present]),
            *(_state(path, POSSIBLE, None) for path in _next(chart, present))]


def _state(path: str, how: str, since: float | None) -> dict[str, Any]:
    return {"path": path, "how": how, "since": since}


def _next(chart: Region, present: str) -> list[str]:
    """The states to which a move leads from here, as far as they have none inside."""
    leaves = chart.leaves()
    to = {next(leaf for leaf in leaves if inside(leaf, move.to)) for move in chart.moves
          if any(inside(present, source) for source in move.source)}
    return [leaf for leaf in leaves if leaf in to and leaf != present]
