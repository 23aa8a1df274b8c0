"""``fsm whatif``: the same night by two configurations, of recordings, journals, saved replays."""

import json
import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
from tests.replay.test_from_files import night, written

STRICT = '[process.preliminary_notice]\ndeadlines = { circular = 20 }\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A recording, a journal of the same alerts, and two configurations."""
    made = tmp_path_factory.mktemp("w")
    lines = night(kinds=("significant",), number=2, faults={})
    written(made / "night.jsonl", lines)
    journal = Journal(made / "j.db")
    with journal.writing():
        rows = (codec.of_line(json.dumps(line).encode(), line["time"]) for line in lines)
        journal.add([row for row in rows if row is not None])
    journal.close()
    (made / "strict.toml").write_text(STRICT)
    return made


def whatif(folder, *arguments, status=1):
    done = CliRunner().invoke(main, ["whatif", *(str(folder / one) if "." in one and one[0] != "-"
                                                 else one for one in arguments)])
    assert done.exit_code == status, (done.output, done.exception)
    return done


@pytest.mark.parametrize("source", ["night.jsonl", "j.db"])
def test_a_stricter_deadline_is_seen_on_a_past_night(folder, source):
    done = whatif(folder, source, "--config", "default", "--config", "strict.toml", "--json")
    found = json.loads(done.stdout)
    assert {one["change"] for one in found["differences"]} == {"more"}
    assert set(found["followups"]) >= {"preliminary_notice"}
    assert found["messages"][1] > found["messages"][0]
    assert found["configs"][0] == "default" and len(found["questions"]) == 2


def test_the_same_configuration_changes_nothing(folder):
    done = whatif(folder, "night.jsonl", "--config", "default", "--config", "default", status=0)
    assert "default tells the same" in done.stdout


def test_another_version_of_the_program_is_compared_by_what_it_has_saved(folder):
    saved = CliRunner().invoke(main, ["replay", str(folder / "night.jsonl"), "--json"]).stdout
    (folder / "old.json").write_text(saved)
    done = whatif(folder, "night.jsonl", "--config", "old.json", "--config", "strict.toml",
                  "--json")
    direct = whatif(folder, "night.jsonl", "--config", "default", "--config", "strict.toml",
                    "--json")
    assert json.loads(done.stdout)["differences"] == json.loads(direct.stdout)["differences"]


def test_a_page_is_written_that_stands_alone(folder):
    whatif(folder, "night.jsonl", "--config", "default", "--config", "strict.toml", "--html",
           "w.html")
    page = (folder / "w.html").read_text()
    assert "preliminary_notice" in page and "<script" not in page and "http" not in page


@pytest.mark.parametrize(("arguments", "words"), [
    (("night.jsonl", "--config", "default"), "give --config twice"),
    (("--config", "default", "--config", "default"), "give a recording or a journal"),
    (("none.jsonl", "--config", "default", "--config", "default"), "none.jsonl"),
    (("night.jsonl", "--config", "default", "--config", "none.toml"), "none.toml"),
    (("night.jsonl", "--config", "none.json", "--config", "default"), "none.json"),
    (("night.jsonl", "--config", "bad.json", "--config", "default"), "is not what 'fsm replay"),
    (("--config", "old.json", "--config", "old.json", "--since", "2023-05-18"), "--since"),
    (("--config", "other.json", "--config", "other.json"), "is not what 'fsm replay"),
    (("--config", "odd.json", "--config", "odd.json"), "is not what 'fsm replay")])
def test_what_is_wrong_is_named(folder, monkeypatch, arguments, words):
    monkeypatch.delenv("FSM_JOURNAL", raising=False)
    (folder / "bad.json").write_text("[]")
    (folder / "other.json").write_text('{"effects": 5, "graceids": {}, "queries": 0}')
    (folder / "odd.json").write_text('{"effects": [], "graceids": {"S1": 3}, "queries": 0}')
    assert words in whatif(folder, *arguments, status=2).stderr


def test_a_shadow_says_what_it_would_tell_and_ends_with_its_parent(folder):
    arguments = [sys.executable, "-m", "fsm", "whatif", "--config", "default", "--config",
                 str(folder / "strict.toml"), "--every", "60", "--until-eof"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "FSM_JOURNAL": str(folder / "j.db")}) as shadow:
        said = shadow.stderr.readline()
        shadow.send_signal(signal.SIGINT)  # of the terminal, which the parent has too
        shadow.stdin.close()
        assert shadow.wait(30) == 0
        assert shadow.stderr.read() == ""
    assert said.startswith("shadow: ") and " more, compared with default" in said
