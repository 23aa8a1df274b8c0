"""A supervised candidate on the terminal: its checks, and what has happened to it."""

from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.report.candidate_terminal import show_checks
from fsm.report.cells import Column, escaped, escaped_lines, say
from fsm.report.long_table import LongTable
from fsm.report.moments import after, near
from fsm.report.operator_terminal import show_hindered

HISTORY = (Column("at", right=True), Column("process and check", most=46), Column("trigger"),
           Column("from → to"), Column("why", below=True))


def show_candidate(console: Console, candidate: dict[str, Any], everything: bool) -> None:
    """Print a candidate.

    Args:
        console: a rich console.
        candidate: as :meth:`fsm.daemon.views.Views.candidate` gives it.
        everything: whether to print all checks and all that has happened; else what is wrong.
    """
    now = candidate["now"]
    show_hindered(console, candidate)
    show_checks(console, candidate["graceid"], candidate, everything, now)
    if candidate["labels"]:
        say(console, f"labels: {escaped(', '.join(candidate['labels']))}")
    for process, check, _, how in candidate["acknowledged"]:
        say(console, f"{escaped(process)} {escaped(check)}: {escaped(how)}")
    if everything:
        _show_history(console, candidate)
    else:
        say(console, f"{counted(len(candidate['history']), 'transition')} so far: --all shows "
            "them")
    for one in candidate["failed"]:
        say(console, f"[red]input {one['number']} failed[/] ({one['kind']}, "
            f"{near(one['time'], now)}); after an upgrade, fsm retry takes it again:")
        console.print(escaped_lines(one["trace"]), soft_wrap=True)
    if candidate["retired"]:
        say(console, "It was retired: it is supervised no more, and alerts about it are left "
            "alone.")


def _show_history(console: Console, candidate: dict[str, Any]) -> None:
    table = LongTable("What has happened", HISTORY)
    for one in candidate["history"]:
        moved = (one["source"] if one["source"] == one["dest"]
                 else f"{one['source']} → {one['dest']}")
        table.add(after(one["time"], candidate["created"]),
                  f"{one['process']} {one['check']}".strip(), one["trigger"], moved, one["why"])
    console.print(table)
