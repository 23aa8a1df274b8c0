"""The approval processor: what it decides, sends and distributes."""

import attrs
import pytest

from fsm.testing.bench import (
    CREATED,
    GRACEID,
    Bench,
    Run,
    expectations,
    labelled,
    said,
    transitions,
    unlabelled,
    uploaded,
)
from machines.o2.approval_processor import (
    GCN,
    IDQ,
    INITIAL,
    PRELIM_DQ,
    PRELIMINARY,
    RETRACTION,
    SEGDB,
    UPDATE,
    VIRGO_DQ,
)

PASSED = "AP: Passed all new_to_preliminary checks."
FAILED = "AP: Failed farCheck in currentstate: new_to_preliminary."
REJECTED = "AP: State: preliminary_to_initial --> rejected."
BURST = {"group": "Burst", "pipeline": "CWB"}


def after(*annotations):
    def start(script):
        script.new()
        for annotate in annotations:
            annotate(script, 30)

    return start


PRELIM = Bench(PRELIM_DQ, {
    "take_up.created": said("AP: Created event dictionary."),
    "decide.far": said("AP: Candidate event has low enough FAR. 1e-9 < 1.9e-07"),
    "decide.injections": said("AP: No hardware injection found near event gpstime +/- 2"),
    "decide.decision": said(PASSED)})
SEGMENTS = Bench(
    SEGDB, options={"start_texts": ("segments asked",), "flag_texts": ("flag H1",),
                    "finish_texts": ("segments told",)},
    right={"segments.start": said("segments asked"), "segments.flag": said("flag H1 active"),
           "segments.finish": said("segments told")})
JOINT = Bench(IDQ, {"judge.joint_fap": said("AP: Finished running iDQ checks. Candidate event "
                                            "passed iDQ checks. 0.3 > 0.01")},
              start=after(said("minimum glitch-FAP for ovl at H1 within [1, 2] is 0.3")),
              fields=BURST)
VIRGO = Bench(VIRGO_DQ, {"state.statement": said("V1 veto channel X: this event IS NOT vetoed")})
FIRST = Bench(
    PRELIMINARY, start=after(said(PASSED)), fields={"instruments": "H1,L1"},
    right={"send.voevent": uploaded(f"{GRACEID}-1-Preliminary.xml"),
           "send.state": said("AP: State: new_to_preliminary --> preliminary_to_initial."),
           "send.operators": lambda s, t: (s.label("H1OPS", t), s.label("L1OPS", t)),
           "send.advocates": labelled("ADVREQ")})
SECOND = Bench(
    INITIAL, start=after(said("AP: Passed all preliminary_to_initial checks.")),
    right={"request.label": labelled("EM_READY"),
           "send.voevent": uploaded(f"{GRACEID}-2-Initial.xml"),
           "send.state": said("AP: State: preliminary_to_initial --> initial_to_update.")})
THIRD = Bench(
    UPDATE, start=after(said("AP: Passed all initial_to_update checks.")),
    right={"request.label": labelled("PE_READY"),
           "send.voevent": uploaded(f"{GRACEID}-3-Update.xml"),
           "send.state": said("AP: State: initial_to_update --> complete.")})
RETRACTED = Bench(
    RETRACTION, start=after(uploaded(f"{GRACEID}-1-Preliminary.xml"), labelled("DQV")),
    right={"send.voevent": uploaded(f"{GRACEID}-4-Retraction.xml")})
SEND_FAILED = said("AP: Could not send VOEvent type preliminary.")
RESENT = Bench(
    GCN, start=after(SEND_FAILED), options={"distribution_texts": ("GCN circulated",)},
    right={"distribute.resent": uploaded(f"{GRACEID}-2-Preliminary.xml"),
           "distribute.distribution": said("GCN circulated")})
BENCHES = (PRELIM, SEGMENTS, JOINT, VIRGO, FIRST, SECOND, THIRD, RETRACTED, RESENT)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("text", "closed"), [
    ("AP: Candidate event rejected due to large FAR. 1 >= 1e-07", ["far"]),
    ("AP: Candidate event is missing FAR.", ["far"]),
    ("AP: Ignoring new event because we found a hardware injection +/- 2", ["far", "injections"]),
    ("AP: Found hardware injection +/- 2 but treating as real event in config.", ["injections"]),
    (FAILED, ["injections", "decision"]), (PASSED, ["decision"])])
