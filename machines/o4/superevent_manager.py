"""The superevent manager: labels the superevent when its preferred event is complete."""

from fsm.chart import Process, Stage, check, field, label, not_, preferred
from machines.o4.completeness import COMPLETE, IS_ANNOTATED
from machines.o4.searches import AUTOMATED
from machines.o4.significance import ANNOUNCED, IS_ANNOUNCED, IS_SIGNIFICANT, SIGNIFICANT

SUPEREVENT_MANAGER = Process(
    "superevent_manager",
    "Labels of a superevent whose preferred event is complete",
    starts=preferred(COMPLETE & IS_ANNOTATED),
    of="superevent",
    when=AUTOMATED & field("far", at_most="superevent_far")
    & not_(field("instruments", contains="K1")),
    options={**SIGNIFICANT, **ANNOUNCED, "superevent_far": 1 / 3600},
    parties=("em-followup",),
    stages=[Stage(
        "label",
        check("ready", label("EM_READY"), within=120, warn=30),
        check("request", label("ADVREQ", "ADVOK"), within=120, warn=30,
              when=IS_SIGNIFICANT),
        check("locked", label("SIGNIF_LOCKED", "EARLY_WARNING"), within=120, warn=30,
              when=IS_SIGNIFICANT),
        check("low_locked", label("LOW_SIGNIF_LOCKED"), within=120, warn=30, when=IS_ANNOUNCED))],
    source="superevent manager, rows 2 to 5",
)
