"""FITS files: each process once for every file, anew for every version."""

import re

import pytest

from fsm.core.engine.effects import Ask
from fsm.testing.bench import Bench, Run, expectations, transitions
from machines.o2.fits import PLOT_SKYMAP, SKYMAP_SANITY, SKYVIEWER

FITS = "a.b.fits.gz"
TAGS = ("sky_loc", "lvem")


def start(script):
    script.new()
    script.file(FITS, 50, "uploaded sky map", TAGS)


def renewed(script, after):
    version = sum(1 for line in script.lines if FITS in str(line["payload"].get("file")))
    script.file(FITS, after, "uploaded sky map", TAGS, version=version)


def facts(run, guard, **changes):
    """Facts about the newest version of the map."""
    version = run.candidate.evidence.newest(FITS)
    return {f"{FITS},{version}": {"norm": 1.0, "coordsys": "C", **changes}}


PLOT = Bench(
    PLOT_SKYMAP, start=start, renewed=renewed,
    right={"plot.plot": lambda s, t: s.file("a.b.png", t, tags=TAGS)},
    wrong={"plot.plot": lambda s, t: s.file("a.b.png", t)},
)
VIEW = Bench(
    SKYVIEWER, start=start, renewed=renewed,
    right={"view.view": lambda s, t: s.file("a.b.json", t, tags=TAGS)},
    wrong={"view.view": lambda s, t: s.file("a.b.json", t)},
)
SANITY = Bench(
    SKYMAP_SANITY, start=start, renewed=renewed,
    right={"content.sanity": {"contents": facts}},
    wrong={"content.sanity": {"contents": {f"{FITS},0": {"norm": 0.9, "coordsys": "C"}}}},
)


@transitions(PLOT, VIEW, SANITY)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(PLOT, VIEW, SANITY)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("changes", "words"), [
    ({"norm": 0.9}, "0.9"), ({"norm": float("nan")}, "nan"),
    ({"coordsys": "G"}, "its COORDSYS is 'G' instead of 'C' (equatorial)"),
    ({"coordsys": None}, "COORDSYS"), ({"norm": 0.5, "coordsys": None}, "1 and its COORDSYS"),
    ({"error": "not FITS"}, "not FITS"), ({"nan": 3}, "3 of its pixels are NaN"),
    ({"negative": 2}, "2 of its pixels are negative"),
])
def test_what_is_wrong_is_said(changes, words):
    run = Run(SANITY)
    run.pass_time(run.engine.now + 10, contents=facts(run, "", **changes))
    assert run.check("content.sanity").state == "overdue"
    assert re.search(rf"{re.escape(words)}(?!\w)", run.check("content.sanity").why)


def test_without_contents_the_check_is_closed_as_unverified_and_nobody_is_told():
    run = Run(SANITY)
    run.pass_time(run.engine.now + 10, unavailable=True)
    assert run.check("content.sanity").state == "unverifiable"
    assert all(type(effect).__name__ in ("Ask", "Retired") for effect in run.effects)


def test_the_plot_of_an_older_version_does_not_count_for_a_newer_one():
    run = Run(PLOT)
    run.write(lambda s: PLOT.right["plot.plot"](s, 60))
    run.write(lambda s: s.file(FITS, 70, "", TAGS, version=1))
    assert run.check("plot.plot").state == "awaiting"
    run.write(lambda s: s.file("a.b.png", 80, tags=TAGS, version=1))
    assert run.check("plot.plot").state == "met"


def test_a_plot_that_comes_before_the_alert_of_its_new_map_counts():
    run = Run(PLOT)
    run.write(lambda s: PLOT.right["plot.plot"](s, 60))
    run.write(lambda s: s.file("a.b.png", 80, tags=TAGS, version=1))
    run.write(lambda s: s.file(FITS, 70, "", TAGS, version=1))
    assert (run.check("plot.plot").state, run.check("plot.plot").generation) == ("met", 1)


def test_the_same_version_again_changes_nothing():
    run = Run(PLOT)
    run.write(lambda s: PLOT.right["plot.plot"](s, 60))
    run.write(lambda s: s.file(f"{FITS},0", 70, "", TAGS))
    assert run.check("plot.plot").state == "met"
    assert list(run.candidate.runs) == [f"plot_skymap[{FITS}]"]


def test_tags_added_to_the_plot_are_no_fault():
    run = Run(PLOT)
    run.write(lambda s: s.file("a.b.png", 60, tags=(*TAGS, "public")))
    assert run.check("plot.plot").state == "met"


def test_the_content_of_the_newest_version_is_what_counts():
    run = Run(SANITY)
    run.write(lambda s: s.file(FITS, 70, "", TAGS, version=1))
    faulty = {"norm": 0.9, "coordsys": "C"}
    run.pass_time(run.engine.now + 10, contents={f"{FITS},0": faulty, **facts(run, "")})
    assert run.check("content.sanity").state == "met"
    wanted = [effect.wants for effect in run.effects if isinstance(effect, Ask)]
    assert wanted[-1] == (("content", FITS, 1),)


@pytest.mark.parametrize("name", ["a.png", "a.b.png"])
def test_the_plot_is_named_up_to_the_first_dot_or_the_ending(name):
    run = Run(PLOT)
    run.write(lambda s: s.file(name, 60, tags=TAGS))
    assert run.check("plot.plot").state == "met"
