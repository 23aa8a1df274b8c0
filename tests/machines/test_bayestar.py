"""BAYESTAR: launch, localize, finish."""

import attrs

from fsm.testing.bench import (
    CREATED,
    Bench,
    Run,
    expectations,
    said,
    transitions,
    uploaded,
)
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


def test_it_is_followed_up_from_its_start_on_where_its_PSD_was_not_heard_of():
    run = Run(attrs.evolve(BENCH, start=lambda s: (
        s.new(), s.log("INFO:BAYESTAR:starting sky localization", 20))))
    assert run.check("launch.start").state == "met"
    assert run.check("localize.skymap").due == CREATED + 20 + 90
    run.write(uploaded("psd.xml.gz"), 5)
    assert run.check("localize.skymap").due == CREATED + 20 + 90


def test_the_start_of_another_run_does_not_begin_it_anew():
    run = Run(BENCH)
    for after in (10, 40):
        run.write(said("INFO:BAYESTAR:starting sky localization"), after)
    assert run.check("localize.skymap").due == CREATED + 10 + 90
