"""A lifecycle that stays under way when there is nothing left to wait for."""

from fsm.chart import Lifecycle, Move, State

ERA = "o4"

ENDLESS = Lifecycle(
    "endless", "Follow-up without end",
    states=[State("open", State("following"), State("settled")), State("closed")],
    moves=[Move("all_closed", "open.following", "open.settled"),
           Move("all_closed", "open.settled", "closed"),
           Move("reopened", "closed", "open")],
    kind="superevent",
)
