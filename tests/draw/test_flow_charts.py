"""All pictures of charts: the same each time, found by name."""

import pytest

from fsm.draw import flow_charts
from fsm.errors import ChartError
from fsm.registry import charts

GRAPHS = flow_charts.graphs(*charts())


def test_the_text_is_the_same_every_time():
    other = flow_charts.graphs(*charts())
    assert {n: g.source for n, g in GRAPHS.items()} == {n: g.source for n, g in other.items()}


def test_a_process_is_named_for_its_sheet_and_its_states():
    assert set(flow_charts.chosen(GRAPHS, ["far"])) == {"o2/far", "o2/states/far"}
    with pytest.raises(ChartError, match="did you mean 'bayestar'"):
        flow_charts.chosen(GRAPHS, ["bayester"])
