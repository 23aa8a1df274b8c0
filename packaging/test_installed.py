"""What an installed package does by itself; bin/packages runs this where nothing else is.

Nothing of the repository is imported. The folder of the recordings comes from ``FSM_EXAMPLES``, the
commit that must be baked in from ``FSM_COMMIT``.
"""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import fsm
import machines

EXAMPLES = Path(os.environ["FSM_EXAMPLES"])
COMMAND = Path(sys.prefix, "bin", "fsm")
CHART = '''"""A follow-up of one's own, with its test."""

from fsm.chart import Process, Stage, check, log, new
from fsm.testing.bench import Bench, expectations, said, transitions

OWN = Process("own", "A follow-up of our own", starts=new(), parties=("ours",), source="manual",
              stages=[Stage("only", check("start", log("Began"), within=60))])
BENCH = Bench(OWN, right={"only.start": said("Began")})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)
'''


def run(*words):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("package", [fsm, machines])
def test_it_is_the_installed_one(package):
    assert Path(package.__file__).is_relative_to(sys.prefix)
    assert Path(package.__file__).with_name("py.typed").exists()


def test_its_version_has_the_commit():
    version = metadata.version("event-supervisor")
    assert run(COMMAND, "--version").strip() == f"fsm {version}, commit {os.environ['FSM_COMMIT']}"


@pytest.mark.parametrize("name", ["cbc_on_time", "superevent_significant"])
def test_it_replays(name):
    replayed = json.loads(run(COMMAND, "replay", EXAMPLES / f"{name}.jsonl", "--json"))
    assert replayed["alerts"] > 50 and not replayed["rejected"]
    states = {check["state"] for candidate in replayed["graceids"].values()
              for process in candidate["processes"].values()
              for check in process["checks"].values()}
    assert states == {"met", "not_expected"} and not replayed["effects"]


def test_it_draws(tmp_path):
    run(COMMAND, "diagram", "bayestar", "--out", tmp_path)
    assert "<svg" in (tmp_path / "o2" / "bayestar.svg").read_text()


@pytest.mark.parametrize("name", ["o2", "o4", "o4-playground"])
def test_its_configurations_are_with_it(name):
    assert f"{name} is right" in run(COMMAND, "config", "check", name)


def test_machines_of_ones_own_are_tested_with_it(tmp_path):
    (tmp_path / "test_own.py").write_text(CHART)
    assert " passed" in run(sys.executable, "-m", "pytest", "-q", "-c", os.devnull,
                            f"--rootdir={tmp_path}", tmp_path)
