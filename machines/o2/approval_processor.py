"""The approval processor's automatic part: its checks, the notices it sends, their distribution.

The processor judges an event whenever something is written about it, so that an event about which
nothing more is written is never judged: its silence is what must be noticed. Deadlines are
estimates, except the 10 s that it waits for injections. Source: approval processor of the second
observing run.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Each,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    field,
    file,
    label,
    log,
    new,
    predicate,
)
from fsm.core.expect.scope import Scope
from machines.o2.refusals import REFUSALS, bad_label
from machines.signoffs import requested_labels

PARTIES = ("approval",)
WAIT = 10  # seconds that it waits for the label of an injection
# Its first state is new_to_preliminary, or selected_to_preliminary where it chooses among rivals.
FAILED_FIRST = log("AP: Failed * in currentstate: *_to_preliminary")
PASSED_FIRST = log("AP: Passed all *_to_preliminary checks")
REJECTED = log("AP: State: * --> rejected")


def coincident(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether its interferometers make a candidate: two of them without Virgo, or three."""
    ifos = {part.strip() for part in str(evidence.fields.get("instruments") or "").split(",")}
    ifos.discard("")
    if len(ifos) > 2 or len(ifos) == 2 and "V1" not in ifos:
        return Verdict(RIGHT, f"{', '.join(sorted(ifos))} make a coincidence")
    return Verdict(ABSENT, f"{', '.join(sorted(ifos)) or 'no interferometer'}: no coincidence that "
                           "would be judged")


PRELIM_DQ = Process(
    "approval_prelim_dq",
    "Automatic checks before a preliminary notice",
    noun="AP checks",
    family="quality",
    starts=new(),
    when=field("far", at_most="far_limit") & predicate(
        coincident, "three interferometers, or two without V1", watches=[field("instruments")]),
    parties=PARTIES,
    options={"far_limit": 1.9e-7},
    enabled=False,  # planned, and never on in the second observing run
    stages=[
        Stage("take_up", check("created", log("AP: Created event dictionary"), within=60)),
        Stage(
            "decide",
            check("far", log("Candidate event has low enough FAR",
                             "Candidate event rejected due to large FAR",
                             "Candidate event is missing FAR",
                             "Ignoring new event because we found a hardware injection"),
                  within=WAIT + 120),
            check("injections", log("No hardware injection found near",
                                    "Ignoring new event because we found a hardware injection",
                                    "Found hardware injection") | FAILED_FIRST,
                  within=WAIT + 120),
            check("decision", PASSED_FIRST | FAILED_FIRST | label("EM_Throttled"),
                  within=WAIT + 120),
        ),
    ],
    source="O2, approval processor prelim dq; approval, new_to_preliminary",
)

SEGDB = Process(
    "approval_segdb",
    "Segments in the approval of a candidate",
    noun="AP segments",
    family="quality",
    starts=new(),
    parties=PARTIES,
    options={"start_texts": (), "flag_texts": (), "finish_texts": ()},
    enabled=False,  # the processor wrote no such messages; a profile may name another one's
    stages=[
        Stage(
            "segments",
            check("start", log("{text}"), within=60, each=Each("start_texts", "text")),
            check("flag", log("{text}"), within=300, each=Each("flag_texts", "text")),
            check("finish", log("{text}"), within=300, each=Each("finish_texts", "text")),
        ),
    ],
    source="O2, approval processor segdb (never implemented)",
)

IDQ = Process(
    "approval_idq",
    "Joint false-alarm probability of iDQ",
    noun="joint iDQ FAP",
    family="quality",
    enabled=False,
    starts=log("minimum glitch-FAP for"),
    renews=False,
    when=~field("group", equals="CBC"),
    parties=PARTIES,
    stages=[
        Stage("judge", check(
            "joint_fap", log("AP: Finished running iDQ checks") | REJECTED, within=660)),
    ],
    begun_by="the approval processor",
    source="O2, approval processor idq; approval, idq_joint_fapCheck",
)

