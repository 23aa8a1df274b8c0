"""Diagrams: complete, in their place, and known to be stale when they are."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.draw import flow_charts, folder, workings
from fsm.registry import charts, drawn

ROOT = Path(__file__).parents[2]
PROCESSES, LIFECYCLES = charts()
CHARTS = [*PROCESSES, *LIFECYCLES]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    place = tmp_path_factory.mktemp("diagrams")
    folder.write(flow_charts.graphs(PROCESSES, LIFECYCLES), CHARTS, place, whole=True)
    return place


def run(*arguments):
    return CliRunner().invoke(main, ["diagram", *map(str, arguments)])


def test_every_chart_has_its_files_and_its_line_in_the_index(written):
    overviews = {f"overview_{kind}" for kind in ("superevent", "event", "external", "o2")}
    names = {*overviews, "check", *(chart.name for chart in drawn(PROCESSES, LIFECYCLES))}
    assert {path.stem for path in written.rglob("*.svg")} == names | set(workings.TITLES)
    formal = {path.stem for path in written.rglob("states/*.svg")}
    assert formal == {process.name for process in PROCESSES}
    index = (written / "README.md").read_text()
    paths = [path.relative_to(written) for path in written.rglob("*.svg")]
    assert all(f"({path})" in index for path in paths)
    assert {path.parts[0] for path in paths if len(path.parts) > 1} == {
        "superevent", "event", "external", "o2"}


def test_a_chart_lies_with_the_candidates_that_it_is_for(written):
    for path in ("o2/bayestar", "o2/approval", "event/coinc_upload", "superevent/alert_stage",
                 "external/external_map", "external/states/external_map"):
        assert (written / f"{path}.svg").exists(), path
    assert "| Notices and circulars | [initial_notice](superevent/initial_notice.svg)" in (
        written / "README.md").read_text()


def test_todays_charts_come_first_and_those_of_2017_in_a_section_that_says_so(written):
    index = (written / "README.md").read_text()
    titles = [line for line in index.splitlines() if line.startswith("## ")]
    assert titles == ["## Superevents", "## Events", "## External events",
                      "## Events of the second observing run (2017)"]
    assert index.index("(overview_external.svg)") < index.index("(overview_o2.svg)")


def test_every_link_in_a_picture_leads_to_a_picture(written):
    for picture in written.rglob("*.svg"):
        for link in re.findall(r'xlink:href="([^"]+)"', picture.read_text()):
            assert (picture.parent / link).resolve().exists(), (picture, link)


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
    assert {path.relative_to(tmp_path / "o2").as_posix()
            for path in (tmp_path / "o2").rglob("far.*")} == {
        "far.dot", "far.svg", "states/far.dot", "states/far.svg"}


def test_without_dot_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("far", "--out", tmp_path)
    assert done.exit_code == 2 and "apt-get install graphviz" in done.output
