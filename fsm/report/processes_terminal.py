"""What is expected, as tables for the terminal: processes, and what holds in a profile."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.core.times import span
from fsm.report.cells import Column, escaped, indented
from fsm.report.long_table import LongTable

CHECKS = (Column("stage and check", most=46), Column("within", label="within"),
          Column("expects", below=True))


def show_profile(console: Console, shown: dict[str, Any]) -> None:
    """Print a profile, as :func:`fsm.report.processes.profile_as_data` gives it."""
    timing = ", ".join(f"{name} {span(value)}" for name, value in shown["timing"].items())
    annotated = ", ".join(shown["annotate"]) or "nothing"
    told = "people are told" if shown["warnings"] else "nobody is told anything"
    console.print(f"[bold]profile {escaped(shown['profile'])}[/]  annotates {annotated}, {told}, "
                  f"injections {shown['injections']}; {timing}")
    on = [process for process in shown["processes"] if process["enabled"]]
    show_processes(console, on)
    off = [process["name"] for process in shown["processes"] if not process["enabled"]]
    console.print(f"{counted(len(on), 'process')} supervised; not supervised: "
                  f"{escaped(', '.join(off) or 'none')}")


def _caption(process: dict[str, Any]) -> str:
    parts = [f"starts on {process['starts']}"]
    if process["condition"]:
        parts.append(f"if {process['condition']}")
    if process["far_threshold"] is not None:
        parts.append(f"if FAR ≤ {process['far_threshold']:g} Hz, or none")
    for name, value in process["options"].items():
        parts.append(f"{name} {', '.join(value) or 'none' if isinstance(value, list) else value}")
    for outcome, parties in process["parties"].items():
        if parties:
            parts.append(f"{outcome} to {', '.join(parties)}")
    if process["gravity"]:
        parts.append(process["gravity"])
    for step in process["escalation"]:
        parts.append(f"{span(step['after'])} overdue to {', '.join(step['to'])}")
    return "; ".join(parts)


def show_processes(console: Console, processes: Iterable[dict[str, Any]],
                   runbooks: bool = False) -> None:
    """Print every process.

    Args:
        console: a rich console.
        processes: as :func:`fsm.report.processes.processes_as_data` gives them.
        runbooks: whether to tell what is to be done where something of them is overdue.
    """
    for process in processes:
        off = "" if process["enabled"] else "  [dim](off)[/]"
        table = LongTable(f"[bold]{escaped(process['name'])}[/]  {escaped(process['title'])}{off}",
                          CHECKS)
        for stage in process["stages"]:
            for check in stage["checks"]:
                table.add(f"{stage['name']}.{check['name']}", _within(check), _expects(check))
        console.print(table)
        indented(console, _caption(process))
        if runbooks:
            indented(console, f"if overdue: {process['runbook']}")


def _expects(check: dict[str, Any]) -> str:
    expects: str = check["expects"]
    if check["each"]:
        expects += f"; for every one of {check['each']}"
    if check["condition"]:
        expects += f"; if {check['condition']}"
    return expects


def _within(check: dict[str, Any]) -> str:
    within = "off" if check["within"] is None else span(check["within"])
    if check["warn"] is not None:
        within = f"{within} (warning {span(check['warn'])})"
    return within
