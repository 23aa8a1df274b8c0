"""The lifecycle of an event: followed up until every check is closed, or made needless.

What makes it needless are labels, and the sign-offs that bring such labels without an alert of
their own. An injection is followed up unless its profile says otherwise. Beside it goes the
approval of the candidate for public alerts. Source: approval of candidates in the second observing
run.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Evidence,
    Lifecycle,
    Move,
    State,
    Verdict,
    always,
    label,
    leads_to,
    never,
    not_,
    predicate,
)
from fsm.core.expect.scope import Scope
from machines.known import UNKNOWN_THERE
from machines.o2.approval import APPROVAL

SUPERSEDED = label("EM_Superseded")
THROTTLED = label("EM_Throttled")
VETOED = label("DQV", "H1NO", "L1NO", "V1NO")
RETRACTED = label("ADVNO")
INJECTION = label("INJ")
AGAINST = (*SUPERSEDED.names, *THROTTLED.names, *VETOED.names, *RETRACTED.names)


def nothing_against(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether no label speaks against the candidate any more."""
    left = [name for name in AGAINST if evidence.has_label(name)]
    if left:
        return Verdict(ABSENT, f"label {left[0]} is on")
    return Verdict(RIGHT, f"no label {' or '.join(AGAINST)}")


NEEDED_AGAIN = predicate(nothing_against, "nothing speaks against it any more",
                         watches=[label(*AGAINST, *INJECTION.names)])

EVENT = Lifecycle(
    "event",
    "Follow-up of an event",
    states=[
        State("open", State("following"), State("attention")),
        State("closed", State("complete"), State("incomplete")),
        State(
            "waived",
            State("superseded", waives=True),
            State("throttled", waives=True),
            State("vetoed", waives=True),
            State("retracted", waives=True),
            State("injection", waives=True),
            State("unknown", waives=True),
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
        Move("injected", ("open", "closed"), "waived.injection", on=INJECTION,
             guards=("waived_as_injection",)),
        Move("unknown", ("open", "closed"), "waived.unknown", on=UNKNOWN_THERE),
        Move("needed_again", "waived", "open", on=NEEDED_AGAIN & not_(UNKNOWN_THERE),
             guards=("!waived_as_injection",), elsewhere="nothing was waived"),
    ],
    kind="event",
    regions=[APPROVAL],
    sentences=[
        leads_to("open", "closed or waived"),
        never("closed and something is open"),
        always(f"label {' or label '.join(AGAINST)} implies waived"),
        always("label EM_Throttled implies approval is throttled or approval is rejected"),
        never("label ADVNO and approval is pending"),
    ],
    source="approval of candidates, second observing run",
)
