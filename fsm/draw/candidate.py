"""Draws one GraceID with its states coloured by outcome."""

from typing import Any

from graphviz import Digraph

from fsm.core.times import span, utc
from fsm.draw import dot, looks
from fsm.report.candidate import shown


def candidate_graph(configuration: dict[str, Any]) -> Digraph:
    """The chart of one GraceID.

    Args:
        configuration: of the GraceID, as the engine gives it.
    """
    created = configuration["since"]
    made = dot.graph(configuration["graceid"], f"{configuration['graceid']}, created "
                                               f"{utc(created)}")
    state = configuration["state"]
    made.node("lifecycle", dot.label(("lifecycle", "b"), state, configuration["reason"]),
              fillcolor=looks.LIFECYCLE_COLOURS.get(state, "#dddddd"), penwidth="2")
    for name, region in configuration["regions"].items():
        made.node(f"region {name}", dot.label((name, "b"), region), penwidth="2",
                  fillcolor=looks.LIFECYCLE_COLOURS.get(region, "#dddddd"))
    before: dict[int, str] = {}
    for number, (name, process) in enumerate(configuration["processes"].items()):
        anchor = _process(made, number, name, process, created)
        column = number % 4
        made.edge(before.get(column, "lifecycle"), anchor,
                  style="invis" if column in before else "solid", lhead=f"cluster_{number}")
        before[column] = anchor
    return made


def _process(made: Digraph, number: int, name: str, process: dict[str, Any], created: float) -> str:
    rows = []
    for check, plain in process["checks"].items():
        when = "" if plain["at"] is None else f"+{span(plain['at'] - created)}"
        colour = looks.OUTCOME_COLOURS[plain["state"]]
        rows.append(f'<tr><td align="left" bgcolor="{colour}">{looks.wrapped(check)}</td>'
                    f'<td bgcolor="{colour}">{shown(plain["state"]).replace("_", " ")}</td>'
                    f'<td align="right" bgcolor="{colour}">{when}</td></tr>')
    table = ('<<table border="0" cellborder="1" cellspacing="0" cellpadding="3" color="#999999">'
             + "".join(rows or ["<tr><td>no check</td></tr>"]) + "</table>>")
    with dot.cluster(made, str(number), f"{name}: {process['state']}",
                     bgcolor="#fafafa") as inside:
        inside.node(f"p{number}", table, shape="plain", style="")
    return f"p{number}"
