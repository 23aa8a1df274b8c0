"""Which kinds of candidates there are: their stories, and the values of their events."""

from fsm.testing import coincidences, followups, superevents, upgrades

CBC = {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "instruments": "H1,L1,V1"}
BURST = {"group": "Burst", "pipeline": "CWB", "search": "AllSky", "instruments": "H1,L1"}
MBTA, PYCBC, SPIIR, AFRAME = ({**CBC, "pipeline": name} for name in
                              ("MBTA", "pycbc", "spiir", "aframe"))
EARLY = {**CBC, "search": "EarlyWarning"}

# The first two are of the second observing run.
KINDS = {
    "cbc": (followups.compact_binary, CBC),
    "burst": (followups.burst, BURST),
    "significant": (superevents.significant, CBC),
    "mbta": (superevents.significant, MBTA),
    "pycbc": (superevents.significant, PYCBC),
    "spiir": (superevents.significant, SPIIR),
    "aframe": (superevents.significant, AFRAME),
    "ssm": (superevents.significant, {**MBTA, "search": "SSM"}),
    "unmodelled": (superevents.significant, BURST),
    "mly": (superevents.significant, {**BURST, "pipeline": "MLy"}),
    "cwb-bbh": (superevents.significant, {**BURST, "search": "BBH"}),
    "less-significant": (superevents.less_significant, CBC),
    "early-warning": (superevents.early_warning, EARLY),
    "retracted": (superevents.retracted, CBC),
    "vetoed": (superevents.vetoed, MBTA),
    "injected": (superevents.injected, CBC),
    "rechecked": (superevents.rechecked, MBTA),
    "updated": (superevents.updated_twice, MBTA),
    "signed-again": (superevents.signed_again, CBC),
    "by-hand": (superevents.ordered_by_hand, CBC),
    "estimated": (superevents.estimated, CBC),
    "mdc": (superevents.mock, {**CBC, "search": "MDC"}),
    "early-upgraded": (upgrades.early_then_significant, {**EARLY, "pipeline": "pycbc"}),
    "upgraded": (upgrades.upgraded, CBC),
    "later-significant": (upgrades.later_significant, MBTA),
    "swapped": (upgrades.swapped, BURST),
    "coincident": (coincidences.gamma_ray_burst, CBC),
    "coincident-targeted": (coincidences.targeted_search, CBC),
    "coincident-snews": (coincidences.supernova, BURST),
    "coincident-icecube": (coincidences.neutrino, PYCBC),
    "refuted": (coincidences.refuted_burst, CBC),
}
OF_O2 = ("cbc", "burst")
FAINT = ("less-significant", "upgraded", "later-significant", "coincident-icecube")


def powers(kind):
    """Between which powers of ten the false-alarm rate (Hz) of a kind of candidates lies."""
    if kind in FAINT:
        return -6.5, -5.0
    return -11.0, -7.5 if kind in OF_O2 else -8.5
