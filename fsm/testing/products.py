"""Sane files of today's follow-up: as bytes for a GraceDB, and as facts for a recording.

Source: the automated follow-up of the fourth observing run.
"""

import io
import json
from collections.abc import Callable, Sequence
from math import pi
from typing import TypeVar

from fsm.core.evidence.fields import Plain

Known = TypeVar("Known")  # what is known of the files of an ending

PROBABILITIES = {"HasNS": 0.95, "HasRemnant": 0.91, "HasMassGap": 0.01}
CLASSES = {"BNS": 0.95, "NSBH": 0.01, "BBH": 0.03, "Terrestrial": 0.01}
CHIRP_MASS = {"bin_edges": [0.1, 0.87, 1.74], "probabilities": [0.02, 0.98]}  # solar masses
JSON: dict[str, Plain] = {"em_bright.json": PROBABILITIES, ".p_astro.json": CLASSES,
        "mchirp_source.json": CHIRP_MASS}
PLAIN_FACTS: dict[str, Plain] = {
    ".multiorder.fits": {"norm": 1.0, "coordsys": "C", "nan": 0, "negative": 0, "pixels": 12},
    "em_bright.json": {"values": PROBABILITIES, "not_numbers": []},
    ".p_astro.json": {"values": CLASSES, "not_numbers": []},
    "mchirp_source.json": {"values": {}, "not_numbers": list(CHIRP_MASS)},
    "_omegascan.png": {"coloured": True},
}


def _by_ending(name: str, known: dict[str, Known]) -> Known | None:
    return next((value for ending, value in known.items() if name.endswith(ending)), None)


def sane_facts(name: str) -> Plain | None:
    """The facts of a sane file of this name, as a dict; None where nothing is known of it."""
    return _by_ending(name, PLAIN_FACTS)


def sane_bytes(name: str) -> bytes:
    """A sane file of this name; some text where nothing is known of such files.

    Without the library that makes them, maps and pictures are empty; nor can they be read then.
    """
    plain = _by_ending(name, JSON)
    if plain is not None:
        return json.dumps(plain).encode()
    made = _by_ending(name, MADE)
    return b"simulated " * 20 if made is None else made()


def flat_map() -> bytes:
    """A small flat sky map."""
    return _map({"PROB": ("D", [1 / 12] * 12)})


def multi_order_map() -> bytes:
    """A small multi-order sky map."""
    return _map({"UNIQ": ("K", list(range(4, 16))), "PROBDENSITY": ("D", [1 / (4 * pi)] * 12)})


def _map(columns: dict[str, tuple[str, Sequence[float]]]) -> bytes:
    from fsm.io.gracedb import skymaps

    if not skymaps.available():
        return b""
    from astropy.io import fits

    table = fits.BinTableHDU.from_columns([
        fits.Column(name=name, format=form, array=array)
        for name, (form, array) in columns.items()])
    table.header["COORDSYS"] = "C"
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(out)
    return out.getvalue()


def spectrogram(colour: str = "blue") -> bytes:
    """A small picture in PNG, on white."""
    from fsm.io.gracedb import pictures

    if not pictures.available():
        return b""
    from PIL import Image

    picture, out = Image.new("RGB", (12, 8), "white"), io.BytesIO()
    picture.paste(colour, (2, 2, 10, 6))
    picture.save(out, "PNG")
    return out.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    ".multiorder.fits": multi_order_map, ".fits": flat_map, ".fits.gz": flat_map,
    "_omegascan.png": spectrogram}
