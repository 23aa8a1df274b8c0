"""Latencies on the terminal: a line for each check, with a bar on a logarithmic axis of time."""

from math import log
from typing import Any

from rich.console import Console
from rich.text import Text

from fsm.core.printable import printable
from fsm.core.times import span
from fsm.report.cells import indented
from fsm.report.latency import quantile
from fsm.report.latency_groups import TICKS

LEAST, MOST = 20, 60  # characters of a bar
NAMES = 32  # characters of a name
MEDIAN, DEADLINE, BOTH = "●│◆"
COLUMNS = {"number": 6, "on time": 8, "median": 12, "90 %": 12, "longest": 12, "due": 12}
NUMBERS = sum(COLUMNS.values())
WIDE = NAMES + NUMBERS
NARROW = NUMBERS + 16  # characters of a terminal on which there is no room for columns


def show_latencies(console: Console, groups: list[dict[str, Any]]) -> None:
    """Print latencies, as :func:`fsm.report.latency_groups.grouped` gives them.

    Args:
        console: a rich console; where it is too narrow for bars there are none, and where it is
            narrower still the numbers are said in words.
        groups: the latencies.
    """
    if not groups:
        console.print("no check has come to an end yet")
        return
    room = min(console.width - WIDE - 2, MOST)
    axis = _Axis(groups, room) if room >= LEAST else None
    if console.width >= NARROW:
        head = Text("".join(name.rjust(width) for name, width in COLUMNS.items()), "dim")
        _line(console, Text("from creation on"), head, Text(axis.head() if axis else ""))
    for group in groups:
        console.print(Text(group["title"], "bold"))
        process = ""
        for row in group["rows"]:
            if row["process"] != process:
                process = row["process"]
                console.print(Text(f" {printable(process)}", overflow="fold"))
            if console.width < NARROW:
                indented(console, _words(row))
            else:
                _line(console, Text(f"   {printable(row['check'])}"), _numbers(row),
                      axis.bar(row) if axis else Text(""))
    if axis:
        console.print(f"━ from 10 % to 90 %, {MEDIAN} median, {DEADLINE} deadline, {BOTH} both at "
                      "once", highlight=False)


def _line(console: Console, name: Text, numbers: Text, bar: Text) -> None:
    """Print a name with its numbers beside it, or below where there is no room."""
    room = min(console.width, WIDE) - NUMBERS
    if name.cell_len > room:
        name.overflow = "fold"
        console.print(name)
        name = Text("")
    line = name + Text(" " * (room - name.cell_len)) + numbers + Text("  ") + bar
    line.rstrip()
    console.print(line, soft_wrap=True, highlight=False)


def _words(row: dict[str, Any]) -> str:
    """A check with its numbers, for a narrow terminal."""
    pairs = zip(COLUMNS, _shown(row), strict=True)
    return f"{row['check']}: " + ", ".join(f"{name} {words}" for name, words in pairs)


def _shown(row: dict[str, Any]) -> list[str]:
    spans = row["since_creation"]
    return [str(row["number"]), f"{row['on_time']:.0%}",
            *(_span(spans[name]) for name in ("median", "90%", "longest")), _span(row["due"])]


def _numbers(row: dict[str, Any]) -> Text:
    made = Text()
    for words, (name, width) in zip(_shown(row), COLUMNS.items(), strict=True):
        late = name == "on time" and row["on_time"] < 1
        made.append(words.rjust(width), "yellow" if late else "")
    return made


def _span(seconds: float | None) -> str:
    return "-" if seconds is None else span(seconds)


class _Axis:
    """A logarithmic axis of characters, from a second to the longest latency or deadline."""

    def __init__(self, groups: list[dict[str, Any]], width: int) -> None:
        times = [time for group in groups for row in group["rows"]
                 for time in (row["since_creation"]["longest"], row["due"]) if time]
        self.width, self.last = width, max([*times, 60.0])

    def at(self, seconds: float) -> int:
        """The place of a time."""
        share = log(max(seconds, 1.0)) / log(self.last)
        return min(round(share * (self.width - 1)), self.width - 1)

    def head(self) -> str:
        """The times that have room above the axis."""
        line = ""
        for tick in TICKS:
            place, words = self.at(tick), span(tick)
            if tick <= self.last and (place > len(line) or not line) \
                    and place + len(words) <= self.width:
                line = line.ljust(place) + words
        return line

    def bar(self, row: dict[str, Any]) -> Text:
        """Where most of a check's annotations are, with their median and the deadline."""
        signs = [" "] * self.width
        spans = sorted(one for some in row["spans"].values() for one in some)
        first, last = quantile(spans, 0.1), quantile(spans, 0.9)
        if first is not None and last is not None:
            for place in range(self.at(first), self.at(last) + 1):
                signs[place] = "━"
        if row["due"] is not None:
            signs[self.at(row["due"])] = DEADLINE
        if spans:
            place = self.at(row["since_creation"]["median"])
            signs[place] = BOTH if signs[place] == DEADLINE else MEDIAN
        made = Text("".join(signs))
        made.highlight_words([DEADLINE, BOTH], "red")
        return made
