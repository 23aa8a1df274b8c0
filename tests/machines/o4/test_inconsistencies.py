"""States of a superevent that must not last."""

import pytest

from fsm.testing.bench import (
    CREATED_TODAY,
    Bench,
    Run,
    expectations,
    labelled,
    transitions,
    unlabelled,
)
from fsm.testing.script import PREFERRED
from machines.o4.inconsistencies import (
    COINCIDENT_ALONE,
    INJECTION_NOTICED,
    LATE_NOTICE,
    LOCKED_ONCE,
    LOCKED_UNASKED,
    NO_BURST_PUBLISHED,
    NOTICE_WITHOUT_FILE,
    OPPOSITE_LABELS,
    PREFERRED_ELSEWHERE,
    PREFERRED_MOVED,
    RAVEN_ALERT_ALONE,
    READY_INCOMPLETE,
    VETOED_NOTICE,
)

PATH = "resolve.resolved"
CLEANED = "Superevent cleaned up after first preliminary alert"
SID, EXTERNAL = "S170806a", "E100002"


def after(*labels):
    def start(script):
        script.new()
        for name in labels:
            script.label(name, 30)

    return start


def moved(script, seconds):
    script.log("Updated superevent parameters: preferred_event: G100002", seconds)


def moved_after_the_lock(script):
    after("LOW_SIGNIF_LOCKED")(script)
    moved(script, 300)


def with_events(*labels):
    def start(script):
        script.fields = {**script.fields, "em_events": [EXTERNAL]}
        after(*labels)(script)
        for graceid in (PREFERRED, EXTERNAL):
            script.member(graceid).new(5)

    return start


def completed(script, seconds):
    event = script.member()
    event.new(5)
    for name in ("EMBRIGHT_READY", "PASTRO_READY", "SKYMAP_READY"):
        event.label(name, seconds)


def both_files(script, seconds):
    for ending in ("json", "avro"):
        script.file(f"{SID}-preliminary.{ending}", seconds)


def alerted(script, seconds):
    for graceid in (PREFERRED, EXTERNAL):
        script.member(graceid).label("RAVEN_ALERT", seconds)


def retracted_then(script):
    script.new()
    script.file(f"{SID}-retraction.json", 30)
    script.file(f"{SID}-update.json", 40)


def retracted_again(script, seconds):
    script.file(f"{SID}-retraction.json", seconds, version=1)


def again(name, *gone):
    """The state comes about again: what had resolved it goes, and a part of it comes."""
    def renewed(script, seconds):
        for one in gone:
            script.unlabel(one, seconds)
        script.label(name, seconds + 1)

    return renewed


def again_at_events(name, *gone):
    def renewed(script, seconds):
        for graceid in (PREFERRED, EXTERNAL):
            for one in gone:
                script.member(graceid).unlabel(one, seconds)
        script.label(name, seconds + 1)

    return renewed


BENCHES = (
    Bench(OPPOSITE_LABELS, {PATH: unlabelled("DQOK")}, start=after("DQOK", "DQV")),
    Bench(LOCKED_UNASKED, {PATH: labelled("ADVREQ")}, start=after("SIGNIF_LOCKED"),
          renewed=again("SIGNIF_LOCKED", "ADVREQ")),
    Bench(LOCKED_ONCE, {PATH: labelled("LOW_SIGNIF_LOCKED")}, start=after("SIGNIF_LOCKED"),
          renewed=again("SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED")),
    Bench(NOTICE_WITHOUT_FILE, {PATH: unlabelled("GCN_PRELIM_SENT")},
          start=after("GCN_PRELIM_SENT")),
    Bench(INJECTION_NOTICED, {PATH: labelled("ADVNO")}, start=after("GCN_PRELIM_SENT", "INJ"),
          renewed=again("INJ", "ADVNO")),
    Bench(VETOED_NOTICE, {PATH: unlabelled("DQV")}, start=after("GCN_PRELIM_SENT", "DQV")),
    Bench(READY_INCOMPLETE, {PATH: completed}, start=after("EM_READY"),
          renewed=again_at_events("EM_READY", "SKYMAP_READY")),
    Bench(PREFERRED_ELSEWHERE, {PATH: lambda s, t: s.join(PREFERRED, t)},
          fields={"gw_events": ["G100009"]},
          renewed=lambda s, t: s.update(t, {"preferred_event": "G100077"})),
    Bench(LATE_NOTICE, {PATH: retracted_again}, start=retracted_then,
          renewed=lambda s, t: s.file(f"{SID}-update.json", t, version=1)),
    Bench(RAVEN_ALERT_ALONE, {PATH: alerted}, start=with_events("RAVEN_ALERT"),
          renewed=again_at_events("RAVEN_ALERT", "RAVEN_ALERT")),
    Bench(NO_BURST_PUBLISHED, {PATH: lambda s, t: s.member(EXTERNAL).unlabel("NOT_GRB", t)},
          start=lambda s: (with_events("RAVEN_ALERT")(s), s.member(EXTERNAL).label("NOT_GRB", 35))),
    Bench(COINCIDENT_ALONE, {PATH: lambda s, t: s.member(EXTERNAL).label("EM_COINC", t)},
          start=with_events("EM_COINC"), renewed=again_at_events("EM_COINC", "EM_COINC")),
    Bench(PREFERRED_MOVED, {PATH: lambda s, t: s.log(CLEANED, 310)}, start=moved_after_the_lock,
          renewed=lambda s, t: moved(s, t + 400)),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("bench", BENCHES, ids=lambda bench: bench.chart.name)
def test_what_lasts_is_told_with_what_is_wrong(bench):
    run = Run(bench)
    run.pass_time(CREATED_TODAY + 800)
    check = run.check(PATH)
    assert check.state == "overdue" and check.why


def test_both_events_must_have_the_alert():
    run = Run(BENCHES[9])
    run.write(lambda s: s.member(EXTERNAL).label("RAVEN_ALERT", 60))
    assert run.check(PATH).state == "awaiting"
    run.write(lambda s: s.member(PREFERRED).label("RAVEN_ALERT", 70))
    assert run.check(PATH).state == "met"


def test_a_notice_without_file_is_none_when_both_files_come():
    run = Run(Bench(NOTICE_WITHOUT_FILE, start=after("GCN_PRELIM_SENT")))
    run.write(both_files, 50)
    assert run.check(PATH).state == "met"
