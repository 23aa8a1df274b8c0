"""How the listeners fare, for the terminal."""

from rich.markup import escape
from rich.table import Table

from fsm.core.times import utc
from fsm.io.listeners.condition import LISTENING


def show_listeners(console, listeners):
    """Print a table of listeners, and when something of each topic came last.

    Args:
        console: a rich console.
        listeners: as in :meth:`fsm.apps.showing.Showing.status`.
    """
    table = Table()
    for name in ("listener", "state", "since", "restarts in the last hour", "last reason"):
        table.add_column(name, justify="right" if name.startswith("restarts") else "left")
    for one in listeners:
        state = one["state"] if one["well"] else f"[bold red]{one['state']}[/]" + (
            ", not yet for long" if one["state"] == LISTENING else "")
        table.add_row(escape(one["name"]), state, _time(one["since"]), str(one["restarts"]),
                      escape(one["reason"]))
    if listeners:
        console.print(table)
    for one in listeners:
        topics = [_topic(topic, one) for topic in sorted({**one["topics"], **one["heard"]})]
        if topics:
            console.print(f"{escape(one['name'])}, last usable alerts: {', '.join(topics)}",
                          soft_wrap=True)


def _topic(topic, listener):
    why = listener["topics"].get(topic)
    if why:
        return f"[bold red]{escape(topic)}: {escape(why)}[/]"
    return f"{escape(topic) or 'no topic'} {_time(listener['heard'].get(topic))}"


def _time(time):
    return "none" if time is None else utc(time)
