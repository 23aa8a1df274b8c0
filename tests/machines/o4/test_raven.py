"""RAVEN: coincidences of superevents, supernova neutrinos included."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, said, transitions, uploaded
from machines.o4.raven import (
    COMBINED_MAP_COPY,
    OVERLAP,
    RAVEN_ALERT,
    RAVEN_VERDICT,
    SIGNIFICANT_COINCIDENCE,
    SUPERNOVA_NEUTRINOS,
)

EXTERNAL = "E100002"
FIELDS = {"group": "External", "pipeline": "Fermi", "search": "GRB", "far": None}
MET = "RAVEN: publishing criteria met for G100001-E100002. Triggering RAVEN alert"
COINC = ("ext_coinc",)


def with_external(script, *labels, **fields):
    """A superevent with an external event in it, which has these labels."""
    script.fields = {**script.fields, "em_events": [EXTERNAL]}
    script.new()
    event = script.member(EXTERNAL, **{**FIELDS, **fields})
    event.new(5)
    for name in labels:
        event.label(name, 30)


def at_event(graceid, name):
    return lambda script, after: script.member(graceid, **FIELDS).label(name, after)


def values(**changed):
    return lambda script, after: script.update(after, changed)


def on_preferred(script, after):
    event = script.member()
    event.new(after)
    event.label("RAVEN_ALERT", after)


def neutrinos(script, after):
    script.update(after, {"em_events": [EXTERNAL]})
    script.member(EXTERNAL, **{**FIELDS, "pipeline": "SNEWS", "search": "Supernova"}).new(after)



def approved_before_the_second(script, after):
    """The second notice is prepared and held back, whenever that is heard of."""
    script.log("Superevent cleaned up after first preliminary alert", 30)
    script.label("ADVOK", 45)


BENCHES = (
    Bench(RAVEN_VERDICT, {
        "judge.verdict": said("RAVEN: publishing criteria not met for G1-E1", COINC),
        "judge.type": values(em_type=EXTERNAL), "judge.time_far": values(time_coinc_far=1e-9)},
        {"judge.verdict": said("RAVEN: publishing criteria not met for G1-E1")},
        start=lambda s: (s.new(), s.label("EM_COINC", 30)),
        excused={"judge.time_far": (neutrinos, lambda s, t: s.update(t, {"em_events": []}))}),
    Bench(RAVEN_ALERT, {
        "label.alert": labelled("RAVEN_ALERT"), "label.profile": labelled("HIGH_PROFILE"),
        "pass_on.external": at_event(EXTERNAL, "RAVEN_ALERT"), "pass_on.preferred": on_preferred,
        "announce.request": labelled("ADVREQ"), "announce.locked": labelled("SIGNIF_LOCKED")},
        start=lambda s: (with_external(s), s.log(MET, 30, COINC))),
    Bench(OVERLAP, {"draw.plot": uploaded(
        "overlap_integral.png", "Sky map overlap integral between a and b", COINC)},
        start=lambda s: with_external(s, "COMBINEDSKYMAP_READY")),
    Bench(COMBINED_MAP_COPY, {
        "copy.skymap": uploaded("combined-ext.multiorder.fits", "Combined LVK-external sky map "
                                "copied from E100002", ("sky_loc", "ext_coinc", "public")),
        "copy.plot": uploaded("combined-ext.png", "Mollweide projection of combined-ext, copied",
                              ("sky_loc", "ext_coinc", "public")),
        "copy.label": labelled("COMBINEDSKYMAP_READY")},
        start=lambda s: (with_external(s, "COMBINEDSKYMAP_READY"), s.label("RAVEN_ALERT", 40)),
        excused=dict.fromkeys(("copy.skymap", "copy.plot"), (approved_before_the_second, None))),
    Bench(SUPERNOVA_NEUTRINOS, {
        "judge.label": labelled("EM_COINC"), "judge.verdict": said(MET, COINC)},
        start=lambda s: with_external(s, pipeline="SNEWS", search="Supernova"),
        renewed=lambda s, t: s.join("E100003", t)),
    Bench(SIGNIFICANT_COINCIDENCE, {"label.label": labelled("SOG_READY")},
          start=lambda s: (with_external(s), s.label("SKYMAP_READY", 30),
                           s.label("RAVEN_ALERT", 31), s.label("ADVOK", 32)),
          fields={"far": 1e-10, "space_coinc_far": 1e-13}),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("far", [1e-8, None])
def test_ordinary_coincidences_need_no_label_of_their_own(far):
    start = BENCHES[-1].start
    fields = {"far": far, "space_coinc_far": 1e-13}
    assert not Run(Bench(SIGNIFICANT_COINCIDENCE, start=start, fields=fields)).candidate.runs


def test_a_burst_is_no_supernova():
    assert not Run(Bench(SUPERNOVA_NEUTRINOS, start=with_external)).candidate.runs


def test_an_event_that_leaves_does_not_count_any_more():
    run = Run(Bench(RAVEN_ALERT, start=lambda s: (with_external(s), s.log(MET, 30, COINC))))
    run.write(lambda s: s.member(EXTERNAL, **FIELDS)._line(
        "removed_from_superevent", {"superevent_id": s.graceid}, 40))
    assert EXTERNAL not in run.candidate.evidence.members
    assert run.check("pass_on.external").judge().why == (
        f"nothing is known of the external event {EXTERNAL}")
