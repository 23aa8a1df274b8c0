"""Latencies in the order of the follow-up: by kind of candidate and family, with each deadline."""

from collections.abc import Iterable
from typing import Any

from fsm.core.charts.checks import Check
from fsm.core.charts.families import FAMILIES, OTHER
from fsm.core.charts.policy import Profile
from fsm.core.charts.process import Process
from fsm.report.folders import FOLDERS, folder_of
from fsm.report.latency import Latency, by_check, quantile, summary

STATES = ("met", "found", "late")
TICKS = (1, 10, 60, 600, 3600, 21600, 86400, 604800)  # seconds, on an axis of time


def grouped(rows: list[Latency], processes: Iterable[Process],
            profile: Profile) -> list[dict[str, Any]]:
    """Latencies by kind of candidate and family, those of processes that come first first.

    Args:
        rows: the latencies.
        processes: charts of all processes; what has none is of no kind, in the last family.
        profile: whose deadlines are shown.

    Returns:
        Mappings with ``title`` and ``rows``; of each row, beside what
        :func:`fsm.report.latency.statistics` has of it, ``spans`` by state and, in seconds from the
        candidate's creation, ``due``: when its deadline is, in the median; None where it has none.
    """
    charts = {chart.name: chart for chart in processes}
    groups: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for (process, check), some in by_check(rows).items():
        chart = charts.get(process)
        where = (folder_of(chart), chart.family) if chart else ("", OTHER)
        made = _row(process, check, some, chart, profile)
        groups.setdefault(where, {}).setdefault(process, []).append(made)
    return [{"title": _title(kind, family), "rows": _ordered(groups[kind, family], charts)}
            for kind in (*FOLDERS, "") for family in FAMILIES if (kind, family) in groups]


def _title(kind: str, family: Any) -> str:
    return f"{FAMILIES[family]}, {FOLDERS[kind].many}" if kind else FAMILIES[family]


def _ordered(found: dict[str, list[dict[str, Any]]],
             charts: dict[str, Process]) -> list[dict[str, Any]]:
    """Processes by their first annotation, in the median; their checks as their charts have them.
    """
    made = []
    for process in sorted(found, key=lambda name: (min(map(_median, found[name])), name)):
        chart = charts.get(process)
        order = [check.name for _, check in chart.checks()] if chart else []
        made += sorted(found[process], key=lambda row: (
            order.index(row["check"]) if row["check"] in order else len(order), row["check"]))
    return made


def _median(row: dict[str, Any]) -> float:
    median = row["since_creation"]["median"]
    return float("inf") if median is None else float(median)


def _row(process: str, check: str, some: list[Latency], chart: Process | None,
         profile: Profile) -> dict[str, Any]:
    checks = chart.checks() if chart else []
    declared = next((one for _, one in checks if one.name == check), None)
    within = None if declared is None else _within(process, declared, profile)
    began = sorted(row.creation - row.stage for row in some
                   if row.creation is not None and row.stage is not None)
    middle = quantile(began, 0.5)
    return {"process": process, "check": check, **summary(some), "within": within,
            "due": None if within is None or middle is None else middle + within,
            "spans": {state: [row.creation for row in some
                              if row.state == state and row.creation is not None]
                      for state in STATES}}


def _within(process: str, check: Check, profile: Profile) -> float | None:
    settings = profile.settings.get(process)
    return settings.deadlines.get(check.name, check.within) if settings else check.within
