"""Writes the flow charts of all machines, and says which of those written before are stale."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

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
from fsm.registry import drawn

Graphs = dict[str, Digraph]  # by name
Chart = Process | Region

OVERVIEW, CHECK = "overview", "check"
OVERVIEWS = {TODAY: OVERVIEW, EARLIER: "overview_o2"}  # of each era
TITLES = {OVERVIEW: "which process starts which, today",
          OVERVIEWS[EARLIER]: "which process starts which, second observing run",
          CHECK: "the states of every check"}
INDEX = "README.md"


def graphs(processes: Sequence[Process], lifecycles: Iterable[Lifecycle]) -> Graphs:
    """All graphs by name: the overviews, the check, the lifecycles, the processes."""
    made = {name: overview(name, [chart for chart in processes if chart.era in ("", era)])
            for era, name in OVERVIEWS.items()}
    made[CHECK] = check_graph()
    for chart in drawn(lifecycles):
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
    triggers = [h.template for h in child.starts.hints() if h.template not in (None, *own)]
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


def index(made: Iterable[str], charts: Iterable[Chart]) -> str:
    """The page that lists all charts."""
    titles = {chart.name: chart.title for chart in charts}
    lines = ["# Flow charts", "", "Written by `fsm diagram` from the machines; do not edit.", "",
             "![Which process starts which](overview.svg)", "", "| chart | what it is |",
             "| --- | --- |"]
    for name in made:
        title = TITLES.get(name) or titles[name]
        lines.append(f"| [{name}]({name}.svg) ([dot]({name}.dot)) | {title} |")
    return "\n".join(lines) + "\n"


def write(made: Graphs, charts: Iterable[Chart], folder: str | Path, whole: bool,
          progress: Callable[[str], object] = lambda name: None) -> None:
    """Write DOT and SVG files, and the index where all charts are written.

    Args:
        made: graphs by name.
        charts: all charts, regions included.
        folder: where to; made where it is not there.
        whole: True where ``made`` holds all charts: files of charts that are gone are removed.
        progress: called with each name when it is done.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, graph in made.items():
        (folder / f"{name}.dot").write_text(graph.source, encoding="utf-8")
        (folder / f"{name}.svg").write_bytes(svg(graph))
        progress(name)
    if whole:
        (folder / INDEX).write_text(index(made, charts), encoding="utf-8")
        for path in _left_over(made, folder):
            path.unlink()


def stale(made: Graphs, charts: Iterable[Chart], folder: str | Path, whole: bool) -> list[str]:
    """Names of the files that are not as the charts would have them now."""
    folder = Path(folder)
    wanted = {f"{name}.dot": graph.source for name, graph in made.items()}
    if whole:
        wanted[INDEX] = index(made, charts)
    found = [name for name, text in wanted.items() if _text(folder / name) != text]
    found += [f"{name}.svg" for name in made if not (folder / f"{name}.svg").exists()]
    return found + ([path.name for path in _left_over(made, folder)] if whole else [])


def _left_over(made: Graphs, folder: Path) -> list[Path]:
    return [path for kind in ("dot", "svg") for path in sorted(folder.glob(f"*.{kind}"))
            if path.stem not in made]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


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
