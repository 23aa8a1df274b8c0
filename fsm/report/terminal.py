"""What a person sees of a replay or of the machines, as tables for the terminal."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fsm.core.times import span, utc
from fsm.report.candidate import NOTIFY
from fsm.report.long_table import Cell, Column, LongTable, cut

STYLES = {"met": "green", "found": "green", "late": "yellow", "warned": "yellow",
          "overdue": "bold red", "missing": "bold red", "unverified": "magenta",
          "waived": "dim", "not_expected": "dim", "awaiting": "cyan"}
SHOWN = ("graceid", "process", "check", "outcome")
GOOD = ("met", "found", "not_expected", "waived")
CHECKS = (Column("stage and check", wraps=False, most=46), Column("state", wraps=False),
          Column("at", right=True, wraps=False), Column("due", right=True, wraps=False),
          Column("why"))
ALL = tuple(map(Column, ("GraceID", "lifecycle", "created", "checks")))
SENT = tuple(Column(name, wraps=name not in ("time", "GraceID", "outcome"), folds=True,
                    most=36 if name in ("process", "check") else None)
             for name in ("time", "GraceID", "process", "check", "outcome", "to", "message"))
MANY = 6  # with more GraceIDs than this, only those that went wrong are shown check by check


def show_replay(console: Console, document: Mapping[str, Any]) -> None:
    """Print the outcome of a replay.

    Args:
        console: a rich console.
        document: as :func:`fsm.report.candidate.document` gives it, or ``parts``.
    """
    graceids = document["graceids"]
    together = LongTable("All GraceIDs", ALL)
    for graceid, candidate in graceids.items():
        if len(graceids) <= MANY or _troubled(candidate):
            console.print(candidate_table(graceid, candidate))
        together.add(*_in_all(graceid, candidate))
    if len(graceids) > 1:
        console.print(together)
    if document["effects"]:
        console.print(_effects(document["effects"]))
    for failed in document["failed"]:
        console.print(f"[red]an input failed[/] about {escape(failed['graceid'])}, and is left "
                      "out:", soft_wrap=True)
        console.print(escape(failed["trace"].rstrip()), soft_wrap=True)
    for rejected in document["rejected"]:
        console.print(f"[red]rejected[/] {escape(rejected['recording'])} line {rejected['line']}: "
                      f"{escape(rejected['reason'])}", soft_wrap=True)
    _unsupervised(console, document)
    told = sum(effect["kind"] == NOTIFY for effect in document["effects"])
    console.print(f"{document['alerts']} alerts, {len(graceids)} GraceIDs, {told} messages, "
                  f"{document['queries']} questions to GraceDB, "
                  f"{len(document['rejected'])} lines rejected")


def _unsupervised(console: Console, document: Mapping[str, Any]) -> None:
    """Say how many alerts were left alone, and why."""
    retired = document["of_retired"]
    if retired:
        console.print(f"{retired} alerts were about candidates that had been retired by then, "
                      "closed for longer than timing.retire: they were left alone", soft_wrap=True)
    if document["unsupervised"] > retired:
        console.print(f"{document['unsupervised'] - retired} alerts were about GraceIDs of a kind "
                      "that no lifecycle is for", soft_wrap=True)


def _troubled(candidate: dict[str, Any]) -> bool:
    return any(check["state"] in ("overdue", "missing", "late", "unverified", "warned")
               for process in candidate["processes"].values()
               for check in process["checks"].values())


def candidate_table(graceid: str, candidate: dict[str, Any]) -> LongTable:
    """A candidate, as :func:`fsm.report.candidate.candidate` gives it, check by check."""
    states = [candidate["lifecycle"] + (f" ({candidate['reason']})" if candidate["reason"] else "")]
    states += [f"{name.replace('_', ' ')} {state}" for name, state in candidate["regions"].items()]
    states += [f"{graceid} {state}" for graceid, state in candidate["members"].items()]
    table = LongTable(f"[bold]{escape(graceid)}[/]  {escape(', '.join(states))}, created "
                      f"{utc(candidate['created'])}", CHECKS)
    for name, process in candidate["processes"].items():
        table.add(((name, "bold"),), process["state"], "", "", "")
        for check, plain in process["checks"].items():
            table.add(*_check(check, plain, candidate["created"]))
        table.rule()
    return table


def _check(check: str, plain: dict[str, Any], created: float) -> tuple[Cell, ...]:
    at = "" if plain["latency"] is None else f"+{span(plain['latency'])}"
    why = plain["why"]
    if plain["state"] in GOOD:
        why = cut(why, 48)
    return (f"  {plain['stage']}.{check}", ((plain["state"], STYLES[plain["state"]]),), at,
            f"+{span(plain['due'] - created)}", why)


def _in_all(graceid: str, candidate: dict[str, Any]) -> tuple[Cell, ...]:
    """The row of a candidate among all GraceIDs."""
    states = Counter(check["state"] for process in candidate["processes"].values()
                     for check in process["checks"].values())
    counts: list[tuple[str, str]] = []
    for state, count in states.most_common():
        counts += [(", ", "")] * bool(counts) + [(f"{count} {state}", STYLES[state])]
    return graceid, candidate["lifecycle"], utc(candidate["created"]), tuple(counts)


def _effects(effects: Iterable[dict[str, Any]]) -> LongTable:
    table = LongTable("What would have been sent", SENT)
    told: dict[tuple[Any, ...], list[str]] = {}
    for effect in effects:
        about = tuple(effect[key] for key in ("time", *SHOWN, "message"))
        told.setdefault(about, []).extend(
            effect["to"] if effect["kind"] == NOTIFY else ["GraceDB's log"])
    for (time, *names, message), to in told.items():
        table.add(utc(time), *names, ", ".join(to), message)
    return table


def show_profile(console: Console, shown: dict[str, Any]) -> None:
    """Print a profile, as :func:`fsm.report.processes.profile_as_data` gives it."""
    timing = ", ".join(f"{name} {span(value)}" for name, value in shown["timing"].items())
    annotated = ", ".join(shown["annotate"]) or "nothing"
    told = "people are told" if shown["warnings"] else "nobody is told anything"
    console.print(f"[bold]profile {escape(shown['profile'])}[/]  annotates {annotated}, {told}, "
                  f"injections {shown['injections']}; {timing}")
    on = [process for process in shown["processes"] if process["enabled"]]
    show_processes(console, on)
    off = [process["name"] for process in shown["processes"] if not process["enabled"]]
    console.print(f"{len(on)} processes supervised; not supervised: "
                  f"{escape(', '.join(off) or 'none')}")


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


def show_processes(console: Console, processes: Iterable[dict[str, Any]]) -> None:
    """Print every process, as :func:`fsm.report.processes.processes_as_data` gives them."""
    for process in processes:
        table = Table(title=f"[bold]{process['name']}[/]  {escape(process['title'])}"
                            + ("" if process["enabled"] else "  [dim](off)[/]"),
                      caption=escape(_caption(process)),
                      title_justify="left", caption_justify="left")
        for name in ("stage", "check", "expects", "within"):
            table.add_column(name, overflow="fold")
        for stage in process["stages"]:
            for check in stage["checks"]:
                expects = check["expects"]
                if check["each"]:
                    expects += f"; for every one of {check['each']}"
                if check["condition"]:
                    expects += f"; if {check['condition']}"
                within = "off" if check["within"] is None else span(check["within"])
                if check["warn"] is not None:
                    within = f"{within} (warning {span(check['warn'])})"
                table.add_row(stage["name"], check["name"], escape(expects), within)
        console.print(table)
