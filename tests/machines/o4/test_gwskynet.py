"""GWSkyNet's annotation."""

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.o4.gwskynet import GWSKYNET


def mapped(script):
    script.new()
    script.label("SKYMAP_READY", 30)


BENCH = Bench(GWSKYNET, {"annotate.file": uploaded(
    "gwskynet.json", "GWSkyNet annotation from bayestar.multiorder.fits", ("em_follow", "public"))},
    {"annotate.file": uploaded("gwskynet.json", "GWSkyNet annotation from x")}, start=mapped)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_faint_candidates_have_none():
    assert not Run(Bench(GWSKYNET, start=mapped, fields={"far": 1e-4})).candidate.runs
