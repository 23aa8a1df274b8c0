"""EM-Bright: its classification names the GraceID."""

import pytest

from fsm.testing.bench import GRACEID, Bench, Run
from machines.em_bright import EM_BRIGHT


def start(script):
    script.new()
    script.file("psd.xml.gz", 3)


BENCH = Bench(
    EM_BRIGHT,
    start=start,
    right={"classify.classification":
           lambda s, t: s.file(f"Source_Classification_{GRACEID}.json", t)},
)


@pytest.mark.parametrize("row", BENCH.rows(), ids=str)
def test_transition(row):
    BENCH.check_row(row)


def test_the_file_of_another_candidate_does_not_count():
    run = Run(BENCH)
    run.write(lambda s: s.file("Source_Classification_G1.json", 60))
    assert run.check("classify.classification").state == "awaiting"
