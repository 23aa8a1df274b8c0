"""BAYESTAR: launch, localize, finish."""

from fsm.testing.bench import Bench, expectations, transitions
from machines.bayestar import BAYESTAR


def start(script):
    script.new()
    script.file("psd.xml.gz", 3, "strain spectral densities")


BENCH = Bench(
    BAYESTAR,
    start=start,
    right={
        "launch.start": lambda s, t: s.log("INFO:BAYESTAR:starting sky localization", t),
        "localize.skymap": lambda s, t: s.file("bayestar.fits.gz", t, tags=("sky_loc", "lvem")),
        "finish.finish": lambda s, t: s.log("INFO:BAYESTAR:sky localization complete", t),
    },
    wrong={"localize.skymap": lambda s, t: s.file("bayestar.fits.gz", t, tags=("sky_loc",))},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)
