"""EM-Bright: its classification names the GraceID."""

from fsm.testing.bench import GRACEID, Bench, Run, expectations, transitions
from machines.o2.em_bright import EM_BRIGHT


def start(script):
    script.new()
    script.file("psd.xml.gz", 3)


BENCH = Bench(
    EM_BRIGHT,
    start=start,
    right={"classify.classification":
           lambda s, t: s.file(f"Source_Classification_{GRACEID}.json", t)},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_the_file_of_another_candidate_does_not_count():
    run = Run(BENCH)
    run.write(lambda s: s.file("Source_Classification_G1.json", 60))
    assert run.check("classify.classification").state == "awaiting"
