"""What a superevent takes over from its preferred event, before a notice is sent."""

from fsm.chart import Process, Stage, check, file, label
from machines.o4.annotations import PIPELINES
from machines.o4.searches import AUTOMATED, HAS_CLASSIFICATION, HAS_PROPERTIES

LOCKED = label("LOW_SIGNIF_LOCKED", "SIGNIF_LOCKED", "EARLY_WARNING")
SKYMAP = file("bayestar.multiorder.fits", "amplfi.multiorder.fits", "cwb.multiorder.fits",
              "mly.multiorder.fits", comment="Localization copied from",
              tags=["sky_loc", "public"])


def copied(name, title, expected, ready, parties, when):
    """Declare one file that is copied, and the label that follows it."""
    return Process(
        name, title, starts=LOCKED, of="superevent", when=when, parties=parties,
        stages=[Stage("copy", check("file", expected, within=180, warn=60)),
                Stage("label", check("label", label(ready), within=60))],
        source="notice flow, rows 1 to 3",
    )


COPIED_SKYMAP = copied(
    "copied_skymap", "Sky map copied from the preferred event", SKYMAP, "SKYMAP_READY",
    ("em-followup",), AUTOMATED)

COPIED_PROPERTIES = copied(
    "copied_properties", "Source properties copied from the preferred event",
    file("em_bright.json", comment="Source properties copied from", tags=["em_bright", "public"]),
    "EMBRIGHT_READY", ("em-followup",), AUTOMATED & HAS_PROPERTIES)

COPIED_CLASSIFICATION = copied(
    "copied_classification", "Source classification copied from the preferred event",
    file(regex=PIPELINES + r"\.p_astro\.json", comment="Source classification copied from",
         tags=["p_astro", "public"]),
    "PASTRO_READY", ("em-followup",), AUTOMATED & HAS_CLASSIFICATION)
