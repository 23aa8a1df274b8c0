"""Transitions that never fire: one behind another, and one that waits for what cannot be."""

from fsm.chart import Lifecycle, Move, Region, State, label

ERA = "o4"

STUCK = Region(
    "stuck", "What waits for a label that is on and off",
    states=[State("calm"), State("excited")],
    moves=[Move("excited", "calm", "excited", on=label("INJ")),
           Move("calmed", "excited", "calm", on=label("INJ") & ~label("INJ"))],
)
SHADOWED = Lifecycle(
    "shadowed", "Follow-up with a transition behind another",
    states=[State("open"), State("closed", State("complete"), State("incomplete"))],
    moves=[Move("all_closed", "open", "closed.incomplete", guards=("anything_missing",)),
           Move("all_closed", "open", "closed.complete"),
           Move("all_closed", "open", "closed.complete", guards=("anything_missing",)),
           Move("reopened", "closed", "open")],
    kind="superevent", regions=[STUCK],
)
