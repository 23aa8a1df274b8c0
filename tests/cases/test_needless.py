"""What is needless is not told, and no more is taken for needless than is."""

import pytest

from fsm.testing.events import annotated, joined
from fsm.testing.notices import approved, copied, locked, noticed, quality_asked, refused
from tests.cases.told import CLEAN_UP, EVENT, Tale, checks, table, verify
from tests.cases.told import Case as C

CHECKED = ("iDQ false", "HW inj", "Detector state", "checkvectors", "DQOK")


def approved_at(after):
    """An advocate approves, and the initial notice is sent."""
    return lambda script: approved(script, script.member(EVENT), after)


def refused_then_approved(picture):
    """Refused and retracted, approved again; a picture comes at last."""
    def tell(script):
        event = script.member(EVENT)
        refused(script, event, 600)
        script.signoff("ADV", "", "OK", 2000)
        script.file("mbta.p_astro.png", picture, "Source classification visualization from "
                    "mbta.p_astro.json", ("em_follow", "p_astro", "public"))
        noticed(script, event, "initial", 2060)
    return tell


def early_after_less(script):
    """An early-warning event joins what was announced as less significant, and is preferred."""
    event = joined(script, 2000, group="CBC", pipeline="pycbc", search="EarlyWarning", far=1e-12)
    annotated(event, 2000)
    script.update(2030, {"preferred_event": event.graceid})
    locked(script, 2032, "ADVREQ", "EARLY_WARNING")
    script.log("Superevent cleaned up before sending EW alert.", 2036)
    copied(script, event, 2042)
    noticed(script, event, "earlywarning", 2060)
    quality_asked(script, event, 2640)
    approved(script, event, 3600)


DEAF = [("upgraded", 100, 1000), ("upgraded", 145, 460), ("early-upgraded", 60, 2000),
        ("later-significant", 3595, 4600), ("rechecked", 20, 400), ("swapped", 30, 3000),
        ("vetoed", 25, 1000), ("coincident-icecube", 90, 700)]
LATE = [("pycbc", 3000), ("less-significant", 2000), ("early-upgraded", 2500), ("retracted", 3000),
        ("injected", 2000), ("coincident", 3000), ("estimated", 22_000), ("swapped", 3000)]

APPROVED = (
    C("approved before the clean-up: the report is not asked for", lambda: Tale("pycbc").without(
        "DQR_REQUEST", "S240424ab-preliminary", "circular", "Data quality report", "mchirp_source.",
        since=359).cut(1400).and_then(approved_at(200)), checks("second_notice", "quality")),
    C("approved before the clean-up: it is not cleaned up, and the report not asked for",
      lambda: Tale("aframe").without(CLEAN_UP, "DQR_REQUEST", "copied", "preliminary",
                                     since=300).cut(1400).and_then(approved_at(250)),
      checks("second_notice", "cleaned_up", "quality")),
    C("approved before the clean-up: the second notice is held back", lambda: Tale("spiir").without(
        "-preliminary.", "preliminary-circular", since=300).cut(1400).and_then(approved_at(200))),
    C("vetoed before the clean-up: the second notice is held back", lambda: Tale("spiir").without(
        "-preliminary.", "preliminary-circular", since=300).cut(1400).and_then(
            lambda script: [script.label("INJ", 200), refused(script, script.member(EVENT), 700)])),
    C("approved before an early warning is sent, which is held back; the report is asked for",
      lambda: Tale("early-warning").without("-earlywarning.", "Kafka").cut(1400).and_then(
          approved_at(50))),
)

PROFILES = (
    C("an early warning becomes significant, and the check of its data gives no results",
      lambda: Tale("early-upgraded").without(*CHECKED),
      checks("check_before_notice[significant]", "idq", "injections", "json", "state")),
    C("an early warning is preferred after a less-significant notice, and sent",
      lambda: Tale("less-significant", pipeline="MBTA").and_then(early_after_less)),
    C("an early warning is preferred after a less-significant notice, and not sent",
      lambda: Tale("less-significant", pipeline="MBTA").and_then(early_after_less).without(
          "-earlywarning."), checks("early_warning_notice", "json", "avro", "brokers")),
    C("a less-significant notice is not expected any more when the higher lock is taken off",
      lambda: Tale("mbta").and_then(lambda script: script.unlabel("SIGNIF_LOCKED", 3000))),
)


@pytest.mark.parametrize(("kind", "start", "stop"), DEAF)
def test_what_is_needless_by_lost_alerts_is_not_told(kind, start, stop):
    verify(C("", lambda: Tale(kind).unheard(start, stop)))


@pytest.mark.parametrize(("kind", "start"), LATE)
def test_a_flawless_night_of_which_only_the_last_word_is_heard_is_not_told(kind, start):
    night = Tale(kind).and_then(lambda script: script.log("looked at", start))
    verify(C("", lambda: night.unheard(-9, start - 1)))


@table(*APPROVED)
def test_a_signoff_holds_back_the_sending_and_nothing_else(case):
    verify(case)


@table(*PROFILES)
def test_the_profile_and_the_guards_are_those_of_the_moment(case):
    verify(case)


def test_the_data_of_an_early_warning_that_becomes_significant_are_checked_at_all():
    judged = Tale("early-upgraded").without("Automated DQ check", *CHECKED).judged()
    assert judged.failed != set()


def test_what_was_told_as_failed_is_told_as_recovered_across_a_waiver():
    night = Tale("mbta").without("mbta.p_astro.png").cut(500).and_then(refused_then_approved(2200))
    judged = night.judged()
    name = "classification_plot[mbta].plot"
    assert judged.times(name) == [346.0]
    assert len(judged.times(name, "recovery")) == 1


def test_what_was_told_before_a_waiver_is_not_told_again_after_it():
    night = Tale("mbta").without("mbta.p_astro.png").cut(360).and_then(refused_then_approved(9000))
    judged = night.judged()
    name = "classification_plot[mbta].plot"
    assert len(judged.times(name)) == 1
    assert len(judged.times(name, "recovery")) == 1
