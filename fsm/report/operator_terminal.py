"""What operators see, as tables for the terminal."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from fsm.core.times import span, utc
from fsm.report.cluster_terminal import show_cluster
from fsm.report.listener_terminal import escape, show_listeners
from fsm.report.terminal import candidate_table

MOST_NAMED = 10  # candidates of which inputs failed


def show_status(console: Console, status: dict[str, Any]) -> None:
    """Print the state of a supervisor.

    Args:
        console: a rich console.
        status: as :meth:`fsm.daemon.views.Views.status` gives it.
    """
    console.print(f"[bold]{escape(status['name'])}[/] {status['version']}, process "
                  f"{status['pid']} of {escape(status['user'])} at {escape(status['host'])}, "
                  f"since {utc(status['since'])}", soft_wrap=True)
    _show_hindered(console, status)
    _show_work(console, status)
    if status["growth"]:
        _show_growth(console, status["growth"])
    if status.get("cluster"):
        show_cluster(console, status["cluster"])
    if status["paused"]:
        console.print(f"[yellow]letters are held back since {utc(status['paused']['since'])} by "
                      f"{escape(status['paused']['who'])}[/]: fsm resume", soft_wrap=True)
    for name, since in sorted(_incidents(status).items()):
        console.print(f"[red]incident[/] {escape(name)}, since {utc(since)}: "
                      f"{escape(status['messages'].get(name, ''))}", soft_wrap=True)
    _show_channels(console, status)
    if status["failed"]:
        names = ", ".join(map(escape, list(status["failed"])[:MOST_NAMED]))
        console.print(f"[red]{sum(status['failed'].values())} inputs failed[/] and are put aside, "
                      f"about {names}: fsm show, and after an upgrade fsm retry", soft_wrap=True)
    show_listeners(console, status["listeners"])
    if status["listed"]:
        console.print(_candidates(status["listed"]))
    if len(status["listed"]) < status["candidates"]:
        console.print(f"{status['candidates']} candidates in all")


def _show_work(console: Console, status: dict[str, Any]) -> None:
    """How much has come, is waited for and waits."""
    words = [f"{status['alerts']} alerts taken", _bad(status["rejected"], "rejected"),
             f"{status['candidates']} candidates", f"{status['open_checks']} checks open",
             _bad(status["overdue"], "overdue")]
    if status["alarms"] is not None:
        words.append(_bad(status["alarms"], "alarms"))
    words.append(f"{status['questions']} questions under way")
    if status["outbox"]:
        words += _waiting(status)
    console.print(", ".join(words), soft_wrap=True)


def _waiting(status: dict[str, Any]) -> Iterator[str]:
    """What is on its way out, in words."""
    outbox = status["outbox"]
    oldest = f" (the oldest for {span(outbox['oldest'])})" if outbox["waiting"] else ""
    yield f"{outbox['waiting']} messages wait{oldest}"
    if status["letters_waiting"]:
        yield f"{status['letters_waiting']} letters are being gathered"
    if outbox["given_up"]:
        yield f"[red]{outbox['given_up']} were given up[/]"


def _show_growth(console: Console, growth: dict[str, Any]) -> None:
    """How large the journal is."""
    console.print(f"journal {growth['journal'] / 1e6:.1f} MB, {growth['free'] / 1e6:.1f} MB of it "
                  f"free; {growth['inputs']} inputs, {growth['archived']} candidates archived, "
                  f"{growth['in_memory']} in memory; {growth['log_files']} logs of "
                  f"{growth['logs'] / 1e6:.1f} MB", soft_wrap=True)


def _show_hindered(console: Console, shown: dict[str, Any]) -> None:
    if shown["hindered"]:
        console.print(f"[bold red]{escape(shown['hindered']['message'])}[/]: everything waits, "
                      "and commands are refused, until it can be", soft_wrap=True)


def _incidents(status: dict[str, Any]) -> dict[str, float]:
    """What is wrong with the supervisor itself; one of version 0.1 calls it troubles."""
    found: dict[str, float] | None = status.get("incidents", status.get("troubles"))
    return found or {}


def _show_channels(console: Console, status: dict[str, Any]) -> None:
    """Those that have something waiting, or fail; while all goes well there is nothing to see."""
    shown = [one for one in status["channels"] or () if one["waiting"] or one["state"] != "ok"]
    if not shown:
        return
    table = Table()
    for name in ("channel or address", "state", "since", "waiting", "oldest", "next try", "why"):
        table.add_column(name, justify="right" if name in ("waiting", "oldest") else "left",
                         overflow="fold")
    for one in shown:
        state = one["state"] if one["state"] == "ok" else f"[bold red]{one['state']}[/]"
        since, again = ("" if time is None else utc(time) for time in (one["since"], one["next"]))
        table.add_row(escape(one["name"]), state, since, str(one["waiting"]),
                      span(one["oldest"]) if one["waiting"] else "", again, escape(one["reason"]))
    console.print(table)


def _bad(number: int, words: str) -> str:
    return f"[bold red]{number} {words}[/]" if number else f"0 {words}"


def _candidates(rows: Iterable[dict[str, Any]]) -> Table:
    table = Table()
    for name in ("GraceID", "profile", "state", "regions", "open", "overdue", "last heard",
                 "next look"):
        table.add_column(name, justify="right" if name in ("open", "overdue") else "left")
    for row in rows:
        table.add_row(escape(row["graceid"]), escape(row["profile"]), row["state"] or "",
                      row["regions"], str(row["open"]),
                      f"[bold red]{row['overdue']}[/]" if row["overdue"] else "0",
                      *("" if time is None else utc(time) for time in (row["heard"], row["next"])))
    return table


def show_candidate(console: Console, candidate: dict[str, Any]) -> None:
    """Print a candidate, as :meth:`fsm.daemon.views.Views.candidate` gives it."""
    _show_hindered(console, candidate)
    console.print(candidate_table(candidate["graceid"], candidate))
    if candidate["labels"]:
        console.print(f"labels: {escape(', '.join(candidate['labels']))}", soft_wrap=True)
    for process, check, who in candidate["acknowledged"]:
        console.print(f"acknowledged by {escape(who)}: {escape(process)} {escape(check)}",
                      soft_wrap=True)
    table = Table(title="What has happened", title_justify="left")
    for name in ("at", "process", "check", "trigger", "from → to", "why"):
        table.add_column(name, overflow="fold", no_wrap=name in ("at", "trigger"))
    for one in candidate["history"]:
        moved = (one["source"] if one["source"] == one["dest"]
                 else f"{one['source']} → {one['dest']}")
        after = one["time"] - candidate["created"]
        table.add_row(("" if after < 0 else "+") + span(after), escape(one["process"]),
                      escape(one["check"]), one["trigger"], moved, escape(one["why"]))
    console.print(table)
    for one in candidate["failed"]:
        console.print(f"[red]input {one['number']} failed[/] ({one['kind']}, {utc(one['time'])}); "
                      "after an upgrade, fsm retry takes it again:", soft_wrap=True)
        console.print(escape(one["trace"].rstrip()), soft_wrap=True)
    if candidate["retired"]:
        console.print("It was retired: it is supervised no more, and alerts about it are left "
                      "alone.", soft_wrap=True)
