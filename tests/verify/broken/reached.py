"""A state behind a transition that always fires before the one that leads there."""

from fsm.chart import Lifecycle, Move, State

ERA = "o4"

HIDDEN = Lifecycle(
    "hidden", "Follow-up with a state that is never reached",
    states=[State("open"), State("closed", State("complete"), State("incomplete"))],
    moves=[Move("all_closed", "open", "closed.complete"),
           Move("all_closed", "open", "closed.incomplete", guards=("anything_missing",)),
           Move("reopened", "closed", "open")],
    kind="superevent",
)
