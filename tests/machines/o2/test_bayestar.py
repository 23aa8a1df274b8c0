"""BAYESTAR: launch, localize, finish."""

import attrs
import pytest

from fsm.testing.bench import (
    CREATED,
    Bench,
    Run,
    expectations,
    said,
    transitions,
    uploaded,
)
from machines.o2.bayestar import BAYESTAR


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


@pytest.mark.parametrize(("tags", "state", "why"), [
    (("sky_loc", "lvem"), "met", "is there"),
    (("sky_loc",), "overdue", "lacks lvem"),
    (("sky_loc", "lvem", "public"), "overdue", "has public too many")])
def test_a_profile_may_want_exactly_these_tags(tags, state, why):
    run = Run(attrs.evolve(BENCH, tags={"skymap": ("sky_loc", "lvem")}))
    run.write(uploaded("bayestar.fits.gz", tags=tags), 20)
    run.pass_time(CREATED + 200)
    assert run.check("localize.skymap").state == state
    assert why in run.check("localize.skymap").why


def test_a_message_may_have_to_be_without_tags():
    run = Run(attrs.evolve(BENCH, tags={"finish": ()}))
    run.write(said("INFO:BAYESTAR:sky localization complete", tags=("sky_loc",)), 20)
    assert run.check("finish.finish").state == "awaiting"
    run.write(said("INFO:BAYESTAR:sky localization complete"), 21)
    assert run.check("finish.finish").state == "met"
