"""Commands print what is stored, on terminals of any width: nothing that matters vanishes."""

import re

import pytest
from rich.cells import cell_len

from tests.report.goldens import FOLDER, HOSTILE, TEXTS, WIDTHS, printed, stored


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_a_command_prints_what_is_stored(name, width):
    text = stored(name, width).read_text(encoding="utf-8")
    assert printed(name, width) == text, "made anew by 'make golden'"


def test_nothing_else_is_stored():
    assert {path.name for path in FOLDER.iterdir()} == {
        stored(name, width).name for name in TEXTS for width in WIDTHS}


def said(text):
    """The words of an output, whatever lines and columns they are in."""
    return set(re.findall(r"[\w.+'()-]{2,}", re.sub(r"[┃│┏┓┗┛├┤└┘┬┴┼━─┡╇┩┳]", " ", text)))


@pytest.mark.parametrize("name", ["replay", "show", "status", "explain_label", "machines"])
def test_the_narrowest_terminal_shows_all_that_the_widest_does(name):
    wide = said(printed(name, 400))
    narrow = "".join(printed(name, 60).split())
    lost = {word for word in wide if word not in narrow}
    assert lost <= HEADERS


# Of tables, and what lines have instead.
HEADERS = {"process,", "stage", "check", "state", "came", "why", "time", "outcome", "message",
           "process", "and", "lifecycle", "what", "is", "it", "checks", "how", "expects", "regions",
           "acknowledged", "channel", "or", "address", "GraceID", "reason", "listener", "restarts",
           "to", "within", "last", "told", "created", "of"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_stay_in_their_places(name, width):
    text = printed(name, width)
    assert not set(text) & {"\x1b", "\u202e", "\t", "\r"}
    for line in text.splitlines():
        in_table = line[:1] in tuple("┏┃┡│├└")
        assert cell_len(line) <= width or not in_table


def test_there_is_hostile_text():
    assert "evil" in printed("status", 60) and "\x1b" in HOSTILE
