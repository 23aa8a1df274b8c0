"""Summaries of sky maps: one page each, and a comparison from two on."""

import pytest

from fsm.testing.bench import GRACEID, Bench, Run
from machines.fits_summaries import MULT_FITS, SNGL_FITS

FITS, OTHER = "bayestar.fits.gz", "LALInference.fits.gz"
TAGS = ("sky_loc",)


def link(name):
    return f'<a href="https://gracedb.example.org/files/{name}">{name}</a>'


def start(script):
    script.new()
    script.file(FITS, 50, "uploaded sky map", TAGS)


def renewed(script, after):
    version = sum(1 for line in script.lines if line["payload"].get("file") == FITS)
    script.file(FITS, after, "uploaded sky map", TAGS, version=version)


def html(s, t):
    s.file("bayestar-skymapSummary.html", t,
           f"skymap summary for {FITS} can be found {link('page')} here")


SINGLE = Bench(
    SNGL_FITS, start=start, renewed=renewed,
    right={
        "launch.start": lambda s, t: s.log(f"started skymap summary for {link(FITS)}", t),
        "summarize.html": html,
        "summarize.finish": lambda s, t: s.log(f"finished skymap summary for {link(FITS)}", t),
    },
    wrong={"summarize.html": lambda s, t: s.file("bayestar-skymapSummary.html", t, "a page")},
)


def two_summaries(script):
    script.new()
    for number, name in enumerate((FITS, OTHER)):
        script.log(f"finished skymap summary for {link(name)}", 50 + number)


def compared(what, *names):
    listed = ", ".join(link(name) for name in names)
    return lambda s, t: s.log(f"{what} skymap comparison for {listed}", t)


MULTIPLE = Bench(
    MULT_FITS, start=two_summaries,
    right={
        "launch.start": compared("started", FITS, OTHER),
        "compare.html": lambda s, t: s.file(f"{GRACEID}-skymapComparison.html", t,
                                            f"comparison of skymaps can be found {link('here')}"),
        "compare.finish": compared("finished", OTHER, FITS),
    },
    wrong={"compare.html": lambda s, t: s.file(f"{GRACEID}-skymapComparison.html", t)},
)


@pytest.mark.parametrize(("bench", "row"), [
    pytest.param(bench, row, id=f"{bench.chart.name}:{row}")
    for bench in (SINGLE, MULTIPLE) for row in bench.rows()])
def test_transition(bench, row):
    bench.check_row(row)


def test_one_map_alone_is_not_compared():
    run = Run(Bench(MULT_FITS, right={}, start=lambda s: (
        s.new(), s.log(f"finished skymap summary for {link(FITS)}", 50))))
    assert not run.candidate.runs


@pytest.mark.parametrize("names", [(FITS,), ("third.fits", FITS), ()])
def test_a_comparison_that_leaves_a_map_out_does_not_count(names):
    run = Run(MULTIPLE)
    run.write(lambda s: compared("started", *names)(s, 60))
    assert run.check("launch.start").state == "awaiting"


def test_a_comparison_of_more_maps_counts():
    run = Run(MULTIPLE)
    run.write(lambda s: compared("started", FITS, "third.fits", OTHER)(s, 60))
    assert run.check("launch.start").state == "met"
