"""What is annotated to a compact-binary event by itself."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, transitions, uploaded
from machines.o4.annotations import (
    BAYESTAR_MAP,
    CHIRP_MASS,
    COINC_UPLOAD,
    SOURCE_CLASSIFICATION,
    SOURCE_PROPERTIES,
)

PUBLIC = ("public",)
BENCHES = (
    Bench(COINC_UPLOAD, {"upload.coinc": uploaded("coinc.xml", "initial data")}),
    Bench(SOURCE_PROPERTIES, {
        "compute.file": uploaded("em_bright.json", "em bright complete", ("em_bright", *PUBLIC)),
        "label.label": labelled("EMBRIGHT_READY")},
        wrong={"compute.file": uploaded("em_bright.json", "something", ("em_bright", *PUBLIC))}),
    Bench(SOURCE_CLASSIFICATION, {
        "compute.file": uploaded("mbta.p_astro.json", "any", ("p_astro", *PUBLIC)),
        "label.label": labelled("PASTRO_READY")},
        wrong={"compute.file": uploaded("mbta.p_astro.json", "any", ("p_astro",))},
        fields={"pipeline": "MBTA"}),
    Bench(BAYESTAR_MAP, {
        "localize.skymap": uploaded("bayestar.multiorder.fits", "sky localization complete",
                                    ("sky_loc", *PUBLIC)),
        "label.label": labelled("SKYMAP_READY")},
        wrong={"localize.skymap": uploaded("bayestar.multiorder.fits",
                                           "sky localization complete", ())}),
    Bench(CHIRP_MASS, {"compute.file": uploaded(
        "mchirp_source.json", "Chirp mass estimate computed from point estimate",
        ("em_follow", *PUBLIC))},
        wrong={"compute.file": uploaded("mchirp_source.json", "x", ("em_follow", *PUBLIC))},
        start=lambda s: (s.new(), s.file("bayestar.multiorder.fits", 30))),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("fields", [
    {"group": "Test"}, {"search": "VTInjection"}, {"processing_status": "reserved"},
    {"pipeline": "aframe"}, {"group": "Burst", "pipeline": "CWB"}])
def test_others_are_not_localized_by_bayestar(fields):
    assert not Run(Bench(BAYESTAR_MAP, fields=fields)).candidate.runs


@pytest.mark.parametrize(("fields", "expected"), [
    ({"search": "SSM"}, False), ({"search": "EarlyWarning"}, True), ({"search": "MDC"}, True),
    ({"group": "Burst", "search": "BBH", "pipeline": "CWB"}, True),
    ({"group": "Burst", "search": "AllSky", "pipeline": "CWB"}, False)])
def test_which_searches_are_classified(fields, expected):
    assert bool(Run(Bench(SOURCE_CLASSIFICATION, fields=fields)).candidate.runs) is expected


def test_an_event_whose_data_come_later_is_annotated_then():
    run = Run(Bench(BAYESTAR_MAP, fields={"processing_status": "reserved"}))
    run.write(lambda s: s.update(300, {"processing_status": "uploaded"}))
    assert run.candidate.runs
