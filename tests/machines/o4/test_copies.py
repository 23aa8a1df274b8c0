"""What a superevent takes over from its preferred event."""

import pytest

from fsm.testing.bench import Bench, Run, expectations, labelled, transitions, uploaded
from machines.o4.copies import COPIED_CLASSIFICATION, COPIED_PROPERTIES, COPIED_SKYMAP


def locked(script):
    script.new()
    script.label("LOW_SIGNIF_LOCKED", 40)


def bench(chart, name, said, tag, label):
    return Bench(chart, {"copy.file": uploaded(name, f"{said} G100001", (tag, "public")),
                         "label.label": labelled(label)},
                 {"copy.file": uploaded(name, "by hand", (tag, "public"))}, start=locked)


BENCHES = (
    bench(COPIED_SKYMAP, "bayestar.multiorder.fits", "Localization copied from", "sky_loc",
          "SKYMAP_READY"),
    bench(COPIED_PROPERTIES, "em_bright.json", "Source properties copied from", "em_bright",
          "EMBRIGHT_READY"),
    bench(COPIED_CLASSIFICATION, "gstlal.p_astro.json", "Source classification copied from",
          "p_astro", "PASTRO_READY"),
)


@transitions(*BENCHES)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(*BENCHES)
def test_expectation(bench, case):
    bench.check_case(case)


@pytest.mark.parametrize(("chart", "fields"), [
    (COPIED_PROPERTIES, {"group": "Burst", "pipeline": "cwb"}),
    (COPIED_CLASSIFICATION, {"search": "SSM"}), (COPIED_SKYMAP, {"category": "Test"})])
def test_what_there_is_not_is_not_copied(chart, fields):
    assert not Run(Bench(chart, start=locked, fields=fields)).candidate.runs
