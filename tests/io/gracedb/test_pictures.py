"""Pictures: with colour, without, damaged, and larger than they look."""

import io
import struct
import zlib

import pytest
from PIL import Image

from fsm.io.gracedb import pictures
from fsm.testing.products import spectrogram


def read(tmp_path, content):
    path = tmp_path / "picture"
    path.write_bytes(content)
    found = pictures.inspect(path)
    assert found == pictures.facts(path)
    return found


def png(mode="RGB", colour=(200, 40, 40), size=(9, 9)):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("content", "coloured"), [
    (spectrogram(), True), (spectrogram("black"), False), (png(), True),
    (png(colour=(120, 121, 119)), False), (png("L", 7), False), (png("I;16", 7), False),
    (png("1", 1), False), (png("RGBA", (0, 0, 200, 255)), True), (png("P", 0), False),
    (png(colour=(68, 1, 84)), True),  # the darkest of the colour map in use
])
def test_whether_there_is_any_colour(tmp_path, content, coloured):
    assert read(tmp_path, content) == {"coloured": coloured}


def test_text_drawn_as_the_follow_up_draws_it_has_no_colour(tmp_path):
    from matplotlib.figure import Figure

    figure, out = Figure(figsize=(4, 1)), io.BytesIO()
    figure.text(0.5, 0.5, "Failed to create H1 omegascan", fontsize=17)
    figure.savefig(out, format="png", dpi=150, bbox_inches="tight")
    assert read(tmp_path, out.getvalue()) == {"coloured": False}


def claiming(width, height):
    """A PNG that says to be so large, in some hundred bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(("content", "words"), [
    (b"", "no PNG"), (b"<html>", "no PNG"), (jpeg(), "no PNG"), (png()[:50], ""),
    (claiming(20_000, 20_000), ""), (claiming(9_000, 6_000), "more than"),
    (claiming(1_000, 1_000), ""),
])
def test_what_is_damaged_or_a_trap_is_an_error_in_words(tmp_path, content, words):
    found = read(tmp_path, content)
    assert set(found) == {"error"} and words in found["error"] and len(found["error"]) < 250


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    assert "No such file" in pictures.facts(tmp_path / "x")["error"]
