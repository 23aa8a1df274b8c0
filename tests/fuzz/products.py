"""Files of candidates, damaged: sky maps and JSON."""

import gzip
import json
import os
import resource
import signal
import warnings
from contextlib import suppress

from fsm.io.gracedb import json_products, sandbox, skymaps
from tests.fuzz.mutating import Mutator
from tests.fuzz.targets import Target, named

LONGEST = 2.0  # seconds for which a product is read here; some are made to take for ever


class Products(Target):
    """Files of candidates: sky maps and JSON."""

    name = "products"

    def __init__(self, folder):
        self.folder, self.slow = folder, 0
        self.samples = samples(folder)

    def made(self, chance):
        """(name, content)."""
        name, content = chance.choice(self.samples)
        mutator = Mutator(chance)
        if name.endswith(".json"):
            return name, mutator.line(mutator.structure(json.loads(content)))
        if name.endswith(".gz"):
            return name, gzip.compress(mutator.octets(gzip.decompress(content)), 1)
        return name, mutator.octets(content)

    def take(self, made):
        """Have it read; maps by a process of its own as GraceDB's are, though for less time."""
        name, content = made
        path = self.folder / f"product.{name}"
        path.write_bytes(content)
        said = json.dumps(json_products.facts(path)) if name.endswith(".json") else \
            self._apart(skymaps.facts, path)
        if said is None:  # which is refused as that
            self.slow += 1
            return
        found = json.loads(said)
        assert isinstance(found, dict) and found
        if "error" in found:
            named(found["error"])

    @staticmethod
    def _apart(read, path):
        """What a reader says in JSON; None where it has to be ended."""
        end, begin = os.pipe()
        child = os.fork()
        if not child:
            with suppress(BaseException):
                resource.setrlimit(resource.RLIMIT_AS, (sandbox.MEMORY, sandbox.MEMORY))
                signal.setitimer(signal.ITIMER_REAL, LONGEST)
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                warnings.simplefilter("ignore")  # a damaged map has astropy warn of it
                os.write(begin, json.dumps(read(path)).encode())
            os._exit(0)
        os.close(begin)
        with os.fdopen(end, "rb") as stream:
            said = stream.read()
        status = os.waitpid(child, 0)[1]
        assert said or os.WIFSIGNALED(status), "it says nothing"
        return said or None


def samples(folder):
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
        fits.HDUList([fits.PrimaryHDU(), table]).writeto(folder / name)
        made.append((name, (folder / name).read_bytes()))
    made.append(("flat.fits.gz", gzip.compress(made[-1][1])))
    made.append(("em_bright.json", b'{"HasNS": 1.0, "HasRemnant": 0.5, "HasMassGap": 0.0}'))
    made.append(("gstlal.p_astro.json",
                 b'{"BNS": 0.9, "NSBH": 0.0, "BBH": 0.0, "Terrestrial": 0.1}'))
    return made
