"""LIB: launch and results."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, said, transitions, uploaded
from machines.o2.lib_pe import LIB_PE


def sampled(script, after):
    script.log("LIB Parameter estimation started", 0)
    script.file("posterior_samples.dat", after)


BENCH = Bench(
    LIB_PE, fields={"group": "Burst", "pipeline": "LIB"}, options={"skymap_tags": ("lvem",)},
    right={
        "launch.start": said("LIB Parameter estimation started."),
        "estimate.post_samp": sampled,
        "estimate.bayes_factor": said("LIB PE summary"),
        "estimate.skymap": uploaded("LIB.fits.gz", tags=("lvem",)),
        "estimate.finish": said("LIB Parameter estimation finished."),
    },
    wrong={"estimate.skymap": uploaded("LIB.fits.gz")},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("stop", ["", "."])
def test_a_full_stop_does_not_matter(stop):
    run = Run(BENCH)
    run.write(said(f"LIB Parameter estimation started{stop}"), 20)
    run.write(said(f"LIB Parameter estimation finished{stop}"), 30)
    assert run.check("launch.start").state == run.check("estimate.finish").state == "met"


def test_samples_that_were_there_before_its_start_are_somebody_elses():
    run = Run(BENCH)
    run.write(uploaded("posterior_samples.dat"), 10)
    run = Run(BENCH)
    run.write(said("LIB Parameter estimation started"), 20)
    run.write(uploaded("posterior_samples.dat"), 15)
    assert run.check("estimate.post_samp").state == "awaiting"
    run.write(uploaded("posterior_samples.dat", version=1), 25)
    assert run.check("estimate.post_samp").state == "met"
