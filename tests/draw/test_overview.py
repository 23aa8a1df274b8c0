"""The overviews: what starts what, readable on a page."""

import re
import xml.etree.ElementTree as ET

import pytest

from fsm.draw import dot, flow_charts
from fsm.registry import charts
from fsm.report.folders import FOLDERS

PROCESSES, LIFECYCLES = charts()
GRAPHS = flow_charts.graphs(PROCESSES, LIFECYCLES)
SVG = "{http://www.w3.org/2000/svg}"
PAGE = 830  # points: then a text of 10 pt has 10 pixels on a page that is so many pixels wide


def source(kind):
    return GRAPHS[f"overview_{kind}"].source


@pytest.mark.parametrize("kind", ["superevent", "event", "external", "o2"])
def test_it_fits_a_page(kind):
    drawn = dot.svg(GRAPHS[f"overview_{kind}"]).decode()
    assert float(re.search(r'width="(\d+)pt"', drawn)[1]) <= PAGE


@pytest.mark.parametrize("kind", ["superevent", "event", "external", "o2"])
def test_no_text_is_smaller_than_ten_pixels(kind):
    sizes = re.findall(r'font-size="([\d.]+)"', dot.svg(GRAPHS[f"overview_{kind}"]).decode())
    assert min(map(float, sizes)) >= 10


def places(kind, shape):
    """Of each node or arrow with a curve its points, by its title."""
    for group in ET.fromstring(dot.svg(GRAPHS[f"overview_{kind}"])).iter(f"{SVG}g"):
        for path in group.iter(f"{SVG}path") if group.get("class") == shape else ():
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
            yield group.find(f"{SVG}title").text, list(zip(numbers[::2], numbers[1::2],
                                                           strict=True))


def along(points):
    """Points on a curve of Bezier's, as SVG has it."""
    for at in range(0, len(points) - 3, 3):
        for part in (number / 20 for number in range(21)):
            weights = [(1 - part) ** 3, 3 * (1 - part) ** 2 * part, 3 * (1 - part) * part ** 2,
                       part ** 3]
            yield tuple(sum(weight * point[axis] for weight, point in zip(
                weights, points[at:at + 4], strict=True)) for axis in (0, 1))


@pytest.mark.parametrize("kind", ["superevent", "event", "external", "o2"])
def test_no_arrow_runs_behind_a_process(kind):
    boxes = {name: [f(point[axis] for point in points) for axis in (0, 1) for f in (min, max)]
             for name, points in places(kind, "node")}
    behind = {(title, name) for title, points in places(kind, "edge") for x, y in along(points)
              for name, (left, right, top, bottom) in boxes.items()
              if name not in title.split("->") and left + 2 < x < right - 2
              and top + 2 < y < bottom - 2}
    assert behind == set()


def test_what_a_superevent_begins_with_is_on_top():
    tops = {name: min(y for _, y in points) for name, points in places("superevent", "node")}
    assert min(tops, key=tops.get) == "superevent_manager"


def test_it_has_the_processes_of_its_kind_as_links_but_not_what_must_not_happen():
    for process in PROCESSES:
        kinds = [kind for kind, folder in FOLDERS.items()
                 if folder.kind in process.of and folder.era == process.era]
        for kind in FOLDERS:
            shown = kind in kinds and process.family != "contradictions"
            assert (f'URL="{flow_charts.place(process)}.svg"' in source(kind)) == shown


def test_arrows_that_others_imply_are_left_out():
    assert "superevent_manager -> preliminary_notice" in source("superevent")
    assert "advocate_vetting -> initial_notice" in source("superevent")
    assert "superevent_manager -> initial_notice" not in source("superevent")


def test_what_no_other_process_starts_says_what_starts_it():
    assert "on new superevent" in source("superevent")
    assert "on label H1OPS" in source("superevent")


def test_arrows_from_many_to_many_meet():
    assert "bayestar -> plot_skymap" not in source("o2")
    assert re.search(r'bayestar -> "all \d+"', source("o2"))
    assert "each of<br/>them" in source("o2")
