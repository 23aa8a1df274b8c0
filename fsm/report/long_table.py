"""Tables of many thousand rows for the terminal, laid out as those of rich are.

rich takes every cell for something of its own that may be rendered in any way, which costs more
than the replay whose outcome is shown. Here a cell is a text, and most need only be padded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

import attrs
from rich.box import HEAVY_HEAD
from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.control import strip_control_codes
from rich.segment import Segment

Cell: TypeAlias = str | tuple[tuple[str, str], ...]  # a text, or its parts with their styles
_Line: TypeAlias = str | list[Segment]  # of a cell, as wide as its column
_HEADER, _PADDING = "table.header", 2  # a blank on each side of a cell
_WORD = re.compile(r"\s*\S+\s*")


@attrs.frozen
class Column:
    """A column.

    Attributes:
        header: what is above it.
        right: whether its cells are on the right.
        wraps: whether they may have several lines; else they are cut.
        folds: whether a word that is too long goes on in the next line; else it is cut.
        most: how wide it may be; None for any width.
    """

    header: str
    right: bool = False
    wraps: bool = True
    folds: bool = False
    most: int | None = None

    def lines(self, text: str, width: int) -> list[tuple[int, str]]:
        """The lines of a text: where each begins in it, and what is seen of it in a width."""
        if _length(text) <= width and "\n" not in text:
            return [(0, text.rstrip() if self.right else text)]
        if width < 1:
            return [(0, "")]
        found, at = [], 0
        for line in text.split("\n"):
            begins = [0, *_breaks(line, width, self.folds)] if self.wraps else [0]
            for begin, end in zip(begins, [*begins[1:], len(line)], strict=True):
                found.append((at + begin, self._seen(line[begin:end], width)))
            at += len(line) + 1
        return found

    def _seen(self, line: str, width: int) -> str:
        blanks = min(len(line) - width, len(line) - len(line.rstrip()))
        if self.wraps and blanks > 0:
            line = line[:-blanks]
        if self.right:
            line = line.rstrip()
        return cut(line, width, "" if self.folds else "…")

    def padded(self, line: str, width: int) -> str:
        """A line with blanks beside it."""
        blanks = " " * (width - _length(line))
        return f" {blanks}{line} " if self.right else f" {line}{blanks} "


@attrs.define
class LongTable:
    """A table; a console prints it.

    Args:
        title: what is above it, in rich's markup.
        columns: :class:`Column` objects.
    """

    title: str
    columns: Sequence[Column]
    _rows: list[tuple[Cell, ...]] = attrs.field(factory=list, init=False)
    _ruled: set[int] = attrs.field(factory=set, init=False)  # rows with a rule above

    def add(self, *cells: Cell) -> None:
        """Add a row, a cell for each column."""
        self._rows.append(tuple(_clean(cell) if isinstance(cell, str) else
                                tuple((_clean(text), style) for text, style in cell)
                                for cell in cells))

    def rule(self) -> None:
        """Have a rule between the rows that there are and the next one."""
        self._ruled.add(len(self._rows))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        borders = len(self.columns) + 1
        widths = self._widths(max(0, options.max_width - borders))
        box = HEAVY_HEAD.substitute(options, safe=console.safe_box)
        title = console.render_str(self.title, style="table.title", highlight=False)
        yield from console.render(title, options.update(width=sum(widths) + borders, height=None,
                                                        justify="left", highlight=False))
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
            texts = {_text(row[number]) for row in self._rows} | {column.header}
            widest = max(_length(line) for text in texts for line in text.split("\n")) + _PADDING
            widths.append(min(widest, most, most if column.most is None
                              else column.most + _PADDING))
        return _narrowed(widths, [n for n, column in enumerate(self.columns) if column.wraps], most)


def _cell(console: Console, cell: Cell, column: Column, width: int) -> list[_Line]:
    """The lines of a cell."""
    inner = width - _PADDING
    lines = column.lines(_text(cell), inner)
    if isinstance(cell, str) or console.color_system is None:
        return [column.padded(line, inner)[:width] for _, line in lines]
    return [_styled(console, cell, begin, line, column.padded(line, inner)[:width])
            for begin, line in lines]


def _styled(console: Console, cell: Iterable[tuple[str, str]], begin: int, line: str,
            padded: str) -> list[Segment]:
    """A line of a cell whose parts have styles, which begins somewhere in it."""
    first = max(padded.find(line), 0)
    made, at = [Segment(padded[:first])], -begin
    for text, style in cell:
        seen = line[max(at, 0):max(at + len(text), 0)]
        if seen:
            made.append(Segment(seen, console.get_style(style) if style else None))
        at += len(text)
    return [*made, Segment(padded[first + len(line):])]


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


def _narrowed(widths: list[int], wrapping: Sequence[int], most: int) -> list[int]:
    """Widths that are not too much together: the widest columns that wrap give way first."""
    while wrapping and sum(widths) > most:
        widest = max(widths[n] for n in wrapping)
        those = [n for n in wrapping if widths[n] == widest]
        next_widest = max((widths[n] for n in wrapping if widths[n] != widest), default=0)
        if not widest - next_widest:
            break
        _reduce(widths, those, sum(widths) - most, widest - next_widest)
    if sum(widths) > most:
        _reduce(widths, [n for n, width in enumerate(widths) if width], sum(widths) - most)
    return widths


def _reduce(widths: list[int], those: Sequence[int], excess: int, most: int | None = None) -> None:
    """Take an excess from some of the widths, from each its share, but not more than ``most``."""
    most = excess if most is None else min(most, excess)
    for done, number in enumerate(those):
        share = min(most, widths[number], round(excess / (len(those) - done)))
        widths[number] -= share
        excess -= share


def _breaks(text: str, width: int, folds: bool) -> list[int]:
    """Where a line is broken, so that its parts fit into a width."""
    found, used = [], 0
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0]
        length = _length(word.rstrip())
        if length <= width - used:
            used += _length(word)
            continue
        if length > width and folds:
            *parts, word = chop_cells(word, width)
            for part in parts:
                found.append(start)
                start += len(part)
        found.append(start)
        used = _length(word)
    return [at for at in found if at]


def cut(text: str, width: int, mark: str = "…") -> str:
    """A text that takes so many of the terminal's cells at most, with a mark where it is cut."""
    return text if _length(text) <= width else set_cell_size(text, width - len(mark)) + mark


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "".join(text for text, _ in cell)


def _clean(text: str) -> str:
    """A text without what would move the cursor."""
    return text if text.isprintable() else strip_control_codes(text).expandtabs(8)


def _length(text: str) -> int:
    """How many of the terminal's cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)
