"""Notices and drafts of circulars of each alert stage."""

import pytest

from fsm.testing.bench import (
    CREATED_TODAY,
    Bench,
    Run,
    expectations,
    labelled,
    said,
    transitions,
    unlabelled,
    uploaded,
)
from machines.o4.notices import (
    EARLY_WARNING_NOTICE,
    EARLY_WARNING_QUALITY,
    INITIAL_NOTICE,
    LESS_SIGNIFICANT_NOTICE,
    ORDERED_NOTICE,
    PRELIMINARY_NOTICE,
    RETRACTION_NOTICE,
    SECOND_LESS_SIGNIFICANT,
    SECOND_NOTICE,
    UPDATE_AFTER_ESTIMATION,
    UPDATE_NOTICE,
)

TAGS = ("public", "em_follow")
SID = "S170806a"
FIRST = "Superevent cleaned up after first preliminary alert"
LOW = "Superevent cleaned up before second less-significant alert"
ORDERED = "User somebody queued a Preliminary alert through the dashboard."
VETO = (labelled("DQV"), unlabelled("DQV"))
QUEUED = "User somebody queued an Update alert through the dashboard."


def told(script, after):
    for broker in ("scimma.example.org", "gcn.example.org"):
        script.log(f"Kafka alert notice sent to kafka://{broker}/igwn.gwalert", after, TAGS)


def sent(kind, message=""):
    """The annotations of a notice, each after a message where one is given."""
    made = {"send.json": uploaded(f"{SID}-{kind}.json", tags=TAGS),
            "send.avro": uploaded(f"{SID}-{kind}.avro", tags=TAGS), "send.brokers": told}
    return {path: preceded(message, one) for path, one in made.items()} if message else made


def preceded(message, annotate):
    return lambda script, after: (script.log(message, 30), annotate(script, after))


def approved(script, after):
    """It is approved before it can have been sent, whenever that is heard of."""
    script.label("ADVOK", 40)


def excused(does):
    return {f"send.{name}": (does, None) for name in ("json", "avro", "brokers")}


CATEGORY = (lambda s, t: s.update(t, {"category": "Test"}),
            lambda s, t: s.update(t, {"category": "Production"}))


def untagged(kind):
    return {"send.json": uploaded(f"{SID}-{kind}.json"),
            "send.avro": uploaded(f"{SID}-{kind}.avro")}


def drafted(kind):
    return {"draft.circular": uploaded(f"{kind}-circular.txt",
                                       f"Template for {kind} GCN Circular", ("em_follow",))}


def after(*labels, logs=()):
    def start(script):
        script.new()
        for name in labels:
            script.label(name, 30)
        for comment in logs:
            script.log(comment, 30)

    return start


