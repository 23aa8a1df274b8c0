"""LALInference: launch and results, in both wordings."""

import attrs
import pytest

from fsm.testing.bench import (
    CREATED,
    Bench,
    Run,
    expectations,
    labelled,
    said,
    transitions,
    unlabelled,
    uploaded,
)
from machines.o2.lalinf import LALINF


def sampled(script, after):
    script.log("LALInference online parameter estimation started", 0)
    script.file("posterior_samples.dat", after)


STARTED = said("LALInference online parameter estimation started")
BENCH = Bench(
    LALINF, options={"skymap_tags": ("sky_loc", "lvem")},
    right={
        "launch.start": STARTED,
        "estimate.skymap": uploaded("LALInference.fits.gz", tags=("sky_loc", "lvem")),
        "estimate.finish": said("LALInference online estimation finished"),
        "estimate.post_samp": sampled,
    },
    wrong={"estimate.skymap": uploaded("LALInference.fits.gz", tags=("lvem",))},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("words", ["online estimation", "online parameter estimation"])
def test_both_wordings_of_start_and_finish_count(words):
    run = Run(BENCH)
    run.write(said(f"LALInference {words} started"), 20)
    run.write(said(f"LALInference {words} finished"), 30)
    assert run.check("launch.start").state == run.check("estimate.finish").state == "met"


def limited(far):
    return Run(attrs.evolve(BENCH, fields={"far": far}, far_threshold=1e-6))


@pytest.mark.parametrize(("far", "started"), [
    (1e-6, True), (1e-7, True), (None, True), ("", True), (1.01e-6, False), (0.5, False)])
def test_an_event_without_far_and_one_at_the_limit_are_followed_up(far, started):
    assert bool(limited(far).candidate.runs) == started


def test_an_event_that_becomes_significant_is_followed_up():
    run = limited(1e-3)
    run.write(lambda s: s.update(60, {"far": 1e-9}))
    assert run.check("launch.start").state == "awaiting"


def test_an_event_that_loses_its_significance_is_not_waited_for_unless_it_regains_it():
    run = limited(1e-9)
    run.write(lambda s: s.update(60, {"far": 1e-3}))
    assert run.check("launch.start").state == "waived"
    assert "far is 0.001 Hz, above the 1e-06 Hz" in run.check("launch.start").why
    assert run.process.state == "closed.waived"
    run.write(lambda s: s.update(90, {"far": 1e-9}))
    assert run.check("launch.start").state == "awaiting"
    assert run.check("launch.start").due == CREATED + 90 + 3600


def test_what_has_no_far_any_more_and_a_label_do_not_get_into_each_others_way():
    run = limited(1e-9)
    run.write(lambda s: s.update(60, {"far": 1e-3}))
    run.write(labelled("DQV"), 70)
    run.write(lambda s: s.update(80, {"far": 1e-9}))
    assert run.check("launch.start").state == "waived"
    run.write(unlabelled("DQV"), 90)
    assert run.check("launch.start").state == "awaiting"


def test_a_label_taken_off_does_not_bring_back_what_far_is_against():
    run = limited(1e-9)
    run.write(labelled("DQV"), 50)
    run.write(lambda s: s.update(60, {"far": 1e-3}))
    run.write(unlabelled("DQV"), 70)
    assert run.check("launch.start").state == "waived"


def test_posterior_samples_are_off_by_default():
    assert {c.name: c.within for _, c in LALINF.checks()}["post_samp"] is None


def test_what_did_start_is_followed_up_whatever_its_far():
    run = limited(1e-3)
    run.write(STARTED, 5000)
    assert run.check("launch.start").state == "met"
    assert run.check("estimate.skymap").due == CREATED + 5000 + 2 * 86400


def test_what_has_started_is_followed_up_although_the_event_loses_its_significance():
    run = limited(1e-9)
    run.write(STARTED, 50)
    run.write(lambda s: s.update(60, {"far": 1e-3}))
    assert run.check("estimate.skymap").state == "awaiting"


def test_what_was_not_waited_for_any_more_and_starts_after_all_is_followed_up():
    run = limited(1e-9)
    run.write(lambda s: s.update(60, {"far": 1e-3}))
    run.write(STARTED, 5000)
    assert run.check("launch.start").state == "met"
    assert run.check("estimate.finish").due == CREATED + 5000 + 2 * 86400
    run.write(lambda s: s.update(6000, {"far": 1e-9}))
    assert run.check("estimate.finish").due == CREATED + 5000 + 2 * 86400
