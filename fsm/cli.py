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
        fsm config show o2 CBC gstlal    what is expected of the candidates of one search
    """


def charts_of(plain):
    """The charts of all machines there are, those that a configuration's tables name included."""
    from fsm.io.config import machines
    from fsm.registry import charts, packages

    return charts(*packages(machines(plain)))


def _charts_and_policy(config):
    from fsm.core.profile import default_policy
    from fsm.io.config import load, read

    if not config:
        charts = charts_of({})
        return charts, default_policy(charts[0])
    charts = charts_of(read(config))
    return charts, load(config, charts[0])


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


_config = click.option("--config", metavar="FILE|NAME",
                       help="Configuration: a TOML file, or a shipped one such as o2; none is "
                            "needed.")


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
@_config
@click.pass_context
def diagram(ctx, names, out, check, config):
    """Draw the flow charts of all machines, or of those named, as SVG and DOT."""
    from fsm.apps import diagrams
    from fsm.registry import drawn

    charts, _ = _charts_and_policy(config)
    made = diagrams.chosen(diagrams.graphs(*charts), names)
    if check:
        old = diagrams.stale(made, list(drawn(*charts)), out, whole=not names)
        for name in old:
            click.echo(f"{out}/{name} is stale: run 'fsm diagram'", err=True)
        ctx.exit(FAILED if old else 0)
    with click.progressbar(length=len(made), label="drawing", file=sys.stderr) as bar:
        diagrams.write(made, list(drawn(*charts)), out, whole=not names,
                       progress=lambda _: bar.update(1))
    click.echo(f"{len(made)} charts in {out}/, see {out}/{diagrams.INDEX}" if not names
               else "\n".join(f"{out}/{name}.svg" for name in made))


@main.command()
@click.option("--out", default="docs/processes.md", show_default=True, metavar="FILE",
              help="Where to.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where it is stale.")
@_config
@click.pass_context
def document(ctx, out, check, config):
    """Write the page that lists every process: starts, checks, deadlines, sources."""
    from pathlib import Path

    from fsm.apps.document import page

    (processes, _), policy = _charts_and_policy(config)
    text, path = page(processes, policy.profiles[-1]), Path(out)
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{len(processes)} processes in {out}")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        click.echo(f"{out} is stale: run 'fsm document'", err=True)
        ctx.exit(FAILED)


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


@main.group()
def config():
    """Configurations: check one, show what it means, import the earlier system's."""


@config.command("check")
@click.argument("name", metavar="FILE|NAME")
@click.pass_context
def check_config(ctx, name):
    """Say whether a configuration is right; exit status 1 where it is not."""
    from fsm.io.config import load, read

    try:
        processes, _ = charts_of(read(name))
        policy = load(name, processes)
    except SupervisorError as error:
        click.echo(f"fsm: {error}", err=True)
        ctx.exit(FAILED)
    click.echo(f"{name} is right: {len(policy.profiles) - 1} profiles, {len(processes)} processes")
    for profile in policy.profiles:
        on = sum(settings.enabled for settings in profile.settings.values())
        click.echo(f"  {profile.name}: {on} processes supervised")


@config.command("show")
@click.argument("name", metavar="FILE|NAME")
@click.argument("group", required=False, default="")
@click.argument("pipeline", required=False, default="")
@click.argument("search", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show_config(name, group, pipeline, search, as_json):
    """Show what holds for the candidates of a GROUP, PIPELINE and SEARCH."""
    from fsm.apps.listing import profile_as_data
    from fsm.apps.tables import show_profile

    (processes, _), policy = _charts_and_policy(name)
    profile = policy.profile_for({"group": group, "pipeline": pipeline, "search": search})
    shown = profile_as_data(processes, profile, policy)
    if as_json:
        _print_json(shown)
    else:
        from rich.console import Console

        show_profile(_console(Console), shown)


@config.command("import")
@click.argument("files", metavar="OLD.ini...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="NEW.toml", help="Where to; must not exist.")
def import_config(files, out):
    """Turn the earlier system's child configurations into one of today's.

    The listener's configuration may be among the files: it tells which nodes each child hears. What
    could not be carried over is listed.
    """
    from fsm.io.config import policy
    from fsm.io.earlier import imported, written

    processes, _ = charts_of({})
    tables, notes = imported(files, processes)
    policy(tables, processes)  # what is written must be right
    written(tables, out)
    click.echo(f"{out}: {len(tables.get('profile', ()))} profiles")
    for note in notes:
        click.echo(f"not carried over: {note}")
