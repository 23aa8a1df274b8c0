"""Sentences that do not hold, one of each rule, beside some that do."""

from fsm.chart import Lifecycle, Move, Region, State, always, label, leads_to, never

ERA = "o4"

LIGHT = Region(
    "light", "What a label switches on, and nothing off",
    states=[State("off"), State("on")],
    moves=[Move("switched", "off", "on", on=label("INJ"))],
)
LIAR = Lifecycle(
    "liar", "Follow-up of which too much is said",
    states=[State("open", State("following"), State("attention")), State("closed"),
            State("waived", State("vetoed", waives=True))],
    moves=[Move("attention_needed", "open.following", "open.attention"),
           Move("all_closed", "open", "closed"),
           Move("reopened", "closed", "open"),
           Move("vetoed", ("open", "closed"), "waived.vetoed", on=label("DQV"))],
    kind="superevent", regions=[LIGHT],
    sentences=[
        always("label INJ implies light is on"),
        always("light is on implies label INJ"),
        never("closed and something is open"),
        never("waived and something is overdue"),
        leads_to("open", "closed or waived"),
        leads_to("waived", "closed"),
    ],
)
