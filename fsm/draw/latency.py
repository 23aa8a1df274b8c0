"""Draws latencies: each check a row, each annotation a dot, by the time since creation."""

from pathlib import Path
from typing import TYPE_CHECKING

from fsm.core.times import span
from fsm.errors import ToolMissing
from fsm.report.latency import Latency, by_check, quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"met": "#2a8f57", "found": "#4a90d9", "late": "#e08a1e"}
TICKS = (1, 10, 60, 600, 3600, 21600, 86400, 604800)  # seconds
FORMATS = (".png", ".svg", ".pdf")


def draw(rows: list[Latency], path: str) -> None:
    """Draw them into a file.

    Args:
        rows: :class:`~fsm.report.latency.Latency` objects.
        path: of the file; its ending tells the format.

    Raises:
        ToolMissing: where matplotlib is not installed, or the format is unknown.
    """
    if Path(path).suffix not in FORMATS:
        raise ToolMissing(f"--plot {path}: expected a name that ends with {', '.join(FORMATS)}")
    try:
        from matplotlib.figure import Figure
        from matplotlib.lines import Line2D
    except ImportError:
        raise ToolMissing("--plot needs matplotlib: pip install 'event-supervisor[plots]'") \
            from None
    groups = sorted(by_check(rows).items(), reverse=True)
    figure = Figure(figsize=(10, 1.4 + 0.24 * max(len(groups), 4)), layout="constrained")
    axes = figure.subplots()
    for height, (_, group) in enumerate(groups):
        _row(axes, height, group)
    axes.set_yticks(range(len(groups)), [f"{process} {check}" for (process, check), _ in groups],
                    fontsize=7)
    axes.set_ylim(-0.7, len(groups) - 0.3)
    axes.set_xscale("log")
    axes.set_xlim(left=0.8)
    axes.set_xticks(TICKS, [span(tick) for tick in TICKS], fontsize=8)
    axes.minorticks_off()
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    axes.set_xlabel("time from the candidate's creation to the annotation")
    handles = [Line2D([], [], marker="o", linestyle="", color=colour, label=state)
               for state, colour in COLOURS.items()]
    handles.append(Line2D([], [], marker="|", linestyle="", color="black", markersize=9,
                          label="median"))
    axes.legend(handles=handles, loc="lower right", fontsize=8)
    axes.set_title(f"Latencies of {len(rows)} checks", fontsize=10)
    figure.savefig(path, dpi=120)


def _row(axes: "Axes", height: int, group: list[Latency]) -> None:
    for state, colour in COLOURS.items():
        spans = [max(1.0, row.creation) for row in group
                 if row.state == state and row.creation is not None]
        axes.plot(spans, [height] * len(spans), "o", color=colour, markersize=4, alpha=0.6)
    came = sorted(row.creation for row in group if row.creation is not None)
    median = quantile(came, 0.5)
    if median is not None:
        axes.plot([max(1.0, median)], [height], "|", color="black", markersize=10)
    missing = sum(row.state == "missing" for row in group)
    if missing:
        axes.annotate(f"{missing} missing", (1.0, height), xycoords=("axes fraction", "data"),
                      textcoords="offset points", xytext=(4, -3), fontsize=7, color="#c0392b")
