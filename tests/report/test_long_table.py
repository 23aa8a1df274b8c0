"""A long table looks as rich's own of the same content."""

import io

import pytest
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fsm.report.long_table import Column, LongTable, cut

COLUMNS = (Column("stage and check", wraps=False, most=20), Column("at", right=True, wraps=False),
           Column("why it is so"), Column("message", folds=True))
ROWS = (
    ("far", "", "", ""),
    ("bounds.far", "+8 s", "far is 0.002, above 1.000e-03", "x" * 70),
    ("a name that is too long to be seen", "+46 min 40 s",
     "file skyprobcc_cWB.png is there, but its tags (sky_loc) are wrong: lacks lvem",
     "a  b " * 30),
    ("広い文字 [H1]", " +1 s ", "first line\nsecond\n", "広い文字" * 20),
    ("bell \a", "+1 s", "w" * 90,
     "no file 'LALInference.fits.gz' or 'LALInference_skymap.fits.gz'"),
)
STYLED = (("met", "green"), (", ", ""), ("3 of them are missing, for reasons", "bold red"))


def long_table():
    table = LongTable("[bold]G1[/]  closed", COLUMNS)
    for row in ROWS:
        table.add(*row)
        table.rule()
    table.add((("in bold", "bold"),), "", STYLED, "")
    return table


def rich_table():
    table = Table(title="[bold]G1[/]  closed", title_justify="left")
    for column in COLUMNS:
        table.add_column(column.header, justify="right" if column.right else "left",
                         no_wrap=not column.wraps, max_width=column.most,
                         overflow="fold" if column.folds else "ellipsis")
    for row in ROWS:
        table.add_row(*map(escape, row))
        table.add_section()
    table.add_row("[bold]in bold[/]", "", Text.assemble(*STYLED), "")
    return table


def printed(table, width, **how):
    stream = io.StringIO()
    Console(file=stream, width=width, **how).print(table)
    # Neighbours of one style are coloured together, or each by itself.
    return stream.getvalue().replace("\x1b[0m\x1b[1m", "")


@pytest.mark.parametrize("width", [9, 20, 40, 80, 120, 150, 300])
@pytest.mark.parametrize("how", [{"color_system": None},
                                 {"color_system": "standard", "force_terminal": True}])
def test_it_looks_as_that_of_rich(width, how):
    if width < 80:  # how a blank line is coloured is not seen
        how = {"color_system": None}
    assert printed(long_table(), width, **how) == printed(rich_table(), width, **how)


def test_a_terminal_without_other_characters_has_plain_borders():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    Console(file=stream, width=80).print(long_table())
    stream.seek(0)
    assert stream.read().splitlines()[1].strip("+-") == ""


def test_a_table_without_rows_has_its_header():
    assert "why it is so" in printed(LongTable("none", COLUMNS), 80)


@pytest.mark.parametrize(("text", "seen"),
                         [("four", "four"), ("fives", "fiv…"), ("広い字", "広 …")])
def test_what_is_too_long_is_cut(text, seen):
    assert cut(text, 4) == seen
