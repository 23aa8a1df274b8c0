"""``fsm replay``."""

import sys
from typing import Any

import click

from fsm.cli.shared import PATH, REJECTED, charts_and_policy, configuration, moment, terminal


@click.command()
@click.argument("recordings", metavar="RECORDING|JOURNAL...", nargs=-1, required=True, type=PATH)
@configuration
@click.option("--gracedb", default="recorded", show_default=True, metavar="recorded|none|URL",
              help="Who answers the guards: what the recording shows had been annotated by then, "
                   "nobody, or the GraceDB at this address.")
@click.option("--until", callback=moment, metavar="TIME",
              help="Stop the virtual clock here (unix seconds, or UTC). Without it, every check is "
                   "followed until it is closed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--all", "everything", is_flag=True,
              help="Print all checks and messages, not only those with which something is wrong.")
@click.option("--svg", metavar="FILE", type=PATH,
              help="Draw a candidate on a time axis; of several, that of which most is missing.")
@click.pass_context
def replay(ctx: click.Context, recordings: tuple[str, ...], config: str | None, gracedb: str,
           until: float, as_json: bool, everything: bool, svg: str | None) -> None:
    """Replay recorded alerts on a virtual clock and print the verdict on every check.

    A recording has one JSON object a line: {"time": unix seconds, "topic": text, "payload": the
    alert}. It may be gzipped; - reads standard input. With "delivered": false a line is in GraceDB
    but never reached the supervisor. The journal of a daemon, which may run, is a recording too: of
    its alerts, of what only GraceDB's answers showed, and of the commands of operators.

    Recordings of any length are replayed while they are read, if their lines are in the order of
    arrival within ten minutes and 10,000 alerts. Others, and what comes from a pipe, are sorted
    first, in temporary files (in TMPDIR) where they are long.

    Exit status: 0; 3 when a line was rejected, or could not be taken; 2 for usage.
    """
    from fsm.replay import from_files
    from fsm.report.candidate import parts

    charts, policy = charts_and_policy(config)
    if gracedb not in ("recorded", "none"):
        from fsm.io.gracedb import skymaps

        if not skymaps.available():
            click.echo("fsm: sky maps are not read, because astropy is missing: "
                       "pip install 'event-supervisor[skymaps]'", err=True)
    outcome = from_files.from_files(recordings, charts, policy, gracedb, until,
                                    with_history=bool(svg))
    if svg:
        from fsm.core.charts.catalogue import Charts
        from fsm.replay.picture import draw

        drawn = draw(outcome, Charts(*charts), until, svg)
        click.echo(f"{drawn} is drawn in {svg}" if drawn else "nothing to draw", err=True)
    _print_replay(parts(outcome), as_json, everything)
    ctx.exit(REJECTED if outcome.rejected or outcome.failed else 0)


def _print_replay(document: dict[str, Any], as_json: bool, everything: bool) -> None:
    if as_json:
        from fsm.report.json_text import pieces

        sys.stdout.writelines(pieces(document))
        sys.stdout.write("\n")
        sys.stdout.flush()
    else:
        from fsm.report.terminal import show_replay

        show_replay(terminal(), document, everything)
