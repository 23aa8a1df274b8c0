"""Tables of many thousand rows for the terminal, laid out as those of rich are.

rich takes every cell for something of its own that may be rendered in any way, which costs more
than the replay whose outcome is shown. Here a cell is a text, and most need only be padded.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

import attrs
from rich.box import HEAVY_HEAD
from rich.console import Console, ConsoleOptions
from rich.segment import Segment

from fsm.core.printable import printable
from fsm.report.cells import INDENT, Cell, Column, in_styles, length, text_of

_Line: TypeAlias = str | list[Segment]  # of a cell, as wide as its column
NARROW = 120  # of the terminal's cells, with fewer of which a row is a line
_HEADER, _PADDING = "table.header", 2  # a blank on each side of a cell


@attrs.define
class LongTable:
    """A table; a console prints it, as lines where it is narrow.

    Args:
        title: what is above it, in rich's markup; "" for nothing.
        columns: :class:`Column` objects.
        least: how many of the terminal's cells it takes as a table; with fewer each row is a line,
            below which are the columns that are to be there.
    """

    title: str
    columns: Sequence[Column]
    least: int = NARROW
    _rows: list[tuple[Cell, ...]] = attrs.field(factory=list, init=False)
    _ruled: set[int] = attrs.field(factory=set, init=False)  # rows with a rule above

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, *cells: Cell) -> None:
        """Add a row, a cell for each column."""
        self._rows.append(tuple(printable(cell) if isinstance(cell, str) else
                                tuple((printable(text), style) for text, style in cell)
                                for cell in cells))

    def rule(self) -> None:
        """Have a rule between the rows that there are and the next one."""
        self._ruled.add(len(self._rows))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        if options.max_width < self.least:
            if self.title:
                yield from console.render(console.render_str(self.title, highlight=False), options)
            for row in self._rows:
                yield from _narrow_row(console, row, self.columns, options.max_width)
            return
        borders = len(self.columns) + 1
        widths = self._widths(max(0, options.max_width - borders))
        box = HEAVY_HEAD.substitute(options, safe=console.safe_box)
        if self.title:
            title = console.render_str(self.title, style="table.title", highlight=False)
            yield from console.render(title, options.update(
                width=sum(widths) + borders, height=None, highlight=False))
        yield from _line(box.get_top(widths))
        yield from _row(self._header(console, widths), widths,
                        (box.head_left, box.head_vertical, box.head_right))
        yield from _line(box.get_row(widths, "head"))
        edges = box.mid_left, box.mid_vertical, box.mid_right
        for number, row in enumerate(self._rows):
            if number in self._ruled:
                yield from _line(box.get_row(widths, "row"))
            yield from _row([_cell(console, *each)
                             for each in zip(row, self.columns, widths, strict=True)],
                            widths, edges)
        yield from _line(box.get_bottom(widths))

    def _header(self, console: Console, widths: Sequence[int]) -> list[list[_Line]]:
        style, cells = console.get_style(_HEADER), []
        for column, width in zip(self.columns, widths, strict=True):
            lines = column.lines(column.header, width - _PADDING)
            cells.append([column.padded(line, width - _PADDING)[:width] for _, line in lines])
        height = max(map(len, cells))
        return [[[Segment(line, style)] for line in [" " * width] * (height - len(lines)) + lines]
                for lines, width in zip(cells, widths, strict=True)]

    def _widths(self, most: int) -> list[int]:
        """How wide the columns are with their padding, so many cells together at most."""
        widths = []
        for number, column in enumerate(self.columns):
            texts = {text_of(row[number]) for row in self._rows} | {column.header}
            widest = max(map(length, texts)) + _PADDING
            widths.append(min(widest, most, most if column.most is None
                              else column.most + _PADDING))
        return _narrowed(widths, most)


def _cell(console: Console, cell: Cell, column: Column, width: int) -> list[_Line]:
    """The lines of a cell."""
    inner = width - _PADDING
    lines = column.lines(text_of(cell), inner)
    if isinstance(cell, str) or console.color_system is None:
        return [column.padded(line, inner)[:width] for _, line in lines]
    return [_styled(console, cell, begin, line, column.padded(line, inner)[:width])
            for begin, line in lines]


def _styled(console: Console, cell: Iterable[tuple[str, str]], begin: int, line: str,
            padded: str) -> list[Segment]:
    """A line of a cell whose parts have styles, which begins somewhere in it."""
    first = max(padded.find(line), 0)
    return [Segment(padded[:first]), *in_styles(console, cell, begin, line),
            Segment(padded[first + len(line):])]


def _row(cells: Sequence[Sequence[_Line]], widths: Iterable[int],
         edges: tuple[str, str, str]) -> Iterator[Segment]:
    """The lines of a row, its cells side by side."""
    left, between, right = edges
    blanks = [" " * width for width in widths]
    for parts in zip_longest(*cells):
        lines = [blank if part is None else part
                 for part, blank in zip(parts, blanks, strict=True)]
        written = [line for line in lines if isinstance(line, str)]
        if len(written) == len(lines):
            yield from _line(left + between.join(written) + right)
            continue
        edge = left
        for line in lines:
            yield Segment(edge)
            yield from [Segment(line)] if isinstance(line, str) else line
            edge = between
        yield from _line(right)


def _line(text: str) -> tuple[Segment, Segment]:
    return Segment(text), Segment.line()


def _narrowed(widths: list[int], most: int) -> list[int]:
    """Widths that are not too much together: the widest columns give way first."""
    while sum(widths) > most:
        widest = max(widths)
        those = [n for n, width in enumerate(widths) if width == widest]
        next_widest = max((width for width in widths if width != widest), default=0)
        if not widest - next_widest:
            break
        _reduce(widths, those, sum(widths) - most, widest - next_widest)
    return widths


def _reduce(widths: list[int], those: Sequence[int], excess: int, most: int) -> None:
    """Take an excess from some of the widths, from each its share, but not more than ``most``."""
    most = min(most, excess)
    for done, number in enumerate(those):
        share = min(most, widths[number], round(excess / (len(those) - done)))
        widths[number] -= share
        excess -= share


def _narrow_row(console: Console, row: Sequence[Cell], columns: Sequence[Column],
               width: int) -> Iterator[Segment]:
    """A row for a terminal that is too narrow for a table: a line, and what is to be below it."""
    first: list[tuple[str, str]] = []
    below: list[list[tuple[str, str]]] = []
    for cell, column in zip(row, columns, strict=True):
        parts = [(cell, "")] if isinstance(cell, str) else list(cell)
        if not text_of(cell).strip():
            continue
        if column.label:
            parts.insert(0, (f"{column.label} ", ""))
        if column.below:
            below.append(parts)
        else:
            first += [("  ", "")] * bool(first) + parts
    yield from _paragraph(console, first, width, "")
    for parts in below:
        yield from _paragraph(console, parts, width, INDENT)


def _paragraph(console: Console, parts: Sequence[tuple[str, str]], width: int,
               begin: str) -> Iterator[Segment]:
    """A text in lines of a width, each but perhaps the first one indented."""
    text, room = text_of(tuple(parts)), max(width - len(INDENT), 2)
    if not begin and length(text) <= width:
        room = width
    for number, (at, line) in enumerate(Column("").lines(text, room)):
        yield Segment(INDENT if number else begin)
        yield from in_styles(console, parts, at, line.rstrip())
        yield Segment.line()
