"""The ``fsm`` command: parses, calls the applications, prints. Heavy imports wait for their use."""

import errno
import sys

import click

from fsm import __version__
from fsm.errors import SupervisorError

FAILED, USAGE, REJECTED = 1, 2, 3


class _Commands(click.Group):
    """Turns errors into one clear line and an exit status."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except SupervisorError as error:
            click.echo(f"fsm: {error}", err=True)
            ctx.exit(USAGE)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has gone, which click deals with
            click.echo(f"fsm: {error.filename or 'output'}: {error.strerror or error}", err=True)
            ctx.exit(FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fsm")
def main():
    """Event Supervisor: watches the follow-up of gravitational-wave candidates in GraceDB.

    Every candidate gets a state machine that knows which annotations must appear, in what order
    and how soon. Try it on the recordings that come with it:

    \b
        fsm replay examples/*.jsonl      what would have been decided, and who told
        fsm diagram                      draw every machine into diagrams/
        fsm machines                     list every process, check and deadline
    """


def _charts_and_policy(config):
    from fsm.core.profile import default_policy
    from fsm.io.config import load
    from fsm.registry import charts

    processes, lifecycles = charts()
    policy = load(config, processes) if config else default_policy(processes)
    return (processes, lifecycles), policy


def _moment(ctx, parameter, value):
    if value is None:
        return float("inf")
    from fsm.core.times import finite, unix_seconds

    time = finite(value)
    if time is None:
        time = unix_seconds(value)
    if time is None:
        raise click.BadParameter("expected unix seconds, or UTC such as '2017-08-17 12:41:45'")
    return time


_config = click.option("--config", metavar="FILE", help="Configuration (TOML); none is needed.")


@main.command()
@click.argument("recordings", metavar="RECORDING...", nargs=-1, required=True)
@_config
@click.option("--gracedb", default="recorded", show_default=True, metavar="recorded|none|URL",
              help="Who answers the guards: what the recording shows had been annotated by then, "
                   "nobody, or the GraceDB at this address.")
@click.option("--until", callback=_moment, metavar="TIME",
              help="Stop the virtual clock here (unix seconds, or UTC). Without it, every check is "
                   "followed until it is closed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--svg", metavar="FILE",
              help="Draw one GraceID, coloured by outcome; of several, the one with most trouble.")
@click.pass_context
def replay(ctx, recordings, config, gracedb, until, as_json, svg):
    """Replay recorded alerts on a virtual clock and print the verdict on every check.

    A recording has one JSON object a line: {"time": unix seconds, "topic": text, "payload": the
    alert}. It may be gzipped; - reads standard input. With "delivered": false a line is in GraceDB
    but never reached the supervisor.

    Exit status: 0; 3 when a line was rejected; 2 for usage.
    """
    from fsm.apps import replaying
    from fsm.apps.report import document

    charts, policy = _charts_and_policy(config)
    outcome = replaying.from_files(recordings, charts, policy, gracedb, until)
    if svg:
        drawn = replaying.draw(outcome, svg)
        click.echo(f"{drawn} is drawn in {svg}" if drawn else "nothing to draw", err=True)
    _print_replay(document(outcome), as_json)
    ctx.exit(REJECTED if outcome.rejected else 0)


def _print_replay(document, as_json):
    if as_json:
        _print_json(document)
    else:
        from rich.console import Console

        from fsm.apps.tables import show_replay

        show_replay(_console(Console), document)


def _print_json(document):
    import json

    click.echo(json.dumps(document, indent=1, default=str))


def _console(console):
    return console() if sys.stdout.isatty() else console(width=150, color_system=None)


@main.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--out", default="diagrams", show_default=True, metavar="DIR", help="Folder.")
@click.option("--check", is_flag=True,
              help="Write nothing; exit with 1 and name what is stale (comparing DOT).")
@click.pass_context
def diagram(ctx, names, out, check):
    """Draw the flow charts of all machines, or of those named, as SVG and DOT."""
    from fsm.apps import diagrams
    from fsm.registry import charts

    processes, lifecycles = charts()
    made = diagrams.chosen(diagrams.graphs(processes, lifecycles), names)
    if check:
        old = diagrams.stale(made, processes, out, whole=not names)
        for name in old:
            click.echo(f"{out}/{name} is stale: run 'fsm diagram'", err=True)
        ctx.exit(FAILED if old else 0)
    with click.progressbar(length=len(made), label="drawing", file=sys.stderr) as bar:
        diagrams.write(made, processes, out, whole=not names, progress=lambda _: bar.update(1))
    click.echo(f"{len(made)} charts in {out}/, see {out}/{diagrams.INDEX}" if not names
               else "\n".join(f"{out}/{name}.svg" for name in made))


@main.command()
@_config
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def machines(config, as_json):
    """List every process with its start, checks, deadlines and responsible parties."""
    from fsm.apps.listing import processes_as_data

    charts, policy = _charts_and_policy(config)
    listed = processes_as_data(charts[0], policy.profiles[-1])
    if as_json:
        _print_json(listed)
    else:
        from rich.console import Console

        from fsm.apps.tables import show_processes

        show_processes(_console(Console), listed)
