"""Segments: many flags side by side."""

import attrs
import pytest

from fsm.testing.bench import Bench, Run, expectations, transitions, uploaded
from machines.segdb2grcdb import FLAGS, SEGDB2GRCDB

FLAG = "H1:DMT-ANALYSIS_READY:1"
FILE = "H1-DMT_ANALYSIS_READY_1-1186035134-60.xml.gz"


def start(script):
    script.new()


BENCH = Bench(
    SEGDB2GRCDB, start=start, options={"flags": (FLAG,), "veto_defs": ("H1L1:CBC-VETOES:1",)},
    right={
        "launch.start": lambda s, t: s.log("began searching for segments in : https://x", t),
        "search.flag": lambda s, t: s.file(FILE, t, FLAG),
        "search.veto_def": uploaded("H1L1-CBC_VETOES_1-1186035134-60.xml.gz"),
        "search.any": uploaded("allActive-1186035134-60.json"),
        "search.finish": lambda s, t: s.log("finished searching for segments in : https://x", t),
    },
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_every_flag_has_a_check_of_its_own():
    run = Run(Bench(SEGDB2GRCDB, start=start, right={}))
    run.write(lambda s: s.file(FILE, 20))
    states = {c.name: c.state for c in run.process.checks}
    assert states.pop(f"flag[{FLAG}]") == "met"
    assert sum(name.startswith("flag[") for name in states) == len(FLAGS) - 1
    assert set(states.values()) == {"awaiting"}


@pytest.mark.parametrize("text", ["began searching for segments in : ",
                                  "began searching for segments in https://segments"])
def test_its_start_is_accepted_with_and_without_a_colon(text):
    run = Run(BENCH)
    run.write(lambda s: s.log(text, 5))
    assert run.check("launch.start").state == "met"


def test_veto_definers_and_the_summary_are_off_by_default():
    run = Run(attrs.evolve(BENCH, options={}))
    assert not [c.name for c in run.process.checks if c.name.startswith("veto_def")]
    assert {c.name: c.within for _, c in SEGDB2GRCDB.checks()}["any"] is None


def test_a_longer_name_is_another_file():
    run = Run(Bench(SEGDB2GRCDB, start=start, right={}))
    run.write(lambda s: s.file(FILE + ".bak", 20))
    assert {c.state for c in run.process.checks} == {"awaiting"}
