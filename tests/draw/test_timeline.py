"""The picture of a candidate: whatever is in it, it is valid, in its page, and harmless."""

import copy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import default_policy
from fsm.draw.svg import width_of
from fsm.draw.timeline import WIDTH, draw_timeline, says
from fsm.registry import charts
from fsm.replay.from_files import from_files
from fsm.report.timeline import timeline

EXAMPLES = Path(__file__).parents[2] / "examples"
CHARTS = charts()
SVG = "{http://www.w3.org/2000/svg}"
ANCHORED = {"end": 1.0, "middle": 0.5}


def data_of(example):
    outcome = from_files([str(EXAMPLES / f"{example}.jsonl")], CHARTS, default_policy(CHARTS[0]),
                         with_history=True)
    for graceid, found in outcome.configurations.items():
        history = [one for one in outcome.history if one.graceid == graceid]
        yield timeline(found, history, Charts(*CHARTS), max(one.time for one in history))


DATA = {data["graceid"]: data for example in ("superevent_retracted", "burst_troubled",
                                              "cbc_on_time", "superevent_mdc_dies")
        for data in data_of(example)}


def texts(drawn):
    return [(one, one.text or "") for one in ET.fromstring(drawn).iter(f"{SVG}text")]


def outside(drawn):
    """The texts that are not within the page."""
    for element, words in texts(drawn):
        wide = width_of(words, float(element.get("font-size")),
                        element.get("font-weight") == "bold")
        left = float(element.get("x")) - wide * ANCHORED.get(element.get("text-anchor"), 0)
        if left < 0 or left + wide > WIDTH:
            yield words


@pytest.mark.parametrize("graceid", DATA)
def test_every_text_is_within_the_page(graceid):
    assert list(outside(draw_timeline(DATA[graceid]))) == []


def test_it_is_the_same_every_time():
    assert all(draw_timeline(data) == draw_timeline(copy.deepcopy(data)) for data in DATA.values())


def test_what_never_came_is_said_and_crossed():
    drawn = draw_timeline(DATA["G411000"])
    words = [text for _, text in texts(drawn)]
    assert "3 follow-ups need attention" in words and "no far" in words
    assert drawn.count(b'stroke="#c62f21"') == 3 + 1  # one in the legend


def test_families_and_regions_have_their_names():
    words = [text for _, text in texts(draw_timeline(DATA["S231115c"]))]
    for name in ("alert stage", "quality", "retracted", "Notices and circulars", "People", "now",
                 "CBC gstlal AllSky", "late"):
        assert any(name in text for text in words), name


ODD = st.text(alphabet=st.one_of(st.sampled_from("<>&\"'\x00\x1b\x07\ud800\u202e\ufffe]]>"),
                                 st.characters()), max_size=300)


@settings(max_examples=60, deadline=None)
@given(ODD)
def test_hostile_texts_are_harmless(text):
    data = copy.deepcopy(DATA["G411000"])
    data |= {"graceid": text, "reason": text, "facts": [text], "members": {text: text},
             "over": [text, text]}
    for family in data["families"]:
        for row in family["rows"]:
            row["process"] = f"{row['process']}{text}"
            for check in row["checks"]:
                check["check"] = check["why"] = text
    elements = ET.fromstring(draw_timeline(data)).iter()
    assert {one.tag for one in elements} <= {
        f"{SVG}{name}" for name in ("svg", "title", "rect", "text", "line", "path", "circle")}


def test_a_text_without_end_stays_within_the_page():
    data = copy.deepcopy(DATA["G411000"])
    data |= {"graceid": "G" * 500, "reason": "r" * 500}
    data["families"][0]["rows"][0]["process"] = "p" * 500
    assert list(outside(draw_timeline(data))) == []


@pytest.mark.parametrize(("standing", "words"), [
    ("trouble", "no b"), ("unverified", "not verified: u"), ("waiting", "due in 1 min 30 s"),
    ("late", "+30 s, late"), ("done", "+30 s"), ("needless", "not needed: because")])
def test_what_there_is_to_say(standing, words):
    checks = [{"check": name, "state": state, "at": at, "why": "because"} for name, state, at in
              (("a", "met", 130.0), ("b", "missing", None), ("u", "unverified", None))]
    row = {"standing": standing, "checks": checks, "next": 290.0}
    assert says(row, 100.0, 200.0) == words
