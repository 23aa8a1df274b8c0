"""What is shipped for systemd and Kubernetes goes with the program as it is."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from fsm.cli import main
from fsm.io.config.daemon import running
from fsm.io.config.load import policy
from fsm.registry import charts

ROOT = Path(__file__).parents[2]
UNITS = [*(ROOT / "examples").glob("*.service")]
DOCUMENTS = {one["kind"]: one for one in yaml.safe_load_all(
    (ROOT / "examples/kubernetes.yaml").read_text())}
POD = DOCUMENTS["StatefulSet"]["spec"]["template"]["spec"]


def known(command):
    """Have a command of fsm and its options looked up."""
    words = re.split(r"[\s,]+", command)
    options = [word for word in words if word.startswith("--")]
    shown = CliRunner().invoke(main, [words[0], "--help"]).output
    return [word for word in options if word not in shown]


def test_the_trial_is_beside_the_stand_in_as_it_comes():
    trial = tomllib.loads((ROOT / "examples/trial.toml").read_text())
    policy(trial, charts()[0])
    made = running(trial)
    usual = {option.name: option.default for option in main.commands["standin"].params}
    assert made.gracedb.url == f"http://127.0.0.1:{usual['port']}/api/"
    assert [str(one.path) for one in made.listen] == [f"{usual['data']}/alerts.jsonl"]
    assert not made.gracedb.authenticated


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_the_commands_of_a_unit_are_known(unit):
    lines = unit.read_text()
    commands = re.findall(r"^Exec\w+=/opt/event-supervisor/.venv/bin/fsm (.*)$", lines, re.M)
    assert len(commands) == 2 and not any(map(known, commands))
    (document,) = re.findall(r"file:///opt/event-supervisor/(.*)", lines)
    assert (ROOT / document).exists()


def test_the_configuration_for_kubernetes_can_be_used():
    (name, text), = DOCUMENTS["ConfigMap"]["data"].items()
    plain = tomllib.loads(text)
    made = running(plain)
    policy(plain, charts()[0])
    (container,) = POD["containers"]
    assert container["command"][3].endswith(f"/{name}") and not known("run --config")
    environment = {one["name"]: one.get("value") for one in container["env"]}
    assert environment["FSM_SOCKET"] == str(made.socket) and "PGPASSWORD" in environment


def test_what_kubernetes_mounts_is_there():
    volumes = {one["name"] for one in POD["volumes"]}
    for container in POD["containers"] + POD["initContainers"]:
        assert {one["name"] for one in container["volumeMounts"]} <= volumes
