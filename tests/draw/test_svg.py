"""The small writer of SVG."""

import pytest

from fsm.draw.svg import Picture, fitting, paragraphs, width_of


def test_texts_are_escaped_and_names_of_attributes_written_as_in_svg():
    picture = Picture(100, "a & b")
    picture.text(1, 2.25, "<script>\x00", text_anchor="end")
    drawn = picture.done(50).decode()
    assert "&lt;script&gt;\N{REPLACEMENT CHARACTER}" in drawn and "a &amp; b" in drawn
    assert 'text-anchor="end"' in drawn and 'y="2.2"' in drawn and 'height="50"' in drawn


@pytest.mark.parametrize("words", ["short", "a_very_long_name[of.some.file.fits.gz] and more"])
def test_a_text_that_fits_is_no_wider_than_it_may_be(words):
    fits = fitting(words, 120)
    assert width_of(fits) <= 120 and fits.rstrip(" …") in words


def test_a_word_that_never_fits_is_left_whole():
    assert fitting("incomprehensibilities", 20) == "incomprehensibilities"


def test_phrases_in_lines():
    assert paragraphs(["one", "two", "three"], 80) == ["one · two", "three"]
    assert paragraphs([], 80) == []
