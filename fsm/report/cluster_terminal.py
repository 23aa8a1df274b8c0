"""Several supervisors on one journal, as tables for the terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

from fsm.core.times import span, utc
from fsm.report.listener_terminal import escape

LATE = 10.0  # seconds that an input may wait before that is striking


def show_cluster(console: Console, cluster: dict[str, Any]) -> None:
    """Print who does what, and what waits.

    Args:
        console: a rich console.
        cluster: as :func:`fsm.daemon.cluster_view.of` gives it.
    """
    late = cluster["lag"] > LATE
    waits = f"{cluster['waiting']} inputs wait"
    if cluster["waiting"]:
        waits += f", the oldest for {span(cluster['lag'])}"
    console.print(f"[bold red]{waits}[/]" if late else waits, soft_wrap=True)
    table = Table()
    for name in ("worker", "does", "since", "version", "rules", "last sign of life"):
        table.add_column(name, overflow="fold")
    for one in cluster["workers"]:
        name = escape(one["name"]) + (" (this one)" if one["name"] == cluster["name"] else "")
        silent = f"{span(one['silent'])} ago"
        table.add_row(name, _does(one), utc(one["since"]), one["version"] or "",
                      one["rules"] or "",
                      silent if one["alive"] else f"[bold red]{silent}[/]")
    console.print(table)
    if len(cluster["rules"]) > 1:
        _show_rules(console, cluster["rules"])


def _does(worker: dict[str, Any]) -> str:
    words = ["acts" if worker["alive"] else "gone"] + ["leads"] * worker["leads"]
    words += [f"{worker[key]} {key}" for key in ("questions", "sending") if worker[key]]
    return ", ".join(words)


def _show_rules(console: Console, rules: list[dict[str, Any]]) -> None:
    """Those that are in force or were; where there is one alone there is nothing to see."""
    table = Table()
    for name in ("rules", "since", "workers", "candidates judged by them last"):
        table.add_column(name)
    for one in rules:
        table.add_row(one["digest"], utc(one["since"]), str(one["workers"]),
                      str(one["candidates"]))
    console.print(table)
