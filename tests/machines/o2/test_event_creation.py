"""Event creation: every pipeline uploads files of its own."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, transitions
from machines.o2.event_creation import EVENT_CREATION

GPSTIME = 1186035164.75
OTHERS = {"pipeline": "something-new"}


def start(script):
    script.new()


def psd(size):
    return {"contents": {"psd.xml.gz,0": {"size": size}}}


def announced(run, guard):
    """The PSD is there only by GraceDB's own word, in time or too late."""
    return run.annotated(lambda s, t: s.file("psd.xml.gz", t), guard)


CBC = Bench(
    EVENT_CREATION, start=start,
    right={"upload.cbc_psd_size": {"alerts": announced, **psd(100)},
           "upload.cbc_coinc": lambda s, t: s.file("coinc.xml", t),
           "upload.cbc_psd": lambda s, t: s.file("psd.xml.gz", t)},
    wrong={"upload.cbc_psd_size": {"alerts": announced, **psd(99)}},
    excused={"upload.cbc_psd_size": OTHERS, "upload.cbc_coinc": OTHERS,
             "upload.cbc_psd": OTHERS},
)
CWB = Bench(
    EVENT_CREATION, start=start,
    fields={"group": "Burst", "pipeline": "CWB", "gpstime": GPSTIME},
    right={"upload.cwb_trigger": lambda s, t: s.file("trigger_1186035164.7500.txt", t)},
    excused={"upload.cwb_trigger": OTHERS},
)
OLIB = Bench(
    EVENT_CREATION, start=start,
    fields={"group": "Burst", "pipeline": "LIB", "gpstime": str(GPSTIME)},
    right={"upload.olib_trigger": lambda s, t: s.file("1186035164.75-1.json", t)},
    excused={"upload.olib_trigger": OTHERS},
)
@transitions(CBC, CWB, OLIB)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(CBC, CWB, OLIB)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("gpstime", "name"), [
    (1186035164.0, "1186035164.0-1.json"),
    (1186035164.0, "1186035164.00-1.json"),
    (1186035164.5, "1186035164.5-1.json"),
    ("1186035164.50", "1186035164.50-1.json"),
])
def test_olib_may_drop_zeros(gpstime, name):
    bench = Bench(EVENT_CREATION, start=start, right={},
                  fields={"pipeline": "LIB", "gpstime": gpstime})
    run = Run(bench)
    run.write(lambda s: s.file(name, 2))
    assert run.check("upload.olib_trigger").state == "met"


def test_an_unknown_pipeline_is_noted_and_nothing_is_expected_of_it():
    run = Run(Bench(EVENT_CREATION, start=start, right={}, fields=OTHERS))
    assert {c.state for c in run.process.checks} == {"not_expected"}
    assert "something-new" in run.process.checks[0].why


def test_a_version_in_the_name_does_not_hide_the_psd():
    run = Run(Bench(EVENT_CREATION, start=start, right={}))
    run.write(lambda s: s.file("psd.xml.gz,0", 2))
    assert run.check("upload.cbc_psd").state == "met"
