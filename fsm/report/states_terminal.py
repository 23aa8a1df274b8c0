"""The whole configuration of a candidate as a tree on the terminal."""

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from fsm.core.printable import printable
from fsm.report.candidate_terminal import STYLES
from fsm.report.moments import after, distance
from fsm.report.states import Node


def show_states(console: Console, root: Node, created: float, now: float) -> None:
    """Print nested states.

    Args:
        console: a rich console.
        root: as :func:`fsm.report.states.nested_states` gives it.
        created: when the candidate was created, unix seconds.
        now: likewise.
    """
    console.print(_tree(root, created, now))


def _tree(node: Node, created: float, now: float) -> Tree:
    made = Tree(_words(node, created, now), guide_style="dim")
    for one in node["inside"]:
        made.children.append(_tree(one, created, now))
    return made


def _words(node: Node, created: float, now: float) -> Text:
    words, check = Text(printable(node["name"]), overflow="fold"), node.get("check")
    if check is None:
        return words
    words.append("  ").append(check["state"], STYLES[check["state"]])
    if check["at"] is not None:
        words.append(f"  came {after(check['at'], created)}")
    elif check["state"] in ("awaiting", "warned", "overdue", "unverified"):
        words.append(f"  due {after(check['due'], created)} ({distance(check['due'], now)})")
    if check["state"] not in ("met", "awaiting"):
        words.append(f"  {printable(check['why'])}", "dim")
    return words
