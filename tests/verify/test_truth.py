"""Expectations as formulas: whether one can hold, and what must be so for it."""

import pytest

from fsm.chart import (
    ABSENT,
    RIGHT,
    START,
    Verdict,
    field,
    file,
    label,
    lasting,
    log,
    new,
    not_,
    predicate,
    preferred,
    signoff,
)
from fsm.verify.truth import Atom, formula, holding, implies

A, B = label("DQV"), label("DQOK")


@pytest.mark.parametrize(("expectation", "can"), [
    (A & B, True), (A & ~A, False), ((A | B) & ~A & ~B, False), (not_(A & B) & A, True),
    (new() & A, True), (~new(), False), (lasting(A) & ~A, False),
    (file("a.json", after=A) & ~A, False), (log("a", after=START), True),
    (field("group", equals="CBC") & field("group", equals=("Burst", "CBC")), True),
    (field("group", equals="CBC") & field("group", equals="Burst"), False),
    (field("group", equals="CBC") & ~field("group", equals="CBC"), False),
    (field("group", equals="CBC") & ~field("group"), False),
    (field("far", at_least=2.0) & field("far", at_most=1.0), False),
    (field("far", at_least=1.0) & field("far", at_most=2.0), True),
    (field("far", at_least="low") & field("far", at_most=1.0), False),
    (preferred(field("group", equals="CBC")) & field("group", equals="Burst"), True),
    (signoff("ADV", status="OK") & signoff("ADV", status="NO"), False),
    (signoff("OP", "H1", "OK") & signoff("OP", "L1", "NO"), True),
])
def test_whether_it_can_hold(expectation, can):
    assert (holding(formula(expectation, {"low": 2.0})) is not None) is can


def of_labels(function, *names):
    return predicate(function, "what a function says", watches=[label(*names)])


def test_a_function_of_labels_is_asked():
    def both(evidence, scope):
        so = evidence.has_label("DQV") and not evidence.has_label("DQOK")
        return Verdict(RIGHT if so else ABSENT, "")

    said = formula(of_labels(both, "DQV", "DQOK", "INJ"))
    assert implies(said, formula(A & ~B)) and implies(formula(A & ~B), said)


@pytest.mark.parametrize("function", [
    lambda evidence, scope: Verdict(RIGHT if evidence.fields.get("far") else ABSENT, ""),
    lambda evidence, scope: Verdict(RIGHT, str(evidence.fields["far"]))])
def test_a_function_that_hangs_on_more_may_say_anything(function):
    assert isinstance(formula(of_labels(function, "DQV")), Atom)


def test_what_must_be_so():
    so = holding(formula((A | log("never mind")) & ~B))
    assert [(atom.kind, atom.about) for atom, is_so in so.items() if is_so] == [("label", "DQV")]
