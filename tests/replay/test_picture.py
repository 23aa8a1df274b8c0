"""The picture of a replay: of the candidate that most needs to be looked at."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import default_policy
from fsm.errors import ConfigurationError
from fsm.registry import charts
from fsm.replay.from_files import from_files
from fsm.replay.picture import draw
from fsm.replay.replay import Outcome

EXAMPLES = Path(__file__).parents[2] / "examples"
CHARTS = charts()


def drawn(path, *names):
    outcome = from_files([str(EXAMPLES / f"{name}.jsonl") for name in names], CHARTS,
                         default_policy(CHARTS[0]), with_history=True)
    return draw(outcome, Charts(*CHARTS), float("inf"), str(path))


def test_missing_counts_more_than_late_and_a_superevent_more_than_its_event(tmp_path):
    file = tmp_path / "x.svg"
    assert drawn(file, "superevent_retracted", "burst_troubled") == "G411000"
    assert drawn(file, "superevent_retracted", "cbc_on_time") == "S231115c"  # late
    assert drawn(file, "superevent_significant") == "S231114a"
    assert b"S231114a" in file.read_bytes()


def test_the_gravest_counts_before_the_number(tmp_path):
    def one(graceid, significance, *processes):
        return {"graceid": graceid, "significance": significance, "lifecycle": "superevent",
                "fields": {}, "state": "open", "reason": "", "regions": {}, "since": 0.0,
                "processes": {name: {
                    "chart": name, "state": "open", "since": 0.0, "checks": {"c": {
                        "stage": "s", "state": "missing", "due": 9.0, "at": None, "why": "none"}}}
                    for name in processes}}

    found = Outcome(configurations={
        "MS1": one("MS1", "mock", "preliminary_notice", "retraction_notice", "initial_notice"),
        "S1": one("S1", "significant", "properties_plot", "classification_plot"),
        "S2": one("S2", "significant", "initial_notice")})
    file = str(tmp_path / "x.svg")
    assert draw(found, Charts(*CHARTS), float("inf"), file) == "S2"
    del found.configurations["S2"]
    assert draw(found, Charts(*CHARTS), float("inf"), file) == "S1"


def test_nothing_to_draw(tmp_path):
    assert draw(Outcome(), Charts(*CHARTS), float("inf"), str(tmp_path / "x.svg")) is None


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(ConfigurationError, match="--svg .*No such file"):
        drawn(tmp_path / "none" / "x.svg", "superevent_significant")


def test_the_command(tmp_path):
    file = tmp_path / "x.svg"
    done = CliRunner().invoke(main, ["replay", str(EXAMPLES / "burst_troubled.jsonl"), "--svg",
                                     str(file), "--until", "2017-08-06 22:55:00"])
    assert done.exit_code == 0 and f"G411000 is drawn in {file}" in done.stderr
    assert b"shown as of 2017-08-06 22:55:00 UTC" in file.read_bytes()
