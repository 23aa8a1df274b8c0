"""Summaries of sky maps: one page each, and a comparison from two on."""

import pytest

from fsm.testing.bench import CREATED, GRACEID, Bench, Run
from machines.o2.fits_summaries import MULT_FITS, SNGL_FITS

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


def heard(chart, *annotations):
    run = Run(Bench(chart, right={}, start=lambda s: s.new()))
    for number, annotate in enumerate(annotations):
        run.write(lambda s, annotate=annotate, after=60 + 10 * number: annotate(s, after))
    return run


def begun(s, t):
    s.log(f"started skymap summary for {link(FITS)}", t)


def test_a_summary_is_expected_once_it_has_begun_where_its_map_was_not_heard_of():
    run = heard(SNGL_FITS, begun)
    assert list(run.candidate.runs) == [f"sngl_fits[{FITS}]"]
    assert run.check("launch.start").state == "met"
    assert run.check("summarize.html").due == CREATED + 60 + 600
    for after in (30, 90):
        run.write(lambda s, after=after: s.file(FITS, after, "uploaded sky map", TAGS))
        assert run.check("summarize.html").due == CREATED + 60 + 600


def test_only_a_new_version_of_a_known_map_has_it_summarized_anew():
    run = Run(SINGLE)
    run.write(lambda s: begun(s, 70))
    assert run.check("launch.start").generation == 0
    run.write(lambda s: s.file(FITS, 200, "uploaded sky map", TAGS, version=1))
    assert run.check("launch.start").state == "awaiting"
    assert run.check("launch.start").due == CREATED + 200 + 120


@pytest.mark.parametrize("names", [(FITS, OTHER), (OTHER,)])
def test_a_comparison_is_expected_to_end_once_it_has_begun(names):
    run = heard(MULT_FITS, compared("started", *names))
    assert list(run.candidate.runs) == [f"mult_fits[{'+'.join(sorted(names))}]"]
    assert run.check("launch.start").state == "met"
    assert run.check("compare.finish").due == CREATED + 60 + 600


def test_a_comparison_that_was_expected_already_is_not_expected_twice():
    run = Run(MULTIPLE)
    run.write(lambda s: compared("started", OTHER, FITS)(s, 60))
    assert len(run.candidate.runs) == 1


def test_a_further_map_is_compared_although_an_earlier_comparison_has_begun():
    run = Run(MULTIPLE)
    run.write(lambda s: compared("started", OTHER, FITS)(s, 60))
    run.write(lambda s: s.log(f"finished skymap summary for {link('third.fits')}", 900))
    third = run.candidate.runs[f"mult_fits[{OTHER}+{FITS}+third.fits]"]
    assert third.checks[0].due == CREATED + 900 + 120


def test_a_comparison_of_nothing_is_none():
    assert not heard(MULT_FITS, compared("started")).candidate.runs
