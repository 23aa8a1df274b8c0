"""Pictures and pages of a superevent's files."""

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.o4.visualizations import (
    CHIRP_MASS_SUMMARY,
    CLASSIFICATION_PLOT,
    PROPERTIES_PLOT,
    SKYMAP_ANNOTATION,
)


def after(filename):
    return lambda script: (script.new(), script.file(filename, 30))


MAP = ("sky_loc", "public")
BENCHES = (
    Bench(SKYMAP_ANNOTATION, {
        "draw.page": uploaded("bayestar.html", "FITS headers for bayestar", MAP),
        "draw.sky": uploaded("bayestar.png", "Mollweide projection of bayestar", MAP),
        "draw.volume": uploaded("bayestar.volume.png", "Volume rendering of bayestar", MAP),
        "draw.coherence": uploaded("bayestar.coherence.png", "Bayes factor for coherence vs. "
                                   "incoherence of bayestar", MAP)},
        {"draw.sky": uploaded("bayestar.png", "Mollweide projection of bayestar")},
        start=after("bayestar.multiorder.fits")),
    Bench(PROPERTIES_PLOT, {"draw.plot": uploaded(
        "em_bright.png", "Source properties visualization from em_bright.json",
        ("em_follow", "em_bright", "public"))}, start=after("em_bright.json")),
    Bench(CLASSIFICATION_PLOT, {"draw.plot": uploaded(
        "gstlal.p_astro.png", "Source classification visualization from gstlal.p_astro.json",
        ("em_follow", "p_astro", "public"))}, start=after("gstlal.p_astro.json")),
    Bench(CHIRP_MASS_SUMMARY, {"draw.plot": uploaded(
        "mchirp_source.png", "Chirp mass visualization from mchirp_source.json",
        ("em_follow", "public"))}, start=after("mchirp_source.json")),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def test_every_map_has_its_own():
    run = Run(Bench(SKYMAP_ANNOTATION, start=lambda s: (
        s.new(), s.file("bayestar.multiorder.fits", 30), s.file("Bilby.multiorder.fits", 60))))
    assert list(run.candidate.runs) == ["skymap_annotation[bayestar]", "skymap_annotation[Bilby]"]
