"""A spectrogram of each interferometer."""

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.o4.omegascans import OMEGASCANS

BENCH = Bench(OMEGASCANS, {
    "scan.plot": uploaded("H1_omegascan.png", "H1 omegascan", ("data_quality",))},
    wrong={"scan.plot": uploaded("H1_omegascan.png", "H1 omegascan")}, options={"ifos": ("H1",)})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_there_is_one_for_each_interferometer():
    run = Run(Bench(OMEGASCANS))
    assert list(run.candidate.runs) == ["omegascans[H1]", "omegascans[L1]", "omegascans[V1]"]
    run.write(uploaded("L1_omegascan.png", "L1 omegascan", ("data_quality",)), 20)
    assert [r.checks[0].state for r in run.candidate.runs.values()] == ["awaiting", "met",
                                                                       "awaiting"]


def test_test_superevents_have_none():
    assert not Run(Bench(OMEGASCANS, fields={"category": "Test"})).candidate.runs
