"""An event is complete when it has all labels that its search needs; only then it is announced."""

from fsm.chart import (
    ABSENT,
    RIGHT,
    UNKNOWN,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    field,
    label,
    new,
    not_,
    predicate,
)
from fsm.core.expect.scope import Scope
from machines.o4.searches import UPLOADED

SKYMAP, PROPERTIES, CLASSIFICATION = "SKYMAP_READY", "EMBRIGHT_READY", "PASTRO_READY"
ALL = (SKYMAP, PROPERTIES, CLASSIFICATION)
REQUIRED = {
    ("CBC", "AllSky"): ALL, ("CBC", "EarlyWarning"): ALL, ("CBC", "MDC"): ALL,
    ("Burst", "BBH"): ALL, ("CBC", "SSM"): (SKYMAP, PROPERTIES), ("Burst", "AllSky"): (SKYMAP,),
}
OWNERS = {SKYMAP: "sky localization", PROPERTIES: "em-followup", CLASSIFICATION: "pipeline"}


def required(evidence: Evidence) -> tuple[str, ...]:
    """The labels that an event must have; () where its search is not annotated by itself."""
    group, search = (str(evidence.fields.get(name)) for name in ("group", "search"))
    return REQUIRED.get((group, search), ())


def judge_complete(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether an event has all labels that its search needs."""
    if "group" not in evidence.fields:
        return Verdict(UNKNOWN, "its search is not known")
    wanted = required(evidence)
    missing = [name for name in wanted if not evidence.has_label(name)]
    if missing:
        owners = ", ".join(f"{name} ({OWNERS[name]})" for name in missing)
        gone = [evidence.labels[name].since for name in missing if name in evidence.labels]
        return Verdict(ABSENT, f"it lacks {owners}",
                       min(gone) if len(gone) == len(missing) else None)
    return Verdict(RIGHT, "it has all labels that its search needs" if wanted else
                   "its search needs no labels",
                   max((evidence.labels[name].since for name in wanted), default=None))


def judge_annotated(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether events of this search are annotated by themselves."""
    wanted = required(evidence)
    return Verdict(RIGHT if wanted else ABSENT,
                   f"its search needs {', '.join(wanted)}" if wanted else
                   "its search is not annotated by itself")


COMPLETE = predicate(judge_complete, "all labels that its search needs", watches=[label(*ALL)])
IS_ANNOTATED = predicate(judge_annotated, "its search is annotated by itself",
                         watches=[field("group"), field("search")], timed=False)

EVENT_COMPLETE = Process(
    "event_complete",
    "The event has all labels that its search needs",
    noun="full label set",
    family="labels",
    starts=new(),
    when=IS_ANNOTATED & UPLOADED,
    parties=("em-followup",),
    stages=[Stage("annotate", check("complete", COMPLETE, within=300, warn=60))],
    source="event level, complete",
)

EVENT_GROUPED = Process(
    "event_grouped",
    "The event is put into a superevent",
    noun="superevent",
    family="labels",
    starts=new(),
    when=field("far", at_most="superevent_far")
    & not_(field("search", equals="VTInjection")) & not_(field("group", equals="Test")),
    options={"superevent_far": 1 / 3600},
    runbook="GraceDB itself puts events into superevents: tell its operators, and have the event "
            "added by hand.",
    parties=("gracedb",),
    stages=[Stage("group", check("superevent", field("superevent"), within=60))],
    source="superevent manager: the server groups events",
)