VIRGO_DQ = Process(
    "virgo_dq",
    "Statement on Virgo's data quality",
    noun="Virgo DQ",
    family="quality",
    starts=new(),
    when=field("instruments", contains="V1"),
    parties=("virgo data quality",),
    enabled=False,  # a sixth of the statements never came, and the check was switched off
    stages=[
        Stage("state", check(
            "statement", log("V1 veto channel*this event IS vetoed",
                             "V1 veto channel*this event IS NOT vetoed"), within=5736)),
    ],
    source="approval, virgo_dqCheck; longest time seen in a study of 223 events",
)

PRELIMINARY = Process(
    "approval_preliminary",
    "Preliminary notice and requests for sign-offs",
    noun="prelim. notice",
    family="notices",
    enabled=False,
    starts=PASSED_FIRST,
    renews=False,
    parties=PARTIES,
    stages=[
        Stage(
            "send",
            check("voevent", file("{graceid}-*-Preliminary.xml"), within=60),
            check("state", log("AP: State: *_to_preliminary --> preliminary_to_initial"),
                  within=60),
            check("operators", requested_labels("OP"), within=60),
            check("advocates", requested_labels("ADV"), within=60),
        ),
    ],
    begun_by="the approval processor",
    source="O2, approval processor voevent; approval, new_to_preliminary all passed",
)


def notice(name: str, title: str, noun: str, passed: str, request: str, kind: str,
           state: str) -> Process:
    """Declare a notice that follows a label which the processor itself puts on."""
    return Process(
        name, title, noun=noun, enabled=False,
        family="notices",
        starts=log(passed) | label(request),
        renews=False,
        parties=PARTIES,
        stages=[
            Stage("request", check("label", label(request), within=60)),
            Stage("send",
                  check("voevent", file(f"{{graceid}}-*-{kind}.xml"), within=60),
                  check("state", log(f"AP: State: * --> {state}"), within=60)),
        ],
        begun_by="the approval processor",
        source=f"O2, approval processor voevent; approval, label {request}",
    )


INITIAL = notice("approval_initial", "Initial notice", "initial notice",
                 "AP: Passed all preliminary_to_initial",
                 "EM_READY", "Initial", "initial_to_update")
UPDATE = notice("approval_update", "Update notice", "update notice",
                "AP: Passed all initial_to_update",
                "PE_READY", "Update", "complete")

ANY_NOTICE = file("{graceid}-*-Preliminary.xml", "{graceid}-*-Initial.xml",
                  "{graceid}-*-Update.xml")
BAD = (*REFUSALS, "EM_Throttled")
RETRACTION = Process(
    "approval_retraction",
    "Retraction of what was sent",
    noun="retraction",
    family="notices",
    starts=bad_label(*BAD),
    renews=False,
    when=ANY_NOTICE,
    parties=("approval", "advocates"),
    always=True,
    options={"bad_labels": BAD},
    stages=[Stage("send", check("voevent", file("{graceid}-*-Retraction.xml"), within=120))],
    source="O2, approval processor voevent; approval, bad label after a notice",
)


def kind_of_notice(kind: str) -> dict[str, str]:
    """How a notice is called in its file's name."""
    return {"file_kind": kind.capitalize()}


GCN = Process(
    "approval_gcn",
    "Distribution of a notice that could not be sent",
    noun="GCN resend",
    family="notices",
    enabled=False,
    starts=log("AP: Could not send VOEvent type {kind}"),
    renews=False,
    key="kind",
    derive=kind_of_notice,
    parties=PARTIES,
    always=True,
    options={"distribution_texts": ()},
    stages=[
        Stage(
            "distribute",
            check("resent", log("resent VOEvent")
                  | file("{graceid}-*-{file_kind}.xml",
                         after=log("AP: Could not send VOEvent type {kind}")), within=0),
            check("distribution", log("{text}"), within=300,
                  each=Each("distribution_texts", "text")),
        ),
    ],
    begun_by="the approval processor",
    source="O2, approval processor gcn; approval, VOEvent could not be sent",
)
