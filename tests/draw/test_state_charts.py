"""The formal charts: every state and transition."""

import html
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
    (refused,) = re.findall(r".*<td>refused<br/>.*", source)
    assert "cluster_early" in refused and "on label ADVNO" in refused


def test_every_move_has_its_arrow_and_names_all_that_it_leaves():
    for lifecycle in LIFECYCLES:
        for chart in (lifecycle, *lifecycle.regions):
            source = GRAPHS[f"{flow_charts.lifecycle_folder(lifecycle)}/{chart.name}"].source
            for move in chart.moves:
                assert re.search(rf"<td>{move.trigger.replace('_', ' ')}[ <]", source)


def test_an_arrow_says_what_fires_it():
    for lifecycle in LIFECYCLES:
        for chart in (lifecycle, *lifecycle.regions):
            source = GRAPHS[f"{flow_charts.lifecycle_folder(lifecycle)}/{chart.name}"].source
            said = html.unescape(re.sub(r"<br/>|\s", "", source))
            for move in chart.moves:
                if move.on is not None:
                    assert re.sub(r"\s", "", f"on {move.on.words()}") in said


def test_that_a_state_is_reached_from_all_before_it_is_told_once():
    stage, waived = (GRAPHS[f"superevent/{name}"].source for name in ("alert_stage", "superevent"))
    assert stage.count("from any before it") == 1 and stage.count("also from") == 1
    assert "also from retracted" in stage
    assert "from any before it" not in waived and "also from open" in waived


def test_the_states_of_a_check():
    source = GRAPHS["check"].source
    for state in ("awaiting", "warned", "overdue", "missing", "unverified", "not_expected"):
        assert f"\n\t{state} [" in source


def test_what_is_proved_of_a_lifecycle_is_beside_it():
    for lifecycle in LIFECYCLES:
        source = GRAPHS[f"{flow_charts.lifecycle_folder(lifecycle)}/{lifecycle.name}"].source
        said = html.unescape(re.sub(r"<br/>|\s", "", source))
        assert lifecycle.sentences
        for sentence in lifecycle.sentences:
            assert re.sub(r"\s", "", sentence.words()) in said
