"""``fsm latency``."""

import sys

import click

from fsm.cli.shared import (
    PATH,
    charts_and_policy,
    configuration,
    journal_of,
    moment,
    print_json,
    terminal,
)
from fsm.core.printable import counted


def _since(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float:
    return float("-inf") if value is None else moment(ctx, parameter, value)


@click.command()
@click.option("--process", default="", metavar="P", help="Only of this process, or of one key of "
                                                         "it: idq, idq[H1].")
@click.option("--since", callback=_since, metavar="TIME",
              help="Only of candidates created since (unix seconds, or UTC).")
@click.option("--plot", metavar="FILE", type=PATH, help="Draw them too (PNG, SVG or PDF).")
@click.option("--suggest", is_flag=True, help="Propose deadlines, as tables for a configuration.")
@click.option("--journal", metavar="FILE", type=PATH,
              help="The journal, or the address of a PostgreSQL database, instead of the "
                   "configured one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@configuration
def latency(process: str, since: float, plot: str | None, suggest: bool, journal: str | None,
            as_json: bool, config: str | None) -> None:
    """Show how long checks take until they are met, beside their deadlines.

    In the order of the follow-up, grouped by family, and where the terminal is wide enough each
    with a bar from the 10th to the 90th percentile. From the journal, whether its supervisor runs
    or not; deadlines are those of the configuration, or of the charts. --suggest proposes one and a
    half times the 99th percentile of the time that deadlines count from, where there are enough.
    What the supervisor has to ask GraceDB for, as whether a file has sane values, is left out: its
    time is that of the question.
    """
    from fsm.report import latency as latencies
    from fsm.report.latency_groups import grouped

    (processes, _), policy = charts_and_policy(config)
    rows = latencies.of_annotations(latencies.read(journal_of(journal, config), process, since),
                                    processes)
    result = latencies.statistics(rows)
    groups = grouped(rows, processes, policy.profiles[-1])
    if plot:
        from fsm.draw.latency import draw

        draw(groups, plot)
        click.echo(f"{counted(len(result), 'check')} drawn in {plot}", err=True)
    if suggest:
        proposed = latencies.suggested(result)
        print_json(proposed) if as_json else click.echo(latencies.as_toml(proposed), nl=False)
    elif as_json:
        print_json(result)
    else:
        from fsm.report.latency_terminal import show_latencies

        show_latencies(terminal(), groups)
    sys.stdout.flush()
