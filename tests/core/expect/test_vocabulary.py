"""Expectations: right, wrong, absent, and the sentence that says why."""

import pytest

from fsm.chart import (
    all_of,
    any_of,
    field,
    file,
    label,
    lasting,
    log,
    not_,
    predicate,
    preferred,
    signoff,
)
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import Verdict
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Template
from fsm.errors import ChartError

T = 1000.0


def evidence(*entries, **fields):
    made = Evidence("G1")
    for number, item in enumerate(entries, 1):
        comment, filename, tags = (*item, "", ())[:3] if isinstance(item, tuple) else (item, "", ())
        made.add_entry(LogEntry(T + number, number, comment, filename, 0, frozenset(tags)))
    if fields:
        made.add_fields(fields, T)
    return made


def judged(expectation, known, **values):
    return expectation.judge(known, Scope(values))


MAP = ("uploaded", "a.fits", ("sky_loc", "lvem"))


@pytest.mark.parametrize(("expectation", "known", "kind"), [
    (log("LIGO"), evidence("about LIGO"), "right"),
    (log("LIGO"), evidence("about ligo"), "absent"),
    (log("no", "about"), evidence("about LIGO"), "right"),
    (log(regex=r"L[IG]+O$", words="LIGO"), evidence("about LIGO"), "right"),
    (log("at {ifo}"), evidence("at H1 or at L1:"), "right"),
    (log("at {ifo}"), evidence("at V1, at H12"), "absent"),
    (log("x", tags=["t"]), evidence("x", ("x", "", ("t",))), "right"),
    (log("x", tags=["t"]), evidence("x"), "wrong"),
    (file("a.fits"), evidence(MAP), "right"),
    (file("a.fits"), evidence(("", "a.fits.bak")), "absent"),
    (file("a.fits"), evidence(("", "aXfits")), "absent"),
    (file("a.fits", tags=["sky_loc"]), evidence(MAP), "right"),
    (file("a.fits", tags=["sky_loc"], exact_tags=True), evidence(MAP), "wrong"),
    (file("a.fits").tagged(["sky_loc"]), evidence(MAP), "wrong"),
    (file("a.fits", tags=["other"]).tagged(["lvem", "sky_loc"]), evidence(MAP), "right"),
    ((file("b.fits") | file("a.fits")).tagged(["sky_loc"]), evidence(MAP), "wrong"),
    (label("INJ").tagged(["sky_loc"]), evidence(), "absent"),
    (file("a.fits", tags=["public"]), evidence(MAP), "wrong"),
    (file("a.fits", comment="uploaded"), evidence(MAP), "right"),
    (file("a.fits", comment="copied"), evidence(MAP), "wrong"),
    (file("{ifo}-*.json"), evidence(("", "H1-5.json"), ("", "L1-6.json")), "right"),
    (file("{ifo}-*.json"), evidence(("", "L1-5.json")), "absent"),
    (file(regex=r"L\d-.*", words="a file of Livingston"), evidence(("", "L1-5.json")), "right"),
    (file("{graceid}.txt"), evidence(("", "G1.txt")), "right"),
    (file("t_{gpstime:.4f}.txt"), evidence(("", "t_5.2500.txt"), gpstime="5.25"), "right"),
    (field("far", at_most=1.0), evidence(far=1.0), "right"),
    (field("far", at_most=1.0), evidence(far=1.1), "wrong"),
    (field("far", at_least=0.0), evidence(far=-1.0), "wrong"),
    (field("far", at_most="most"), evidence(far=3.0), "right"),
    (field("far", at_most=1.0), evidence(), "absent"),
    (field("instruments", contains="V1"), evidence(instruments="H1, V1"), "right"),
    (field("instruments", contains="V1"), evidence(instruments="H1"), "wrong"),
    (field("search", equals=("A", "B")), evidence(search="B"), "right"),
    (field("search"), evidence(search="A"), "right"),
    (field("search"), evidence(search=""), "wrong"),
    (any_of(log("x"), log("y")), evidence("y"), "right"),
    (any_of(log("x"), file("a.fits", tags=["q"])), evidence(MAP), "wrong"),
    (any_of(log("x"), log("y")), evidence("z"), "absent"),
    (log("x") & log("y"), evidence("x", "y"), "right"),
    (all_of(log("x"), log("y")), evidence("x"), "absent"),
    (~log("x"), evidence("y"), "right"),
    (~log("x"), evidence("x"), "wrong"),
    (predicate(lambda e, s: Verdict("right", "so"), "so"), evidence(), "right"),
])
def test_verdict(expectation, known, kind):
    verdict = judged(expectation, known, ifo="H1", most=4.0)
    assert verdict.kind == kind
    assert verdict.why and expectation.words()


@pytest.mark.parametrize(("bounds", "why"), [
    ({"at_least": 0.5}, "far is 0.25, below 5.000e-01"),
    ({"at_most": "most"}, "far is 0.25, above 2.000e-01"),
    ({"at_least": 0.25, "at_most": 0.25}, "far is 0.25"), ({}, "far is 0.25")])
def test_why_a_value_is_right_or_wrong_is_told_with_the_bound(bounds, why):
    assert judged(field("far", **bounds), evidence(far=0.25), most=0.2).why == why


