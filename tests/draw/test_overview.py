"""The overviews: what starts what, readable on a page."""

import re

import pytest

from fsm.draw import dot, flow_charts
from fsm.registry import charts

PROCESSES, LIFECYCLES = charts()
GRAPHS = flow_charts.graphs(PROCESSES, LIFECYCLES)
PAGE = 830  # points: then a text of 10 pt has 10 pixels on a page that is so many pixels wide


def source(kind):
    return GRAPHS[f"overview_{kind}"].source


@pytest.mark.parametrize("kind", ["superevent", "event", "external", "o2"])
def test_it_fits_a_page(kind):
    drawn = dot.svg(GRAPHS[f"overview_{kind}"]).decode()
    assert float(re.search(r'width="(\d+)pt"', drawn)[1]) <= PAGE


def test_it_has_the_processes_of_its_kind_as_links_but_not_what_must_not_happen():
    for process in PROCESSES:
        kinds = [kind for kind, (of, era, _) in flow_charts.KINDS.items()
                 if of in process.of and era == process.era]
        for kind in flow_charts.KINDS:
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
