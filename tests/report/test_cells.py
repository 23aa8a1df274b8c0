"""Lines of text on terminals of any width: broken between words, and told from what follows."""

import pytest
from rich.console import Console

from fsm.report.cells import say


def said(markup, width):
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        say(console, markup)
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [20, 60, 80])
def test_lines_are_broken_between_words_and_go_on_indented(width):
    text = "[bold]journal[/] 1.5 MB, 0.2 MB of it free; 4711 inputs, 3 candidates archived"
    first, *others = said(text, width)
    assert max(map(len, (first, *others))) <= width
    assert all(line.startswith("    ") and line[4] != " " for line in others)
    assert " ".join(line.strip() for line in (first, *others)) == text.replace(
        "[bold]", "").replace("[/]", "")


def test_what_fits_is_one_line():
    assert said("all [red]is[/] well", 11) == ["all is well"]


def test_a_word_without_end_is_broken_and_nothing_is_taken_for_a_picture():
    lines = said(":smile: " + "x" * 50, 20)
    assert "".join(line.strip() for line in lines) == ":smile:" + "x" * 50
    assert max(map(len, lines)) <= 20
