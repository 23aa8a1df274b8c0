"""What operators see of a supervisor, as tables for the terminal."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console

from fsm.core.charts.keys import key_in, without_key
from fsm.core.printable import counted
from fsm.core.times import span
from fsm.report.candidate_terminal import STYLES
from fsm.report.cells import Cell, Column, escaped, say
from fsm.report.cluster_terminal import show_cluster
from fsm.report.listener_terminal import show_listeners
from fsm.report.long_table import LongTable
from fsm.report.moments import near

MOST_NAMED = 10  # candidates of which inputs failed
CHANNELS = (Column("channel or address"), Column("state"), Column("since", label="since"),
            Column("waiting", right=True, label="waiting:"),
            Column("oldest", right=True, label="oldest"), Column("next try", label="next try"),
            Column("why", below=True))
WRONG = (Column("GraceID"), Column("process and check", most=46), Column("state"),
         Column("due", label="due"), Column("told", below=True, label="told:"),
         Column("acknowledged", below=True), Column("why", below=True))
CANDIDATES = (Column("GraceID"), Column("state"), Column("checks", right=True),
              Column("what it is", below=True), Column("regions", below=True),
              Column("profile", below=True, label="profile"),
              Column("last heard", below=True, label="last heard"),
              Column("next look", below=True, label="next look"))
WIDE = 190  # of the terminal's cells, which the table of candidates takes


def show_status(console: Console, status: dict[str, Any], everything: bool) -> None:
    """Print the state of a supervisor.

    Args:
        console: a rich console.
        status: as :meth:`fsm.daemon.views.Views.status` gives it.
        everything: whether to list all candidates, and not only those in trouble.
    """
    now = status["now"]
    say(console, f"[bold]{escaped(status['name'])}[/] {status['version']}, process "
        f"{status['pid']} of {escaped(status['user'])} at {escaped(status['host'])}, "
        f"since {near(status['since'], now)}")
    show_hindered(console, status)
    _show_work(console, status)
    if status["growth"]:
        _show_growth(console, status["growth"])
    if status.get("cluster"):
        show_cluster(console, status["cluster"], now)
    if status["paused"]:
        say(console, f"[yellow]letters are held back since {near(status['paused']['since'], now)} "
            f"by {escaped(status['paused']['who'])}[/]: fsm resume")
    for name, since in sorted(_incidents(status).items()):
        say(console, f"[red]incident[/] {escaped(name)}, since {near(since, now)}: "
            f"{escaped(status['messages'].get(name, ''))}")
    _show_channels(console, status["channels"] or (), now)
    if status["failed"]:
        names = ", ".join(map(escaped, list(status["failed"])[:MOST_NAMED]))
        number = sum(status["failed"].values())
        say(console, f"[red]{counted(number, 'input')} failed[/], put aside, about {names}: fsm "
            "show, and after an upgrade fsm retry")
    show_listeners(console, status["listeners"], now)
    _show_wrong(console, status["troubled_checks"], now)
    _show_candidates(console, status, everything)


def _show_work(console: Console, status: dict[str, Any]) -> None:
    """How much has come, is waited for and waits."""
    words = [f"{counted(status['alerts'], 'alert')} taken", _bad(status["rejected"], "rejected"),
             counted(status["candidates"], "candidate"),
             f"{counted(status['open_checks'], 'check')} open", _bad(status["overdue"], "overdue")]
    if status["alarms"] is not None:
        alarms = status["alarms"]
        words.append(_bad(alarms, "alarm" if alarms == 1 else "alarms"))
    words.append(f"{counted(status['questions'], 'question')} under way")
    if status["outbox"]:
        words += _waiting(status)
    say(console, ", ".join(words))


def _waiting(status: dict[str, Any]) -> Iterator[str]:
    """What is on its way out, in words."""
    outbox, letters = status["outbox"], status["letters_waiting"]
    oldest = f" (the oldest for {span(outbox['oldest'])})" if outbox["waiting"] else ""
    yield (f"{counted(outbox['waiting'], 'message')} "
           f"{'waits' if outbox['waiting'] == 1 else 'wait'}{oldest}")
    if letters:
        yield f"{counted(letters, 'letter')} {'is' if letters == 1 else 'are'} being gathered"
    if outbox["given_up"]:
        given_up = outbox["given_up"]
        yield f"[red]{given_up} {'was' if given_up == 1 else 'were'} given up[/]"


def _show_growth(console: Console, growth: dict[str, Any]) -> None:
    """How large the journal is."""
    say(console, f"journal {growth['journal'] / 1e6:.1f} MB, {growth['free'] / 1e6:.1f} MB of it "
        f"free; {counted(growth['inputs'], 'input')}, "
        f"{counted(growth['archived'], 'candidate')} archived, "
        f"{growth['in_memory']} in memory; {counted(growth['log_files'], 'log')} of "
        f"{growth['logs'] / 1e6:.1f} MB")


def show_hindered(console: Console, shown: dict[str, Any]) -> None:
    """Print why the journal cannot be written, where it cannot."""
    if shown["hindered"]:
        say(console, f"[bold red]{escaped(shown['hindered']['message'])}[/]: everything waits, "
            "and commands are refused, until it can be")


def _incidents(status: dict[str, Any]) -> dict[str, float]:
    """What is wrong with the supervisor itself; one of version 0.1 calls it troubles."""
    found: dict[str, float] | None = status.get("incidents", status.get("troubles"))
    return found or {}


def _show_channels(console: Console, channels: Iterable[dict[str, Any]], now: float) -> None:
    """Those that have something waiting, or fail; while all goes well there is nothing to see."""
    table = LongTable("", CHANNELS)
    for one in channels:
        well = one["state"] == "ok"
        if one["waiting"] or not well:
            table.add(one["name"], one["state"] if well else ((one["state"], "bold red"),),
                      near(one["since"], now), str(one["waiting"]),
                      span(one["oldest"]) if one["waiting"] else "", near(one["next"], now),
                      one["reason"])
    if len(table):
        console.print(table)


def _bad(number: int, words: str) -> str:
    return f"[bold red]{number} {words}[/]" if number else f"0 {words}"


def _show_wrong(console: Console, checks: Iterable[dict[str, Any]], now: float) -> None:
    """What is overdue or unverified: since when, who was told, who has acknowledged it."""
    table = LongTable("[bold]What is wrong[/]", WRONG)
    for one in _together(checks):
        table.add(((one["graceid"], "bold"),),
                  f"{one['process']} {one['check']}".rstrip(),
                  ((one["state"], STYLES[one["state"]]),),
                  near(one["since"], now), _told(one, now),
                  one["acknowledgement"] or "not acknowledged", one["why"])
    if len(table):
        console.print(table)


def _together(checks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Checks, as one where only the keys of their processes differ; then it is due since the first.
    """
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for one in checks:
        name, keyed = without_key(one["process"]), bool(key_in(one["process"]))
        alike = (one["graceid"], name, keyed, one["check"], one["state"], *one["told"], "",
                 one["reminded"], one["acknowledgement"])
        groups.setdefault(alike, []).append(one)
    for group in groups.values():
        first = min(group, key=lambda one: one["since"] or 0.0)
        keys = [key_in(one["process"]) for one in group]
        name = without_key(first["process"])
        yield first if len(group) == 1 else {**first, "process": f"{name}[{', '.join(keys)}]"}


