"""What an annotation or a process means to others, on the terminal."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console

from fsm.core.times import span
from fsm.report.cells import Column, escaped, say
from fsm.report.explaining import Found
from fsm.report.long_table import LongTable
from fsm.report.processes_terminal import show_processes

Row = Mapping[str, Any]
WHAT, HOW = Column("what", most=46), Column("how", below=True)
EXPECTED = (WHAT, Column("within", label="within"), HOW,
            Column("told when it is overdue", below=True, label="told when it is overdue:"))


def show_explained(console: Console, kinds: Mapping[str, Found]) -> None:
    """Print what annotations mean, as :func:`fsm.report.explaining.explained` gives it."""
    for kind, found in kinds.items():
        for part, (words, cells) in PARTS.items():
            if found[part]:
                columns = EXPECTED if part == "expected" else (WHAT, HOW)
                table = LongTable(f"[bold]{kind}[/]: {words}", columns)
                for row in _together(found[part]):
                    table.add(*cells(row))
                console.print(table)


def show_process(console: Console, explained: Mapping[str, Any]) -> None:
    """Print a process, as :func:`fsm.report.explaining.explained_process` gives it."""
    show_processes(console, [explained["process"]], runbooks=True)
    if explained["started_by"]:
        say(console, "is started by what these expect: "
            f"{escaped(', '.join(explained['started_by']))}")
    if explained["kinds"]:
        console.print("\nWhat it makes means to others:", highlight=False)
    show_explained(console, explained["kinds"])


def _together(rows: Iterable[Row]) -> Iterable[Row]:
    """Rows of which those that differ in the check alone are one."""
    made: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        about = tuple(str(value) for key, value in row.items() if key != "check")
        if about in made:
            made[about]["check"] += f", {row['check']}"
        else:
            made[about] = dict(row)
    return made.values()


def _expected(row: Row) -> tuple[str, ...]:
    within = "off" if row["within"] is None else span(row["within"])
    return (f"{row['process']} {row['stage']}.{row['check']}", within, row["expects"],
            ", ".join(row["told"]))


def _starts(row: Row) -> tuple[str, ...]:
    return row["process"], f"{row['title']}; starts on {row['on']}"


def _condition(row: Row) -> tuple[str, ...]:
    return f"{row['process']} {row['check']}".rstrip(), row["condition"]


def _move(row: Row) -> tuple[str, ...]:
    return row["region"], f"from {', '.join(row['from'])} to {row['to']}; on {row['on']}"


def _waits(row: Row) -> tuple[str, ...]:
    where = f"{row['stage']}.{row['check']}" if row["check"] else row["stage"]
    return f"{row['process']} {where}".rstrip(), row["words"]


# Each part with its words, and what makes cells of its rows.
PARTS: Mapping[str, tuple[str, Callable[[Row], tuple[str, ...]]]] = {
    "expected": ("who expects it", _expected), "starts": ("what it starts", _starts),
    "conditions": ("what it is a condition of", _condition), "moves": ("what it moves", _move),
    "waits": ("what waits for it", _waits),
    "contradictions": ("what must not happen with it", _starts)}
