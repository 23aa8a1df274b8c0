"""The subjects of letters about every process and check there is: a telephone shows 40 letters."""

import pytest

from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.severity import severity
from fsm.core.engine.effects import Notify
from fsm.notify.wording import subject
from fsm.registry import charts

SHOWN = 40  # characters of a subject
CHARTS = charts()[0]
SIGNIFICANCES = ("significant", "early warning", "less significant", "mock", "test", "")
GRACEIDS = {"superevent": "S260101ab", "event": "G1000002", "external": "E1000002"}


def subjects(chart, significance, outcome="failure"):
    """The subject of each check of a process, of a candidate of the longest usual name."""
    graceid = "M" * (significance == "mock") + GRACEIDS[chart.of[0]]
    name = chart.named("KEY" if chart.key else None)
    for _, check in chart.checks():
        message = Notify(0.0, graceid, name, check.name, outcome, (), "", "", "", 0.0, significance)
        yield check, subject([message], chart, severity(chart, significance))


@pytest.mark.parametrize("significance", SIGNIFICANCES)
@pytest.mark.parametrize("outcome", ["failure", "warning", "reminder", "escalation"])
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_the_first_40_letters_of_a_subject_say_what_is_lacking(chart, outcome, significance):
    for check, text in subjects(chart, significance, outcome):
        lacking = check.title or chart.noun
        assert lacking and lacking in text[:SHOWN]


@pytest.mark.parametrize("significance", SIGNIFICANCES)
@pytest.mark.parametrize("era", ["o2", "o4"])
def test_the_first_40_letters_of_a_subject_tell_processes_apart(era, significance):
    owners = {}
    for chart in CHARTS:
        if chart.era == era:
            for _, text in subjects(chart, significance):
                owners.setdefault(text[:SHOWN], set()).add(chart.name)
    assert {text: names for text, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_subjects_tell_the_checks_of_a_process_apart(chart):
    told = [text for _, text in subjects(chart, "")]
    assert len(set(told)) == len(told)


def test_what_must_not_happen_is_named_without_a_no():
    for chart in CHARTS:
        for _, text in subjects(chart, "significant"):
            assert (": no " in text) is (chart.family != CONTRADICTIONS)
