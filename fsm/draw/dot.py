"""Draws charts as graphs in the DOT language; the text depends on nothing but the charts."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from graphviz import Digraph

from fsm.core.charts.checks import Check
from fsm.core.charts.process import Process
from fsm.core.charts.rules import Rule
from fsm.core.times import span

FONT = "Helvetica"
OUTCOME_COLOURS = {
    "met": "#b7e1b0", "found": "#d3ecc0", "late": "#f3e3a1", "waived": "#dddddd",
    "not_expected": "#eeeeee", "awaiting": "#cfe2f7", "warned": "#fbe3b0", "overdue": "#f7b6a6",
    "missing": "#ef8f80", "unverified": "#e3cdf0", "unverifiable": "#e3cdf0",
}
LIFECYCLE_COLOURS = {
    "pending.new_to_preliminary": "#cfe2f7", "pending.preliminary_to_initial": "#cfe2f7",
    "pending.initial_to_update": "#cfe2f7", "complete": "#b7e1b0", "rejected": "#ef8f80",
    "open.following": "#cfe2f7", "open.attention": "#f7b6a6", "closed.complete": "#b7e1b0",
    "closed.incomplete": "#ef8f80",
}


def graph(name: str, title: str, rankdir: str = "LR") -> Digraph:
    """An empty graph with the house's looks."""
    made = Digraph(name)
    made.attr("graph", label=title, labelloc="t", fontname=FONT, fontsize="16", rankdir=rankdir,
              compound="true", nodesep="0.25", ranksep="0.45", bgcolor="white")
    made.attr("node", shape="box", style="rounded,filled", fillcolor="white", fontname=FONT,
              fontsize="10", margin="0.08,0.04")
    made.attr("edge", fontname=FONT, fontsize="9", arrowsize="0.7", color="#555555")
    return made


def wrapped(text: str, width: int = 46) -> str:
    """Break a text into lines for a label, and escape it."""
    lines, line = [], ""
    for word in text.split():
        while len(word) > width:
            line, word = (line + " " + word[:width]).strip(), word[width:]
            lines.append(line)
            line = ""
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br/>".join(html.escape(part) for part in [*lines, line])


def label(*parts: str | tuple[str, str] | None) -> str:
    """An HTML label of several lines; a part (text, "b") is bold."""
    shown = [f"<b>{wrapped(p[0])}</b>" if isinstance(p, tuple) else wrapped(p) for p in parts if p]
    return "<" + "<br/>".join(shown) + ">"


@contextmanager
def cluster(parent: Digraph, name: str, title: str, **looks: str) -> Iterator[Digraph]:
    """Draw into a sub-graph with a frame."""
    with parent.subgraph(name=f"cluster_{name}") as inside:
        inside.attr(label=label((title, "b")), style="rounded", color="#888888", fontname=FONT,
                    fontsize="11", **looks)
        yield inside


def process_graph(process: Process) -> Digraph:
    """The chart of one process: its stages, in each its checks, in each check its states."""
    also = "unverified" if process.always else "unverified or waived"
    made = graph(process.name, f"{process.title}\\n(every check may also become {also}: see "
                               "check.svg)")
    made.node("start", label(("starts on", "b"), process.starts.words(), _several(process),
                             "" if process.when is None else f"if {process.when.words()}"),
              style="filled", fillcolor="#eef3f8", penwidth="1.6")
    ends = {}
    for index, stage in enumerate(process.stages):
        with cluster(made, stage.name, f"stage {stage.name}", bgcolor="#fafafa") as inside:
            for check in stage.checks:
                _check_states(inside, f"{stage.name}.{check.name}", check, process.options)
        ends[index] = f"{stage.name}.{stage.checks[0].name}"
        if index == 0:
            made.edge("start", f"{ends[0]}.awaiting", lhead=f"cluster_{stage.name}")
        else:
            before = process.stages[index - 1].name
            made.edge(f"{ends[index - 1]}.closed", f"{ends[index]}.awaiting", penwidth="1.6",
                      ltail=f"cluster_{before}", lhead=f"cluster_{stage.name}",
                      label=f" {before} is done ")
    _process_end(made, process, ends)
    return made


def _several(process: Process) -> str:
    if process.per:
        return f"once for every one of {process.per}, or the {process.key} of its message"
    if process.key:
        return f"once for every one of {process.key}" + (
            "; anew for every version" if process.renews else "")
    return ""


