"""``fsm diagram``, ``fsm document`` and ``fsm machines``: what the charts say."""

import sys
from typing import TYPE_CHECKING

import click

from fsm.cli import completing
from fsm.cli.shared import (
    FAILED,
    PATH,
    charts_and_policy,
    configuration,
    era,
    print_json,
    terminal,
)
from fsm.core.printable import counted

if TYPE_CHECKING:
    from fsm.core.charts.lifecycle import Lifecycle
    from fsm.core.charts.process import Process


@click.command()
@click.argument("names", metavar="[NAME...]", nargs=-1, shell_complete=completing.charts)
@click.option("--out", default="diagrams", show_default=True, metavar="DIR", type=PATH,
              help="Folder.")
@click.option("--check", is_flag=True,
              help="Write nothing; exit with 1 and name what is stale (comparing DOT).")
@configuration
@click.pass_context
def diagram(ctx: click.Context, names: tuple[str, ...], out: str, check: bool,
            config: str | None) -> None:
    """Draw the flow charts of all machines, or of those named, as SVG and DOT."""
    from fsm.draw import flow_charts, folder

    charts, _ = charts_and_policy(config)
    both: list[Process | Lifecycle] = [*charts[0], *charts[1]]
    made = flow_charts.chosen(flow_charts.graphs(*charts), names)
    if check:
        old = folder.stale(made, both, out, whole=not names)
        for name in old:
            click.echo(f"{name} is stale: run 'fsm diagram'", err=True)
        ctx.exit(FAILED if old else 0)
    with click.progressbar(length=len(made), label="drawing", file=sys.stderr) as bar:
        written = folder.write(made, both, out, whole=not names,
                               progress=lambda _: bar.update(1))
    click.echo(f"{counted(len(made), 'chart')} in {out}/, see {out}/{folder.INDEX}" if not names
               else "\n".join(map(str, written)))


@click.command()
@click.option("--out", default="docs/processes.md", show_default=True, metavar="FILE",
              type=PATH, help="Where to.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where it is stale.")
@configuration
@click.pass_context
def document(ctx: click.Context, out: str, check: bool, config: str | None) -> None:
    """Write the page that lists every process: starts, checks, deadlines, sources."""
    from pathlib import Path

    from fsm.report.processes_page import page

    (processes, lifecycles), policy = charts_and_policy(config)
    text, path = page(processes, lifecycles, policy.profiles[-1]), Path(out)
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"{counted(len(processes), 'process')} in {out}")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        click.echo(f"{out} is stale: run 'fsm document'", err=True)
        ctx.exit(FAILED)


@click.command()
@click.argument("names", metavar="[NAME...]", nargs=-1, shell_complete=completing.charts)
@era
@configuration
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def machines(names: tuple[str, ...], era: str | None, config: str | None, as_json: bool) -> None:
    """List processes with their starts, checks, deadlines and responsible parties.

    \b
        fsm machines                        all of today's
        fsm machines preliminary_notice     one, of whichever era
        fsm machines --era o2               those of 2017
    """
    from fsm.core.charts.policy import TODAY
    from fsm.report.processes import named, processes_as_data

    charts, policy = charts_and_policy(config)
    listed = processes_as_data(named(charts[0], names, era or TODAY), policy.profiles[-1])
    if as_json:
        print_json(listed)
    else:
        from fsm.report.processes_terminal import show_processes

        show_processes(terminal(), listed, runbooks=bool(names))
