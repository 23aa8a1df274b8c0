"""Segments: many flags side by side."""

import attrs
import pytest

from fsm.testing.bench import CREATED, Bench, Run, expectations, transitions, uploaded
from machines.o2.segdb2grcdb import FLAGS, SEGDB2GRCDB

FLAG = "H1:DMT-ANALYSIS_READY:1"
FILE = "H1-DMT_ANALYSIS_READY_1-1186035134-60.xml.gz"


def start(script):
    script.new()


def vetoes(definer, ifo="H1", category="CAT1", **how):
    return uploaded(f"{ifo}-VETOTIME_{category}-1186035134-60.xml",
                    f"SegDb query for {definer} -> {ifo}:{category} within [1, 2]", **how)


BENCH = Bench(
    SEGDB2GRCDB, start=start, options={"flags": (FLAG,), "veto_defs": ("cbc",)},
    right={
        "launch.start": lambda s, t: s.log("began searching for segments in : https://x", t),
        "search.flag": lambda s, t: s.file(FILE, t, FLAG),
        "search.veto_def": vetoes("cbc"),
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


def test_veto_definers_whose_files_have_one_name_are_told_apart():
    run = Run(attrs.evolve(BENCH, options={"veto_defs": ("cbc", "burst", "cbc_more")}))
    run.write(vetoes("cbc"), 20)
    run.write(vetoes("burst", version=1), 30)
    run.write(vetoes("cw", category="CAT2"), 31)
    run.write(lambda s: s.log("SegDb query for cbc_more -> H1:CAT1 within [1, 2]", 32))
    assert {c.name: c.state for c in run.process.checks if c.name.startswith("veto_def")} == {
        "veto_def[cbc]": "met", "veto_def[burst]": "met", "veto_def[cbc_more]": "awaiting"}


def test_one_of_which_the_alerts_were_lost_is_found_although_another_has_its_file_name():
    run = Run(BENCH)
    lost = run.written(vetoes("cbc"), 20) + run.written(vetoes("burst", version=1), 30)
    run.pass_time(CREATED + 310, alerts=lost)
    assert run.check("search.veto_def").state == "found"


def test_a_longer_name_is_another_file():
    run = Run(Bench(SEGDB2GRCDB, start=start, right={}))
    run.write(lambda s: s.file(FILE + ".bak", 20))
    assert {c.state for c in run.process.checks} == {"awaiting"}
