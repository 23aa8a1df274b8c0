"""The superevent manager: labels the superevent when its preferred event is complete."""

from fsm.chart import Process, Stage, check, field, gw_event, label, not_, preferred
from machines.o4.completeness import COMPLETE, IS_ANNOTATED
from machines.o4.searches import AUTOMATED
from machines.o4.significance import ANNOUNCED, IS_ANNOUNCED, IS_SIGNIFICANT, SIGNIFICANT

EARLY = field("search", equals="EarlyWarning") | label("EARLY_WARNING")
# Judged of each event: a better one is preferred only once the superevent is locked for it.
PROMPTS = COMPLETE & IS_ANNOTATED & IS_SIGNIFICANT & not_(field("offline", equals=True)) \
    & not_(label("INJ"))

SUPEREVENT_MANAGER = Process(
    "superevent_manager",
    "Labels of a superevent whose preferred event is complete",
    noun="manager label",
    family="labels",
    starts=preferred(COMPLETE & IS_ANNOTATED),
    of="superevent",
    when=AUTOMATED & field("far", at_most="superevent_far")
    & not_(field("instruments", contains="K1")),
    options={**SIGNIFICANT, **ANNOUNCED, "superevent_far": 1 / 3600},
    runbook="Superevents are handled one after the other, each for 10 min at most: see whether the "
            "queue of the superevent manager is stuck, and have its worker restarted.",
    parties=("em-followup",),
    stages=[Stage(
        "label",
        check("ready", label("EM_READY"), within=120, warn=30),
        check("request", label("ADVREQ", "ADVOK"), within=120, warn=30,
              when=IS_SIGNIFICANT | gw_event(PROMPTS)),
        check("early", label("EARLY_WARNING", "SIGNIF_LOCKED"), within=120, warn=30,
              when=gw_event(PROMPTS & EARLY)),
        check("locked", label("SIGNIF_LOCKED"), within=120, warn=30,
              when=gw_event(PROMPTS & not_(EARLY))),
        check("low_locked", label("LOW_SIGNIF_LOCKED"), within=120, warn=30, when=IS_ANNOUNCED))],
    source="superevent manager, rows 2 to 5",
)
