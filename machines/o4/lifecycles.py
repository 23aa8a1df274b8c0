"""The lifecycles of today's candidates: superevents, their events, external events.

Each is followed up until every check is closed, or made needless: a superevent by its retraction,
an external event where it is no burst, an event where it is superseded.
"""

from collections.abc import Sequence

from fsm.chart import Lifecycle, Move, Region, State, always, label, leads_to, never, not_
from fsm.core.charts.kinds import Kind
from fsm.core.charts.sentences import Sentence
from machines.known import UNKNOWN_THERE
from machines.o4.stages import ALERT_STAGE, COINCIDENCE_STAGE, EVENTS, QUALITY

FOLLOWED = (
    Move("attention_needed", "open.following", "open.attention"),
    Move("attention_over", "open.attention", "open.following"),
    Move("all_closed", "open", "closed.incomplete", guards=("anything_missing",)),
    Move("all_closed", "open", "closed.complete"),
    Move("all_closed", "closed.incomplete", "closed.complete", guards=("!anything_missing",)),
    Move("reopened", "closed", "open"),
)
SOUND = (
    leads_to("open", "closed or waived"),
    always("open implies something is open"),
    never("closed and something is open"),
    always("open and something is overdue implies open.attention"),
    always("open.attention implies something is overdue"),
    never("closed.complete and something is missing"),
)


def lifecycle(kind: Kind, title: str, name: str, end: str, against: str,
              regions: Sequence[Region] = (), sentences: Sequence[Sentence] = ()) -> Lifecycle:
    """Declare a lifecycle that one label ends early, until it is taken off."""
    return Lifecycle(
        name, title,
        states=[State("open", State("following"), State("attention")),
                State("closed", State("complete"), State("incomplete")),
                State("waived", State(end, waives=True), State("unknown", waives=True))],
        moves=[*FOLLOWED,
               Move(end, ("open", "closed"), f"waived.{end}", on=label(against)),
               Move("unknown", ("open", "closed"), "waived.unknown", on=UNKNOWN_THERE),
               Move("needed_again", "waived", "open",
                    on=not_(label(against)) & not_(UNKNOWN_THERE))],
        kind=kind, regions=regions,
        sentences=[*SOUND, always(f"label {against} implies waived"), *sentences],
        source="superevent life cycle",
    )


SUPEREVENT = lifecycle("superevent", "Follow-up of a superevent", "superevent", "retracted",
                       "ADVNO", regions=[ALERT_STAGE, QUALITY, COINCIDENCE_STAGE, EVENTS],
                       sentences=[
    always("label INJ implies quality is injection"),
    always("label DQV and not label INJ implies quality is bad"),
    always("quality is good implies label DQOK and not label DQV"),
    always("label SOG_READY implies coincidence_stage is fit"),
    never("label GCN_PRELIM_SENT and alert_stage is candidate"),
])
MEMBER_EVENT = lifecycle("event", "Follow-up of an event of today", "event_today", "superseded",
                         "EM_Superseded")
EXTERNAL_EVENT = lifecycle("external", "Follow-up of an external event", "external_event",
                           "refuted", "NOT_GRB")
