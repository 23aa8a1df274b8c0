"""How long the checks take, from the journal: statistics, and deadlines proposed from them."""

from collections.abc import Iterable
from math import ceil
from pathlib import Path
from typing import Any

import attrs

from fsm.core.charts.keys import without_key
from fsm.core.charts.process import Process
from fsm.io.journal import latencies
from fsm.io.journal.reading import Opened
from fsm.report.processes import asked

ON_TIME = ("met", "found")
ENOUGH = 20  # annotations from which a deadline can be proposed
MARGIN = 1.5  # a proposed deadline is so many times the 99th percentile
_STEPS = (1, 1.5, 2, 3, 5, 7.5)  # proposed deadlines are round: one of these times a power of ten


@attrs.frozen(slots=True)
class Latency:
    """One check that has come to an end.

    Attributes:
        process: name of its process, with its key.
        check: its name.
        state: ``met``, ``found``, ``late`` or ``missing``.
        creation: seconds from the candidate's creation until it was met; None where it is missing.
        start: seconds from its process's start, likewise.
        stage: seconds from its stage's start, from which its deadline counts, likewise.
    """

    process: str
    check: str
    state: str
    creation: float | None
    start: float | None
    stage: float | None


def read(path: str | Path, process: str = "", since: float = float("-inf")) -> list[Latency]:
    """Read the latencies in a journal.

    Args:
        path: of the journal, which may be in use, or address of its database.
        process: name of a process, with its key or of all its kind; "" for all.
        since: only candidates created since then, unix seconds.

    Raises:
        JournalError: where it cannot be read.
    """
    return _of(latencies.rows(path, since), process)


def read_open(journal: Opened, process: str) -> list[Latency]:
    """All latencies of one process in a journal that is open already, which is as :func:`read` has
    it otherwise."""
    return _of(latencies.rows_of(journal, float("-inf")), process)


def _of(rows: Iterable[latencies.Span], process: str) -> list[Latency]:
    return [Latency(name, check, state, *map(_from_zero, spans))
            for name, check, state, *spans in rows if process in ("", name, without_key(name))]


def _from_zero(seconds: float | None) -> float | None:
    return None if seconds is None else max(0.0, seconds)


def of_annotations(rows: Iterable[Latency], processes: Iterable[Process]) -> list[Latency]:
    """The latencies without those of checks whose time is that of the supervisor's own question.

    Args:
        rows: as :func:`read` gives them.
        processes: charts of all processes.
    """
    left_out = {(chart.name, check.name) for chart in processes for _, check in chart.checks()
                if asked(check)}
    return [row for row in rows
            if (without_key(row.process), without_key(row.check)) not in left_out]


def by_check(rows: list[Latency]) -> dict[tuple[str, str], list[Latency]]:
    """Latencies by (kind of process, kind of check)."""
    groups: dict[tuple[str, str], list[Latency]] = {}
    for row in rows:
        groups.setdefault((without_key(row.process), without_key(row.check)), []).append(row)
    return groups


def statistics(rows: list[Latency]) -> list[dict[str, Any]]:
    """What the latencies of each check come to, a mapping for each; times in seconds."""
    return [{"process": process, "check": check, **summary(group)}
            for (process, check), group in sorted(by_check(rows).items())]


def summary(group: list[Latency]) -> dict[str, Any]:
    """What the latencies of one check come to, as :func:`statistics` has it."""
    on_time = sum(row.state in ON_TIME for row in group)
    summary: dict[str, Any] = {
        "number": len(group), "on_time": on_time / len(group),
        "missing": sum(row.state == "missing" for row in group)}
    for name in ("creation", "start", "stage"):
        spans = sorted(getattr(row, name) for row in group if getattr(row, name) is not None)
        summary[f"since_{name}"] = {
            "median": quantile(spans, 0.5), "90%": quantile(spans, 0.9),
            "99%": quantile(spans, 0.99), "longest": quantile(spans, 1.0)}
    return summary


def quantile(ordered: list[float], share: float) -> float | None:
    """The least of the ordered values that is not exceeded by this share of them; None of none."""
    if not ordered:
        return None
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def suggested(statistics: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Deadlines proposed from statistics, by process and check; None where there are too few."""
    made: dict[str, dict[str, Any]] = {}
    for one in statistics:
        came = one["number"] - one["missing"]
        last = one["since_stage"]["99%"]
        proposal = _round(MARGIN * last) if came >= ENOUGH else None
        made.setdefault(one["process"], {})[one["check"]] = {
            "within": proposal, "number": came, "99%": last}
    return made


def _round(seconds: float) -> float:
    """The next round number of seconds, 10 at least."""
    size = 10.0
    while seconds > size * 10:
        size *= 10
    return next(step * size for step in (*_STEPS, 10) if step * size >= seconds)


def as_toml(proposed: dict[str, dict[str, Any]]) -> str:
    """Proposed deadlines as tables for a configuration."""
    lines = []
    for process, checks in proposed.items():
        known = {check: one["within"] for check, one in checks.items() if one["within"]}
        few = [f"{check} ({one['number']})" for check, one in checks.items() if not one["within"]]
        lines.append(f"[process.{process}]")
        if known:
            inside = ", ".join(f"{check} = {within:g}" for check, within in known.items())
            lines.append(f"deadlines = {{ {inside} }}")
        if few:
            lines.append(f"# fewer than {ENOUGH}, so nothing is proposed: {', '.join(few)}")
        lines.append("")
    return "\n".join(lines)
