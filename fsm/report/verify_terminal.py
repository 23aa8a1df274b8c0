"""What the proof of the charts has found, on the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

from fsm.core.printable import counted
from fsm.report.cells import escaped, indented, say

Row = Mapping[str, Any]
MOST = 10  # candidates that are named
SPIN = {"agrees": "spin agrees on every sentence",
        "differs": "spin finds otherwise, see above",
        "missing": "spin is not installed: the sentences were looked at by one program only "
                   "(apt-get install spin gcc)",
        "left out": "spin was not asked"}


def show_verified(console: Console, told: Mapping[str, Any]) -> None:
    """Print what ``fsm verify --json`` gives.

    Args:
        console: a rich console.
        told: with ``looked_at``, ``properties``, ``findings``, ``overlaps``, ``spin`` and
            ``config``, and perhaps ``changes`` of candidates under way.
    """
    for row in told["findings"]:
        _finding(console, row, told)
    _overlaps(console, told["overlaps"])
    if "changes" in told:
        _changes(console, told["changes"])
    looked = told["looked_at"]
    found = counted(len(told["findings"]), "finding") if told["findings"] else "all sound"
    say(console, f"[bold]{counted(looked['charts'], 'chart')}[/] under "
        f"{counted(looked['profiles'], 'profile')}, {counted(looked['variants'], 'variant')} of "
        f"processes, {counted(looked['sentences'], 'sentence')}: [bold]{found}[/]")
    if looked["sentences"]:
        say(console, SPIN[told["spin"]])


def _finding(console: Console, row: Row, told: Mapping[str, Any]) -> None:
    say(console, f"[bold]{escaped(row['where'])}[/]  not so: "
        f"{told['properties'][row['property']]}")
    indented(console, row["says"])
    if row["way"]:
        indented(console, "the way there: " + ", then ".join(row["way"]))
    if row["profiles"]:
        indented(console, "under " + ", ".join(row["profiles"]))
    if row["witness"]:
        by = f" --config {told['config']}" if told["config"] else ""
        indented(console, f"shown by fsm replay {row['witness']}{by}")
    elif row["unshown"]:
        indented(console, f"no recording: {row['unshown']}")


def _changes(console: Console, rows: Sequence[Row]) -> None:
    """What changes for candidates under way; what is the same for many together."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        alike.setdefault((row["process"], row["check"], row["words"]), []).append(row["graceid"])
    for (process, check, words), graceids in alike.items():
        more = f" and {len(graceids) - MOST:,} more" if len(graceids) > MOST else ""
        say(console, f"[bold]{escaped(', '.join(graceids[:MOST]))}{more}[/] "
            f"{escaped(f'{process} {check}'.strip())}")
        indented(console, words)
    if not rows:
        say(console, "nothing changes for the candidates under way")


def _overlaps(console: Console, rows: Iterable[Row]) -> None:
    """Those alike together, since all checks follow the same rules."""
    charts: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        charts.setdefault((row["trigger"], row["says"].partition(";")[0]), []).append(row["where"])
    for (trigger, says), places in charts.items():
        say(console, f"by order, on {escaped(trigger)}: {escaped(says)}  "
            f"[dim]({escaped(places[0]) if len(places) == 1 else f'{len(places)} machines'})[/]")
