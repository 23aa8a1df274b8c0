"""RAVEN: a superevent coincides with an external event, supernova neutrinos included."""

from fsm.chart import (
    ABSENT,
    RIGHT,
    START,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    external,
    field,
    file,
    label,
    log,
    not_,
    predicate,
    preferred,
    whenever,
)
from fsm.core.expect.scope import Scope
from machines.o4.external_events import IS_SUPERNOVA
from machines.o4.notices import CLEANED_UP, STOPPED

PARTIES = ("external coincidence",)
TAGS = ["ext_coinc"]
VERDICT = log("RAVEN: publishing criteria met for", "RAVEN: publishing criteria not met for",
              "RAVEN: Will only publish", tags=TAGS)

RAVEN_VERDICT = Process(
    "raven_verdict",
    "RAVEN's verdict on a coincidence",
    noun="RAVEN verdict",
    family="coincidence",
    starts=label("EM_COINC"),
    of="superevent",
    parties=PARTIES,
    stages=[Stage("judge",
                  check("verdict", VERDICT, within=120),
                  check("type", field("em_type"), within=120),
                  check("time_far", field("time_coinc_far"), within=120,
                        when=not_(external(IS_SUPERNOVA))))],
    source="coincidence, rows 2, 4 and 5",
)

RAVEN_ALERT = Process(
    "raven_alert",
    "A coincidence that may be published",
    noun="RAVEN alert",
    family="coincidence",
    starts=log("RAVEN: publishing criteria met for"),
    of="superevent",
    parties=(*PARTIES, "rapid response"),
    stages=[
        Stage("label",
              check("alert", label("RAVEN_ALERT"), within=60),
              check("profile", label("HIGH_PROFILE"), within=60)),
        Stage("pass_on",
              check("external", external(label("RAVEN_ALERT")), within=60),
              check("preferred", preferred(label("RAVEN_ALERT")), within=60)),
        Stage("announce",
              check("request", label("ADVREQ", "ADVOK"), within=120),
              check("locked", label("SIGNIF_LOCKED"), within=120)),
    ],
    source="coincidence, rows 9 to 11",
)

OVERLAP = Process(
    "overlap",
    "Overlap of the sky maps of superevent and external event",
    noun="map overlap",
    family="coincidence",
    starts=external(label("COMBINEDSKYMAP_READY")),
    of="superevent",
    parties=PARTIES,
    stages=[Stage("draw", check("plot", file(
        "overlap_integral.png", comment="Sky map overlap integral between", tags=TAGS),
        within=300))],
    source="coincidence, row 8",
)


def judge_noticed(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether the last notice by itself was prepared before the coincidence was found."""
    alert, locked = (evidence.labels.get(name) for name in ("RAVEN_ALERT", "SIGNIF_LOCKED"))
    cleaned = CLEANED_UP.judge(evidence, scope)
    before = alert is not None and locked is not None and cleaned.right \
        and locked.since < alert.since and (cleaned.at or 0.0) < alert.since
    return Verdict(RIGHT if before else ABSENT, "the last notice by itself was prepared before"
                   if before else "a notice is to come")


NOT_SENT = CLEANED_UP & STOPPED  # the second notice; what another held back comes with the next
COMBINED = label("RAVEN_ALERT") & external(label("COMBINEDSKYMAP_READY"))
COMBINED_MAP_COPY = Process(
    "combined_map_copy",
    "Combined sky map copied to the superevent, at each notice",
    noun="combined copy",
    family="coincidence",
    starts=whenever(COMBINED, CLEANED_UP),
    of="superevent",
    when=COMBINED,
    unless=predicate(judge_noticed, "the last notice by itself was prepared before",
                     watches=[label("RAVEN_ALERT")]),
    parties=PARTIES,
    stages=[Stage("copy",
                  check("skymap", file(
                      "combined-ext.multiorder.fits",
                      comment="Combined LVK-external sky map copied from", after=START,
                      tags=["sky_loc", "ext_coinc", "public"]), within=600, unless=NOT_SENT),
                  check("plot", file("combined-ext.png", after=START,
                                     tags=["sky_loc", "ext_coinc", "public"]),
                        within=660, unless=NOT_SENT),
                  check("label", label("COMBINEDSKYMAP_READY"), within=660))],
    source="coincidence, row 12",
)

SUPERNOVA_NEUTRINOS = Process(
    "supernova_neutrinos",
    "A coincidence with supernova neutrinos (SNEWS)",
    noun="SNEWS verdict",
    family="coincidence",
    starts=external(field("search", equals="Supernova")),
    of="superevent",
    parties=(*PARTIES, "rapid response"),
    stages=[Stage("judge",
                  check("label", label("EM_COINC"), within=180),
                  check("verdict", VERDICT, within=240,
                        told_again="without the label nobody else waits for it"))],
    source="search windows; coincidence, rows 4 and 5, publish test of SNEWS",
)

SIGNIFICANT_COINCIDENCE = Process(
    "significant_coincidence",
    "A coincidence that is fit for a publication of its own",
    noun="SOG_READY",
    family="coincidence",
    starts=label("SKYMAP_READY") & label("RAVEN_ALERT") & label("ADVOK"),
    of="superevent",
    when=field("group", equals="CBC") & external(
        field("search", equals="GRB") & field("pipeline", equals=("Fermi", "Swift")))
    & field("far", at_most="gw_far") & field("space_coinc_far", at_most="joint_far"),
    options={"gw_far": 3.171e-9, "joint_far": 3.171e-12},
    parties=PARTIES,
    stages=[Stage("label", check("label", label("SOG_READY"), within=120))],
    source="coincidence, row 13",
)
