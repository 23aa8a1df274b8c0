"""Draws the flow charts of all machines, and which process starts which."""

from collections.abc import Iterable, Sequence

from graphviz import Digraph

from fsm.core.charts import rules
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.policy import EARLIER, TODAY
from fsm.core.charts.process import Process
from fsm.core.expect.annotations import File, Log
from fsm.core.expect.base import Expectation
from fsm.core.expect.templates import Template
from fsm.draw import dot
from fsm.errors import ChartError, ToolMissing, closest

Graphs = dict[str, Digraph]  # by name
Chart = Process | Region

OVERVIEW, CHECK = "overview", "check"
OVERVIEWS = {TODAY: OVERVIEW, EARLIER: "overview_o2"}  # of each era
TITLES = {OVERVIEW: "which process starts which, today",
          OVERVIEWS[EARLIER]: "which process starts which, second observing run",
          CHECK: "the states of every check"}


def graphs(processes: Sequence[Process], lifecycles: Iterable[Lifecycle]) -> Graphs:
    """All graphs by name: the overviews, the check, the lifecycles, the processes."""
    made = {name: overview(name, [chart for chart in processes if chart.era in ("", era)])
            for era, name in OVERVIEWS.items()}
    made[CHECK] = check_graph()
    for chart in (one for lifecycle in lifecycles for one in (lifecycle, *lifecycle.regions)):
        colours = {path: dot.LIFECYCLE_COLOURS.get(path, "#dddddd") for path in chart.leaves()}
        made[chart.name] = dot.rules_graph(chart.name, chart.title, rules.lifecycle_rules(chart),
                                           chart.initial(), colours)
    for process in processes:
        made[process.name] = dot.process_graph(process)
    return made


def check_graph() -> Digraph:
    """The states and transitions that every check has."""
    has = rules.Features(warns=True, conditional=True, escalates=True)
    return dot.rules_graph(CHECK, "Every check", rules.check_rules(has), rules.AWAITING,
                           {state: dot.OUTCOME_COLOURS[state]
                            for state in rules.OPEN + rules.CLOSED})


def overview(name: str, processes: Sequence[Process]) -> Digraph:
    """Which process starts which, of one era."""
    made = dot.graph(name, TITLES[name].capitalize())
    for kind in dict.fromkeys(process.of[0] for process in processes):
        made.node(f"new {kind}", dot.label((f"new {kind}", "b")), shape="cds", fillcolor="#f4f4f4")
    for process in processes:
        looks = {} if process.enabled else {"style": "rounded,dashed"}
        made.node(process.name, dot.label((process.name, "b"), process.title), **looks)
    for process in processes:
        parents = [p for p in processes if p is not process and starts(p, process)]
        for parent in parents:
            made.edge(parent.name, process.name)
        if not parents:
            made.edge(f"new {process.of[0]}", process.name,
                      style="solid" if _by_new(process) else "dashed",
                      label="" if _by_new(process) else process.starts.words()[:40])
    return made


def _by_new(process: Process) -> bool:
    return any(hint.kind == "fields" for hint in process.starts.hints())


def starts(parent: Process, child: Process) -> bool:
    """Whether an annotation that one process expects starts another."""
    awaited = {h.label for h in child.starts.hints() if h.kind == "label"}
    if awaited and not parent.always:
        ends = {h.label for _, check in parent.checks() for h in check.expects.hints()
                if h.kind == "label"} - {h.label for h in parent.starts.hints()}
        if awaited & ends:
            return True
    own = [h.template for h in parent.starts.hints()]
    triggers = [h.template for h in child.starts.hints()
                if h.template is not None and h.template not in own]
    for _, check in parent.checks():
        for part in (check.expects, *getattr(check.expects, "watches", ())):
            for expected in getattr(part, "templates", ()):
                for trigger in triggers:
                    if _same(part, expected, trigger):
                        return True
    return False


def _same(part: Expectation, expected: Template, trigger: Template) -> bool:
    if expected == trigger:
        return True
    if isinstance(part, File) and expected.literal:
        return trigger.whole(expected.literal) is not None
    return isinstance(part, Log) and bool(expected.anchor) and expected.anchor == trigger.anchor


def chosen(made: Graphs, names: Iterable[str]) -> Graphs:
    """The graphs of these names, or all.

    Raises:
        ChartError: where a name is not known.
    """
    for name in names:
        if name not in made:
            raise ChartError(f"there is no chart {name!r}; {closest(name, made)}")
    return {name: made[name] for name in names} if names else made


def svg(graph: Digraph) -> bytes:
    """Draw a graph as SVG.

    Raises:
        ToolMissing: where graphviz is not installed.
    """
    import graphviz

    try:
        return graph.pipe("svg")
    except graphviz.ExecutableNotFound:
        raise ToolMissing("the program 'dot' is needed to draw; install it with "
                          "'apt-get install graphviz'") from None
