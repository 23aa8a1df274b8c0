"""Reads sky maps: HEALPix FITS files, flat or multi-order, into the few facts that are judged.

What is read comes from outside, so it is read by a process of its own
(:mod:`fsm.io.gracedb.sandbox`). Sums need no sky geometry, so astropy alone is enough. Source: the
HEALPix-in-FITS conventions of gravitational-wave sky maps.
"""

import importlib.util
import math
from itertools import islice
from pathlib import Path
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.io.gracedb import sandbox

MOST_HEADER = 1 << 20  # bytes
MOST_PARTS = 20  # of a file; a sky map has two
BLOCK = 2880  # bytes in a block of a FITS file


def available() -> bool:
    """Whether astropy is installed (the extra ``skymaps``)."""
    return importlib.util.find_spec("astropy") is not None


def inspect(path: str | Path) -> Plain:
    """Read a sky map in a process of its own.

    Args:
        path: of the file; a name that ends in ``.gz`` need not be compressed, and the reverse.

    Returns:
        Its facts as a dict: ``norm`` (the sum of the probabilities), ``coordsys`` (None where the
        header has none), ``nan`` and ``negative`` (numbers of pixels), ``pixels``; or only
        ``error``, a sentence, where it is no sky map.
    """
    return sandbox.facts("fsm.io.gracedb.skymaps", path)


def facts(path: str | Path) -> Plain:
    """Read a sky map in this process; returns as :func:`inspect`."""
    from astropy.io import fits

    try:
        _refuse_headers_without_end(path)
        with fits.open(path, memmap=False) as hdus:
            # Of a part with a damaged header the reader does not know where it ends, and finds it
            # again and again.
            parts = islice(hdus, MOST_PARTS)
            table = next((hdu for hdu in parts if isinstance(hdu, fits.BinTableHDU)), None)
            if table is None:
                return {"error": f"it has no table among its first {MOST_PARTS} parts"}
            return _of_table(table)
    except Exception as error:  # whatever a damaged file may bring a reader to raise
        return sandbox.failure(error)


def _refuse_headers_without_end(path: str | Path) -> None:
    """A reader looks for the end of a header through the whole file."""
    import gzip

    with open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    with (gzip.open if zipped else open)(path, "rb") as stream:
        start = stream.read(BLOCK)
        if not start:
            raise ValueError("the file is empty")
        if not start.startswith(b"SIMPLE  ="):
            raise ValueError("the file is not FITS")
        size = 0
        while start and not _ends(start):
            size += len(start)
            if size > MOST_HEADER:
                raise ValueError(f"its header is longer than {MOST_HEADER} bytes")
            start = stream.read(BLOCK)


def _ends(block: bytes) -> bool:
    return any(block[i:i + 80].rstrip() == b"END" for i in range(0, len(block), 80))


def _of_table(table: Any) -> Plain:
    import numpy

    names = [name.upper() for name in table.columns.names]
    multi_order = "UNIQ" in names
    column = "PROBDENSITY" if multi_order else next(
        (name for name in ("PROB", "PROBABILITY") if name in names), names[0])
    values = numpy.asarray(table.data.field(names.index(column)), dtype=float).ravel()
    if not values.size:
        return {"error": "its table is empty"}
    shares = values
    if multi_order:
        unique = numpy.asarray(table.data.field(names.index("UNIQ")), dtype=numpy.int64)
        if unique.min() < 4:
            return {"error": f"UNIQ {unique.min()} is no pixel"}
        orders = numpy.floor(numpy.log2(unique // 4) / 2)
        shares = values * (math.pi / 3 / 4.0 ** orders)  # 12 pixels of order 0 in 4 pi sr
    finite = numpy.isfinite(shares)
    norm = float(shares[finite].sum())
    if not math.isfinite(norm):
        return {"error": "its pixels sum to more than a number can be"}
    coordsys = table.header.get("COORDSYS")
    return {
        "norm": norm, "pixels": int(values.size),
        "nan": int((~finite).sum()), "negative": int((shares[finite] < 0).sum()),
        "coordsys": None if coordsys is None else str(coordsys).strip(),
    }


if __name__ == "__main__":
    sandbox.run(facts)
