"""Pictures and pages of a superevent's files."""

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.o4.visualizations import (
    CHIRP_MASS_SUMMARY,
    CLASSIFICATION_PLOT,
    ESTIMATED_MAP_ANNOTATION,
    PROPERTIES_PLOT,
    SKYMAP_ANNOTATION,
)


def after(filename):
    return lambda script: (script.new(), script.file(filename, 30))


def drawn(chart, name, tags):
    return Bench(chart, {
        "draw.page": uploaded(f"{name}.html", f"FITS headers for {name}", tags),
        "draw.sky": uploaded(f"{name}.png", f"Mollweide projection of {name}", tags),
        "draw.volume": uploaded(f"{name}.volume.png", f"Volume rendering of {name}", tags),
        "draw.coherence": uploaded(f"{name}.coherence.png", "Bayes factor for coherence vs. "
                                   f"incoherence of {name}", tags)},
        {"draw.sky": uploaded(f"{name}.png", f"Mollweide projection of {name}")},
        start=after(f"{name}.multiorder.fits"))


BENCHES = (
    drawn(SKYMAP_ANNOTATION, "bayestar", ("sky_loc", "public")),
    drawn(ESTIMATED_MAP_ANNOTATION, "Bilby", ("pe", "sky_loc")),
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
        s.new(), s.file("bayestar.multiorder.fits", 30), s.file("cwb.multiorder.fits", 60))))
    assert list(run.candidate.runs) == ["skymap_annotation[bayestar]", "skymap_annotation[cwb]"]
