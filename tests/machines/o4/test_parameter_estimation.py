"""Parameter estimation: RapidPE, Bilby, posterior samples, failures."""

import pytest

from fsm.core.engine.effects import Notify
from fsm.testing.bench import (
    CREATED_TODAY,
    Bench,
    Run,
    expectations,
    labelled,
    said,
    transitions,
    uploaded,
)
from machines.o4.parameter_estimation import (
    BILBY,
    PE_FAILURE,
    PE_START,
    POSTERIOR_SAMPLES,
    RAPIDPE,
)

PE = ("pe",)
RAPID = "Starting rapidpe parameter estimation for G100001"
BILBY_STARTS = "Starting production-mode bilby parameter estimation for G100001"
SAMPLES = uploaded("Bilby.posterior_samples.hdf5", "production-mode Bilby posterior samples", PE)


def after(comment, filename=""):
    return lambda script: (script.new(), script.log(comment, 30, PE, filename=filename))


BENCHES = (
    Bench(PE_START, {"begin.rapidpe": said(RAPID, PE), "begin.bilby": said(BILBY_STARTS, PE)},
          {"begin.bilby": said(BILBY_STARTS)}),
    Bench(RAPIDPE, {
        "prepare.configuration": uploaded(
            "rapidpe.ini", "Automatically generated RapidPE-RIFT configuration file", PE),
        "estimate.classification": uploaded("RapidPE_RIFT.p_astro.json",
                                            "RapidPE-RIFT Pastro results",
                                            ("pe", "p_astro", "public")),
        "estimate.summary": said("Summary page for RapidPE-RIFT is available", PE)},
        {"estimate.classification": uploaded("RapidPE_RIFT.p_astro.json", "results", PE)},
        start=after(RAPID)),
    Bench(BILBY, {
        "prepare.configuration": uploaded(
            "bilby_config.ini", "Automatically generated production-mode Bilby configuration", PE),
        "estimate.samples": SAMPLES, "estimate.label": labelled("PE_READY"),
        "summarize.page": said("PESummary page for production-mode Bilby is available", PE)},
        start=after(BILBY_STARTS)),
    Bench(PE_FAILURE, {"repair.result": SAMPLES},
          start=after("Failed to prepare DAG for production-mode bilby")),
    Bench(POSTERIOR_SAMPLES, {
        "derive.skymap": uploaded("Bilby.multiorder.fits", 'Multiresolution FITS file generated '
                                  'from "Bilby.posterior_samples.hdf5"', ("pe", "sky_loc")),
        "derive.em_bright": uploaded("Bilby.em_bright.json", 'em-bright computed from "Bilby"', PE),
        "derive.mchirp": uploaded("mchirp_source_PE.json", 'Chirp mass computed from "Bilby"',
                                  ("em_follow",)),
        "derive.mchirp_plot": uploaded("mchirp_source_PE.png", "Chirp mass visualization from x",
                                       ("em_follow",))},
        {"derive.skymap": uploaded("Bilby.multiorder.fits", 'Multiresolution FITS file generated '
                                   'from "Bilby.posterior_samples.hdf5"', PE)},
        start=after("samples", "Bilby.posterior_samples.hdf5")),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("comment", [
    "The bilby condor job failed.", "The rapidpe condor job was aborted.",
    "Failed to prepare DAG for Rapid PE"])
def test_a_failure_is_told_at_once(comment):
    run = Run(Bench(PE_FAILURE, start=after(comment)))
    run.pass_time(CREATED_TODAY + 41)
    assert run.check("repair.result").state == "overdue"
    assert comment in run.check("repair.result").why


def test_what_came_after_all_is_told_as_what_it_is():
    run = Run(Bench(PE_FAILURE, start=after("The bilby condor job failed.")))
    run.write(SAMPLES, 60)
    assert "failed" not in run.check("repair.result").why


PLANNED = "Failed to prepare DAG for Rapid PE: no GstLAL trigger available"


def test_a_planned_stop_is_no_failure_and_hides_none():
    run = Run(Bench(PE_FAILURE, start=after(PLANNED)))
    assert not run.candidate.runs
    run.write(said("The bilby condor job failed."), 60)
    assert list(run.candidate.runs) == ["pe_failure[bilby]"]


def test_nothing_is_expected_of_an_analysis_that_is_not_run():
    run = Run(Bench(RAPIDPE, start=after(RAPID)))
    run.write(said(PLANNED), 60)
    run.pass_time(CREATED_TODAY + 5000)
    assert run.candidate.runs["rapidpe"].state == "closed.waived"
    assert not any(isinstance(effect, Notify) for effect in run.effects)


def test_what_is_not_to_start_is_said():
    run = Run(BENCHES[0])
    run.write(said("Parameter estimation will not start since the FAR is too high.", PE), 30)
    assert {check.state for check in run.process.checks} == {"met"}
