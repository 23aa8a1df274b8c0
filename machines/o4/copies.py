"""What a superevent takes over from its preferred event, whenever a notice is prepared.

That is so for every notice, the second ones and those ordered by hand included, whether it is then
sent or held back: each time the files come again, as new versions.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    START,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    label,
    predicate,
    whenever,
)
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o4.annotations import CLASSIFICATION, PIPELINES
from machines.o4.notices import CLEANED_UP, CLEANED_UP_LOW, ORDERED
from machines.o4.searches import AUTOMATED, HAS_CLASSIFICATION, HAS_PROPERTIES

LOW, HIGHER = "LOW_SIGNIF_LOCKED", ("SIGNIF_LOCKED", "EARLY_WARNING")
SKYMAP = file("bayestar.multiorder.fits", "amplfi.multiorder.fits", "cwb.multiorder.fits",
              "mly.multiorder.fits", comment="Localization copied from",
              tags=["sky_loc", "public"], after=START)


def locked_low_alone(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether a superevent is locked as less significant, and as nothing else."""
    if not evidence.has_label(LOW):
        return Verdict(ABSENT, f"no label {LOW}")
    for name in HIGHER:
        if evidence.has_label(name):
            return Verdict(ABSENT, f"label {name} is on: nothing less is prepared")
    return Verdict(RIGHT, f"label {LOW} is on", evidence.labels[LOW].since)


LOCKED = whenever(label(*HIGHER), predicate(
    locked_low_alone, f"label {LOW} alone", watches=[label(LOW)]))
PREPARED = whenever(LOCKED, CLEANED_UP, CLEANED_UP_LOW, ORDERED)


def copied(name: str, title: str, noun: str, expected: Expectation, ready: str,
           parties: tuple[str, ...], when: Expectation) -> Process:
    """Declare one file that is copied, and the label that follows it."""
    return Process(
        name, title, noun=noun, family="products", starts=PREPARED, of="superevent", when=when,
        parties=parties,
        stages=[Stage("copy", check("file", expected, within=180, warn=60)),
                Stage("label", check("label", label(ready), within=60))],
        source="notice flow, rows 1 to 3",
    )


COPIED_SKYMAP = copied(
    "copied_skymap", "Sky map copied from the preferred event", "sky map copy",
    SKYMAP, "SKYMAP_READY",
    ("em-followup",), AUTOMATED)

COPIED_PROPERTIES = copied(
    "copied_properties", "Source properties copied from the preferred event", "em_bright copy",
    file("em_bright.json", comment="Source properties copied from", tags=["em_bright", "public"],
         after=START),
    "EMBRIGHT_READY", ("em-followup",), AUTOMATED & HAS_PROPERTIES)

COPIED_CLASSIFICATION = copied(
    "copied_classification", "Source classification copied from the preferred event",
    "p_astro copy",
    file(regex=PIPELINES + r"\.p_astro\.json", words=CLASSIFICATION,
         comment="Source classification copied from", tags=["p_astro", "public"], after=START),
    "PASTRO_READY", ("em-followup",), AUTOMATED & HAS_CLASSIFICATION)