@pytest.mark.parametrize(("expectation", "words"), [
    (label("INJ") & (label("DQV") | log("x")), "label INJ and (label DQV or log message “x”)"),
    (label("INJ") & label("ADVOK", "ADVNO"), "label INJ and (label ADVOK or ADVNO)"),
    (label("INJ") | (label("DQV") & ~log("x")),
     "label INJ or (label DQV and not (log message “x”))"),
    (label("INJ") | label("ADVOK", "ADVNO"), "label INJ or label ADVOK or ADVNO"),
    (label("INJ") & log("x or y: z"), "label INJ and log message “x or y: z”"),
    (label("INJ") & ~(label("DQV") | ~(log("x") | log("y"))),
     "label INJ and not (label DQV or not (log message “x” or log message “y”))"),
    (preferred(label("INJ") & label("DQV")) & log("x"),
     "(preferred event: label INJ and label DQV) and log message “x”"),
    (all_of(all_of((label("INJ") & log("x")) | log("y"), label("DQV")), log("z")),
     "((label INJ and log message “x”) or log message “y”) and label DQV and log message “z”"),
])
def test_the_words_of_a_condition_can_be_read_in_one_way(expectation, words):
    assert expectation.words() == words


def test_labels_and_signoffs():
    known = evidence()
    assert judged(label("DQV"), known).kind == "absent"
    known.add_label("DQV", T, T)
    assert judged(label("INJ", "DQV"), known) == ("right", "label DQV is on", T)
    known.remove_label("DQV", None, T + 1)
    assert judged(~label("DQV"), known).kind == "right"
    assert judged(signoff("OP", "H1"), known).kind == "absent"
    known.set_signoff("OP", "H1", Signoff(T, "NO"))
    assert judged(signoff("OP", "H1"), known).kind == "right"
    assert judged(signoff("OP", "H1", "OK"), known).kind == "wrong"
    known.set_signoff("OP", "H1", Signoff(T + 1, ""))
    assert judged(signoff("OP", "H1"), known).kind == "absent"


def test_the_time_is_that_of_the_annotation_that_decided():
    assert judged(log("x"), evidence("y", "x")).at == T + 2
    assert judged(log("x") & log("y"), evidence("x", "y")).at == T + 2


def test_annotations_older_than_the_scope_do_not_count():
    known = evidence("x", ("", "a.fits"))
    assert log("x").judge(known, Scope({}, not_before=T + 5)).kind == "absent"
    assert file("a.fits").judge(known, Scope({}, not_before=T + 5)).kind == "absent"


@pytest.mark.parametrize("text", ["a(b", "a.b*c", "{ifo}", "100%", "C:\\d"])
def test_special_characters_in_templates_are_plain(text):
    assert Template(text.replace("*", "")).parameters <= {"ifo"}
    assert judged(log(text.replace("{ifo}", "H1")), evidence(f"so {text} so")).kind in (
        "right", "absent")
    assert judged(log("a(b"), evidence("a(b")).kind == "right"


@pytest.mark.parametrize("wrong", [
    lambda: log(), lambda: file(), lambda: label(), lambda: file("x.fits,1"),
    lambda: log(regex="(", words="a bracket"),
    lambda: log(regex="LIGO"),
    lambda: file(regex=r"L\d-.*", words=""), lambda: log(regex="x", words="{open"),
    lambda: log("x{"), lambda: log("x}"), lambda: log("{}"), lambda: log("{gpstime:.4q}"),
    lambda: log(7), lambda: log("x", after="y"), lambda: log("x", tags=7),
    lambda: label("EM_REDY"), lambda: label(["INJ"]), lambda: field("pipline"), lambda: field(7),
    lambda: signoff("OPS"), lambda: signoff("OP", "H1", "ok"), lambda: lasting("INJ"),
    lambda: preferred("INJ"), lambda: not_("INJ"), lambda: log("x") | "y", lambda: log("x") & None,
    lambda: predicate("x", "x"), lambda: predicate(len, "x", options="far"),
    lambda: predicate(len, "x", watches=["INJ"]),
])
def test_expectations_that_cannot_work_are_refused(wrong):
    with pytest.raises(ChartError):
        wrong()


def test_a_regular_expression_is_told_in_words():
    classification = file(regex=r"(?P<pipe>cwb|mly)\.p_astro\.json", words="{pipe}.p_astro.json")
    assert classification.words() == "file {pipe}.p_astro.json"
    verdict = classification.judge(evidence(), Scope({"pipe": "cwb"}))
    assert verdict.why == "no file 'cwb.p_astro.json'"


@pytest.mark.parametrize("slip", [
    lambda one, other: one and other, lambda one, other: one or other, lambda one, _: not one])
def test_words_of_python_would_leave_out_half_of_a_condition(slip):
    with pytest.raises(ChartError, match="write & for and, | for or, ~ for not"):
        slip(label("INJ"), field("far", at_most=1e-7))


def test_hostile_text_is_cut_in_the_sentence():
    verdict = judged(log("x"), evidence("x" * 100_000))
    assert len(verdict.why) < 300


def test_a_message_known_by_its_tags_has_nothing_to_do_with_labels():
    known = evidence()
    known.add_label("INJ", None, T)
    assert (log(tags=["t"]) | label("INJ")).captured("INJ", known) == {"label": "INJ"}
