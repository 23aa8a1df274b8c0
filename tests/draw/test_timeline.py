"""The picture of a candidate: whatever is in it, it is valid, in its page, and harmless."""

import copy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import default_policy
from fsm.draw.links import sheet_links
from fsm.draw.svg import width_of
from fsm.draw.timeline import WIDTH, draw_timeline
from fsm.registry import charts
from fsm.replay.from_files import from_files
from fsm.report.timeline import timeline
from fsm.report.timeline_words import says

EXAMPLES = Path(__file__).parents[2] / "examples"
CHARTS = charts()
SVG = "{http://www.w3.org/2000/svg}"
CROSS, TRIANGLE = "m0,-6", "h-9"  # in the paths of these marks
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


def marks(drawn, sign):
    return sum(sign in one.get("d") for one in ET.fromstring(drawn).iter(f"{SVG}path"))


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
    assert marks(drawn, CROSS) == 2 + 1 and marks(drawn, TRIANGLE) == 1 + 1  # one in the legend
    assert "wrong plot" in words


def test_what_was_missed_by_one_deadline_is_one_mark_with_its_number():
    drawn = draw_timeline(DATA["MS231117d"])
    words = [text for _, text in texts(drawn)]
    assert marks(drawn, CROSS) == 8 + 1 and {"2", "5"} <= set(words)
    assert "no json, avro, brokers, label, circular" in words


def test_no_mark_covers_a_deadline():
    drawn = ET.fromstring(draw_timeline(DATA["MS231117d"]))
    ticks = [(float(one.get("x1")), float(one.get("y1")) + 6) for one in drawn.iter(f"{SVG}line")
             if one.get("stroke-width") == "1.6"]
    crosses = [tuple(float(part) + 3 for part in one.get("d")[1:].split(" ")[0].split(","))
               for one in drawn.iter(f"{SVG}path") if CROSS in one.get("d")]
    assert crosses and not [
        (x, y) for x, y in crosses for at, row in ticks if abs(row - y) < 1 and abs(at - x) < 5]


def test_each_process_is_a_link_where_its_address_is_known(tmp_path, monkeypatch):
    data = DATA["S231115c"]
    assert sheet_links(data, "x.svg") is not None  # the tests are run where the diagrams are
    links = sheet_links(data, str(tmp_path / "x.svg"))
    drawn = ET.fromstring(draw_timeline(data, links))
    found = {one[0].text: one.get("href") for one in drawn.iter(f"{SVG}a")}
    assert all((tmp_path / address).is_file() for address in found.values())
    assert found["omegascans[H1]"].endswith("diagrams/superevent/omegascans.svg")
    monkeypatch.chdir(tmp_path)
    assert sheet_links(data, "x.svg") is None
    assert ET.fromstring(draw_timeline(data)).find(f"{SVG}a") is None


def test_what_cannot_be_verified_is_not_called_well():
    data = copy.deepcopy(DATA["S231115c"]) | {"unverified": ["far"]}
    words = [text for _, text in texts(draw_timeline(data))]
    assert "1 follow-up could not be verified" in words and "nothing is overdue" not in words
    data["problems"] = ["far", "idq"]
    assert "2 follow-ups need attention, 1 follow-up could not be verified" in [
        text for _, text in texts(draw_timeline(data))]


def test_a_process_that_began_anew_keeps_its_earlier_bar():
    drawn = draw_timeline(DATA["S231115c"]).decode()
    assert "copied_skymap: had time from" in drawn and "copied_skymap: has time from" in drawn


def test_what_only_gracedb_tells_says_when_it_was_asked():
    words = [text for _, text in texts(draw_timeline(DATA["S231115c"]))]
    assert "asked at +9 min 4 s" in words


def test_events_of_a_superevent_have_rows():
    words = [text for _, text in texts(draw_timeline(DATA["MS231117d"]))]
    assert "Its events" in words and "M450004" in words and "closed incomplete" in words


def test_names_are_whole():
    for data in DATA.values():
        words = {text for _, text in texts(draw_timeline(data))}
        long = [row["process"] for family in data["families"] for row in family["rows"]]
        assert [name for name in long if len(name) < 34 and name not in words] == []


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
             "unverified": [text], "over": [text, text]}
    for family in data["families"]:
        for row in family["rows"]:
            row["process"] = f"{row['process']}{text}"
            for check in row["checks"]:
                check["check"] = check["why"] = text
    elements = ET.fromstring(draw_timeline(data, lambda name: f"x/{name}")).iter()
    assert {one.tag for one in elements} <= {
        f"{SVG}{name}" for name in ("a", "svg", "title", "rect", "text", "line", "path", "circle")}


def test_a_text_without_end_stays_within_the_page():
    data = copy.deepcopy(DATA["G411000"])
    data |= {"graceid": "G" * 500, "reason": "r" * 500}
    data["families"][0]["rows"][0]["process"] = "p" * 500
    assert list(outside(draw_timeline(data))) == []


@pytest.mark.parametrize(("standing", "words"), [
    ("trouble", "no b; wrong w"), ("unverified", "not verified: u"),
    ("waiting", "due in 1 min 30 s"),
    ("late", "+30 s, late"), ("done", "+30 s"), ("needless", "not needed: because")])
def test_what_there_is_to_say(standing, words):
    checks = [{"check": name, "state": state, "at": at, "why": "because", "wrong": name == "w",
               "asked": False} for name, state, at in (
                   ("a", "met", 130.0), ("b", "missing", None), ("w", "overdue", None),
                   ("u", "unverified", None))]
    row = {"standing": standing, "checks": checks, "next": 290.0}
    assert says(row, 100.0, 200.0) == words
