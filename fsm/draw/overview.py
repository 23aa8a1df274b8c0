"""Draws which process starts which, for one kind of candidates: one picture that fits a page."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from graphviz import Digraph

from fsm.core.charts.families import CONTRADICTIONS, FAMILIES
from fsm.core.charts.process import Process
from fsm.core.charts.starting import by_creation, nearest, starters
from fsm.draw import dot
from fsm.draw.looks import FAINT, FAMILY_COLOURS, shortened, wrapped

WIDTH = 16  # characters of a line: so many processes fit beside each other on a page
MOST_WORDS = 48  # characters of what starts a process, where no other one does
IN_A_ROW = 3  # processes of a family that nothing starts, and that start nothing
MANY = 3  # starters that several processes have in common: their arrows are joined


def overview(name: str, title: str, processes: Sequence[Process],
             place: Callable[[Process], str], new: str) -> Digraph:
    """Which process starts which.

    What must not happen is left out: nothing starts it but that it has happened.

    Args:
        name: of the graph.
        title: shown above it.
        processes: of one kind of candidates, and of one era.
        place: where the chart of a process is, as seen from the picture.
        new: what it is that begins with nothing, such as "new superevent".
    """
    shown = [process for process in processes if process.family != CONTRADICTIONS]
    links = nearest(shown, starters(shown))
    # Ranks go through all families, so that these are lanes below each other, the first one on
    # top. Arrows leave and arrive at sides, so that they run between the boxes, not behind them;
    # the names of families are where none of them runs.
    made = dot.graph(name, title, nodesep="0.08", ranksep="0.32", newrank="true")
    made.attr("node", margin="0.07,0.04", target="_top")
    made.attr("edge", tailport="e", headport="w")
    for family, words in FAMILIES.items():
        here = [process for process in shown if process.family == family]
        if here:
            with dot.cluster(made, family, words, bgcolor=FAMILY_COLOURS[family],
                             margin="6", labeljust="l") as inside:
                for process in here:
                    _node(inside, process, links[process.name], place(process), new)
                _in_rows(inside, [process.name for process in here], links)
    _arrows(made, links)
    return made


def _node(inside: Digraph, process: Process, parents: Sequence[str], url: str, new: str) -> None:
    begins = "" if parents else (new if by_creation(process) else process.starts.words())
    small = [wrapped(process.title, WIDTH)]
    if begins:
        on = wrapped(f"on {shortened(begins, MOST_WORDS)}", WIDTH + 2)
        small.append(f'<font color="{FAINT}"><i>{on}</i></font>')
    text = f'<{dot.bold(process.name, WIDTH - 2)}<br/>{"<br/>".join(small)}>'
    looks = {} if process.enabled else {"style": "rounded,filled,dashed"}
    inside.node(process.name, text, URL=f"{url}.svg", tooltip=process.title, **looks)


def _in_rows(inside: Digraph, names: Iterable[str], links: Mapping[str, Sequence[str]]) -> None:
    """Put what has no arrow beside each other, so that it takes less room."""
    linked = {parent for parents in links.values() for parent in parents}
    alone = [name for name in names if not links[name] and name not in linked]
    for number, name in enumerate(alone):
        if number % IN_A_ROW:
            inside.edge(alone[number - 1], name, style="invis")


def _arrows(made: Digraph, links: Mapping[str, Sequence[str]]) -> None:
    """Draw the arrows; those from many to the same several meet on their way, in words."""
    together: dict[tuple[str, ...], list[str]] = {}
    for child, parents in links.items():
        together.setdefault(tuple(parents), []).append(child)
    for number, (parents, children) in enumerate(together.items()):
        if len(parents) >= MANY and len(children) > 1:
            middle = f"all {number}"
            made.node(middle, f'<<font color="{FAINT}"><i>each of<br/>them</i></font>>', URL="",
                      shape="plain", style="", tooltip="each of these starts all of those")
            _each(made, parents, [middle], arrowhead="none")
            _each(made, [middle], children)
        else:
            _each(made, parents, children)


def _each(made: Digraph, parents: Iterable[str], children: Sequence[str], **looks: str) -> None:
    for parent in parents:
        for child in children:
            made.edge(parent, child, **looks)
