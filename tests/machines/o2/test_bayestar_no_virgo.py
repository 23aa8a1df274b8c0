"""BAYESTAR without Virgo: only where Virgo took part."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, transitions
from machines.o2.bayestar_no_virgo import BAYESTAR_NO_VIRGO

FITS = "bayestar_no_virgo.fits.gz"


def start(script):
    script.new()
    script.file("psd.xml.gz", 3)


BENCH = Bench(
    BAYESTAR_NO_VIRGO,
    start=start,
    right={"localize.skymap": lambda s, t: s.file(FITS, t, tags=("sky_loc", "lvem"))},
    wrong={"localize.skymap": lambda s, t: s.file(FITS, t)},
    excused={"localize.skymap": {"instruments": "H1,L1"}},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("instruments", ["H1,L1", "H1", "", None])
def test_without_virgo_nothing_is_expected(instruments):
    bench = Bench(BAYESTAR_NO_VIRGO, start=start, right={}, fields={"instruments": instruments})
    run = Run(bench)
    run.pass_time(run.engine.now + 200)
    assert run.check("localize.skymap").state == "not_expected"
    assert run.check("localize.skymap").why
    assert not [effect for effect in run.effects if effect[4:5] == ("failure",)]
