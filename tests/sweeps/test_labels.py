"""Each label is put on and taken off at each stage of a night, twice: the invariants hold."""

import random

import pytest

from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import THOROUGH, examples, labelled, run, simulated, some

TODAY = {
    "S": ("ADVNO", "ADVOK", "ADVREQ", "COMBINEDSKYMAP_READY", "DQOK", "DQR_REQUEST", "DQV",
          "EARLY_WARNING", "EMBRIGHT_READY", "EM_COINC", "EM_READY", "GCN_PRELIM_SENT", "H1NO",
          "H1OK", "H1OPS", "HIGH_PROFILE", "INJ", "LOW_SIGNIF_LOCKED", "LOW_SIGNIF_PRELIM_SENT",
          "PASTRO_READY", "PE_READY", "RAVEN_ALERT", "SIGNIF_LOCKED", "SKYMAP_READY", "SOG_READY"),
    "E": ("COMBINEDSKYMAP_READY", "DQOK", "DQV", "EM_COINC", "EM_READY", "EXT_SKYMAP_READY", "INJ",
          "NOT_GRB", "RAVEN_ALERT", "SKYMAP_READY"),
    "G": ("EARLY_WARNING", "EMBRIGHT_READY", "INJ", "PASTRO_READY", "RAVEN_ALERT", "SKYMAP_READY"),
}
EARLIER = ("ADVNO", "ADVOK", "ADVREQ", "DQV", "EM_READY", "EM_Throttled", "H1NO", "H1OK", "H1OPS",
           "INJ", "L1NO", "L1OK", "L1OPS", "PE_READY", "V1OPS")


def labels(night):
    """Whose labels, and which."""
    for graceid in sorted({line["payload"]["uid"] for line in night.lines}):
        kind = next(letter for letter in "SEG" if letter in graceid or letter == "G")
        for name in TODAY[kind] if night.today else EARLIER:
            yield graceid, name


@pytest.mark.parametrize("pause", [0.3, 40.0, 900.0])
def test_on_and_off_twice(pause):
    findings = Findings()
    for night in (*simulated(), *examples()):
        for graceid, name in some(labels(night), 4, f"{pause} {night.name}"):
            for time in _tried(night, f"{night.name} {graceid} {name} {pause}"):
                switches = [time + number * pause for number in range(4)]
                made = run(labelled(night.lines, graceid, name, *switches))
                after = time - night.lines[0]["time"]
                findings.update(broken(made), f"{night.name}: {name} on and off twice on "
                                f"{graceid[0]} every {pause:g} s from {after:.0f} s on")
    findings.none()


def _tried(night, seed):
    """Stages of a night: just after something has happened."""
    times = sorted({line["time"] for line in night.lines})
    number = min(len(times), 6 if THOROUGH else 1)
    return [time + 0.1 for time in sorted(random.Random(seed).sample(times, number))]
