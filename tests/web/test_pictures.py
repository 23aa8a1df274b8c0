"""Pictures inside of pages."""

import re
import xml.etree.ElementTree as ET

import pytest

from fsm.draw.axis import Axis
from fsm.draw.marks import BAD, COLOURS, DUE
from fsm.web import pictures
from tests.web.conftest import HTML

SVG = "{http://www.w3.org/2000/svg}"


def drawn(spans, within):
    """(heights of bars by colour and title, places of deadlines)."""
    root = ET.fromstring(pictures.distribution(spans, within))
    bars = [(one.get("fill"), float(one.get("height")), one.findtext(f"{SVG}title"))
            for one in root.iter(f"{SVG}rect") if one.get("fill") in (BAD, COLOURS["met"])]
    ticks = [float(one.get("x1")) for one in root.iter(f"{SVG}line") if one.get("stroke") == DUE]
    return bars, ticks


def test_a_distribution_is_a_histogram_with_its_deadline():
    bars, (tick,) = drawn([20.0] * 30 + [21.0] * 10 + [300.0] * 4, 60.0)
    assert sum(int(title.split()[0]) for *_, title in bars) == 44
    (late,) = [one for one in bars if one[0] == BAD]
    assert late[2].startswith("4 times too late, ")
    assert max(high for _, high, _ in bars) == pictures.TALLEST
    assert late[1] == pytest.approx(pictures.TALLEST * 4 / 40) or late[1] < pictures.TALLEST / 4
    assert pictures.MARGIN < tick < pictures.WIDTH - pictures.MARGIN


def test_what_is_late_by_little_is_told_from_what_was_in_time():
    bars, _ = drawn([60.0, 60.1], 60.0)
    assert [one[0] for one in bars] == [COLOURS["met"], BAD]


@pytest.mark.parametrize(("spans", "within"), [([], None), ([0.0], None), ([], 0.0), ([5.0], 1e9),
                                               ([1e-9] * 3, 60.0), ([1e8], 1.0)])
def test_any_distribution_can_be_drawn(spans, within):
    bars, ticks = drawn(spans, within)
    assert len(bars) == bool(spans) and len(ticks) == (within is not None)


def test_an_axis_goes_both_ways():
    axis = Axis(10.0, 110.0, 1.0, 1000.0)
    assert axis.at(axis.seconds(35.0)) == pytest.approx(35.0)
    assert axis.seconds(10.0) == 1.0 and axis.seconds(110.0) == pytest.approx(1000.0)


def test_every_colour_of_a_timeline_has_one_on_a_dark_page(pages):
    css = pages.get("/-/static/page.css").text
    for one in pages.get("/index.json").json()["candidates"]:
        page = pages.get(f"/c/{one['graceid']}", headers=HTML).text
        for kind, colour in set(re.findall(r'(fill|stroke)="(#[0-9a-f]+)"', page)):
            assert f'[{kind}="{colour}"]' in css