def test_every_wording_of_a_decision_counts(text, closed):
    run = Run(PRELIM)
    run.write(said(text), 20)
    assert [c.name for c in run.process.checks if c.state == "met"] == closed


@pytest.mark.parametrize(("fields", "judged"), [
    ({"instruments": "H1,L1"}, True), ({"instruments": "H1, L1, V1"}, True),
    ({"instruments": "H1,V1"}, False), ({"instruments": "H1"}, False),
    ({"instruments": None}, False), ({"instruments": ","}, False),
    ({"instruments": "H1,"}, False),
    ({"far": 2e-7}, False), ({"far": None}, False)])
def test_only_significant_coincidences_are_to_be_judged(fields, judged):
    assert bool(Run(Bench(PRELIM_DQ, fields=fields)).candidate.runs) == judged


@pytest.mark.parametrize("state", ["new_to_preliminary", "selected_to_preliminary"])
def test_its_first_state_has_another_name_where_one_of_several_is_chosen(state):
    run = Run(PRELIM)
    run.write(said(f"AP: Failed ifosCheck in currentstate: {state}."), 20)
    assert run.check("decide.decision").state == "met"
    run = Run(attrs.evolve(FIRST, start=after(said(f"AP: Passed all {state} checks."))))
    run.write(said(f"AP: State: {state} --> preliminary_to_initial."), 40)
    assert run.check("send.state").state == "met"


def test_idq_is_not_judged_for_compact_binaries():
    assert not Run(attrs.evolve(JOINT, fields={})).candidate.runs


def test_an_operator_who_has_answered_already_need_not_be_asked():
    run = Run(FIRST)
    run.write(lambda s, t: (s.label("H1OPS", t), s.signoff("OP", "L1", "OK", t)), 40)
    assert run.check("send.operators").state == "met"


def test_an_advocate_who_has_answered_already_need_not_be_asked():
    run = Run(FIRST)
    run.write(lambda s, t: s.signoff("ADV", "", "OK", t), 40)
    assert run.check("send.advocates").state == "met"
    assert run.check("send.advocates").why == "ADV signoff is OK"


def test_nobody_but_those_who_take_part_is_to_be_asked():
    run = Run(attrs.evolve(FIRST, fields={"instruments": "K1"}))
    assert run.check("send.operators").state == "met"


@pytest.mark.parametrize(("bench", "name"), [(SECOND, "EM_READY"), (THIRD, "PE_READY")])
def test_a_label_put_on_by_hand_is_followed_by_its_notice_too(bench, name):
    run = Run(attrs.evolve(bench, start=after(labelled(name))))
    assert run.process.state == "open.send"


def test_what_was_never_sent_is_not_retracted():
    run = Run(attrs.evolve(RETRACTED, start=after(labelled("DQV"))))
    assert not run.candidate.runs


def test_a_retraction_is_expected_although_the_candidate_is_vetoed():
    run = Run(RETRACTED)
    assert run.candidate.state == "waived.vetoed"
    run.pass_time(CREATED + 30 + 120)
    assert run.check("send.voevent").state == "overdue"
    run.write(unlabelled("DQV"), 400)
    assert run.check("send.voevent").state == "overdue"


@pytest.mark.parametrize(("bad", "retracted"), [(("INJ", "DQV"), True), (("DQV",), False)])
def test_an_injection_may_be_approved_like_a_real_candidate(bad, retracted):
    sent = uploaded(f"{GRACEID}-1-Preliminary.xml")
    run = Run(attrs.evolve(RETRACTED, start=after(sent, labelled("INJ")),
                           options={"bad_labels": bad}))
    assert bool(run.candidate.runs) == retracted
    run.write(labelled("DQV"), 60)
    assert run.process.onset == CREATED + (30 if retracted else 60)


@pytest.mark.parametrize("tells", [
    uploaded(f"{GRACEID}-2-Preliminary.xml"), said("resent VOEvent 2 in voevents")])
def test_a_notice_that_could_not_be_sent_must_be_sent_again(tells):
    run = Run(RESENT)
    run.write(uploaded(f"{GRACEID}-1-Preliminary.xml"), 20)
    assert run.check("distribute.resent").state == "awaiting"
    run.write(tells, 35)
    assert run.check("distribute.resent").state == "met"


@pytest.mark.parametrize("chart", [SEGDB, VIRGO_DQ])
def test_what_nobody_wrote_is_off_by_default(chart):
    assert not chart.enabled
