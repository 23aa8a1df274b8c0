"""What the approval processor makes of what it is told: sign-offs, coincidences, rival candidates.

It judges a candidate when something is written about it, the last sign-off included. Once all that
it waits for is there, its silence is what must be noticed. Selection and coincidences are for
installations that have them. Deadlines are estimates. Source: approval processor of the second
observing run.
"""

from fsm.chart import START, Process, Stage, check, field, file, label, log, new
from machines.o2.searches import EXTERNAL
from machines.signoffs import signed_off

PARTIES = ("approval",)
GROUPING = 3 + 60  # seconds in which rivals are waited for, and then in which one of them is chosen
WAITS = log("AP: State: * --> preliminary_to_initial")
SHARED_MAP = file("*.fits.gz", "*.fits", tags=["lvem"])
IDQ_JUDGED = field("group", equals="CBC") | log("AP: Finished running iDQ checks")

SIGNED_OFF = Process(
    "approval_signed_off",
    "Decision once all have signed off",
    noun="AP decision",
    family="notices",
    enabled=False,
    starts=signed_off() & WAITS & SHARED_MAP & IDQ_JUDGED,
    renews=False,
    parties=PARTIES,
    stages=[Stage("decide", check(
        "decision", log("AP: Passed all preliminary_to_initial checks",
                        "AP: Failed * in currentstate: preliminary_to_initial",
                        "AP: State: * --> rejected") | label("EM_READY"), within=120))],
    source="approval, all inputs good",
)

SELECTION = Process(
    "approval_selection",
    "Choice among candidates of one time",
    noun="AP choice",
    family="notices",
    starts=new(),
    when=~EXTERNAL,
    parties=PARTIES,
    enabled=False,  # written, and off in the second observing run
    stages=[Stage("choose", check("choice", label("EM_Selected", "EM_Superseded"),
                                  within=GROUPING))],
    source="approval, grouper",
)

COINCIDENCE = Process(
    "approval_coincidence",
    "Text for a coincidence with an external trigger",
    noun="AP coincidence",
    family="notices",
    starts=log("Temporal coincidence with external trigger", "Significant event in on-source"),
    parties=PARTIES,
    enabled=False,  # it was for those who drafted circulars
    stages=[Stage("draft", check(
        "text", file("coinc_{graceid}.json", comment="GRB-GW Coincidence JSON file:", after=START),
        within=60))],
    begun_by="the search for coincidences with external triggers",
    source="approval, RAVEN and external triggers as inputs",
)
