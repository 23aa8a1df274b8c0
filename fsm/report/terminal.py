"""What a person sees of a replay or of the machines, as tables for the terminal."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fsm.core.times import span, utc
from fsm.report.candidate import NOTIFY

STYLES = {"met": "green", "found": "green", "late": "yellow", "warned": "yellow",
          "overdue": "bold red", "missing": "bold red", "unverified": "magenta",
          "waived": "dim", "not_expected": "dim", "awaiting": "cyan"}
SHOWN = ("graceid", "process", "check", "outcome")
GOOD = ("met", "found", "not_expected", "waived")
MANY = 6  # with more GraceIDs than this, only those that went wrong are shown check by check


def show_replay(console: Console, document: Mapping[str, Any]) -> None:
    """Print the outcome of a replay.

    Args:
        console: a rich console.
        document: as :func:`fsm.report.candidate.document` gives it, or ``parts``.
    """
    graceids = document["graceids"]
    for graceid, candidate in graceids.items():
        if len(graceids) <= MANY or _troubled(candidate):
            console.print(candidate_table(graceid, candidate))
    if len(graceids) > 1:
        console.print(_all(graceids))
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


def candidate_table(graceid: str, candidate: dict[str, Any]) -> Table:
    """A candidate, as :func:`fsm.report.candidate.candidate` gives it, check by check."""
    states = [candidate["lifecycle"] + (f" ({candidate['reason']})" if candidate["reason"] else "")]
    states += [f"{name.replace('_', ' ')} {state}" for name, state in candidate["regions"].items()]
    states += [f"{graceid} {state}" for graceid, state in candidate["members"].items()]
    table = Table(title=f"[bold]{escape(graceid)}[/]  {escape(', '.join(states))}, created "
                        f"{utc(candidate['created'])}", title_justify="left", expand=False)
    for name, how in (("stage and check", {"max_width": 46}), ("state", {}),
                      ("at", {"justify": "right"}), ("due", {"justify": "right"}), ("why", {})):
        table.add_column(name, no_wrap=name != "why", **how)
    for name, process in candidate["processes"].items():
        table.add_row(f"[bold]{escape(name)}[/]", process["state"], "", "", "")
        for check, plain in process["checks"].items():
            table.add_row(*_check(check, plain, candidate["created"]))
        table.add_section()
    return table


def _check(check: str, plain: dict[str, Any], created: float) -> tuple[str, str, str, str, Text]:
    style = STYLES[plain["state"]]
    at = "" if plain["latency"] is None else f"+{span(plain['latency'])}"
    why = Text(plain["why"])
    if plain["state"] in GOOD:
        why.truncate(48, overflow="ellipsis")
    return (f"  {plain['stage']}.{escape(check)}", f"[{style}]{plain['state']}[/]", at,
            f"+{span(plain['due'] - created)}", why)


def _all(graceids: Mapping[str, dict[str, Any]]) -> Table:
    table = Table(title="All GraceIDs", title_justify="left")
    for name in ("GraceID", "lifecycle", "created", "checks"):
        table.add_column(name)
    for graceid, candidate in graceids.items():
        states = Counter(check["state"] for process in candidate["processes"].values()
                         for check in process["checks"].values())
        counts = ", ".join(f"[{STYLES[state]}]{count} {state}[/]"
                           for state, count in states.most_common())
        table.add_row(escape(graceid), candidate["lifecycle"], utc(candidate["created"]), counts)
    return table


def _effects(effects: Iterable[dict[str, Any]]) -> Table:
    table = Table(title="What would have been sent", title_justify="left")
    for name in ("time", "GraceID", "process", "check", "outcome", "to", "message"):
        table.add_column(name, overflow="fold", no_wrap=name in ("time", "GraceID", "outcome"),
                         max_width=36 if name in ("process", "check") else None)
    told: dict[tuple[Any, ...], list[str]] = {}
    for effect in effects:
        about = tuple(effect[key] for key in ("time", *SHOWN, "message"))
        told.setdefault(about, []).extend(
            effect["to"] if effect["kind"] == NOTIFY else ["GraceDB's log"])
    for (time, *names, message), to in told.items():
        table.add_row(utc(time), *map(escape, names), escape(", ".join(to)), escape(message))
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
