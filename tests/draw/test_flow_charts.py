"""Diagrams: deterministic, complete, and known to be stale when they are."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.draw import flow_charts, folder
from fsm.registry import charts, drawn

ROOT = Path(__file__).parents[2]
PROCESSES, LIFECYCLES = charts()
CHARTS = list(drawn(PROCESSES, LIFECYCLES))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    place = tmp_path_factory.mktemp("diagrams")
    folder.write(flow_charts.graphs(PROCESSES, LIFECYCLES), CHARTS, place, whole=True)
    return place


def run(*arguments):
    return CliRunner().invoke(main, ["diagram", *map(str, arguments)])


def test_every_chart_has_its_files_and_its_line_in_the_index(written):
    names = {"overview", "overview_o2", "check", *(chart.name for chart in CHARTS)}
    assert {path.stem for path in written.rglob("*.svg")} == names
    index = (written / "README.md").read_text()
    paths = [path.relative_to(written) for path in written.rglob("*.svg")]
    assert all(f"({path})" in index for path in paths)
    assert {path.parts[0] for path in paths if len(path.parts) > 1} == {
        "superevent", "event", "external", "o2"}


def test_a_chart_lies_with_the_candidates_that_it_is_for(written):
    for path in ("o2/bayestar", "o2/approval", "event/coinc_upload", "superevent/alert_stage",
                 "external/external_map", "overview"):
        assert (written / f"{path}.svg").exists(), path
    assert "| notices | [initial_notice](superevent/initial_notice.svg)" in (
        written / "README.md").read_text()


def test_what_is_written_is_not_stale(written):
    assert run("--check", "--out", written).exit_code == 0


def test_the_repositorys_own_diagrams_are_not_stale():
    assert run("--check", "--out", ROOT / "diagrams").exit_code == 0


@pytest.mark.parametrize("spoil", [
    lambda f: (f / "o2" / "bayestar.dot").write_text("digraph {}"),
    lambda f: (f / "o2" / "bayestar.dot").unlink(),
    lambda f: (f / "o2" / "bayestar.svg").unlink(),
    lambda f: (f / "README.md").write_text(""),
])
def test_what_is_stale_is_named(written, tmp_path, spoil):
    copy = tmp_path / "d"
    shutil.copytree(written, copy)
    spoil(copy)
    done = run("--check", "--out", copy)
    assert done.exit_code == 1 and "is stale" in done.stderr


def test_a_chart_that_is_gone_goes_and_what_is_not_ours_stays(written, tmp_path):
    copy = tmp_path / "d"
    shutil.copytree(written, copy)
    for path in ("event/gone.svg", "event/other.svg", "papers/mine.svg", "own.dot"):
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).write_text("x")
    text = (copy / "README.md").read_text()
    (copy / "README.md").write_text(f"{text}| [gone](event/gone.svg) | |\n")
    assert "event/gone.svg is stale" in run("--check", "--out", copy).stderr
    folder.write(flow_charts.graphs(PROCESSES, LIFECYCLES), CHARTS, copy, whole=True)
    assert not (copy / "event" / "gone.svg").exists()
    assert all((copy / path).exists() for path in ("event/other.svg", "papers/mine.svg", "own.dot"))


def test_one_chart_alone(tmp_path):
    assert run("far", "--out", tmp_path).exit_code == 0
    assert {path.name for path in (tmp_path / "o2").iterdir()} == {"far.dot", "far.svg"}


def test_the_dot_text_is_the_same_every_time():
    one, other = (flow_charts.graphs(*charts()) for _ in range(2))
    assert {n: g.source for n, g in one.items()} == {n: g.source for n, g in other.items()}


def test_guards_and_deadlines_are_on_the_edges(written):
    dot = (written / "o2" / "bayestar.dot").read_text()
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
