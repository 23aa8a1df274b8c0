"""Writes pictures of charts into a folder, and says which of those written before are stale.

There is a folder for each kind of candidate of today, and one for the second observing run; formal
charts of processes lie in one of their own beside the sheets.
"""

import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path

from fsm.core.charts.families import FAMILIES
from fsm.core.charts.lifecycle import Lifecycle, Region
from fsm.core.charts.process import Process
from fsm.draw.dot import svg
from fsm.draw.flow_charts import (
    OVERVIEWS,
    STATES,
    TITLES,
    Graphs,
    lifecycle_folder,
    place,
    states_of,
)
from fsm.report.folders import FOLDERS

INDEX = "README.md"
HEAD = """# Flow charts

Written by `fsm diagram` from the machines; do not edit. Where a picture is opened by itself, each
node is a link to the chart of what it names. A process has a sheet, and a formal chart of its
states."""


def index(charts: Iterable[Process | Lifecycle]) -> str:
    """The page that shows the overviews and lists all charts: by their folders, there by family."""
    charts = list(charts)
    lines = [HEAD, "", "| picture | what it is |", "| --- | --- |"]
    lines += [f"| {_link(path)} | {title} |" for path, title in TITLES.items()]
    for overview, folder in OVERVIEWS.items():
        lines += ["", f"## {FOLDERS[folder].title}", "",
                  f"![{TITLES[overview]}]({overview}.svg)", "",
                  "| family | chart | states | what it is |", "| --- | --- | --- | --- |",
                  *_rows(charts, folder)]
    return "\n".join(lines) + "\n"


def _rows(charts: Iterable[Process | Lifecycle], folder: str) -> list[str]:
    lifecycles = [chart for chart in charts if isinstance(chart, Lifecycle)
                  and lifecycle_folder(chart) == folder]
    regions: list[Region] = [one for chart in lifecycles for one in (chart, *chart.regions)]
    processes = [chart for chart in charts if isinstance(chart, Process)
                 and place(chart).startswith(f"{folder}/")]
    order = list(FAMILIES)
    return [f"| the candidate as a whole | | {_link(f'{folder}/{one.name}')} | {one.title} |"
            for one in regions] + [
        f"| {FAMILIES[one.family]} | {_link(place(one))} | {_link(states_of(place(one)))} | "
        f"{one.title} |" for one in sorted(processes, key=lambda one: order.index(one.family))]


def _link(path: str) -> str:
    return f"[{posixpath.basename(path)}]({path}.svg) ([dot]({path}.dot))"


def write(made: Graphs, charts: Iterable[Process | Lifecycle], folder: str | Path, whole: bool,
          progress: Callable[[str], object] = lambda path: None) -> list[Path]:
    """Write DOT and SVG files, and the index where all charts are written; returns the pictures.

    Args:
        made: graphs by path.
        charts: all processes and lifecycles.
        folder: where to; made where it is not there.
        whole: True where ``made`` holds all charts: files of charts that are gone are removed.
        progress: called with each path when it is done.
    """
    folder, written = Path(folder), []
    for path, graph in made.items():
        picture = folder / f"{path}.svg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{path}.dot").write_text(graph.source, encoding="utf-8")
        picture.write_bytes(svg(graph))
        written.append(picture)
        progress(path)
    if whole:
        for left in _left_over(made, folder):
            left.unlink()
        (folder / INDEX).write_text(index(charts), encoding="utf-8")
    return written


def stale(made: Graphs, charts: Iterable[Process | Lifecycle], folder: str | Path,
          whole: bool) -> list[Path]:
    """The files that are not as the charts would have them now."""
    folder = Path(folder)
    wanted = {folder / f"{path}.dot": graph.source for path, graph in made.items()}
    if whole:
        wanted[folder / INDEX] = index(charts)
    found = [path for path, text in wanted.items() if _text(path) != text]
    found += [picture for path in made if not (picture := folder / f"{path}.svg").exists()]
    return found + (_left_over(made, folder) if whole else [])


def _left_over(made: Iterable[str], folder: Path) -> list[Path]:
    """Charts that are gone: of the files in folders of charts those that the last index names."""
    known = {folder / f"{path}.{kind}" for path in made for kind in ("dot", "svg")}
    named = _text(folder / INDEX) or ""
    places = ["", *(f"{kind}{inside}" for kind in FOLDERS for inside in ("", f"/{STATES}"))]
    return [path for place in places for kind in ("dot", "svg")
            for path in sorted((folder / place).glob(f"*.{kind}"))
            if path not in known
            and f"({path.relative_to(folder).as_posix()})" in named]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
