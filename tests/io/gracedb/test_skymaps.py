"""Sky maps: real files, flat and multi-order, good and damaged."""

import gzip
import shutil

import numpy
import pytest
from astropy.io import fits

from fsm.io.gracedb import sandbox, skymaps

PIXELS = 12 * 4 ** 2  # nside 4


def written(path, columns, header):
    table = fits.BinTableHDU.from_columns(columns)
    table.header.update(header)
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    return path


def flat(path, values=None, name="PROB", header=None):
    values = numpy.full(PIXELS, 1 / PIXELS) if values is None else values
    column = fits.Column(name=name, array=values, format="D", unit="pix-1")
    return written(path, [column], {"ORDERING": "NESTED", "COORDSYS": "C", **(header or {})})


def multi_order(path, scale=1.0, unique=None):
    """Pixels of order 0, but one of them split into four of order 1."""
    unique = [*range(4, 15), 60, 61, 62, 63] if unique is None else unique
    density = numpy.full(len(unique), scale / (4 * numpy.pi))
    columns = [fits.Column(name="UNIQ", array=unique, format="K"),
               fits.Column(name="PROBDENSITY", array=density, format="D", unit="sr-1")]
    return written(path, columns, {"ORDERING": "NUNIQ", "COORDSYS": "C"})


def read(path):
    found = skymaps.inspect(path)
    assert found == skymaps.facts(path)
    return found


@pytest.mark.parametrize("name", ["map.fits", "map.fits.gz"])
@pytest.mark.parametrize("column", ["PROB", "PROBABILITY", "T"])
def test_a_flat_map(tmp_path, name, column):
    found = read(flat(tmp_path / name, name=column))
    assert found == {"norm": pytest.approx(1.0), "coordsys": "C", "nan": 0, "negative": 0,
                     "pixels": PIXELS}


def test_a_flat_map_with_many_pixels_in_a_row(tmp_path):
    column = fits.Column(name="PROB", array=numpy.full((3, 64), 1 / PIXELS), format="64D")
    found = read(written(tmp_path / "map.fits", [column], {"COORDSYS": "C"}))
    assert found["norm"] == pytest.approx(1.0) and found["pixels"] == PIXELS


def test_a_multi_order_map_weighs_its_pixels_by_their_area(tmp_path):
    found = read(multi_order(tmp_path / "map.fits"))
    assert found["norm"] == pytest.approx(1.0) and found["pixels"] == 15
    assert read(multi_order(tmp_path / "half.fits", 0.5))["norm"] == pytest.approx(0.5)


def test_the_distance_columns_do_not_count(tmp_path):
    columns = [fits.Column(name=name, array=values, format="D") for name, values in (
        ("DISTMU", [300.0] * 12), ("PROB", [1 / 12] * 12), ("DISTSIGMA", [50.0] * 12))]
    assert read(written(tmp_path / "m.fits", columns, {}))["norm"] == pytest.approx(1.0)


@pytest.mark.parametrize(("value", "kind"), [(numpy.nan, "nan"), (numpy.inf, "nan"),
                                             (-1.6375e30, "negative")])
def test_bad_pixels_are_counted(tmp_path, value, kind):
    values = numpy.full(PIXELS, 1 / PIXELS)
    values[5] = value
    found = read(flat(tmp_path / "map.fits", values))
    assert found[kind] == 1 and numpy.isfinite(found["norm"])


@pytest.mark.parametrize(("coordsys", "found"), [("G", "G"), ("C   ", "C"), (5, "5")])
def test_its_coordinate_system_is_told_as_it_is(tmp_path, coordsys, found):
    path = flat(tmp_path / "map.fits", header={"COORDSYS": coordsys})
    assert read(path)["coordsys"] == found


def test_without_a_coordinate_system_there_is_none(tmp_path):
    column = fits.Column(name="PROB", array=[1.0], format="D")
    assert read(written(tmp_path / "map.fits", [column], {}))["coordsys"] is None


def truncated(path):
    path.write_bytes(path.read_bytes()[:-5000])


def truncated_gz(path):
    zipped = gzip.compress(path.read_bytes())
    path.write_bytes(zipped[:len(zipped) // 2])


def huge_header(path):
    cards = b"".join(b"COMMENT x%069d" % n for n in range(20_000))
    path.write_bytes(b"SIMPLE  =                    T".ljust(80) + cards)


@pytest.mark.parametrize(("damage", "words"), [
    (truncated, ""), (truncated_gz, ""),
    (lambda path: path.write_bytes(b""), "empty"),
    (lambda path: path.write_bytes(b"<html>no</html>" * 1000), "not FITS"),
    (lambda path: path.write_bytes(gzip.compress(b"text")), "not FITS"),
    (lambda path: path.write_bytes(b"\x1f\x8bnot really"), ""),
    (lambda path: path.write_bytes(b"SIMPLE  ="), ""),
    (huge_header, "header is longer"),
    (lambda path: fits.PrimaryHDU(numpy.zeros((9, 9))).writeto(path, overwrite=True), "no table"),
    (lambda path: multi_order(path.with_name("b.fits"), unique=[0, 1]).replace(path), "UNIQ"),
    (lambda path: flat(path.with_name("b.fits"), numpy.zeros(0)).replace(path), "empty"),
    (lambda path: path.unlink(), "No such file"),
])
def test_what_is_damaged_is_an_error_in_words(tmp_path, damage, words):
    path = flat(tmp_path / "map.fits", numpy.full(12 * 64, 1 / 768))
    damage(path)
    found = read(path)
    assert set(found) == {"error"} and words in found["error"]
    assert len(found["error"]) < 250


def test_a_text_column_is_no_map(tmp_path):
    column = fits.Column(name="PROB", array=["a", "b"], format="5A")
    assert "error" in read(written(tmp_path / "map.fits", [column], {}))


def test_a_reader_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "TIME_OUT", 0.01)
    assert "more than 0.01 s" in skymaps.inspect(flat(tmp_path / "map.fits"))["error"]


def test_a_reader_that_dies_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox.sys, "executable", shutil.which("false"))
    assert "status 1" in skymaps.inspect(flat(tmp_path / "map.fits"))["error"]


def test_a_map_that_grows_beyond_all_memory_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(skymaps, "_refuse_headers_without_end", lambda path: 1 / 0)
    assert "ZeroDivisionError" in skymaps.facts(tmp_path / "x")["error"]

    def no_memory(path):
        raise MemoryError

    monkeypatch.setattr(skymaps, "_refuse_headers_without_end", no_memory)
    assert "memory" in skymaps.facts(tmp_path / "x")["error"]


def test_a_compressed_file_of_whose_parts_the_reader_finds_no_end(tmp_path):
    """The value of its first card is none, so that astropy does not see where the part ends."""
    content = flat(tmp_path / "whole.fits").read_bytes()
    (tmp_path / "map.fits.gz").write_bytes(gzip.compress(content[:27] + b"  x" + content[30:]))
    assert "no table among its first" in read(tmp_path / "map.fits.gz")["error"]
