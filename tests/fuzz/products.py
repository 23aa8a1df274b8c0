"""Files of candidates, damaged: sky maps and JSON."""

import gzip
import io
import json
import resource
import signal
import warnings
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

from fsm.io.gracedb import json_products, sandbox, skymaps
from tests.fuzz.strategies import changed, damaged, line
from tests.fuzz.targets import Target, named

LONGEST = 0.5  # seconds for which a product is read here; some are made to take for ever


class Slow(BaseException):
    """A product is read for too long. No reader takes it for a mistake in the file."""


@contextmanager
def bounded():
    """As the process in which products are read: with little memory, and ended after a while."""
    def raised(number, frame):
        raise Slow

    before = signal.signal(signal.SIGVTALRM, raised)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + sandbox.MEMORY, limits[1]))
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a damaged map has astropy warn of it
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGVTALRM, before)


@st.composite
def some_product(draw):
    """(name, content)."""
    name, content = draw(st.sampled_from(samples()))
    if name.endswith(".json"):
        return name, draw(changed(json.loads(content)).flatmap(line))
    if name.endswith(".gz"):
        return name, gzip.compress(draw(damaged(gzip.decompress(content))), 1, mtime=0)
    return name, draw(damaged(content))


class Products(Target):
    """Files of candidates: sky maps and JSON."""

    name, inputs = "products", some_product()

    def __init__(self, folder):
        self.folder, self.slow = folder, 0

    def take(self, made):
        """Have it read, with the bounds of the process in which GraceDB's are, and less time."""
        name, content = made
        path = self.folder / f"product.{name}"
        path.write_bytes(content)
        read = json_products.facts if name.endswith(".json") else skymaps.facts
        try:
            with bounded():
                said = json.dumps(read(path))
        except Slow:  # which is refused as that
            self.slow += 1
            return
        found = json.loads(said)
        assert isinstance(found, dict) and found
        if "error" in found:
            named(found["error"])


@lru_cache(maxsize=1)
def samples():
    """Small products of each kind, as pairs (name, content)."""
    import numpy
    from astropy.io import fits

    made = []
    density = numpy.full(15, 1 / (4 * numpy.pi))
    multi = [fits.Column(name="UNIQ", array=[*range(4, 15), 60, 61, 62, 63], format="K"),
             fits.Column(name="PROBDENSITY", array=density, format="D", unit="sr-1")]
    flat = [fits.Column(name="PROB", array=numpy.full(192, 1 / 192), format="D")]
    for name, columns, order in (("multi.fits", multi, "NUNIQ"), ("flat.fits", flat, "NESTED")):
        table = fits.BinTableHDU.from_columns(columns)
        table.header.update({"ORDERING": order, "COORDSYS": "C"})
        fits.HDUList([fits.PrimaryHDU(), table]).writeto(written := io.BytesIO())
        made.append((name, written.getvalue()))
    made.append(("flat.fits.gz", gzip.compress(made[-1][1], mtime=0)))
    made.append(("em_bright.json", b'{"HasNS": 1.0, "HasRemnant": 0.5, "HasMassGap": 0.0}'))
    made.append(("gstlal.p_astro.json",
                 b'{"BNS": 0.9, "NSBH": 0.0, "BBH": 0.0, "Terrestrial": 0.1}'))
    return made
