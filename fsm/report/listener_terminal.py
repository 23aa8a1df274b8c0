"""How the listeners fare, for the terminal."""

from typing import Any

from rich.console import Console

from fsm.io.listeners.condition import LISTENING
from fsm.report.cells import Cell, Column, escaped, say
from fsm.report.long_table import LongTable
from fsm.report.moments import near

LISTENERS = (Column("listener"), Column("state"), Column("since", label="since"),
             Column("restarts in an hour", right=True, label="restarts in an hour:"),
             Column("last reason", below=True))


def show_listeners(console: Console, listeners: list[dict[str, Any]], now: float) -> None:
    """Print a table of listeners, and when something of each topic came last.

    Args:
        console: a rich console.
        listeners: as in :meth:`fsm.daemon.views.Views.status`.
        now: unix seconds.
    """
    table = LongTable("", LISTENERS)
    for one in listeners:
        table.add(one["name"], _state(one), _time(one["since"], now), str(one["restarts"]),
                  f"{one['reason']} ({_time(one['reason_at'], now)})" if one["reason"] else "")
    if listeners:
        console.print(table)
    for one in listeners:
        for why in filter(None, one["topics"].values()):
            say(console, f"[bold red]{escaped(one['name'])}[/]: {escaped(why)}")
        known = [topic for topic in sorted({**one["topics"], **one["heard"]})
                 if not one["topics"].get(topic)]
        if known:
            last = ", ".join(
                f"{escaped(topic) or 'no topic'} {_time(one['heard'].get(topic), now)}"
                for topic in known)
            say(console, f"{escaped(one['name'])}, last usable alerts: {last}")


def _state(listener: dict[str, Any]) -> Cell:
    if listener["well"]:
        return str(listener["state"])
    brief = ", not yet for long" if listener["state"] == LISTENING else ""
    return ((listener["state"], "bold red"), (brief, ""))


def _time(time: float | None, now: float) -> str:
    return "none" if time is None else near(time, now)
