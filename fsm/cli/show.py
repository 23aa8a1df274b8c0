"""``fsm show``."""

from math import isfinite
from pathlib import Path
from typing import Any

import click

from fsm.cli.completing import candidates
from fsm.cli.control import commanded, operator, said
from fsm.cli.shared import PATH, moment, print_json, terminal


@click.command()
@click.argument("graceid", shell_complete=candidates)
@click.option("--all", "everything", is_flag=True,
              help="Show all checks, and all that has happened; not only what is wrong.")
@click.option("--tree", is_flag=True,
              help="Show its whole configuration as nested states instead.")
@click.option("--svg", metavar="FILE", type=PATH,
              help="Draw it on a time axis into this file instead.")
@click.option("--as-of", callback=moment, metavar="TIME",
              help="With --svg: as it was then (unix seconds, or UTC), made again of the journal.")
@operator
def show(graceid: str, everything: bool, tree: bool, svg: str | None, as_of: float,
         config: str | None, socket: str | None, as_json: bool) -> None:
    """Show a candidate: what it is, where it stands, and what is wrong with it.

    \b
        fsm show S230518h --all
        fsm show S230518h --tree
        fsm show S230518h --svg candidate.svg
        fsm show S230518h --svg before.svg --as-of "2023-05-18 13:05"

    With --svg and --json the data of the picture are printed. Where the folder diagrams/ is here,
    each process in the picture is a link to its chart.
    """
    if isfinite(as_of) and not svg:
        raise click.UsageError("--as-of is for pictures: give --svg too")
    if svg and (tree or everything):
        raise click.UsageError("--svg draws a picture, --tree and --all are for the terminal: "
                               "give one of them")
    if svg:
        from fsm.draw.links import sheet_links
        from fsm.draw.timeline import draw_timeline

        drawn = commanded(config, socket, "timeline", graceid=graceid,
                          as_of=as_of if isfinite(as_of) else None)
        Path(svg).write_bytes(draw_timeline(drawn, sheet_links(drawn, svg)))
        said(drawn, as_json, f"{drawn['graceid']} is drawn in {svg}")
        return
    result = commanded(config, socket, "show", graceid=graceid)
    if tree:
        _show_tree(result, as_json)
    elif as_json:
        print_json(result)
    else:
        from fsm.report.show_terminal import show_candidate

        show_candidate(terminal(), result, everything)


def _show_tree(candidate: dict[str, Any], as_json: bool) -> None:
    from fsm.report.states import nested_states

    states = nested_states(candidate["graceid"], candidate)
    if as_json:
        print_json(states)
    else:
        from fsm.report.states_terminal import show_states

        show_states(terminal(), states, candidate["created"], candidate["now"])
