"""The lifecycle of an event: followed up until every check is closed, or made needless by a label.

Source: labels and their meaning in the second observing run (approval of candidates).
"""

from fsm.chart import Lifecycle, Move, State, label

SUPERSEDED = label("EM_Superseded")
THROTTLED = label("EM_Throttled")
VETOED = label("DQV", "H1NO", "L1NO", "V1NO")
RETRACTED = label("ADVNO")
NEEDED_AGAIN = ~label(*SUPERSEDED.names, *THROTTLED.names, *VETOED.names, *RETRACTED.names)


EVENT = Lifecycle(
    "event",
    "Follow-up of an event",
    kind="event",
    states=[
        State("open", State("following"), State("attention")),
        State("closed", State("complete"), State("incomplete")),
        State(
            "waived",
            State("superseded", waives=True),
            State("throttled", waives=True),
            State("vetoed", waives=True),
            State("retracted", waives=True),
        ),
    ],
    moves=[
        Move("attention_needed", "open.following", "open.attention"),
        Move("attention_over", "open.attention", "open.following"),
        Move("all_closed", "open", "closed.incomplete", guards=("anything_missing",)),
        Move("all_closed", "open", "closed.complete"),
        Move("all_closed", "closed.incomplete", "closed.complete", guards=("!anything_missing",)),
        Move("reopened", "closed", "open"),
        Move("superseded", ("open", "closed"), "waived.superseded", on=SUPERSEDED),
        Move("throttled", ("open", "closed"), "waived.throttled", on=THROTTLED),
        Move("vetoed", ("open", "closed"), "waived.vetoed", on=VETOED),
        Move("retracted", ("open", "closed"), "waived.retracted", on=RETRACTED),
        Move("needed_again", "waived", "open", on=NEEDED_AGAIN),
    ],
    source="approval of candidates, second observing run",
)
