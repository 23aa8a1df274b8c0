"""A candidate on the terminal: what it is, where it stands, and its checks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console

from fsm.core.charts import rules
from fsm.core.printable import counted
from fsm.report.cells import Cell, Column, escaped, indented, say
from fsm.report.long_table import LongTable
from fsm.report.moments import after, ago, distance

STYLES = {"met": "green", "found": "green", "late": "yellow", "warned": "yellow",
          "overdue": "bold red", "missing": "bold red", "unverified": "magenta",
          "waived": "dim", "not_expected": "dim", "awaiting": "cyan"}
TROUBLE = ("overdue", "missing", "unverified", "late", "warned")
CHECKS = (Column("process, stage and check", most=46), Column("state"),
          Column("came", right=True, label="came"), Column("due", right=True, label="due"),
          Column("why", below=True))


def troubled(candidate: Mapping[str, Any]) -> bool:
    """Whether something is wrong with a check of a candidate, or was."""
    return any(map(_wrong, _checks(candidate)))


def untold(candidate: Mapping[str, Any]) -> int:
    """How many checks of a candidate hang on what the source of a replay does not have."""
    return sum(map(_untold, _checks(candidate)))


def _wrong(check: Mapping[str, Any]) -> bool:
    return check["state"] in TROUBLE and not _untold(check)


def _untold(check: Mapping[str, Any]) -> bool:
    unverified: bool = check["state"] == rules.UNVERIFIED
    return unverified and check["why"].endswith(rules.CANNOT_TELL)


def show_checks(console: Console, graceid: str, candidate: Mapping[str, Any], everything: bool,
                now: float | None = None) -> None:
    """Print what a candidate is, and its checks.

    Args:
        console: a rich console.
        graceid: of the candidate.
        candidate: as :func:`fsm.report.candidate.candidate` gives it.
        everything: whether to print all checks; else those with which something is wrong.
        now: unix seconds; None for a candidate of a replay.
    """
    created = candidate["created"]
    _show_head(console, graceid, candidate, now)
    table = LongTable("", CHECKS)
    hidden = []
    for name, process in candidate["processes"].items():
        shown = {key: check for key, check in process["checks"].items()
                 if everything or _wrong(check)}
        hidden += [(name, key, check) for key, check in process["checks"].items()
                   if key not in shown]
        if shown or everything:
            table.add(((name, "bold"),), process["state"], "", "", "")
        for key, check in shown.items():
            table.add(*_check(key, check, created, now))
        if shown or everything:
            table.rule()
    if len(table):
        console.print(table)
    if hidden:
        _say_hidden(console, hidden, now)


def _show_head(console: Console, graceid: str, candidate: Mapping[str, Any],
               now: float | None) -> None:
    what = ", ".join([candidate["chart"].replace("_", " "), *candidate["facts"]])
    created = candidate["created"]
    when = ago(created, created if now is None else now).removesuffix(" (now)")
    states = [candidate["lifecycle"] + (f" ({candidate['reason']})" if candidate["reason"] else "")]
    states += [f"{name.replace('_', ' ')} {state}" for name, state in candidate["regions"].items()]
    states += [f"{member} {state}" for member, state in candidate["members"].items()]
    say(console, f"[bold]{escaped(graceid)}[/]  {escaped(what)}, created {when}")
    indented(console, ", ".join(states))


def _check(name: str, check: Mapping[str, Any], created: float,
           now: float | None) -> Iterator[Cell]:
    state = check["state"]
    yield f"  {check['stage']}.{name}"
    yield ((state, STYLES[state]),)
    yield "" if check["at"] is None else after(check["at"], created)
    late = f" ({distance(check['due'], now)})" if now is not None and state == "overdue" else ""
    yield after(check["due"], created) + late
    yield check["why"]


def _say_hidden(console: Console, hidden: Iterable[tuple[str, str, Mapping[str, Any]]],
                now: float | None) -> None:
    """How many checks are not shown; of those that are waited for, the next."""
    hidden = list(hidden)
    waiting = [(check["due"], name, f"{check['stage']}.{key}") for name, key, check in hidden
               if check["state"] == "awaiting"]
    if waiting and now is not None:
        due, process, check = min(waiting)
        say(console, f"next: {escaped(process)} {escaped(check)}, due {ago(due, now)}")
    say(console, f"{counted(len(hidden), 'check')} more with --all: "
        f"{_words(Counter(check['state'] for *_, check in hidden))}")


def _words(states: Counter[str]) -> str:
    return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in states.most_common())


def counts(candidate: Mapping[str, Any]) -> Cell:
    """How many checks of a candidate are in each state."""
    states = Counter(check["state"] for check in _checks(candidate))
    parts: list[tuple[str, str]] = []
    for state, count in states.most_common():
        parts += [(", ", "")] * bool(parts) + [(f"{count} {state.replace('_', ' ')}",
                                                STYLES[state])]
    return tuple(parts)


def _checks(candidate: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for process in candidate["processes"].values():
        yield from process["checks"].values()
