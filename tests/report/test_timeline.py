"""A candidate on a time axis, as plain data, of what a replay has decided."""

import json
from pathlib import Path

import pytest

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Transition
from fsm.registry import charts
from fsm.replay.from_files import from_files
from fsm.report.timeline import timeline

EXAMPLES = Path(__file__).parents[2] / "examples"
CHARTS = charts()


def shown(example, graceid, until=float("inf")):
    outcome = from_files([str(EXAMPLES / f"{example}.jsonl")], CHARTS, default_policy(CHARTS[0]),
                         until=until, with_history=True)
    history = [one for one in outcome.history if one.graceid == graceid]
    now = min(until, max(one.time for one in history))
    return timeline(outcome.configurations[graceid], history, Charts(*CHARTS), now)


@pytest.fixture(scope="module")
def retracted():
    return shown("superevent_retracted", "S231115c")


def rows(data):
    return {row["process"]: row for family in data["families"] for row in family["rows"]}


def test_it_is_plain_data(retracted):
    assert json.loads(json.dumps(retracted)) == retracted


def test_families_are_in_their_order_and_know_their_processes(retracted):
    assert [one["title"] for one in retracted["families"]][:4] == [
        "Labels and locks", "Notices and circulars", "Data quality", "People"]
    notices = next(one for one in retracted["families"] if one["family"] == "notices")
    assert [row["process"] for row in notices["rows"]] == [
        "preliminary_notice", "second_notice", "retraction_notice"]


def test_what_started_a_process_is_an_annotation_that_another_expects(retracted):
    found = rows(retracted)
    assert found["retraction_notice"]["started_by"]["process"] == "advocate_vetting"
    assert found["second_notice"]["started_by"] == {
        "process": "preliminary_notice", "check": "label",
        "at": found["second_notice"]["since"]}
    assert found["check_vectors"]["started_by"] is None


def test_how_a_process_stands(retracted):
    found = rows(retracted)
    assert found["retraction_notice"]["standing"] == "late"
    assert found["check_vectors"]["standing"] == "done"
    assert retracted["problems"] == []


def test_what_had_come_before_a_process_began_anew(retracted):
    before = rows(retracted)["copied_skymap"]["before"]
    assert [(one["check"], one["state"]) for one in before] == [("file", "met"), ("label", "met")]
    assert all(one["at"] < rows(retracted)["copied_skymap"]["since"] for one in before)


def test_the_time_that_it_had_before_ends_where_it_began_anew(retracted):
    row = rows(retracted)["copied_skymap"]
    (had,) = row["renewed"]
    assert had["since"] < had["until"] == row["since"]
    assert rows(retracted)["preliminary_notice"]["renewed"] == []


def test_what_is_there_but_wrong_is_told_from_what_never_came():
    found = rows(shown("burst_troubled", "G411000"))
    (plot,) = [one for one in found["plot_skymap[skyprobcc_cWB.fits]"]["checks"]
               if one["check"] == "plot"]
    assert plot["wrong"] and not any(one["wrong"] for one in found["segdb2grcdb"]["checks"])


def test_what_only_gracedb_tells_was_asked_for(retracted):
    asked = {name for name, row in rows(retracted).items()
             if any(one["asked"] for one in row["checks"])}
    assert "properties_content[em_bright.json]" in asked and "preliminary_notice" not in asked


def test_what_must_not_happen_is_folded_when_it_is_over(retracted):
    assert retracted["over"] == ["locked_once"] and "locked_once" not in rows(retracted)


def test_what_never_came_is_trouble():
    data = shown("burst_troubled", "G411000")
    assert set(data["problems"]) == {"far", "segdb2grcdb", "plot_skymap[skyprobcc_cWB.fits]"}


def test_while_it_is_waited_for_the_next_deadline_is_told():
    data = shown("superevent_retracted", "S231115c", until=1700080100.0)
    row = rows(data)["preliminary_notice"]
    assert row["standing"] == "waiting" and data["now"] < row["next"] <= row["until"]


def test_a_process_whose_chart_is_gone_is_shown_without_family():
    data = shown("burst_troubled", "G411000")
    configuration = {"graceid": "G1", "lifecycle": "event", "since": 0.0, "state": "open.following",
                     "reason": "", "regions": {}, "fields": {}, "processes": {"gone": {
                         "chart": "gone", "since": 5.0, "state": "open.s", "checks": {"c": {
                             "stage": "s", "state": "unverifiable", "due": 9.0, "at": None,
                             "why": ""}}}}}
    data = timeline(configuration, [Transition(1.0, "G1", "gone", "c", "deadline", "awaiting",
                                               "unverifiable", "")], Charts(*CHARTS), 10.0)
    assert data["families"][0]["family"] == "other"
    assert rows(data)["gone"]["standing"] == "unverified"
