"""Contradictions: states of an event that must not last.

Each is there only once its parts are, and closed as soon as one of them is gone. Source: approval
of candidates, second observing run.
"""

from fsm.chart import (
    ABSENT,
    Process,
    Stage,
    Verdict,
    any_of,
    check,
    file,
    label,
    lasting,
    log,
    not_,
    predicate,
)

RETRACTION = file("{graceid}-*-Retraction.xml")
LATER = file("{graceid}-*-Preliminary.xml", "{graceid}-*-Initial.xml", "{graceid}-*-Update.xml",
             after=RETRACTION)


def notice_after_retraction(evidence, scope):
    """Judge whether a notice was sent although the candidate had been retracted."""
    if not RETRACTION.judge(evidence, scope).right:
        return Verdict(ABSENT, "nothing was retracted")
    return LATER.judge(evidence, scope)


def contradiction(name, title, *parts):
    """Declare a state that must be over within a minute."""
    together = parts[0] & parts[1] if len(parts) == 2 else parts[0]
    return Process(
        name, title,
        starts=lasting(together),
        parties=("approval", "advocates"),
        always=True,
        stages=[Stage("resolve", check("resolved", not_(together), within=60))],
        source="approval, contradictions worth an alarm",
    )


READY_BUT_REJECTED = contradiction(
    "ready_but_rejected", "EM_READY on a candidate that is vetoed, injected or refused",
    label("EM_READY"), label("DQV", "INJ", "H1NO", "L1NO", "V1NO", "ADVNO"))

TWO_SIGNOFFS = contradiction(
    "two_signoffs", "OK and NO of the same site",
    any_of(*(label(f"{who}OK") & label(f"{who}NO") for who in ("H1", "L1", "V1", "ADV"))))

ASKED_IN_VAIN = contradiction(
    "asked_in_vain", "A rejected candidate is still to be signed off",
    label("H1OPS", "L1OPS", "V1OPS", "ADVREQ"), log("AP: State: * --> rejected"))

NOTICE_AFTER_RETRACTION = contradiction(
    "notice_after_retraction", "A notice sent after the retraction",
    predicate(notice_after_retraction, "notice after a retraction", watches=[LATER, RETRACTION]))
