"""How the listeners fare, for the terminal."""

from typing import Any

from rich import markup
from rich.console import Console
from rich.table import Table

from fsm.core.printable import printable
from fsm.core.times import utc
from fsm.io.listeners.condition import LISTENING


def show_listeners(console: Console, listeners: list[dict[str, Any]]) -> None:
    """Print a table of listeners, and when something of each topic came last.

    Args:
        console: a rich console.
        listeners: as in :meth:`fsm.daemon.views.Views.status`.
    """
    table = Table()
    for name in ("listener", "state", "since", "restarts in an hour", "last reason"):
        table.add_column(name, justify="right" if name.startswith("restarts") else "left",
                         overflow="fold")
    for one in listeners:
        state = one["state"] if one["well"] else f"[bold red]{one['state']}[/]" + (
            ", not yet for long" if one["state"] == LISTENING else "")
        table.add_row(escape(one["name"]), state, _time(one["since"]), str(one["restarts"]),
                      _reason(one))
    if listeners:
        console.print(table)
    for one in listeners:
        for why in filter(None, one["topics"].values()):
            console.print(f"[bold red]{escape(one['name'])}[/]: {escape(why)}", soft_wrap=True)
        known = [topic for topic in sorted({**one["topics"], **one["heard"]})
                 if not one["topics"].get(topic)]
        if known:
            last = ", ".join(f"{escape(topic) or 'no topic'} {_time(one['heard'].get(topic))}"
                             for topic in known)
            console.print(f"{escape(one['name'])}, last usable alerts: {last}", soft_wrap=True)


def _reason(listener: dict[str, Any]) -> str:
    if not listener["reason"]:
        return ""
    return f"{escape(listener['reason'])} ({_time(listener['reason_at'])})"


def _time(time: float | None) -> str:
    return "none" if time is None else utc(time)


def escape(text: str) -> str:
    """A text from outside, for the terminal."""
    return markup.escape(printable(text))
