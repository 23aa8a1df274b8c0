"""Approval once its inputs are there: sign-offs, the choice among candidates, coincidences."""

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
from machines.o2.approval_inputs import COINCIDENCE, SELECTION, SIGNED_OFF

BURST = {"group": "Burst", "pipeline": "CWB", "instruments": "H1,L1"}
WAITS = said("AP: State: new_to_preliminary --> preliminary_to_initial.")
MAP = uploaded("bayestar.fits.gz", tags=("sky_loc", "lvem"))
IDQ = said("AP: Finished running iDQ checks. Candidate event passed iDQ checks. 0.3 > 0.01")
RAVEN = said("Temporal coincidence with external trigger E1 gives a coincident FAR = 1e-8 Hz")


def signed(kind, ifo, status="OK"):
    return lambda s, t: s.signoff(kind, ifo, status, t)


EVERYBODY = (signed("OP", "H1"), signed("OP", "L1"), signed("ADV", ""))


def after(*annotations):
    def start(script):
        script.new()
        for number, annotate in enumerate(annotations):
            annotate(script, 30 + number)

    return start


DECISION = Bench(
    SIGNED_OFF, start=after(WAITS, MAP, *EVERYBODY), fields={"instruments": "H1,L1"},
    right={"decide.decision": said("AP: Passed all preliminary_to_initial checks.")})
CHOICE = Bench(SELECTION, right={"choose.choice": labelled("EM_Selected")},
               waived=(labelled("DQV"), unlabelled("DQV")))
TEXT = Bench(
    COINCIDENCE, start=after(RAVEN),
    right={"draft.text": uploaded(f"coinc_{GRACEID}.json",
                                  "GRB-GW Coincidence JSON file: em_coinc_json")},
    wrong={"draft.text": uploaded(f"coinc_{GRACEID}.json", "something else")})


@transitions(DECISION, CHOICE, TEXT)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(DECISION, CHOICE, TEXT)
def test_expectation(bench, case):
    bench.check_case(case)


def begun(*annotations, **fields):
    return Run(Bench(SIGNED_OFF, start=after(*annotations),
                     fields={"instruments": "H1,L1", **fields})).candidate.runs


@pytest.mark.parametrize("lacking", range(5))
def test_no_decision_is_due_before_all_is_there(lacking):
    inputs = [WAITS, MAP, *EVERYBODY]
    del inputs[lacking]
    assert not begun(*inputs)


@pytest.mark.parametrize("last", range(5))
def test_whatever_comes_last_makes_the_decision_due(last):
    inputs = [WAITS, MAP, *EVERYBODY]
    inputs.append(inputs.pop(last))
    run = Run(attrs.evolve(DECISION, start=after(*inputs)))
    assert run.check("decide.decision").due == CREATED + 34 + 120


def test_who_does_not_take_part_need_not_sign_off_and_who_does_must():
    assert not begun(WAITS, MAP, *EVERYBODY, instruments="H1,L1,V1")
    assert begun(WAITS, MAP, *EVERYBODY, signed("OP", "V1"), instruments="H1,L1,V1")
    assert begun(WAITS, MAP, signed("OP", "H1"), signed("ADV", ""), instruments="H1,K1")


def test_a_burst_waits_for_iDQ_too():
    assert not begun(WAITS, MAP, *EVERYBODY, **BURST)
    assert begun(WAITS, MAP, *EVERYBODY, IDQ, **BURST)


def test_a_map_that_is_not_shared_does_not_count():
    assert not begun(WAITS, uploaded("bayestar.fits.gz", tags=("sky_loc",)), *EVERYBODY)


@pytest.mark.parametrize("against", [
    signed("OP", "L1", "NO"), signed("ADV", "", "NO"), labelled("L1NO")])
def test_a_refusal_is_no_reason_to_wait(against):
    assert not begun(WAITS, MAP, *EVERYBODY[:1], *EVERYBODY[2:], against)


def test_labels_tell_of_sign_offs_too():
    assert begun(WAITS, MAP, labelled("H1OK"), labelled("L1OK"), labelled("ADVOK"))


@pytest.mark.parametrize("decided", [
    said("AP: Failed farCheck in currentstate: preliminary_to_initial."),
    said("AP: State: preliminary_to_initial --> rejected."), labelled("EM_READY")])
def test_a_refusal_and_the_label_are_decisions(decided):
    run = Run(DECISION)
    run.write(decided, 60)
    assert run.check("decide.decision").state == "met"


def test_external_events_are_not_chosen_among():
    assert not Run(Bench(SELECTION, fields={"pipeline": "Fermi"})).candidate.runs


def test_another_coincidence_has_a_text_of_its_own():
    run = Run(TEXT)
    run.write(TEXT.right["draft.text"], 40)
    run.write(said("Significant event in on-source of the search, FAP 0.01"), 100)
    assert run.check("draft.text").state == "awaiting"
    run.write(uploaded(f"coinc_{GRACEID}.json", "GRB-GW Coincidence JSON file: grb_online_json",
                       version=1), 110)
    assert run.check("draft.text").state == "met"


@pytest.mark.parametrize("chart", [SELECTION, COINCIDENCE])
def test_what_was_for_some_installations_is_off_by_default(chart):
    assert not chart.enabled
