"""What the commands share: errors in one line, the configuration, printing."""

import errno
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from fsm.errors import JournalDamaged, SupervisorError

if TYPE_CHECKING:
    from rich.console import Console

    from fsm.core.charts.lifecycle import Lifecycle
    from fsm.core.charts.policy import Policy
    from fsm.core.charts.process import Process
    from fsm.io.config.sections import Running

Charts = tuple[tuple["Process", ...], tuple["Lifecycle", ...]]

FAILED, USAGE, REJECTED = 1, 2, 3
OFF_TERMINAL = 150  # columns of what is printed into a file
SENTENCE = 300  # letters of a command's first sentence, which is never cut
PATH = click.Path(readable=False)  # which shells complete; who uses it says what is wrong with it
DAMAGED = 65  # the journal: it makes no sense to start again


class Commands(click.Group):
    """Lists its commands under headings; turns errors into one clear line and an exit status."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.headings: dict[str, list[str]] = {}

    def add_commands(self, heading: str, commands: Iterable[click.Command]) -> None:
        """Have commands, listed under a heading in this order."""
        for command in commands:
            self.add_command(command)
            self.headings.setdefault(heading, []).append(command.name or "")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in self.headings.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        longest = max(map(len, self.list_commands(ctx)))
        for heading, names in self.headings.items():
            with formatter.section(heading):
                formatter.write_dl([
                    (name.ljust(longest), self.commands[name].get_short_help_str(SENTENCE))
                    for name in names])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SupervisorError as error:
            click.echo(f"fsm: {error}", err=True)
            ctx.exit(DAMAGED if isinstance(error, JournalDamaged) else USAGE)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has gone, which click deals with
            click.echo(f"fsm: {error.filename or 'output'}: {error.strerror or error}", err=True)
            ctx.exit(FAILED)


def charts_of(named: Iterable[str] = ()) -> Charts:
    """The charts of all machines there are, those of packages that are named included."""
    from fsm.core.engine.table import refuse_changes
    from fsm.registry import charts, drawn, packages

    found = charts(*packages(named))
    refuse_changes(drawn(*found))
    return found


def charts_and_policy(config: str | None) -> tuple[Charts, "Policy"]:
    if not config:
        from fsm.core.charts.policy import default_policy

        charts = charts_of()
        return charts, default_policy(charts[0])
    from fsm.io.config.load import load, machines, read

    charts = charts_of(machines(read(config)))
    return charts, load(config, charts[0])


configuration = click.option("--config", metavar="FILE|NAME", type=PATH,
                       help="Configuration: a TOML file, or a shipped one such as o2 or o4; none "
                            "is needed.")


era = click.option("--era", type=click.Choice(["o4", "o2"]),
                   help="Of today's GraceDB (o4), or of that without superevents (o2); by default "
                        "today's, but where a name is of 2017.")


def journal_of(name: str | None, config: str | None) -> str:
    """The journal that is meant: one that is named, or that of a configuration.

    Args:
        name: path of its file, or address of its database; None or "" for none.
        config: the configuration, None for that without any.
    """
    if name:
        return name
    from fsm.io.config.daemon import running
    from fsm.io.config.load import read

    made = running(read(config) if config else {}).journal
    return made.url or str(made.path)


def with_journal(running: "Running", name: str | None) -> "Running":
    """The tables of a daemon with another journal, where one is named.

    Args:
        running: what the configuration says.
        name: path of its file, or address of its database; None or "" for none.
    """
    import attrs

    if not name:
        return running
    path, url = (running.journal.path, name) if name.startswith("postgresql://") else (name, "")
    return attrs.evolve(running, journal=attrs.evolve(running.journal, path=path, url=url))


def with_gracedb(running: "Running", name: str | None) -> "Running":
    """Likewise with another GraceDB.

    Args:
        running: what the configuration says.
        name: address of its REST interface, ``none`` for no GraceDB; None or "" for the same.

    Raises:
        ConfigurationError: where it is no address.
    """
    import attrs

    from fsm.io.config.kinds import WebAddress
    from fsm.io.config.structure import structured

    if not name:
        return running
    url = "" if name == "none" else name
    structured(WebAddress, url, "--gracedb")
    return attrs.evolve(running, gracedb=attrs.evolve(running.gracedb, url=url))


def print_json(document: object) -> None:
    import json

    click.echo(json.dumps(document, indent=1, default=str))


def terminal() -> "Console":
    """Where tables are printed: coloured and as wide as the terminal, or plain without one.

    COLUMNS in the environment says how wide that is, whatever the terminal says of itself.
    """
    import os
    import shutil

    from rich.console import Console

    told = os.environ.get("COLUMNS", "")
    shown = sys.stdout.isatty()
    width = (int(told) if told.isdecimal() and int(told) else
             shutil.get_terminal_size().columns if shown else OFF_TERMINAL)
    # Without a height rich takes what it knows of some terminals for the width too.
    return Console(width=width, height=50, color_system="auto" if shown else None)


def moment(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float:
    if value is None:
        return float("inf")
    from fsm.core.times import finite, unix_seconds

    number = finite(value)
    day, _, clock = value.strip().replace("T", " ").partition(" ")
    if number is None and len(clock) in (0, 5):  # without seconds, or without time of day
        value = f"{day} {clock or '00:00'}:00"
    time = unix_seconds(value if number is None else number)
    if time is None:
        raise click.BadParameter("expected unix seconds, or UTC such as '2017-08-17 12:41' or "
                                 "'2017-08-17'")
    return time
