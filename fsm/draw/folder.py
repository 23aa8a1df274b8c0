"""Writes flow charts into folders, and says which of those written before are stale.

There is a folder for each kind of candidate of today, and one for the second observing run.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import EARLIER
from fsm.core.charts.process import Process
from fsm.draw.flow_charts import TITLES, Chart, Graphs, svg
from fsm.report.processes import folder_of

INDEX = "README.md"
FOLDERS = {"superevent": "Superevents", "event": "Events", "external": "External events",
           EARLIER: "Second observing run"}  # in the order of the index


def places(charts: Iterable[Chart]) -> dict[str, str]:
    """The folder of each chart, by its name.

    Args:
        charts: all charts, each region after the lifecycle that has it.
    """
    found: dict[str, str] = {}
    for chart in charts:
        if isinstance(chart, Process):
            found[chart.name] = folder_of(chart)
        elif isinstance(chart, Lifecycle):
            here = EARLIER if chart.era == EARLIER else chart.kind
            found |= dict.fromkeys([chart.name, *(region.name for region in chart.regions)], here)
    return found


def index(made: Iterable[str], charts: Iterable[Chart]) -> str:
    """The page that lists all charts: by their folders, and there by family."""
    by_name = {chart.name: chart for chart in charts}
    place = places(by_name.values())
    lines = ["# Flow charts", "", "Written by `fsm diagram` from the machines; do not edit.", "",
             "![Which process starts which](overview.svg)", "", "| chart | what it is |",
             "| --- | --- |"]
    lines += [f"| {_link(name, name)} | {TITLES[name]} |" for name in made if name in TITLES]
    for folder, title in FOLDERS.items():
        here = [by_name[name] for name in made if place.get(name) == folder]
        if here:
            lines += ["", f"## {title}", "", "| family | chart | what it is |",
                      "| --- | --- | --- |"]
            lines += [f"| {_family(chart)} | {_link(chart.name, f'{folder}/{chart.name}')} | "
                      f"{chart.title} |" for chart in sorted(here, key=_family)]
    return "\n".join(lines) + "\n"


def _family(chart: Chart) -> str:
    """What charts of one module have in common."""
    return chart.module.rpartition(".")[2].replace("_", " ")


def _link(name: str, path: str) -> str:
    return f"[{name}]({path}.svg) ([dot]({path}.dot))"


def write(made: Graphs, charts: Iterable[Chart], folder: str | Path, whole: bool,
          progress: Callable[[str], object] = lambda name: None) -> list[Path]:
    """Write DOT and SVG files, and the index where all charts are written; returns the pictures.

    Args:
        made: graphs by name.
        charts: all charts, regions included.
        folder: where to; made where it is not there.
        whole: True where ``made`` holds all charts: files of charts that are gone are removed.
        progress: called with each name when it is done.
    """
    charts, stems, written = list(charts), _stems(made, charts, Path(folder)), []
    for name, graph in made.items():
        stem = stems[name]
        stem.parent.mkdir(parents=True, exist_ok=True)
        stem.with_suffix(".dot").write_text(graph.source, encoding="utf-8")
        stem.with_suffix(".svg").write_bytes(svg(graph))
        written.append(stem.with_suffix(".svg"))
        progress(name)
    if whole:
        for path in _left_over(stems.values(), Path(folder)):
            path.unlink()
        (Path(folder) / INDEX).write_text(index(made, charts), encoding="utf-8")
    return written


def stale(made: Graphs, charts: Iterable[Chart], folder: str | Path, whole: bool) -> list[Path]:
    """The files that are not as the charts would have them now."""
    charts, folder = list(charts), Path(folder)
    stems = _stems(made, charts, folder)
    wanted = {stems[name].with_suffix(".dot"): graph.source for name, graph in made.items()}
    if whole:
        wanted[folder / INDEX] = index(made, charts)
    found = [path for path, text in wanted.items() if _text(path) != text]
    found += [stem.with_suffix(".svg") for stem in stems.values()
              if not stem.with_suffix(".svg").exists()]
    return found + (_left_over(stems.values(), folder) if whole else [])


def _stems(made: Iterable[str], charts: Iterable[Chart], folder: Path) -> dict[str, Path]:
    """The files of each graph, without their endings."""
    place = places(charts)
    return {name: folder / place.get(name, "") / name for name in made}


def _left_over(stems: Iterable[Path], folder: Path) -> list[Path]:
    """Charts that are gone: of the files in folders of charts those that the last index names."""
    known, named = set(stems), _text(folder / INDEX) or ""
    return [path for place in ("", *FOLDERS) for kind in ("dot", "svg")
            for path in sorted((folder / place).glob(f"*.{kind}"))
            if path.with_suffix("") not in known
            and f"({path.relative_to(folder).as_posix()})" in named]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
