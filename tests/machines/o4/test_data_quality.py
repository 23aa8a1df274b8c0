"""Data quality: vectors, iDQ, injections, repeated before notices, and the report."""

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.simulator.night import NIGHT_OF_TODAY
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
from fsm.testing.script import CURRENT, Script
from machines.o4.data_quality import (
    CHECK_BEFORE_NOTICE,
    CHECK_OF_NEW_EVENT,
    CHECK_REPEATED,
    CHECK_VECTORS,
    DATA_QUALITY_REPORT,
    EXTERNAL_QUALITY,
    INJECTION_LABEL,
)

TAGS = ("data_quality",)
AGAIN = "Automated DQ check before sending significant alert. New results supersede old results."


def results(graceid):
    return {
        "check.idq": said("iDQ false alarm probabilities unknown", TAGS),
        "check.injections": said("No HW injections found.", TAGS),
        "check.state": said("Detector state for active instruments is good", TAGS),
        "check.json": uploaded(f"gwcelerydetcharcheckvectors-{graceid}.json",
                               "DQR-compatible json generated from check_vectors results"),
    }


UNTAGGED = {"check.idq": said("iDQ false alarm probabilities unknown"),
            "check.state": said("Detector state for active instruments is good")}
BENCHES = (
    Bench(CHECK_VECTORS, {**results("S170806a"), "label.verdict": labelled("DQOK")}, UNTAGGED),
    Bench(CHECK_BEFORE_NOTICE, results("S170806a"), UNTAGGED,
          start=lambda s: (s.new(), s.log(AGAIN, 30, TAGS))),
    Bench(INJECTION_LABEL, {"label.label": labelled("INJ")},
          start=lambda s: (s.new(), s.log("Injection found.", 30, TAGS))),
    Bench(DATA_QUALITY_REPORT, {"report.report": said("", TAGS)},
          start=lambda s: (s.new(), s.label("DQR_REQUEST", 30))),
    Bench(EXTERNAL_QUALITY, {name: said(text, TAGS) for name, text in (
        ("check.idq", "Not checking iDQ for H1"),
        ("check.state", "Detector state for active instruments is unknown"),
        ("check.injections", "Injection state unknown."))} | {"check.json": uploaded(
            "gwcelerydetcharcheckvectors-E298048.json",
            "DQR-compatible json generated from check_vectors results")},
        {"check.state": said("Detector state for active instruments is unknown")}),
    Bench(CHECK_OF_NEW_EVENT, results("S170806a"), UNTAGGED, start=lambda s: (
        s.new(), s.label("DQV", 30), s.join("G100002", 40)),
        renewed=lambda s, t: s.join("G100003", t + 20)),
    Bench(CHECK_REPEATED, {"begin.begun": said(AGAIN, TAGS)}, {"begin.begun": said(AGAIN)},
          start=lambda s: (s.new(), s.label("SIGNIF_LOCKED", 30))),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def test_results_of_before_do_not_count_for_a_repetition():
    run = Run(Bench(CHECK_BEFORE_NOTICE, start=lambda s: (
        s.new(), s.log("No HW injections found.", 20, TAGS), s.log(AGAIN, 300, TAGS))))
    assert list(run.candidate.runs) == ["check_before_notice[significant]"]
    assert run.check("check.injections").state == "awaiting"
    run.write(said("No HW injections found.", TAGS), 310)
    assert run.check("check.injections").state == "met"


def test_each_occasion_is_a_process_of_its_own():
    low = AGAIN.replace("significant alert", "less-significant preliminary alert")
    run = Run(Bench(CHECK_BEFORE_NOTICE, start=lambda s: (
        s.new(), s.log(low, 30, TAGS), s.log(AGAIN, 90, TAGS))))
    assert list(run.candidate.runs) == ["check_before_notice[less-significant]",
                                        "check_before_notice[significant]"]


def test_no_verdict_label_is_an_alarm_though_the_check_was_made():
    run = Run(BENCHES[0])
    for annotate in results("S170806a").values():
        run.write(annotate, 20)
    run.pass_time(CREATED_TODAY + 241)
    assert run.check("label.verdict").state == "overdue"


@pytest.mark.parametrize("fields", [{"category": "MDC"}, {"search": "EarlyWarning"}])
def test_mock_and_early_warning_candidates_are_not_checked(fields):
    assert not Run(Bench(CHECK_VECTORS, fields=fields)).candidate.runs


def test_a_later_check_may_find_no_injection():
    run = Run(BENCHES[2])
    run.write(said("No HW injections found.", TAGS), 60)
    assert run.check("label.label").state == "met"


def test_no_data_are_looked_at_for_a_mock_external_event():
    assert not Run(Bench(EXTERNAL_QUALITY, fields={"search": "MDC"})).candidate.runs


def test_the_check_of_a_new_event_starts_though_the_label_is_heard_of_after_its_joining():
    processes, lifecycles = charts()
    engine = Engine(processes, lifecycles, default_policy(processes))
    script = Script("S260101a", NIGHT_OF_TODAY, CURRENT, transit=0.0, preferred_event="G100001",
                    far=1e-12)
    script.new()
    script.log("iDQ false alarm probabilities unknown", 20, TAGS)
    script.label("DQV", 30)
    script.join("G100002", 40)
    lines = {line["payload"]["alert_type"]: line for line in script.lines
             if line["payload"]["uid"] == "S260101a"}
    late = NIGHT_OF_TODAY + 45
    for kind in ("new", "log", "event_added", "label_added"):
        engine.step(parse(lines[kind]["payload"], late))
    assert CHECK_OF_NEW_EVENT.name in engine.candidates["S260101a"].runs


@pytest.mark.parametrize(("said_at", "state"), [(25, "awaiting"), (35, "met"), (45, "met")])
def test_results_count_from_a_little_before_it_was_heard_that_the_event_joined(said_at, state):
    idq = results("S170806a")["check.idq"]
    run = Run(Bench(CHECK_OF_NEW_EVENT, start=lambda s: (
        s.new(), s.label("DQV", 20), idq(s, said_at), s.join("G100002", 40))))
    assert run.check("check.idq").state == state
