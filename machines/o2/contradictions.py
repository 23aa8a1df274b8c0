"""Contradictions: states of an event that must not last.

Each is there only once its parts are, and closed as soon as one of them is gone. Source: approval
of candidates, second observing run.
"""

from typing import Any

from fsm.chart import Process, Stage, check, file, label, lasting, log, not_
from fsm.core.expect.base import Expectation
from machines.o2.refusals import REFUSALS, bad_label
from machines.opposites import opposite
from machines.retractions import sent_after

RETRACTION = file("{graceid}-*-Retraction.xml")
NOTICES = [f"{{graceid}}-*-{kind}.xml" for kind in ("Preliminary", "Initial", "Update")]


def contradiction(name: str, title: str, noun: str, *parts: Expectation, **more: Any) -> Process:
    """Declare a state that must be over within a minute."""
    together = parts[0] & parts[1] if len(parts) == 2 else parts[0]
    return Process(
        name, title, noun=noun,
        family="contradictions",
        starts=lasting(together),
        parties=("approval", "advocates"),
        always=True,
        stages=[Stage("resolve", check("resolved", not_(together), within=60))],
        source="approval, contradictions worth an alarm",
        **more,
    )


READY_BUT_REJECTED = contradiction(
    "ready_but_rejected", "EM_READY on a candidate that is vetoed, injected or refused",
    "undue EM_READY",
    label("EM_READY"), bad_label(*REFUSALS), options={"bad_labels": REFUSALS})

TWO_SIGNOFFS = contradiction(
    "two_signoffs", "OK and NO of the same site", "two sign-offs",
    opposite(*((f"{who}OK", f"{who}NO") for who in ("H1", "L1", "V1", "ADV"))))

ASKED_IN_VAIN = contradiction(
    "asked_in_vain", "A rejected candidate is still to be signed off", "vain request",
    label("H1OPS", "L1OPS", "V1OPS", "ADVREQ"), log("AP: State: * --> rejected"))

NOTICE_AFTER_RETRACTION = contradiction(
    "notice_after_retraction", "A notice sent after the retraction", "late notice",
    sent_after(RETRACTION, *NOTICES))
