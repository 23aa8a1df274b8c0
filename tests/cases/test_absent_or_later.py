"""What is absent is neither zero nor true; what comes true later has its time from then on."""

from fsm.testing.events import annotated, began, joined
from fsm.testing.notices import (
    approved,
    checked_again,
    cleaned_up,
    copied,
    locked,
    looked_at,
    noticed,
    quality_asked,
    skipped,
)
from fsm.testing.superevents import SIGNIFICANT
from fsm.testing.upgrades import LOUD
from tests.cases.told import CLEAN_UP, OPERATOR, SECOND, Tale, checks, table, verify
from tests.cases.told import Case as C

FILES = ("json", "avro", "brokers")
UNMODELLED = {"group": "Burst", "pipeline": "CWB"}


def swapped(after, complete=None, hand=False, **fields):
    """Another event joins and is preferred, perhaps complete after a time, perhaps by hand."""
    def tell(script):
        event = joined(script, after - 60, **{**LOUD, **fields})
        if complete is not None:
            annotated(event, complete)
        if hand:
            script.log(f"{OPERATOR} queued a preferred event change to {event.graceid}.", after - 1,
                       ("em_follow",))
        script.update(after, {"preferred_event": event.graceid})
        if hand:
            copied(script, event, after + 20)
            noticed(script, event, "preliminary", after + 60)
    return tell


def lifted(label, after, sent=None, **found):
    """What keeps the notice back is taken off after a time, and then the notice perhaps sent."""
    def tell(script):
        event = began(script)
        annotated(event)
        looked_at(script, event, **found)
        locked(script, 32, *SIGNIFICANT)
        skipped(script, 37)
        script.log("Superevent cleaned up after significant event.", 37)
        checked_again(script, event, 38, "significant", **found)
        copied(script, event, 42)
        script.unlabel(label, after)
        if sent is not None:
            noticed(script, event, "preliminary", sent)
            script.label("GCN_PRELIM_SENT", sent + 5)
            cleaned_up(script, event, sent + 275, CLEAN_UP)
            quality_asked(script, event, sent + 276)
        approved(script, event, 2600)

    made = Tale("mbta")
    made.changes = made.script.planned(tell)
    return made


def earlier_samples(script):
    """Samples of another analysis are there before LIB has begun."""
    script.file("posterior_samples.dat", 50, "LALInference", ("pe",))


def withdrawn(script):
    """The refusal is deleted."""
    script.withdraw("ADV", "", 3000)


ABSENT = (
    C("the second less-significant notice is not met by the files of the first",
      lambda: Tale("less-significant", pipeline="MBTA").without("-preliminary.", since=350),
      checks("second_less_significant", *FILES)),
    C("a significant notice is not met by the less-significant one of an hour before",
      lambda: Tale("later-significant").without("-preliminary.", "Kafka", since=3600, until=5000),
      checks("preliminary_notice", *FILES) | checks("second_notice", *FILES)),
    C("the second notice is not met in one format by that of the first",
      lambda: Tale("spiir").without("-preliminary.avro", since=300),
      checks("second_notice", "avro", "brokers")),
    C("the copies before the second notice are not those before the first",
      lambda: Tale("aframe").without("copied from", since=300),
      checks("copied_skymap", "file") | checks("copied_properties", "file")
      | checks("copied_classification", "file")),
    C("LIB's samples are not those of an analysis before it",
      lambda: Tale("burst").without("posterior_samples.dat").and_then(earlier_samples),
      checks("lib_pe", "post_samp")),
    C("a retraction told to one broker is not told when the refusal is withdrawn",
      lambda: Tale("retracted").without("gcn.nasa", since=1400).and_then(withdrawn),
      checks("retraction_notice", "brokers") | checks("advocate_vetting", "signoff")),
    C("a preferred event of a search that needs no labels is complete",
      lambda: Tale("mbta").and_then(swapped(2100, group="Burst", pipeline="CWB", search="MDC"))),
)

LATER = (
    C("a veto that is lifted leaves the notice its time", lambda: lifted(
        "DQV", 200, 450, state="bad")),
    C("an injection that is lifted after long leaves the notice its time", lambda: lifted(
        "INJ", 1000, 1250, injected=True)),
    C("an event that is completed just after it is preferred has its time",
      lambda: Tale("pycbc").and_then(swapped(2100, 2070))),
    C("a compact binary preferred by hand after a burst has its copies in time, and no chirp mass",
      lambda: Tale("unmodelled").and_then(swapped(2100, 2040, hand=True))),
    C("a burst that is preferred after all notices is not labelled for them",
      lambda: Tale("mbta").and_then(swapped(2100, 2040, **UNMODELLED))),
    C("an early warning that becomes significant late is not judged for checks of new superevents",
      lambda: Tale("early-upgraded", pipeline="spiir")),
)


@table(*ABSENT)
def test_what_is_absent_is_not_there(case):
    verify(case)


@table(*LATER)
def test_a_condition_that_comes_true_later_has_its_time(case):
    verify(case)


def test_a_notice_that_never_comes_is_told_when_its_time_after_the_lifting_is_over():
    for label, found in (("DQV", {"state": "bad"}), ("INJ", {"injected": True})):
        judged = lifted(label, 700, **found).judged()
        assert judged.times("preliminary_notice.json") == [1001.0]


def test_an_incomplete_preferred_event_is_told_two_minutes_after_the_swap():
    judged = Tale("mbta").and_then(swapped(3100)).judged()
    told, = judged.times("ready_incomplete.resolved")
    assert 3100 + 120 <= told <= 3100 + 125
    assert f"{SECOND}: it lacks SKYMAP_READY" in judged.run.told("failure")[1].message


def test_a_coincidence_that_makes_significant_leaves_two_minutes_for_the_labels():
    judged = Tale("coincident-icecube").without("SIGNIF_LOCKED", since=155).judged()
    told, = judged.times("superevent_manager.locked")
    assert 151 + 120 <= told <= 151 + 125
