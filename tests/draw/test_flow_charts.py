"""Diagrams: deterministic, complete, and known to be stale when they are."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.draw import flow_charts
from fsm.registry import charts, drawn

ROOT = Path(__file__).parents[2]
PROCESSES, LIFECYCLES = charts()
CHARTS = list(drawn(PROCESSES, LIFECYCLES))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("diagrams")
    flow_charts.write(flow_charts.graphs(PROCESSES, LIFECYCLES), CHARTS, folder, whole=True)
    return folder


def run(*arguments):
    return CliRunner().invoke(main, ["diagram", *map(str, arguments)])


def test_every_chart_has_its_files_and_its_line_in_the_index(written):
    names = {"overview", "overview_o2", "check", *(chart.name for chart in CHARTS)}
    assert {path.stem for path in written.glob("*.svg")} == names
    index = (written / "README.md").read_text()
    assert all(f"({name}.svg)" in index for name in names)


def test_what_is_written_is_not_stale(written):
    assert run("--check", "--out", written).exit_code == 0


def test_the_repositorys_own_diagrams_are_not_stale():
    assert run("--check", "--out", ROOT / "diagrams").exit_code == 0


@pytest.mark.parametrize("spoil", [
    lambda f: (f / "bayestar.dot").write_text("digraph {}"),
    lambda f: (f / "bayestar.dot").unlink(),
    lambda f: (f / "bayestar.svg").unlink(),
    lambda f: (f / "README.md").write_text(""),
    lambda f: (f / "gone.dot").write_text("digraph {}"),
])
def test_what_is_stale_is_named(written, tmp_path, spoil):
    folder = tmp_path / "d"
    shutil.copytree(written, folder)
    spoil(folder)
    done = run("--check", "--out", folder)
    assert done.exit_code == 1 and "is stale" in done.stderr


def test_one_chart_alone(tmp_path):
    assert run("far", "--out", tmp_path).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"far.dot", "far.svg"}


def test_the_dot_text_is_the_same_every_time():
    one, other = (flow_charts.graphs(*charts()) for _ in range(2))
    assert {n: g.source for n, g in one.items()} == {n: g.source for n, g in other.items()}


def test_guards_and_deadlines_are_on_the_edges(written):
    dot = (written / "bayestar.dot").read_text()
    assert "after 1 min 30 s" in dot and "bayestar.fits.gz" in dot and "cluster_localize" in dot


def test_without_dot_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("far", "--out", tmp_path)
    assert done.exit_code == 2 and "apt-get install graphviz" in done.output


def test_who_starts_whom():
    by_name = {process.name: process for process in PROCESSES}
    assert flow_charts.starts(by_name["event_creation"], by_name["bayestar"])
    assert flow_charts.starts(by_name["bayestar"], by_name["plot_skymap"])
    assert flow_charts.starts(by_name["sngl_fits"], by_name["mult_fits"])
    assert not flow_charts.starts(by_name["skymap_sanity"], by_name["plot_skymap"])
    assert not flow_charts.starts(by_name["far"], by_name["idq"])
