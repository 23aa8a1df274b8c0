"""Texts in pictures: broken and shortened between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.charts.families import FAMILIES
from fsm.draw import looks


@pytest.mark.parametrize(("text", "width", "broken"), [
    ("one two three", 7, ["one two", "three"]),
    ("LALInference.multiorder.fits", 14, ["LALInference.", "multiorder.", "fits"]),
    ("early_warning_quality", 15, ["early_warning_", "quality"]),
    ("incomprehensible", 5, ["incomprehensible"]),
    ("x" * 50, 5, ["x" * 24, "x" * 24, "x" * 2]),
    ("", 5, [""]),
])
def test_lines(text, width, broken):
    assert looks.lines(text, width) == broken


@given(st.text(), st.integers(1, 60))
def test_nothing_is_lost(text, width):
    assert "".join("".join(looks.lines(text, width)).split()) == "".join(text.split())


@pytest.mark.parametrize(("text", "short"), [
    ("short", "short"), ("label one, label two", "label one …"),
    ("one_long_name_of_something", "one_long_ …"), ("incomprehensible", "incomprehensible"),
])
def test_a_text_is_shortened_after_a_word(text, short):
    assert looks.shortened(text, 10) == short


def test_every_family_has_a_colour():
    assert list(looks.FAMILY_COLOURS) == list(FAMILIES)
