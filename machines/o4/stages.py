"""What goes on side by side with the follow-up of a superevent: alert stage, quality, coincidence.

A superevent whose alerts were lost is taken up wherever it is: each stage is reached from all
earlier ones. Source: superevent life cycle, labels as transitions.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Evidence,
    Move,
    Region,
    State,
    Verdict,
    file,
    label,
    not_,
    predicate,
    preferred,
)
from fsm.core.expect.scope import Scope

INITIAL = file("{graceid}-initial.json", "{graceid}-initial.avro", "{graceid}-*-Initial.xml")
UPDATE = file("{graceid}-update.json", "{graceid}-update.avro", "{graceid}-*-Update.xml")
RETRACTION = file("{graceid}-retraction.json", "{graceid}-retraction.avro",
                  "{graceid}-*-Retraction.xml")
OPEN = ("candidate", "less_significant", "early_warning", "significant", "published")

ALERT_STAGE = Region(
    "alert_stage",
    "Alert stage of a superevent",
    states=[
        State("candidate", State("collecting"), State("ready")),
        State("less_significant", State("locked"), State("sent")),
        State("early_warning"),
        State("significant", State("locked"), State("preliminary"), State("vetting")),
        State("published", State("approved"), State("initial"), State("update")),
        State("retracted", State("decided"), State("sent")),
    ],
    moves=[
        Move("ready", "candidate.collecting", "candidate.ready", on=label("EM_READY")),
        Move("low_locked", "candidate", "less_significant.locked", on=label("LOW_SIGNIF_LOCKED")),
        Move("low_sent", ("candidate", "less_significant.locked"), "less_significant.sent",
             on=label("LOW_SIGNIF_PRELIM_SENT")),
        Move("warned_early", ("candidate", "less_significant"), "early_warning",
             on=label("EARLY_WARNING")),
        Move("locked", ("candidate", "less_significant", "early_warning"), "significant.locked",
             on=label("SIGNIF_LOCKED")),
        Move("preliminary_sent",
             ("candidate", "less_significant", "early_warning", "significant.locked"),
             "significant.preliminary", on=label("GCN_PRELIM_SENT")),
        Move("quality_asked",
             ("candidate", "less_significant", "early_warning", "significant.locked",
              "significant.preliminary"),
             "significant.vetting", on=label("DQR_REQUEST")),
        Move("approved", ("candidate", "less_significant", "early_warning", "significant",
                          "retracted"), "published.approved", on=label("ADVOK")),
        Move("initial_sent", ("candidate", "less_significant", "early_warning", "significant",
                              "published.approved"), "published.initial", on=INITIAL),
        Move("updated", ("candidate", "less_significant", "early_warning", "significant",
                         "published.approved", "published.initial"), "published.update",
             on=UPDATE),
        Move("refused", OPEN, "retracted.decided", on=label("ADVNO")),
        Move("retraction_sent", (*OPEN, "retracted.decided"), "retracted.sent", on=RETRACTION),
    ],
    onward=True,
)

QUALITY = Region(
    "quality",
    "Quality of the data of a superevent",
    states=[State("unknown"), State("good"), State("bad"), State("injection")],
    moves=[
        Move("injected", ("unknown", "good", "bad"), "injection", on=label("INJ")),
        # What the labels say while it is an injection is gone by when it is none any more.
        Move("bad", ("unknown", "good", "injection"), "bad",
             on=label("DQV") & not_(label("INJ"))),
        Move("good", ("unknown", "bad", "injection"), "good",
             on=label("DQOK") & not_(label("DQV", "INJ"))),
        Move("unsettled", ("good", "bad", "injection"), "unknown",
             on=not_(label("DQOK", "DQV", "INJ"))),
    ],
)

COINCIDENCE_STAGE = Region(
    "coincidence_stage",
    "Coincidence of a superevent with an external event",
    states=[State("none"), State("coincident"), State("published"), State("fit")],
    moves=[
        Move("coincident", "none", "coincident", on=label("EM_COINC")),
        Move("published", ("none", "coincident"), "published", on=label("RAVEN_ALERT")),
        Move("fit", ("none", "coincident", "published"), "fit", on=label("SOG_READY")),
    ],
    onward=True,
)


def troubled(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether an event of the superevent needs attention."""
    names = sorted(name for name, member in evidence.members.items()
                   if member.state == "open.attention")
    if names:
        return Verdict(RIGHT, f"attention is needed of {', '.join(names)}")
    return Verdict(ABSENT, "no event needs attention")


TROUBLED = predicate(troubled, "an event needs attention", timed=False,
                     watches=[preferred(label("EM_READY"))])

EVENTS = Region(
    "events",
    "Attention that the events of a superevent need",
    states=[State("calm"), State("attention")],
    moves=[
        Move("troubled", "calm", "attention", on=TROUBLED),
        Move("calmed", "attention", "calm", on=not_(TROUBLED)),
    ],
)
