"""External events: their sky maps, and coincidences."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, transitions, uploaded
from machines.o4.external_events import COINCIDENCE, COMBINED_MAP, EXTERNAL_MAP

FERMI = {"group": "External", "pipeline": "Fermi", "search": "GRB", "far": None}
TAGS = ("sky_loc", "ext_coinc")
BENCHES = (
    Bench(EXTERNAL_MAP, {
        "upload.skymap": uploaded("fermi_skymap.multiorder.fits", "Sky map created from GCN RA, "
                                  "dec, and error", ("sky_loc",)),
        "label.label": labelled("EXT_SKYMAP_READY"),
        "draw.plot": uploaded("fermi_skymap.png", "Mollweide projection of fermi", ("sky_loc",))},
        {"upload.skymap": uploaded("fermi_skymap.multiorder.fits")}, fields=FERMI),
    Bench(COINCIDENCE, {
        "compute.far": uploaded("coincidence_far.json"), "label.skymap": labelled("SKYMAP_READY"),
        "label.ready": labelled("EM_READY")},
        start=lambda s: (s.new(), s.label("EM_COINC", 30)), fields=FERMI,
        excused={"compute.far": {"search": "Supernova"}}),
    Bench(COMBINED_MAP, {
        "combine.skymap": uploaded("combined-ext.multiorder.fits",
                                   "Combined LVK-external sky map using a and b", TAGS),
        "combine.plot": uploaded("combined-ext.png", "Mollweide projection of combined", TAGS),
        "label.label": labelled("COMBINEDSKYMAP_READY")},
        start=lambda s: (s.new(), s.label("EM_COINC", 30), s.label("EXT_SKYMAP_READY", 31),
                         s.label("EM_READY", 32)), fields=FERMI),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("name", [
    "glg_healpix_all_bn_v00.fits.gz", "swift_skymap.fits.gz", "external_from_url.fits"])
def test_maps_of_many_names(name):
    run = Run(BENCHES[0])
    run.write(uploaded(name, tags=("sky_loc",)), 20)
    assert run.check("upload.skymap").state == "met"


def test_neutrinos_have_no_map():
    assert not Run(Bench(EXTERNAL_MAP, fields={**FERMI, "search": "Supernova"})).candidate.runs


def test_what_is_no_burst_is_not_followed():
    run = Run(BENCHES[0])
    run.write(labelled("NOT_GRB"), 20)
    assert run.candidate.state == "waived.refuted"
    assert not any(check.open for check in run.process.checks)
