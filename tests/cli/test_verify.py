"""``fsm verify``: exit codes, what it prints, what it writes."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.daemon.reload import store_all
from fsm.verify import spin
from tests.daemon.in_process import World
from tests.daemon.test_changed_charts import stopped_as

VERSION_7 = Path(__file__).parents[1] / "io/journal/version_7.db.gz"


def run(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


@pytest.fixture
def broken(tmp_path):
    """The path of a configuration with charts in which labels are swallowed."""
    path = tmp_path / "broken.toml"
    path.write_text('[general]\nmachines = ["tests.verify.broken.swallowed"]\n')
    return path


def test_a_sound_chart():
    done = run("quality", "--no-spin")
    assert done.exit_code == 0
    assert "1 chart under" in done.stdout and "all sound" in done.stdout
    assert "spin was not asked" in done.stdout


def test_overlaps_are_listed_with_the_order_that_decides():
    shown = run("external_event", "--no-spin").stdout
    assert "by order, on all_closed: where both may fire, to closed.incomplete " \
           "(anything_missing) comes before closed.complete (no guard)" in " ".join(shown.split())


def test_that_spin_lacks_is_said(monkeypatch):
    monkeypatch.setattr(spin, "installed", lambda: False)
    done = run("quality")
    assert done.exit_code == 0 and "spin is not installed" in done.stdout
    done = run("quality", "--spin")
    assert done.exit_code == 2 and "apt-get install spin" in done.output


@pytest.mark.skipif(not spin.installed(), reason="spin is not installed")
def test_spin_is_asked_where_it_is_there():
    assert json.loads(run("quality", "--json").stdout)["spin"] == "agrees"


def test_what_is_not_there_is_a_mistake():
    done = run("qualty")
    assert done.exit_code == 2 and "did you mean 'quality'?" in done.output


def test_a_finding_names_chart_state_trigger_and_a_recording_that_shows_it(broken, tmp_path):
    given = ("forgetful", "--config", broken, "--witness", tmp_path / "shown", "--no-spin")
    done = run(*given)
    assert done.exit_code == 1
    words = " ".join(done.stdout.split())
    assert "forgetful injection on bad not so: what moves one state" in words
    assert "the way there: label INJ, then label DQV" in words
    (found,) = json.loads(run(*given, "--json").stdout)["findings"]
    assert (found["chart"], found["state"], found["trigger"]) == ("forgetful", "injection", "bad")
    assert f"{found['witness']}--config{broken}" in "".join(done.stdout.split())


def test_models_are_written_for_spin(tmp_path):
    assert run("event", "--no-spin", "--promela", tmp_path).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "event-approval-o2.pml", "event-o2.pml"]


def test_what_a_changed_configuration_means_for_candidates_under_way_is_said(tmp_path):
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(30.0)
    store_all(stopped_as(world))
    world.drop()
    done = run("superevent", "--no-spin", "--against", tmp_path / "j.db")
    assert done.exit_code == 0, done.output
    assert "G1 demo" in done.stdout and "no chart has this process" in done.stdout
    plain = json.loads(run("superevent", "--no-spin", "--against", tmp_path / "j.db",
                               "--json").stdout)
    assert {one["change"] for one in plain["changes"]} == {"gone", "new"}
    older = tmp_path / "older.db"
    older.write_bytes(gzip.decompress(VERSION_7.read_bytes()))
    before = older.read_bytes()
    done = run("superevent", "--no-spin", "--against", older)
    assert done.exit_code in (0, 1) and "S231115c" in done.stdout, done.output
    assert older.read_bytes() == before
    missing = run("superevent", "--no-spin", "--against", tmp_path / "none.db")
    assert missing.exit_code == 2 and "there is no journal" in missing.stderr
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute("UPDATE candidates SET body = x'00ff'")
    damaged = run("quality", "--no-spin", "--against", tmp_path / "j.db")
    assert damaged.exit_code == 2 and "j.db: what it has under way cannot be read" in \
        " ".join(damaged.stderr.split())
