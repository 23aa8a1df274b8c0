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
    assert 'href="states/preliminary_notice.svg"' in source and "every state" in texts(source)


def test_all_that_wait_for_it_are_there_with_what_they_wait_for():
    after = GRAPHS["superevent/preliminary_notice"].source.partition('after [label=')[2]
    waiting, _, never = texts(after).partition("must not happen")
    assert "high_profile on label GCN_PRELIM_SENT" in waiting
    assert "second_notice on label GCN_PRELIM_SENT" in waiting
    for name in ("notice_without_file", "injection_noticed", "vetoed_notice", "late_notice"):
        assert name in never and name not in waiting


def test_it_waits_for_those_that_start_it_and_no_others():
    named = re.compile(r'href="(?:[./a-z0-9]*/)?([a-z0-9_]+)\.svg"')
    linked = {path.rpartition("/")[2]: source.partition('after [label=')
              for path, source in ((path, graph.source) for path, graph in GRAPHS.items())
              if "/" in path and "/states/" not in path}
    before = {(one, name) for name, (text, _, _) in linked.items()
              for one in named.findall(text) if one != name}
    after = {(name, one) for name, (_, _, text) in linked.items() for one in named.findall(text)}
    assert before == after and len(after) > 100


def test_a_condition_of_all_checks_of_a_stage_is_told_once():
    said = texts(GRAPHS["superevent/second_notice"].source)
    assert said.count("the preferred event may be published") == 2  # to send, and to draft
    assert "all not if label ADVOK" in said


def test_whom_a_warning_tells_is_on_it():
    said = texts(GRAPHS["superevent/preliminary_notice"].source)
    assert "a warning tells before: em-followup, rapid response" in said


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
    drawn = dot.svg(sheets.sheet(chart, ["a"], [chart], {"a": "a.svg", "odd": "b.svg"},
                                 "odd.svg")).decode()
    assert "&lt;td&gt; &amp;" in drawn and "&lt;b&gt;" in drawn and "off" in drawn
