"""Coherent WaveBurst: results side by side; start and finish only where a profile knows them."""

import attrs
import pytest

from fsm.testing.bench import Bench, Run, expectations, said, transitions, uploaded
from machines.o2.cwb_pe import CWB_PE

FIELDS = {"group": "Burst", "pipeline": "CWB"}
TAGS = ("sky_loc", "lvem")
BENCH = Bench(
    CWB_PE, fields=FIELDS,
    options={"start_texts": ("cWB PE begun",), "finish_texts": ("cWB PE ended",)},
    right={
        "estimate.start": said("cWB PE begun at 12:00"),
        "estimate.ced": said("cWB CED <a href='x'>here</a>"),
        "estimate.estimate": said("cWB parameter estimation"),
        "estimate.skymap": uploaded("skyprobcc_cWB.fits", tags=TAGS),
        "estimate.finish": said("cWB PE ended"),
    },
    wrong={"estimate.skymap": uploaded("skyprobcc_cWB.fits", tags=("sky_loc",))},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_start_and_finish_are_not_expected_by_default():
    run = Run(Bench(CWB_PE, fields=FIELDS))
    assert [check.name for check in run.process.checks] == ["ced", "estimate", "skymap"]


def test_the_supervisors_own_words_are_no_evidence():
    run = Run(BENCH)
    run.write(lambda s: s.log("ES: could not find cWB CED", 20, ("event_supervisor",)))
    assert run.check("estimate.ced").state == "awaiting"


@pytest.mark.parametrize("pipeline", ["gstlal", "LIB", None])
def test_other_pipelines_have_none(pipeline):
    run = Run(Bench(CWB_PE, fields={"pipeline": pipeline}))
    assert not run.candidate.runs


def test_tags_are_not_compared_where_a_profile_lists_none():
    run = Run(attrs.evolve(BENCH, options={"skymap_tags": ()}))
    run.write(uploaded("skyprobcc_cWB.fits"), 20)
    assert run.check("estimate.skymap").state == "met"
