"""Draws latencies: each check a row, each annotation a dot, each deadline a tick."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsm.core.printable import counted
from fsm.core.times import span
from fsm.draw.marks import BAD, COLOURS
from fsm.errors import ToolMissing
from fsm.report.latency_groups import TICKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The signs tell states apart too, for those who do not see the colours, and on paper.
LOOKS = {"met": ("o", "met"), "found": ("s", "found in GraceDB"), "late": ("D", "late")}
FORMATS = (".png", ".svg", ".pdf")
FONT, WIDTH, ROW, AROUND = 10, 8.3, 0.24, 1.3  # points; inches, and those of titles and axis


def draw(groups: Sequence[dict[str, Any]], path: str) -> None:
    """Draw them into a file.

    Args:
        groups: as :func:`fsm.report.latency_groups.grouped` gives them.
        path: of the file; its ending tells the format.

    Raises:
        ToolMissing: where matplotlib is not installed, or the format is unknown.
    """
    if Path(path).suffix not in FORMATS:
        raise ToolMissing(f"--plot {path}: expected a name that ends with {', '.join(FORMATS)}")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ToolMissing("--plot needs matplotlib: pip install 'event-supervisor[plots]'") \
            from None
    lines = [line for group in groups for line in (group["title"], *group["rows"])]
    figure = Figure(figsize=(WIDTH, AROUND + ROW * max(len(lines), 4)), layout="constrained")
    axes = figure.subplots()
    _axes(axes, lines)
    for depth, line in enumerate(lines):
        if isinstance(line, dict):
            _row(axes, depth, line)
    _legend(figure)
    number = sum(row["number"] for group in groups for row in group["rows"])
    axes.set_title(f"Latencies of {counted(number, 'check')}", fontsize=FONT + 2)
    figure.savefig(path, dpi=100)


def _axes(axes: "Axes", lines: Sequence[Any]) -> None:
    """The axis of time, and from the top down the names of the rows, below those of groups."""
    axes.set_xscale("log")
    axes.set_xticks(TICKS, [span(tick) for tick in TICKS], fontsize=FONT)
    axes.set_xlim(left=0.8, right=max([*_times(lines), 60.0]) * 1.5)
    axes.tick_params(axis="x", top=True, labeltop=True)
    axes.minorticks_off()
    axes.grid(axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    axes.set_xlabel("time from the candidate's creation to the annotation", fontsize=FONT)
    axes.set_ylim(max(len(lines), 4) - 0.3, -0.7)
    names = ["" if isinstance(line, str) else f"{line['process']} {line['check']}"
             for line in lines]
    axes.set_yticks(range(len(lines)), names, fontsize=FONT, parse_math=False)
    axes.tick_params(axis="y", length=0)
    for depth, line in enumerate(lines):
        if isinstance(line, str):
            axes.axhspan(depth - 0.5, depth + 0.5, color="#eef1f4", zorder=0)
            axes.text(0.01, depth, line, transform=axes.get_yaxis_transform(), fontsize=FONT,
                      fontweight="bold", verticalalignment="center", parse_math=False)


def _times(lines: Iterable[Any]) -> list[float]:
    rows = [line for line in lines if isinstance(line, dict)]
    return [time for row in rows for time in (*(one for spans in row["spans"].values()
                                                for one in spans), row["due"] or 0.0)]


def _row(axes: "Axes", depth: int, row: dict[str, Any]) -> None:
    for state, (sign, _) in LOOKS.items():
        spans = [max(1.0, one) for one in row["spans"][state]]
        axes.plot(spans, [depth] * len(spans), sign, color=COLOURS[state], markersize=4,
                  alpha=0.6)
    median = row["since_creation"]["median"]
    if median is not None:
        axes.plot([max(1.0, median)], [depth], "|", color="black", markersize=8)
    if row["due"] is not None:
        axes.plot([max(1.0, row["due"])], [depth], "|", color=BAD, markersize=13,
                  markeredgewidth=2)
    if row["missing"]:
        axes.annotate(f"{row['missing']} missing", (1.0, depth),
                      xycoords=("axes fraction", "data"), textcoords="offset points",
                      xytext=(4, -3), fontsize=FONT, color=BAD)


def _legend(figure: "Figure") -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], marker=sign, linestyle="", color=COLOURS[state], label=words)
               for state, (sign, words) in LOOKS.items()]
    handles += [Line2D([], [], marker="|", linestyle="", color=colour, markersize=size, label=words)
                for colour, size, words in (("black", 8, "median"), (BAD, 13, "deadline"))]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=FONT,
                  frameon=False)
