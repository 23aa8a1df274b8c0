"""What a person sees of two replays compared, as tables for the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.core.times import utc
from fsm.report.cells import Column, escaped, say
from fsm.report.comparison import CHANGES, SAME, in_words, together
from fsm.report.long_table import LongTable
from fsm.report.moments import signed

COUNTS = tuple(Column(change, right=True, label=change) for change in CHANGES)
ROWS = (Column("change"), Column("GraceID"), Column("process and check", most=46),
        Column("outcome"), Column("whom", below=True), Column("when", below=True),
        Column("message", below=True))
VERDICTS = (Column("GraceID"), Column("process and check", most=60), Column("before"),
            Column("after"))
STYLES = {"more": "red", "less": "green", "later": "yellow", "earlier": "cyan"}


def show_comparison(console: Console, found: Mapping[str, Any], everything: bool = False) -> None:
    """Print what the second of two configurations tells otherwise.

    Args:
        console: a rich console.
        found: as :func:`fsm.report.comparison.compared` gives it, with ``configs``.
        everything: whether verdicts are printed too.
    """
    table = LongTable("Told otherwise", ROWS, least=160)
    for one, parties in together(found["differences"]):
        table.add(((one["change"], STYLES[one["change"]]),), one["graceid"],
                  f"{one['process']} {one['check']}".rstrip(), one["outcome"],
                  ", ".join(parties), when(one), one["message"])
    if len(table):
        console.print(table)
    for kind, title in (("followups", "By follow-up"), ("parties", "By party")):
        _counts(console, title, found[kind])
    if everything and found["verdicts"]:
        table = LongTable("Other verdicts", VERDICTS)
        for one in found["verdicts"]:
            table.add(one["graceid"], f"{one['process']} {one['check']}",
                      one["before"] or "not expected at all",
                      one["after"] or "not expected at all")
        console.print(table)
    elif found["verdicts"]:
        say(console, f"{counted(len(found['verdicts']), 'check')} would have ended otherwise"
                     "; --all shows them")
    for side, name in zip(("before", "after"), found["configs"], strict=True):
        only = found["candidates"][side]
        if only:
            say(console, f"supervised by {escaped(name)} alone: {escaped(', '.join(only))}")
    if any(found["rejected"]):
        say(console, f"{counted(max(found['rejected']), 'line')} could not be used; "
                     "'fsm replay' names them")
    say(console, escaped(in_words(found)))


def _counts(console: Console, title: str, rows: Mapping[str, Mapping[str, int]]) -> None:
    some = {name: row for name, row in rows.items() if sum(row.values()) > row[SAME]}
    if not some:
        return
    table = LongTable(title, (Column(title.removeprefix("By ")), *COUNTS))
    for name, row in some.items():
        table.add(name, *(str(row[change] or "") for change in CHANGES))
    console.print(table)


def when(one: Mapping[str, Any]) -> str:
    """When something is told, and how much earlier or later."""
    before, after = one["before"], one["after"]
    if before is None or after is None:
        return utc(after if before is None else before)
    return f"{utc(before)}, changed by {signed(after - before)}"
