"""Machines outside this repository get all that the shipped ones get."""

import importlib
import json
import sys

import pytest
from click.testing import CliRunner

from fsm import registry
from fsm.cli import main
from fsm.errors import ChartError, ConfigurationError
from fsm.testing.script import Script, text

CHART = '''
"""Mine."""
from fsm.chart import Process, Stage, check, log, new
MINE = Process("{name}", "Mine", starts=new(), parties=("me",),
               stages=[Stage("wait", check("hello", log("hello"), within=60))])
'''


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """Writes modules of machines beside the user's configuration."""
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(modules):
        for name, source in modules.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(source)
        importlib.invalidate_caches()
        return tmp_path

    yield write
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("own", "night", "own_charts"):
            del sys.modules[name]


def announced(folder, module):
    """Make a folder hold an installed distribution that announces a package of machines."""
    info = folder / "own_charts-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-charts\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[fsm.machines]\nmine = {module}\n")


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_a_single_module_named_in_the_configuration(outside):
    folder = outside({"night.py": CHART.replace("{name}", "mine")})
    (folder / "c.toml").write_text(
        '[general]\nmachines = ["night"]\n[process.mine]\ndeadlines = { hello = 30 }\n'
        'failure = ["shift"]\n[[profile]]\nname = "only mine"\nonly = ["mine"]\n')
    script = Script("G1", 1_500_000_000.0)
    script.new()
    (folder / "r.jsonl").write_text(text([script]))
    done = run("replay", "r.jsonl", "--config", "c.toml", "--json")
    assert done.exit_code == 0, done.output
    plain = json.loads(done.stdout)
    candidate = plain["graceids"]["G1"]
    assert list(candidate["processes"]) == ["mine"]
    (check,) = candidate["processes"]["mine"]["checks"].values()
    assert check["state"] == "missing" and check["due"] - candidate["created"] == 30
    assert any(effect["to"] == ["shift"] for effect in plain["effects"])


def test_an_announced_package_is_drawn_documented_and_listed(outside):
    folder = outside({"own_charts/__init__.py": "",
                      "own_charts/one.py": CHART.replace("{name}", "mine")})
    announced(folder, "own_charts")
    assert "own_charts" in registry.packages()
    assert run("diagram", "mine").exit_code == 0
    assert (folder / "diagrams" / "event" / "mine.svg").exists()
    assert run("document", "--out", "p.md").exit_code == 0
    assert "## mine" in (folder / "p.md").read_text()
    assert "mine" in [p["name"] for p in json.loads(run("machines", "--json").stdout)]


def test_a_name_that_is_taken_is_an_error(outside):
    outside({"night.py": CHART.replace("{name}", "bayestar")})
    with pytest.raises(ChartError, match="declared twice: in machines.o2.bayestar and in night"):
        registry.charts("machines", "night")


@pytest.mark.parametrize("source, words", [
    ("raise RuntimeError('broken')", "RuntimeError: broken"), ("def", "SyntaxError"),
])
def test_a_module_that_cannot_be_imported_is_a_clear_error(outside, source, words):
    outside({"night.py": source})
    with pytest.raises(ConfigurationError, match=f"'night' cannot be imported: {words}"):
        registry.charts("night")


def test_a_module_that_is_not_there():
    with pytest.raises(ConfigurationError, match="'nowhere' cannot be imported"):
        registry.charts("nowhere")
