"""Graphs in the DOT language; their text depends on nothing but what is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

from graphviz import Digraph, ExecutableNotFound

from fsm.draw.looks import FONT, LINE, wrapped
from fsm.errors import ToolMissing

BOLD = f"{FONT}-Bold"  # its name for graphviz; a browser wants the weight apart
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


def bold(text: str, width: int = 46) -> str:
    """A bold text in lines, as HTML of graphviz.

    Graphviz takes <b> to be as wide as other letters, which puts it off its middle; of a font that
    it has to look for it knows how wide it is.
    """
    return f'<font face="{BOLD}">{wrapped(text, width)}</font>'


def label(*parts: str | tuple[str, str] | None, width: int = 46) -> str:
    """An HTML label of several lines of so many characters; a part (text, "b") is bold."""
    shown = [bold(part[0], width) if isinstance(part, tuple) else wrapped(part, width)
             for part in parts if part]
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
        drawn: bytes = graph.pipe("svg")
    except ExecutableNotFound:
        raise ToolMissing("the program 'dot' is needed to draw; install it with "
                          "'apt-get install graphviz'") from None
    return drawn.replace(f'font-family="{BOLD}"'.encode(),
                         f'font-family="{FONT}" font-weight="bold"'.encode())
