"""Names of files as they are written."""

from pathlib import Path

import pytest

from fsm.io.paths import shown


@pytest.mark.parametrize("name", ["/a/b.jsonl", "nächte/é.jsonl", "a b's \"c\".jsonl",
                                  "a\\xff.jsonl"])
def test_most_are_shown_as_they_are(name):
    assert shown(name) == shown(Path(name)) == name


@pytest.mark.parametrize("name", ["\udcff.jsonl", "a\nb", "a\x1b[2Jb", "a\u202eb", "a\x00",
                                  "x" * 255 + "\udc80"])
def test_others_are_quoted_in_one_line_of_any_encoding(name):
    text = shown(name)
    assert text.isprintable() and text.encode("utf-8") and text[0] == text[-1]


def test_no_two_are_shown_alike():
    names = ["\udcff", "\\udcff", "'\\udcff'", "a\n", "a\\n", "\xff", "\\xff"]
    assert len(set(map(shown, names))) == len(names)
