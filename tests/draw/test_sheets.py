"""A process on one sheet: all that its declaration says, and its neighbours."""

import re

from fsm.chart import Process, Stage, check, label, log, new
from fsm.draw import dot, flow_charts, sheets
from fsm.registry import charts

GRAPHS = flow_charts.graphs(*charts())
PAGE = 830  # points: then a text of 10 pt has 10 pixels on a page that is so many pixels wide


def texts(source):
    return " ".join(re.sub(r"<[^>]*>", " ", source).split())


def test_start_checks_deadlines_parties_and_ends_are_on_it():
    said = texts(GRAPHS["superevent/preliminary_notice"].source)
    for part in ("label SIGNIF_LOCKED", "only if", "not if", "{graceid}-preliminary.json", "3 min",
                 "5 min", "all closed, or due", "GraceDB is asked first", "rapid response", "grave",
                 "complete", "given up after 1 d", "waived"):
        assert part in said, part


def test_who_starts_it_and_who_waits_for_it_are_links():
    source = GRAPHS["superevent/preliminary_notice"].source
    before, _, after = source.partition('after [label=')
    assert 'href="superevent_manager.svg"' in before and "before -> start" in before
    assert 'href="second_notice.svg"' in after and '"closed.complete" -> after' in after
    assert 'URL="states/preliminary_notice.svg"' in source


def test_a_neighbour_in_another_folder_is_found():
    source = GRAPHS["event/skymap_content"].source
    assert 'href="../superevent/copied_skymap.svg"' in source and 'href="amplfi.svg"' in source


def test_every_sheet_is_as_narrow_as_a_page():
    wide = {}
    for path, graph in GRAPHS.items():
        if "overview" not in path and "/states/" not in path and path != "check":
            width = float(re.search(r'width="(\d+)pt"', dot.svg(graph).decode())[1])
            if width > PAGE:
                wide[path] = width
    assert wide == {}


def test_what_a_declaration_says_is_escaped():
    chart = Process("odd", 'A "title" <b> \\N', new(), [Stage("s", check(
        "c", log('<td> & "x"'), within=None, when=label("INJ")))])
    drawn = dot.svg(sheets.sheet(chart, ["a"], ["b"], {"a": "a.svg", "b": "b.svg"},
                                  "odd.svg")).decode()
    assert "&lt;td&gt; &amp;" in drawn and "&lt;b&gt;" in drawn and "off" in drawn
