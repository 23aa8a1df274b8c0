"""Aframe's events: AMPLFI's samples, and what is computed from them."""

from fsm.testing.bench import Bench, Run, expectations, labelled, transitions, uploaded
from machines.o4.amplfi import AMPLFI, AMPLFI_PRODUCTS

AFRAME = {"pipeline": "aframe"}
BENCHES = (
    Bench(AMPLFI, {
        "upload.samples": uploaded("amplfi.posterior_samples.hdf5"),
        "upload.skymap": uploaded("amplfi.multiorder.fits"),
        "label.label": labelled("SKYMAP_READY")}, fields=AFRAME),
    Bench(AMPLFI_PRODUCTS, {
        "compute.em_bright": uploaded("em_bright.json", 'em-bright computed from "amplfi"',
                                      ("em_bright", "public")),
        "compute.mchirp": uploaded("mchirp_source.json",
                                   'Chirp mass estimate computed from "amplfi"',
                                   ("em_follow", "public")),
        "label.label": labelled("EMBRIGHT_READY")},
        wrong={"compute.em_bright": uploaded("em_bright.json", "em bright complete",
                                             ("em_bright", "public")),
               "compute.mchirp": uploaded("mchirp_source.json", "x", ("em_follow", "public"))},
        start=lambda s: (s.new(), s.file("amplfi.posterior_samples.hdf5", 20)), fields=AFRAME),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


def test_matched_filter_events_have_no_samples():
    assert not Run(Bench(AMPLFI)).candidate.runs
