"""The formal charts: every state and transition."""

import re

from fsm.draw import flow_charts
from fsm.registry import charts

PROCESSES, LIFECYCLES = charts()
GRAPHS = flow_charts.graphs(PROCESSES, LIFECYCLES)


def test_guards_and_deadlines_are_on_the_edges():
    source = GRAPHS["o2/states/bayestar"].source
    assert "after 1 min 30 s" in source and "bayestar.fits.gz" in source
    assert "cluster_localize" in source


def test_what_makes_it_needless_is_there():
    assert "not if label ADVOK" in GRAPHS["superevent/states/preliminary_notice"].source
    assert "[label ADVOK or ADVNO" in GRAPHS["superevent/states/second_notice"].source


def test_a_move_out_of_several_states_is_one_arrow_from_the_frame_around_them():
    source = GRAPHS["superevent/alert_stage"].source
    assert len(re.findall(r"label=<refused>", source)) == 1
    assert "cluster_early" in re.search(r".*label=<refused>.*", source)[0]


def test_every_move_has_its_arrow_and_names_all_that_it_leaves():
    for lifecycle in LIFECYCLES:
        for chart in (lifecycle, *lifecycle.regions):
            source = GRAPHS[f"{flow_charts.lifecycle_folder(lifecycle)}/{chart.name}"].source
            for move in chart.moves:
                assert re.search(rf"label=<{move.trigger.replace('_', ' ')}[ <>]", source)
    assert "also from candidate" in GRAPHS["superevent/alert_stage"].source


def test_the_states_of_a_check():
    source = GRAPHS["check"].source
    for state in ("awaiting", "warned", "overdue", "missing", "unverified", "not_expected"):
        assert f"\n\t{state} [" in source
