"""Burst events bring a sky map of their own."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, transitions, uploaded
from machines.o4.burst_map import BURST_MAP

BENCH = Bench(BURST_MAP, {"upload.skymap": uploaded("mly.multiorder.fits"),
                          "label.label": labelled("SKYMAP_READY")},
              fields={"group": "Burst", "pipeline": "MLy"})


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize("fields", [{"group": "CBC"}, {"group": "Burst", "search": "MDC"}])
def test_others_bring_none(fields):
    assert not Run(Bench(BURST_MAP, fields=fields)).candidate.runs
