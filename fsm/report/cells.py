"""Cells of tables for the terminal: texts of any content, measured, broken into lines, styled.

A text from outside may be of any length and in any script; characters that take two of the
terminal's cells, or none, are measured by rich.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs
from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.segment import Segment
from rich.text import Text

from fsm.core.printable import printable

Cell: TypeAlias = str | tuple[tuple[str, str], ...]  # a text, or its parts with their styles
INDENT = " " * 4  # of what is below a line, or goes on
_WORD = re.compile(r"\s*\S+\s*")


@attrs.frozen
class Column:
    """A column. No cell of it is ever cut: what is too long goes on in the next line.

    Attributes:
        header: what is above it.
        right: whether its cells are on the right.
        most: how wide it may be; None for any width.
        below: whether a narrow terminal has it in lines of its own, below the others.
        label: what a narrow terminal has before it, since it has no header there.
    """

    header: str
    right: bool = False
    most: int | None = None
    below: bool = False
    label: str = ""

    def lines(self, text: str, width: int) -> list[tuple[int, str]]:
        """The lines of a text: where each begins in it, and what is seen of it in a width."""
        if length(text) <= width:
            return [(0, text.rstrip() if self.right else text)]
        if width < 1:
            return [(0, "")]
        begins = [0, *_breaks(text, width)]
        return [(begin, self._seen(text[begin:end], width))
                for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]

    def _seen(self, line: str, width: int) -> str:
        blanks = min(len(line) - width, len(line) - len(line.rstrip()))
        if blanks > 0:
            line = line[:-blanks]
        if self.right:
            line = line.rstrip()
        return line if length(line) <= width else set_cell_size(line, width)

    def padded(self, line: str, width: int) -> str:
        """A line with blanks beside it."""
        blanks = " " * (width - length(line))
        return f" {blanks}{line} " if self.right else f" {line}{blanks} "


def in_styles(console: Console, parts: Iterable[tuple[str, str]], begin: int,
              line: str) -> Iterator[Segment]:
    """A line that begins somewhere in a text whose parts have styles."""
    at = -begin
    for text, style in parts:
        seen = line[max(at, 0):max(at + len(text), 0)]
        if seen:
            yield Segment(seen, console.get_style(style) if style else None)
        at += len(text)


def _breaks(text: str, width: int) -> list[int]:
    """Where a line is broken, so that its parts fit into a width."""
    found, used = [], 0
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0]
        long = length(word.rstrip())
        if long <= width - used:
            used += length(word)
            continue
        if long > width:
            *parts, word = chop_cells(word, width)
            for part in parts:
                found.append(start)
                start += len(part)
        found.append(start)
        used = length(word)
    return [at for at in found if at]


def say(console: Console, markup: str) -> None:
    """Print a text in rich's markup in lines between words, each but the first one indented."""
    text = Text.from_markup(markup, emoji=False)
    room = console.width
    lines = [text] if text.cell_len <= room else text.wrap(
        console, max(room - len(INDENT), 2), overflow="fold")
    for number, line in enumerate(lines):
        line.rstrip()
        console.print(Text(INDENT if number else "") + line, highlight=False, soft_wrap=True)


def indented(console: Console, text: str, style: str = "") -> None:
    """Print a text from anywhere in lines that are indented."""
    for _, line in Column("").lines(printable(text), max(console.width - len(INDENT), 2)):
        console.print(f"{INDENT}{line.rstrip()}", style=style, markup=False, highlight=False,
                      soft_wrap=True)


def text_of(cell: Cell) -> str:
    """The text of a cell, without its styles."""
    return cell if isinstance(cell, str) else "".join(text for text, _ in cell)


def escaped(text: str) -> str:
    """A text from outside, for rich's markup."""
    return escape(printable(text))


def escaped_lines(text: str) -> str:
    """Likewise where it has several lines, as a traceback."""
    return "\n".join(map(escaped, text.rstrip().split("\n")))


def length(text: str) -> int:
    """How many of the terminal's cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)