def _told(one: dict[str, Any], now: float) -> str:
    """Who was told, when, and how often anew."""
    if not one["told"]:
        return "nobody"
    reminded = f", reminded {counted(one['reminded'], 'time')}" if one["reminded"] else ""
    when = "" if one["told_at"] is None else f", {near(one['told_at'], now)}"
    return f"{', '.join(one['told'])}{when}{reminded}"


def _show_candidates(console: Console, status: dict[str, Any], everything: bool) -> None:
    """The candidates, in the order in which they are listed: what is gravest first."""
    now = status["now"]
    wrong = {*status["failed"], *(one["graceid"] for one in status["troubled_checks"])}
    table = LongTable("[bold]Candidates[/]", CANDIDATES, least=WIDE)
    for row in status["listed"]:
        if everything or row["overdue"] or row["graceid"] in wrong:
            table.add(((row["graceid"], "bold"),), row["state"] or "", _checks(row),
                      ", ".join([row["kind"] or "", *row["facts"]]), row["regions"],
                      row["profile"], near(row["heard"], now), near(row["next"], now))
    if len(table):
        console.print(table)
    rest, listed = status["candidates"] - len(table), len(status["listed"])
    if listed > len(table):
        say(console, f"{counted(listed - len(table), 'candidate')} without trouble more with "
            "--all")
        rest -= listed - len(table)
    if rest > 0:
        say(console, f"{counted(rest, 'candidate')} more not listed")


def _checks(row: dict[str, Any]) -> Cell:
    if not row["overdue"]:
        return f"{row['open']} open"
    return ((f"{row['open']} open, ", ""), (f"{row['overdue']} overdue", "bold red"))
