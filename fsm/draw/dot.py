"""Graphs in the DOT language; their text depends on nothing but what is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

from graphviz import Digraph, ExecutableNotFound

from fsm.draw.looks import FONT, LINE, wrapped
from fsm.errors import ToolMissing

TITLE = 72  # characters of a line of a title


def graph(name: str, title: str, under: str = "", rankdir: str = "LR", **looks: str) -> Digraph:
    """An empty graph with the house's looks.

    Args:
        name: of the graph.
        title: shown above it.
        under: shown under its title.
        rankdir: which way its arrows go, as graphviz calls it.
        looks: further attributes of graphviz.
    """
    made = Digraph(name)
    text = "<br/>".join(wrapped(line, TITLE) for line in (title, under) if line)
    made.attr("graph", label=f"<{text}>", labelloc="t", fontname=FONT, fontsize="16",
              rankdir=rankdir, compound="true", nodesep="0.25", ranksep="0.45", bgcolor="white")
    made.attr("graph", **looks)
    made.attr("node", shape="box", style="rounded,filled", fillcolor="white", fontname=FONT,
              fontsize="10", margin="0.08,0.04")
    made.attr("edge", fontname=FONT, fontsize="9", arrowsize="0.7", color=LINE)
    return made


def label(*parts: str | tuple[str, str] | None) -> str:
    """An HTML label of several lines; a part (text, "b") is bold."""
    shown = [f"<b>{wrapped(p[0])}</b>" if isinstance(p, tuple) else wrapped(p) for p in parts if p]
    return "<" + "<br/>".join(shown) + ">"


@contextmanager
def cluster(parent: Digraph, name: str, title: str, **looks: str) -> Iterator[Digraph]:
    """Draw into a sub-graph with a frame."""
    with parent.subgraph(name=f"cluster_{name}") as inside:
        inside.attr(label=label((title, "b")) if title else "", style="rounded", color="#888888",
                    fontname=FONT, fontsize="11", **looks)
        yield inside


def svg(graph: Digraph) -> bytes:
    """Draw a graph as SVG.

    Raises:
        ToolMissing: where graphviz is not installed.
    """
    try:
        return graph.pipe("svg")
    except ExecutableNotFound:
        raise ToolMissing("the program 'dot' is needed to draw; install it with "
                          "'apt-get install graphviz'") from None