BENCHES = (
    Bench(LESS_SIGNIFICANT_NOTICE,
          {**sent("preliminary"), "label.label": labelled("LOW_SIGNIF_PRELIM_SENT")},
          untagged("preliminary"), start=after("LOW_SIGNIF_LOCKED"), waived=VETO),
    Bench(EARLY_WARNING_NOTICE, sent("earlywarning"), untagged("earlywarning"),
          start=after("EARLY_WARNING"), waived=VETO),
    Bench(PRELIMINARY_NOTICE,
          {**sent("preliminary"), "label.label": labelled("GCN_PRELIM_SENT"),
           **drafted("preliminary")}, untagged("preliminary"), start=after("SIGNIF_LOCKED"),
          waived=VETO),
    Bench(SECOND_NOTICE,
          {"wait.cleaned_up": said(FIRST), "wait.quality": labelled("DQR_REQUEST"),
           **sent("preliminary", FIRST),
           "draft.circular": preceded(FIRST, drafted("preliminary")["draft.circular"])},
          start=after("GCN_PRELIM_SENT"), waived=CATEGORY,
          excused={**excused(preceded(FIRST, approved)),
                   "draft.circular": (preceded(FIRST, approved), None)}),
    Bench(SECOND_LESS_SIGNIFICANT, {"wait.cleaned_up": said(LOW), **sent("preliminary", LOW)},
          start=after("LOW_SIGNIF_PRELIM_SENT"), waived=CATEGORY,
          excused=excused(preceded(LOW, approved))),
    Bench(INITIAL_NOTICE, {**sent("initial"), **drafted("initial")}, untagged("initial"),
          start=after("ADVOK")),
    Bench(RETRACTION_NOTICE, {**sent("retraction"), **drafted("retraction")},
          untagged("retraction"), start=after("ADVNO")),
    Bench(UPDATE_NOTICE, sent("update"), untagged("update"), start=after(logs=[QUEUED])),
    Bench(UPDATE_AFTER_ESTIMATION,
          {"remind.update": uploaded(f"{SID}-update.json", tags=TAGS)},
          start=after("ADVOK", "PE_READY")),
    Bench(EARLY_WARNING_QUALITY, {"quality.request": labelled("DQR_REQUEST")},
          start=after("EARLY_WARNING")),
    Bench(ORDERED_NOTICE, {**sent("preliminary"), **drafted("preliminary")},
          untagged("preliminary"), start=after(logs=[ORDERED]), waived=VETO,
          excused={**excused(approved), "draft.circular": (approved, None)}),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def states(run):
    return {check.name: check.state for check in run.process.checks}


def test_one_broker_alone_is_not_enough():
    run = Run(BENCHES[2])
    run.write(said("Kafka alert notice sent to kafka://one.example.org/x", TAGS), 60)
    run.pass_time(CREATED_TODAY + 331)
    assert run.check("send.brokers").why == (
        "1 of 2 brokers were told: kafka://one.example.org/x")
    assert run.check("send.brokers").state == "overdue"


def test_a_less_significant_notice_does_not_serve_for_the_significant_one():
    run = Run(Bench(PRELIMINARY_NOTICE, start=lambda s: (
        s.new(), s.file(f"{SID}-preliminary.json", 40, tags=TAGS), s.label("SIGNIF_LOCKED", 90))))
    assert states(run)["json"] == "awaiting"
    run.write(lambda s: s.file(f"{SID}-preliminary.json", 120, tags=TAGS, version=1))
    assert states(run)["json"] == "met"


@pytest.mark.parametrize("stops", [
    said("Skipping alert because gwcelery has been configured to only send alerts for MDC events."),
    labelled("DQV"), labelled("INJ"), labelled("ADVOK")])
def test_what_holds_a_notice_back_makes_it_needless(stops):
    run = Run(BENCHES[2])
    run.write(stops, 60)
    assert set(states(run).values()) == {"waived"}


def test_a_significant_candidate_gets_no_less_significant_notice():
    run = Run(Bench(LESS_SIGNIFICANT_NOTICE, start=after("SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED")))
    assert not run.candidate.runs
    run = Run(BENCHES[0])
    run.write(labelled("SIGNIF_LOCKED"), 60)
    assert set(states(run).values()) == {"waived"}


def test_that_the_less_significant_notice_is_blocked_holds_no_other_back():
    run = Run(BENCHES[2])
    run.write(said("Blocking automated notice due to labels {'SIGNIF_LOCKED'}"), 60)
    assert set(states(run).values()) == {"awaiting"}


def test_a_retraction_is_sent_of_an_injection_too():
    run = Run(Bench(RETRACTION_NOTICE, start=after("INJ", "ADVNO")))
    assert states(run)["json"] == "awaiting"
    run = Run(Bench(INITIAL_NOTICE, start=after("INJ", "ADVOK")))
    assert not run.candidate.runs


def test_a_coincidence_has_another_circular():
    run = Run(BENCHES[5])
    run.write(uploaded("initial-emcoinc-circular.txt", "Template for initial GCN Circular",
                       ("em_follow", "ext_coinc")), 60)
    assert states(run)["circular"] == "met"


def test_an_injection_on_the_preferred_event_holds_a_notice_back():
    run = Run(BENCHES[2])
    run.write(lambda s: (s.member().new(40), s.member().label("INJ", 50)))
    assert set(states(run).values()) == {"waived"}


def test_what_has_been_sent_is_not_held_back_any_more():
    run = Run(BENCHES[2])
    run.write(uploaded(f"{SID}-preliminary.json", tags=TAGS), 60)
    run.write(labelled("ADVOK"), 100)
    assert states(run)["avro"] == "awaiting"


@pytest.mark.parametrize(("seconds", "expected"), [(330, "waived"), (331, "overdue")])
def test_only_within_its_time_is_a_notice_held_back(seconds, expected):
    run = Run(BENCHES[2])
    run.pass_time(CREATED_TODAY + 330)
    run.write(labelled("ADVOK"), seconds)
    assert states(run)["avro"] == expected
