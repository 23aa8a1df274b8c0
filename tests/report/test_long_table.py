"""A long table looks as rich's own of the same content."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fsm.report.cells import Column
from fsm.report.long_table import LongTable

COLUMNS = (Column("stage and check", most=20), Column("at", right=True, label="came"),
           Column("why it is so", below=True), Column("message", below=True))
ROWS = (
    ("far", "", "", ""),
    ("bounds.far", "+8 s", "far is 0.002, above 1.000e-03", "x" * 70),
    ("a name that is too long to be seen", "+46 min 40 s",
     "file skyprobcc_cWB.png is there, but its tags (sky_loc) are wrong: lacks lvem",
     "a  b " * 30),
    ("広い文字 [H1]", " +1 s ", "first line, second","広い文字" * 20),
    ("no bell", "+1 s", "w" * 90,
     "no file 'LALInference.fits.gz' or 'LALInference_skymap.fits.gz'"),
)
STYLED = (("met", "green"), (", ", ""), ("3 of them are missing, for reasons", "bold red"))


def long_table(least=0):
    table = LongTable("[bold]G1[/]  closed", COLUMNS, least=least)
    for row in ROWS:
        table.add(*row)
        table.rule()
    table.add((("in bold", "bold"),), "", STYLED, "")
    return table


def rich_table():
    table = Table(title="[bold]G1[/]  closed", title_justify="left")
    for column in COLUMNS:
        table.add_column(column.header, justify="right" if column.right else "left",
                         max_width=column.most, overflow="fold")
    for row in ROWS:
        table.add_row(*map(escape, row))
        table.add_section()
    table.add_row("[bold]in bold[/]", "", Text.assemble(*STYLED), "")
    return table


def printed(table, width, **how):
    stream = io.StringIO()
    Console(file=stream, width=width, **how).print(table)
    # Neighbours of one style are coloured together, or each by itself.
    text = stream.getvalue().replace("\x1b[0m\x1b[1m", "")
    return re.sub(r" +(?=(\x1b\[0m)?\n)", "", text)  # behind a title


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
    assert "why it is so" in printed(LongTable("none", COLUMNS), 120)


HOSTILE = ("\x1b[31m bell \a \u202e back \u2066 new\nline\ttab", "x" * 3_000, "広い" * 500,
           "\u05d0\u05d1\u05d2 \u0627\u0644 " * 50, "e\u0301" * 200, "\u200b" * 50, " " * 300,
           "👩‍🚀" * 80, "")


@pytest.mark.parametrize("width", [20, 60, 80, 119, 120, 200])
@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("color_system", [None, "standard"])
def test_no_text_breaks_out_of_its_place(width, hostile, color_system):
    table = LongTable("", COLUMNS)
    table.add(hostile, (("part", "bold"), (hostile, "red")), f"why {hostile}", hostile)
    text = printed(table, width, color_system=color_system, force_terminal=True)
    plain = Text.from_ansi(text).plain if color_system else text
    assert all(cell_len(line) <= width for line in plain.splitlines())
    assert not set(plain) & set("\x1b\a\t\u202e\u2066\u200b")
    assert "".join(plain.split()).count("x") == "".join(hostile.split()).count("x") * 4


def test_narrow_terminals_have_a_line_for_each_row_and_the_reason_below_it():
    table = LongTable("[bold]G1[/]", COLUMNS)
    table.add("  send.json", "+8 s", "no log message says that it was sent, nor by whom", "")
    table.add("  send.avro", "", "", "")
    assert printed(table, 40) == """\
G1
  send.json  came +8 s
    no log message says that it was
    sent, nor by whom
  send.avro
"""
