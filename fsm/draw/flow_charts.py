"""All pictures of charts: overviews, sheets of processes, formal charts, and how the engine works.

A picture has a path: its place in the folder of the diagrams, without ending.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from graphviz import Digraph

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import EARLIER
from fsm.core.charts.process import Process
from fsm.core.charts.starting import starters
from fsm.draw import workings
from fsm.draw.overview import overview
from fsm.draw.sheets import sheet
from fsm.draw.state_charts import check_graph, process_graph, region_graph
from fsm.errors import ChartError, closest
from fsm.report.folders import FOLDERS, folder_of

Graphs = dict[str, Digraph]  # by path

CHECK = "check"
STATES = "states"  # the folder of the formal charts, beside the sheets
OVERVIEWS = {f"overview_{name}": name for name in FOLDERS}
TITLES = {path: f"Follow-up of {'an' if FOLDERS[name].one[0] == 'e' else 'a'} {FOLDERS[name].one}: "
                "what starts what" for path, name in OVERVIEWS.items()}
TITLES |= {CHECK: "The states of every check", **workings.TITLES}


def graphs(processes: Sequence[Process], lifecycles: Iterable[Lifecycle]) -> Graphs:
    """All graphs by path: the overviews, the check, lifecycles and regions, processes."""
    made: Graphs = {}
    for path in OVERVIEWS:
        made[path] = drawn_overview(path, processes)
    made |= {CHECK: check_graph(CHECK, TITLES[CHECK]), workings.TAKEN: workings.taken_graph(),
             workings.OVERDUE: workings.overdue_graph()}
    for lifecycle in lifecycles:
        for chart in (lifecycle, *lifecycle.regions):
            made[f"{lifecycle_folder(lifecycle)}/{chart.name}"] = region_graph(chart)
    known = {process.name: process for process in processes}
    places = {name: place(process) for name, process in known.items()}
    before, after = _neighbours(processes)
    for process in processes:
        here = places[process.name]
        formal = states_of(here)
        links = {name: _from(here, places[name])
                 for name in (*before[process.name], *after[process.name])}
        made[here] = sheet(process, before[process.name],
                           [known[name] for name in after[process.name]], links,
                           _from(here, formal))
        made[formal] = process_graph(process, _from(formal, CHECK))
    return made


def drawn_overview(path: str, processes: Iterable[Process]) -> Digraph:
    """One of the overviews.

    Args:
        path: of it.
        processes: all there are.
    """
    folder = OVERVIEWS[path]
    return overview(path, TITLES[path], _of(processes, folder), place,
                    f"new {FOLDERS[folder].kind}")


def _of(processes: Iterable[Process], folder: str) -> list[Process]:
    return [chart for chart in processes if FOLDERS[folder].has(chart)]


def _neighbours(processes: Sequence[Process]) -> tuple[Mapping[str, list[str]], ...]:
    """By the name of each process those that start it, and those that wait for it."""
    before: dict[str, list[str]] = {process.name: [] for process in processes}
    after: dict[str, list[str]] = {process.name: [] for process in processes}
    for folder in FOLDERS:
        here = _of(processes, folder)
        for name, parents in starters(here).items():
            for parent in parents:
                if parent not in before[name]:
                    before[name].append(parent)
                    after[parent].append(name)
    return before, after


def place(process: Process) -> str:
    """The path of the sheet of a process."""
    return f"{folder_of(process)}/{process.name}"


def states_of(path: str) -> str:
    """The path of the formal chart of a process, by that of its sheet."""
    folder, _, name = path.partition("/")
    return f"{folder}/{STATES}/{name}"


def lifecycle_folder(chart: Lifecycle) -> str:
    """The folder of a lifecycle and its regions."""
    return EARLIER if chart.era == EARLIER else chart.kind


def _from(here: str, there: str) -> str:
    """The address of a picture, as seen from another."""
    return posixpath.relpath(f"{there}.svg", posixpath.dirname(here) or ".")


def chosen(made: Graphs, names: Iterable[str]) -> Graphs:
    """The graphs of these names, of a process both, or all.

    Raises:
        ChartError: where a name is not known.
    """
    named: dict[str, list[str]] = {}
    for path in made:
        named.setdefault(path.rpartition("/")[2], []).append(path)
    for name in names:
        if name not in named:
            raise ChartError(f"there is no chart {name!r}; {closest(name, named)}")
    return {path: made[path] for name in names for path in named[name]} if names else made