def _process_end(made: Digraph, process: Process, ends: dict[int, str]) -> None:
    last = process.stages[-1].name
    with cluster(made, "closed", "closed", bgcolor="#fafafa") as inside:
        inside.node("closed.complete", "complete", fillcolor=OUTCOME_COLOURS["met"])
        inside.node("closed.incomplete", "incomplete", fillcolor=OUTCOME_COLOURS["missing"])
        if not process.always:
            inside.node("closed.waived", "waived", fillcolor=OUTCOME_COLOURS["waived"])
    end = f"{ends[len(process.stages) - 1]}.closed"
    made.edge(end, "closed.complete", ltail=f"cluster_{last}",
              label=f" {last} is done [nothing left out] ")
    made.edge(end, "closed.incomplete", ltail=f"cluster_{last}", label=" [anything missing] ")
    if not process.always:
        made.edge(end, "closed.waived", ltail=f"cluster_{last}", label=" [else: waived] ")
    made.edge("closed.incomplete", "closed.complete", label=" the missing came ",
              constraint="false")


def _title(check: Check, options: Mapping[str, Any]) -> str:
    many = f" for every one of {check.each.option}" if check.each else ""
    off = check.within is None or (check.each and options.get(check.each.option) == ())
    return f"{check.name}{many}" + (" (off by default)" if off else "")


def _check_states(parent: Digraph, path: str, check: Check, options: Mapping[str, Any]) -> None:
    with cluster(parent, path, _title(check, options), bgcolor="white") as inside:
        closed = "met / late" if check.expects.asks else "met / found / late"
        for state, name, colour in (("awaiting", "awaiting", "awaiting"),
                                    ("overdue", "overdue", "overdue"), ("closed", closed, "met"),
                                    ("missing", "missing", "missing")):
            inside.node(f"{path}.{state}", name, fillcolor=OUTCOME_COLOURS[colour])
        _check_edges(inside, path, check)


def _check_edges(inside: Digraph, path: str, check: Check) -> None:
    waiting, overdue, closed = f"{path}.awaiting", f"{path}.overdue", f"{path}.closed"
    inside.edge(waiting, closed, label=label(f"[{check.expects.words()}]"))
    if check.when is not None:
        inside.node(f"{path}.not_expected", "not expected",
                    fillcolor=OUTCOME_COLOURS["not_expected"])
        inside.edge(waiting, f"{path}.not_expected", label=label(f"[not {check.when.words()}]"))
    if check.warn is not None:
        inside.node(f"{path}.warned", "warned", fillcolor=OUTCOME_COLOURS["warned"])
        inside.edge(waiting, f"{path}.warned",
                    label=f" after {span(check.warn)} [not in GraceDB] ")
        waiting = f"{path}.warned"
    after = "its deadline" if check.within is None else span(check.within)
    inside.edge(waiting, overdue, label=f" after {after} [not right in GraceDB] ")
    inside.edge(overdue, closed, label=" it comes ", constraint="false")
    inside.edge(overdue, f"{path}.missing", label=" given up ")


def rules_graph(name: str, title: str, rules: Sequence[Rule], initial: str,
                colours: dict[str, str]) -> Digraph:
    """The chart of a machine: every state and transition, states inside others framed."""
    made = graph(name, title)
    states = sorted({s for rule in rules for s in (rule.source, rule.dest)} | {initial, *colours})
    groups: dict[str, list[str]] = {}
    for state in states:
        groups.setdefault(state.rpartition(".")[0], []).append(state)
    for outer in sorted(groups):
        framed = cluster(made, outer, outer, bgcolor="#fafafa") if outer else nullcontext(made)
        with framed as inside:
            for state in groups[outer]:
                if state not in groups:
                    inside.node(state, state.rpartition(".")[2].replace("_", " "),
                                fillcolor=colours.get(state, "#dddddd"),
                                penwidth="2" if state == initial else "1")
    for (source, dest), says in _joined(rules).items():
        _rule_edge(made, source, dest, says, groups)
    return made


def _joined(rules: Iterable[Rule]) -> dict[tuple[str, str], list[str]]:
    joined: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        guards = " and ".join(g.replace("!", "not ").replace("_", " ") for g in rule.guards)
        says = rule.trigger.replace("_", " ") + (f" [{guards}]" if guards else "")
        joined.setdefault((rule.source, rule.dest), []).append(says)
    return joined


def _rule_edge(made: Digraph, source: str, dest: str, says: Iterable[str],
               groups: dict[str, list[str]]) -> None:
    looks = {"label": "<" + "<br/>".join(html.escape(s) for s in dict.fromkeys(says)) + ">"}
    if source in groups:
        looks["ltail"], source = f"cluster_{source}", groups[source][-1]
    if dest in groups:
        looks["lhead"], dest = f"cluster_{dest}", groups[dest][0]
    made.edge(source, dest, **looks)
