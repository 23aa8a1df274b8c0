"""Several supervisors on one journal, as tables for the terminal."""

from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.core.times import span
from fsm.report.cells import Column, say
from fsm.report.long_table import LongTable
from fsm.report.moments import near

LATE = 10.0  # seconds that an input may wait before that is striking
WORKERS = (Column("worker"), Column("does"), Column("since", label="since"),
           Column("version", label="version"), Column("rules", label="rules"),
           Column("last sign of life", label="last sign of life"))
RULES = (Column("rules"), Column("since", label="since"),
         Column("workers", right=True, label="workers:"),
         Column("candidates judged by them last", right=True,
                label="candidates judged by them last:"))


def show_cluster(console: Console, cluster: dict[str, Any], now: float) -> None:
    """Print who does what, and what waits.

    Args:
        console: a rich console.
        cluster: as :func:`fsm.daemon.cluster_view.of` gives it.
        now: unix seconds.
    """
    late = cluster["lag"] > LATE
    waiting = cluster["waiting"]
    waits = f"{counted(waiting, 'input')} {'waits' if waiting == 1 else 'wait'}"
    if waiting:
        waits += f", the oldest for {span(cluster['lag'])}"
    say(console, f"[bold red]{waits}[/]" if late else waits)
    table = LongTable("", WORKERS)
    for one in cluster["workers"]:
        name = one["name"] + (" (this one)" if one["name"] == cluster["name"] else "")
        silent = f"{span(one['silent'])} ago"
        table.add(name, _does(one), near(one["since"], now), one["version"] or "",
                  one["rules"] or "", silent if one["alive"] else ((silent, "bold red"),))
    console.print(table)
    if len(cluster["rules"]) > 1:
        _show_rules(console, cluster["rules"], now)


def _does(worker: dict[str, Any]) -> str:
    words = ["acts" if worker["alive"] else "gone"] + ["leads"] * worker["leads"]
    words += [f"{worker[key]} {key}" for key in ("questions", "sending") if worker[key]]
    return ", ".join(words)


def _show_rules(console: Console, rules: list[dict[str, Any]], now: float) -> None:
    """Those that are in force or were; where there is one alone there is nothing to see."""
    table = LongTable("", RULES)
    for one in rules:
        table.add(one["digest"], near(one["since"], now), str(one["workers"]),
                  str(one["candidates"]))
    console.print(table)
