"""What a person sees of a replay, as tables for the terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console

from fsm.core.charts.outcomes import SUCCESS
from fsm.core.printable import counted
from fsm.core.times import utc
from fsm.report.candidate import LOG, NOTIFY
from fsm.report.candidate_terminal import counts, show_checks, troubled, untold
from fsm.report.cells import Column, escaped, escaped_lines, say
from fsm.report.long_table import LongTable
from fsm.report.moments import signed

SHOWN = ("graceid", "process", "check", "outcome", "message")
ALL = (Column("GraceID"), Column("lifecycle"), Column("created", label="created"),
       Column("what", below=True), Column("checks", below=True))
SENT = (Column("time"), Column("GraceID"), Column("process and check", most=46),
        Column("outcome"), Column("to", below=True, label="to"), Column("message", below=True))
WIDE = 160  # of the terminal's cells, which the table of messages takes


def show_replay(console: Console, document: Mapping[str, Any], everything: bool = False) -> None:
    """Print the outcome of a replay.

    Args:
        console: a rich console.
        document: as :func:`fsm.report.candidate.document` gives it, or ``parts``.
        everything: whether to print all checks and messages; else those with which something is
            wrong.
    """
    graceids = document["graceids"]
    together = LongTable("All GraceIDs", ALL)
    created, hidden = {}, 0
    for graceid, candidate in graceids.items():
        created[graceid] = candidate["created"]
        hidden += untold(candidate)
        if everything or troubled(candidate):
            show_checks(console, graceid, candidate, everything)
            console.print()
        together.add(graceid, candidate["lifecycle"], utc(candidate["created"]),
                     ", ".join([candidate["chart"].replace("_", " "), *candidate["facts"]]),
                     counts(candidate))
    if len(together):
        console.print(together)
    if hidden:
        say(console, f"{counted(hidden, 'check')} could not be verified, since this source cannot "
            f"tell{'' if everything else ': --all shows them'}; --gracedb asks one that can")
    _show_effects(console, document["effects"], created, everything)
    for failed in document["failed"]:
        say(console, f"[red]an input failed[/] about {escaped(failed['graceid'])}, and is left "
            "out:")
        console.print(escaped_lines(failed["trace"]), soft_wrap=True)
    for rejected in document["rejected"]:
        say(console, f"[red]rejected[/] {escaped(rejected['recording'])} line "
            f"{rejected['line']}: {escaped(rejected['reason'])}")
    _unsupervised(console, document)
    told = sum(effect["kind"] == NOTIFY for effect in document["effects"])
    say(console, ", ".join(counted(*each) for each in (
        (document["alerts"], "alert"), (len(graceids), "GraceID"), (told, "message"))) + ", "
        f"{counted(document['queries'], 'question')} to GraceDB, "
        f"{counted(len(document['rejected']), 'line')} rejected")


def _unsupervised(console: Console, document: Mapping[str, Any]) -> None:
    """Say how many alerts were left alone, and why."""
    retired, unsupervised = document["of_retired"], document["unsupervised"]
    if retired:
        say(console, f"{_alerts_were(retired)} about candidates that had been retired by then, "
            "closed for longer than timing.retire: "
            f"{'it was' if retired == 1 else 'they were'} left alone")
    if unsupervised > retired:
        say(console, f"{_alerts_were(unsupervised - retired)} about GraceIDs of a kind that no "
            "lifecycle is for")


def _alerts_were(number: int) -> str:
    return counted(number, "alert") + (" was" if number == 1 else " were")


def _show_effects(console: Console, effects: Iterable[dict[str, Any]], created: Mapping[str, float],
                  everything: bool) -> None:
    """Print what would have been sent: to whom, and what."""
    told: dict[tuple[Any, ...], list[str]] = {}
    for effect in effects:
        about = (effect["time"], *(effect[key] for key in SHOWN))
        told.setdefault(about, []).extend(
            effect["to"] if effect["kind"] == NOTIFY else [LOG])
    table, hidden = LongTable("What would have been sent", SENT, least=WIDE), 0
    for (time, graceid, process, check, outcome, message), to in told.items():
        if outcome == SUCCESS and not everything:
            hidden += 1
            continue
        begin = created.get(graceid)
        beside = "" if begin is None else f" ({signed(time - begin)})"
        table.add(utc(time) + beside, graceid, f"{process} {check}".rstrip(), outcome,
                  ", ".join(to), message)
    if len(table):
        console.print(table)
    if hidden:
        say(console, f"{counted(hidden, 'message')} of success more with --all")
