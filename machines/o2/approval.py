"""Approval: how far the approval processor has come with an event, beside its follow-up.

A label alone moves it where the processor itself acts on the label, whoever has put it on.
Source: states and log messages of the approval processor of the second observing run.
"""

from fsm.chart import Move, Region, State, file, label, log

PRELIMINARY = log("AP: State: * --> preliminary_to_initial") | file("{graceid}-*-Preliminary.xml")
INITIAL = label("EM_READY") | log("AP: Received EM_READY label") | file("{graceid}-*-Initial.xml")
UPDATE = label("PE_READY") | log("AP: Received PE_READY label") | file("{graceid}-*-Update.xml")
# Where injections are approved like real candidates, the processor says so.
INJECTED = label("INJ") & ~log("AP: Found hardware injection*but treating as real event")
REJECTED = (label("DQV", "H1NO", "L1NO", "V1NO", "ADVNO") | INJECTED
            | log("AP: State: * --> rejected"))

APPROVAL = Region(
    "approval",
    "Approval of an event for public alerts",
    states=[
        State("pending", State("new_to_preliminary"), State("preliminary_to_initial"),
              State("initial_to_update")),
        State("complete"),
        State("rejected"),
        State("throttled"),
    ],
    moves=[
        Move("preliminary_sent", "pending.new_to_preliminary", "pending.preliminary_to_initial",
             on=PRELIMINARY),
        Move("ready", ("pending.new_to_preliminary", "pending.preliminary_to_initial"),
             "pending.initial_to_update", on=INITIAL),
        Move("estimated", "pending", "complete", on=UPDATE),
        Move("rejected", ("pending", "complete"), "rejected", on=REJECTED),
        Move("throttled", ("pending", "complete"), "throttled", on=label("EM_Throttled"),
             elsewhere="what was rejected stays so"),
    ],
    onward=True,
    source="approval processor, second observing run",
)
