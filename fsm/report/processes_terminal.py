"""What is expected, as tables for the terminal: processes, and what holds in a profile."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.core.times import span
from fsm.report.cells import Column, escaped, indented, say
from fsm.report.long_table import LongTable
from fsm.report.wording import due, expected, options_in_words, start_facts

CHECKS = (Column("stage and check", most=46), Column("within", label="within"),
          Column("expects", below=True))


def show_profile(console: Console, shown: dict[str, Any]) -> None:
    """Print a profile, as :func:`fsm.report.processes.profile_as_data` gives it."""
    timing = ", ".join(f"{name} {span(value)}" for name, value in shown["timing"].items())
    annotated = ", ".join(shown["annotate"]) or "nothing"
    told = "people are told" if shown["warnings"] else "nobody is told anything"
    say(console, f"[bold]profile {escaped(shown['profile'])}[/]  annotates {annotated}, {told}, "
        f"injections {shown['injections']}; {timing}")
    on = [process for process in shown["processes"] if process["enabled"]]
    show_processes(console, on)
    off = [process["name"] for process in shown["processes"] if not process["enabled"]]
    say(console, f"{counted(len(on), 'process')} supervised; not supervised: "
        f"{escaped(', '.join(off) or 'none')}")


def _facts(process: dict[str, Any]) -> Iterator[str]:
    """What holds of the process as a whole, a line each."""
    for name, said in start_facts(process):
        yield f"{name} {said}"
    yield from options_in_words(process)
    for outcome, parties in process["parties"].items():
        if parties:
            yield f"{outcome} to {', '.join(parties)}"
    if process["gravity"]:
        yield process["gravity"]
    for step in process["escalation"]:
        yield f"{span(step['after'])} overdue to {', '.join(step['to'])}"


def show_processes(console: Console, processes: Iterable[dict[str, Any]],
                   runbooks: bool = False) -> None:
    """Print every process.

    Args:
        console: a rich console.
        processes: as :func:`fsm.report.processes.processes_as_data` gives them.
        runbooks: whether to tell what is to be done where something of them is overdue.
    """
    for number, process in enumerate(processes):
        if number:
            console.print()
        say(console, f"[bold]{escaped(process['name'])}[/]  {escaped(process['title'])}")
        for fact in _facts(process):
            indented(console, fact)
        if runbooks:
            indented(console, f"if overdue: {process['runbook']}")
        table = LongTable("", CHECKS)
        for stage in process["stages"]:
            for check in stage["checks"]:
                table.add(f"{stage['name']}.{check['name']}", _within(check), expected(check))
        console.print(table)


def _within(check: dict[str, Any]) -> str:
    warning = "" if check["warn"] is None else f" (warning {span(check['warn'])})"
    return due(check) + warning
