"""Segments: many flags side by side."""

import pytest

from fsm.testing.bench import Bench, Run
from machines.segdb2grcdb import FLAGS, SEGDB2GRCDB

FLAG = "H1:DMT-ANALYSIS_READY:1"
FILE = "H1-DMT_ANALYSIS_READY_1-1186035134-60.xml.gz"


def start(script):
    script.new()


BENCH = Bench(
    SEGDB2GRCDB, start=start, options={"flags": (FLAG,)},
    right={
        "launch.start": lambda s, t: s.log("began searching for segments in : https://x", t),
        "search.flag": lambda s, t: s.file(FILE, t, FLAG),
        "search.finish": lambda s, t: s.log("finished searching for segments in : https://x", t),
    },
)


@pytest.mark.parametrize("row", BENCH.rows(), ids=str)
def test_transition(row):
    BENCH.check_row(row)


def test_every_flag_has_a_check_of_its_own():
    run = Run(Bench(SEGDB2GRCDB, start=start, right={}))
    run.write(lambda s: s.file(FILE, 20))
    states = {c.name: c.state for c in run.process.checks}
    assert states.pop(f"flag[{FLAG}]") == "met"
    assert sum(name.startswith("flag[") for name in states) == len(FLAGS) - 1
    assert set(states.values()) == {"awaiting"}


def test_a_longer_name_is_another_file():
    run = Run(Bench(SEGDB2GRCDB, start=start, right={}))
    run.write(lambda s: s.file(FILE + ".bak", 20))
    assert {c.state for c in run.process.checks} == {"awaiting"}
