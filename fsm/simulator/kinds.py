"""Which kinds of candidates there are: their stories, and the values of their events."""

from fsm.core.evidence.fields import Plain
from fsm.testing import coincidences, earlier, followups, superevents, upgrades
from fsm.testing.script import Story

CBC: Plain = {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "instruments": "H1,L1,V1"}
BURST: Plain = {"group": "Burst", "pipeline": "CWB", "search": "AllSky", "instruments": "H1,L1"}
MBTA, PYCBC, SPIIR, AFRAME = ({**CBC, "pipeline": name} for name in
                              ("MBTA", "pycbc", "spiir", "aframe"))
EARLY = {**CBC, "search": "EarlyWarning"}
LIB = {**BURST, "pipeline": "LIB"}
EXTERNAL: Plain = {"group": "External", "search": "GRB", "instruments": "", "nevents": 1}
FERMI, SWIFT = (
    {**EXTERNAL, "pipeline": pipeline,
     "extra_attributes": {"GRB": {"ra": 197.5, "dec": -23.4, "error_radius": radius}}}
    for pipeline, radius in (("Fermi", 5.0), ("Swift", 0.05)))
SNEWS = {**EXTERNAL, "pipeline": "SNEWS", "search": "Supernova"}

# Of the second observing run.
KINDS_OF_O2: dict[str, tuple[Story, Plain]] = {
    "cbc": (followups.compact_binary, CBC),
    "cbc-mbta": (followups.compact_binary, {**CBC, "pipeline": "MBTAOnline"}),
    "cbc-pycbc": (followups.compact_binary, {**CBC, "pipeline": "pycbc", "instruments": "H1,L1"}),
    "cbc-spiir": (followups.compact_binary, {**CBC, "pipeline": "gstlal-spiir"}),
    "cbc-refused": (followups.refused_by_advocate, CBC),
    "cbc-vetoed": (followups.refused_by_operators, CBC),
    "burst": (followups.burst, BURST),
    "burst-long": (followups.burst, {**BURST, "search": "AllSkyLong"}),
    "lib": (earlier.lib, LIB),
    "grb": (earlier.external, FERMI),
    "grb-swift": (earlier.external, SWIFT),
    "supernova": (earlier.external, SNEWS),
}
KINDS: dict[str, tuple[Story, Plain]] = {
    **KINDS_OF_O2,
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
    "refused": (superevents.refused_by_operator, CBC),
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
OF_O2 = tuple(KINDS_OF_O2)
FAINT = ("less-significant", "upgraded", "later-significant", "coincident-icecube")


def powers(kind: str) -> tuple[float, float]:
    """Between which powers of ten the false-alarm rate (Hz) of a kind of candidates lies."""
    if kind in FAINT:
        return -6.5, -5.0
    return -11.0, -7.5 if kind in OF_O2 else -8.5
