"""The chirp mass estimate is put on the superevent."""

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.o4.chirp_mass_copy import CHIRP_MASS_COPY


def asked(script):
    script.new()
    script.label("DQR_REQUEST", 30)


BENCH = Bench(CHIRP_MASS_COPY, {"copy.file": uploaded(
    "mchirp_source.json", "Chirp mass estimate uploaded to superevent", ("em_follow", "public"))},
    {"copy.file": uploaded("mchirp_source.json", "something", ("em_follow", "public"))},
    start=asked)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_bursts_have_none():
    run = Run(Bench(CHIRP_MASS_COPY, start=asked, fields={"group": "Burst", "pipeline": "cwb"}))
    assert not run.candidate.runs
