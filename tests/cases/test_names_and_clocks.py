"""A name is read in every way that fits; of two clocks the one that cannot lie decides."""

import pytest

from tests.cases.told import EVENT, Tale, checks, table, verify
from tests.cases.told import Case as C

# Classifier and channel names may hold what separates the parts of a name.
NAMED = {
    "the id follows the classifier": ("_ovl_timeseries", f"_ovl_{EVENT}_timeseries"),
    "the id follows it in a calibration": ("_ovl_calib-", f"_ovl_{EVENT}_calib-"),
    "more follows it in a strip chart": ("_ovl_chanstrip", "_ovl_r-2_b_chanstrip"),
    "more follows it in a curve": ("_ovl_ROC-", f"_ovl_{EVENT}-1-2_ROC-"),
    "more follows it in statistics": ("_ovl_calibStats", "_ovl_x_calib_calibStats"),
    "more follows it in a frame": ("_idq_ovl_fap-", "_idq_ovl_fap_r-x-1-"),
    "the channel list is of a second kind": (f"_ovl_chanlist_{EVENT}", "_ovl_chanlist_C00-a_G1"),
}


def renamed(tale, old, new):
    """All files of a name are called otherwise."""
    found = [change.data for change in tale.changes if old in str(change.data.get("filename"))]
    assert found
    for data in found:
        data["filename"] = data["filename"].replace(old, new)
    return tale


def switched(name, *times):
    """A label is taken off and put on again, in turn."""
    def tell(script):
        for number, after in enumerate(times):
            (script.label if number % 2 else script.unlabel)(name, after)
    return tell


def heard_later(tale, kind, by, since=0.0):
    """All alerts of a kind are under way so much longer."""
    tale.made = sorted(({**line, "time": line["time"] + by}
                        if line["payload"]["alert_type"].startswith(kind)
                        and line["time"] >= tale.at(since) else line for line in tale.lines),
                       key=lambda line: line["time"])
    return tale


def out_of_order(tale, seconds):
    """Every third alert is some seconds late."""
    tale.made = sorted(({**line, "time": line["time"] + seconds} if number % 3 == 1 else line
                        for number, line in enumerate(tale.lines)), key=lambda line: line["time"])
    return tale


@pytest.mark.parametrize("how", NAMED)
def test_every_reading_of_a_name_counts(how):
    verify(C(how, lambda: renamed(Tale("cbc"), *NAMED[how])))


def test_the_name_of_one_site_is_not_that_of_the_other():
    night = renamed(Tale("cbc"), "H1_ovl_timeseries", "L1_ovl_H1_timeseries")
    verify(C("", lambda: night, {"idq[H1].timeseries_plot[ovl]"}))


WITHIN = (
    C("asked for, taken off and asked for again within a second",
      lambda: Tale("spiir").and_then(switched("ADVREQ", 700.2, 700.6))),
    C("asked for, taken off and asked for again, heard of late in one go", lambda: Tale(
        "spiir").and_then(switched("ADVREQ", 700.2, 704.6)).heard_late(690, 1300)),
    C("asked for again within a second, and nobody signs", lambda: Tale("spiir").cut(
        1400).and_then(switched("ADVREQ", 700.2, 700.6)), checks("advocate_vetting", "signoff")),
    C("taken off, on and off again within a second", lambda: Tale("spiir").cut(1400).and_then(
        switched("ADVREQ", 700.1, 700.4, 700.7)), checks("locked_unasked", "resolved")),
    C("taken off, on and off again, heard of late in one go", lambda: Tale("spiir").cut(
        1400).and_then(switched("ADVREQ", 700, 710, 720)).heard_late(690, 1300),
      checks("locked_unasked", "resolved")),
    C("the lower lock is off and on within a second", lambda: Tale("aframe").and_then(
        switched("LOW_SIGNIF_LOCKED", 800.3, 800.8))),
    C("a sign-off of 2017 is withdrawn and asked for again within a second", lambda: Tale(
        "cbc").and_then(switched("ADVREQ", 500.2, 500.7))),
)


@table(*WITHIN)
def test_what_happens_within_a_second_comes_out_right(case):
    verify(case)


@pytest.mark.parametrize("by", [45.0, 70.0, 130.0])
@pytest.mark.parametrize("kind", ["mbta", "retracted", "early-warning", "coincident", "vetoed"])
def test_a_signoff_may_be_heard_of_after_the_notice_that_it_causes(kind, by):
    verify(C("", lambda: heard_later(Tale(kind), "signoff", by)))
    both = heard_later(heard_later(Tale(kind), "signoff", by, since=1300), "label_added", by,
                       since=1300)
    verify(C("", lambda: both))


@pytest.mark.parametrize("seconds", [2.0, 10.0])
@pytest.mark.parametrize("kind", ["mbta", "rechecked", "early-upgraded", "signed-again", "injected",
                                  "coincident-icecube", "swapped", "cbc"])
def test_some_seconds_out_of_order_come_out_right(kind, seconds):
    verify(C("", lambda: out_of_order(Tale(kind), seconds)))
