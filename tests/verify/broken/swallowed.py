"""Labels that come while it is an injection are forgotten when it is none any more."""

from fsm.chart import Lifecycle, Move, Region, State, label, not_

ERA = "o4"

FORGETFUL = Region(
    "forgetful", "Quality that forgets",
    states=[State("unknown"), State("bad"), State("injection")],
    moves=[Move("injected", ("unknown", "bad"), "injection", on=label("INJ")),
           Move("bad", "unknown", "bad", on=label("DQV")),
           Move("no_injection", "injection", "unknown", on=not_(label("INJ"))),
           Move("unsettled", "bad", "unknown", on=not_(label("DQV")), elsewhere="it was not bad")],
)
FORGOTTEN = Lifecycle(
    "forgotten", "Follow-up beside it", states=[State("open"), State("closed")],
    moves=[Move("all_closed", "open", "closed"), Move("reopened", "closed", "open")],
    kind="superevent", regions=[FORGETFUL],
)
