"""BayesWave: launch and results."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, said, transitions, uploaded
from machines.o2.bayeswave_pe import BAYESWAVE_PE

BENCH = Bench(
    BAYESWAVE_PE, fields={"group": "Burst", "pipeline": "CWB"},
    options={"skymap_tags": ("sky_loc",), "finish_texts": ("BayesWave finished",)},
    right={
        "launch.start": said("BayesWave launched"),
        "estimate.post_samp": said("BWB Follow-up results <a href='x'>here</a>"),
        "estimate.estimate": said("BWB parameter estimation"),
        "estimate.bayes_factor": said("BWB Bayes Factors"),
        "estimate.skymap": uploaded("BayesWave.fits.gz", tags=("sky_loc",)),
        "estimate.finish": said("BayesWave finished"),
    },
    wrong={"estimate.skymap": uploaded("BayesWave.fits.gz")},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("text", ["BayesWave launched", "BayesWaveBurst launched"])
def test_both_names_of_its_launch_count(text):
    run = Run(BENCH)
    run.write(said(text), 20)
    assert run.check("launch.start").state == "met"
    assert run.process.state == "open.estimate"


@pytest.mark.parametrize("name", ["BayesWave.fits.gz", "BayesWave.fits", "BW_skymap.fits"])
def test_every_name_of_its_sky_map_counts(name):
    run = Run(BENCH)
    run.write(uploaded(name, tags=("sky_loc",)), 20)
    assert run.check("estimate.skymap").state == "met"
