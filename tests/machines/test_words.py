"""What the charts say to people: no regular expression, no tuple, no name of Python's."""

import re

import pytest

from fsm.core.charts.policy import default_policy
from fsm.registry import charts
from fsm.report.processes import processes_as_data

PROCESSES, LIFECYCLES = charts()
SETTINGS = default_policy(PROCESSES).profiles[-1]
OF_PYTHON = re.compile(r"\(\?|\\[.wdsSWD(]|\[A-Z|\.[+*]\)|\('|',\)|<function|frozenset|None")


def texts(plain):
    """Every text in plain data."""
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict | list):
        for one in plain.values() if isinstance(plain, dict) else plain:
            yield from texts(one)


@pytest.mark.parametrize("chart", PROCESSES, ids=lambda chart: chart.name)
def test_a_process_speaks_plainly(chart):
    conditions = [one.words() for one in (chart.when, chart.unless) if one is not None]
    told = [*texts(processes_as_data([chart], SETTINGS)), *conditions]
    assert [text for text in told if OF_PYTHON.search(text)] == []


@pytest.mark.parametrize("chart", PROCESSES, ids=lambda chart: chart.name)
def test_a_process_says_what_to_do_in_a_few_words(chart):
    assert 20 < len(chart.remedy) < 250 and chart.remedy.endswith(".")


@pytest.mark.parametrize("chart", LIFECYCLES, ids=lambda chart: chart.name)
def test_a_lifecycle_speaks_plainly(chart):
    moves = [move for one in (chart, *chart.regions) for move in one.moves if move.on is not None]
    assert [move for move in moves if OF_PYTHON.search(move.on.words())] == []
