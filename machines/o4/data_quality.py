"""Data quality of a superevent or external event: vectors, iDQ, injections, and the report.

The check is repeated before notices are sent, and all its results come again then.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    START,
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
    not_,
    predicate,
)
from fsm.core.charts.checks import Check
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o4.searches import CHECKED, PRODUCTION

TAGS = ["data_quality"]
IDQ = ("iDQ false alarm probabilities for active detectors are good",
       "iDQ false alarm probability is low", "iDQ false alarm probabilities unknown",
       "Not checking iDQ for")
INJECTIONS = ("No HW injections found.", "Injection found.", "Injection state unknown.")
STATES = ("Detector state for active instruments is good",
          "Detector state for active instruments is bad",
          "Detector state for active instruments is unknown")
SIGNIFICANT = "Automated DQ check before sending significant"
REPEATED = log(regex=r"Automated DQ check before sending (?P<occasion>significant|less-significant)"
                     r" (?:preliminary )?alert",
               words="Automated DQ check before sending {occasion} alert")


def results(after: Expectation | None = None) -> tuple[Check, ...]:
    """The checks of one pass over the data, after an annotation."""
    return (check("idq", log(*IDQ, tags=TAGS, after=after), within=120),
            check("injections", log(*INJECTIONS, tags=TAGS, after=after), within=120),
            check("state", log(*STATES, tags=TAGS, after=after), within=120),
            check("json", file("gwcelerydetcharcheckvectors-{graceid}.json", after=after,
                               comment="DQR-compatible json generated from check_vectors results"),
                  within=120))


CHECK_VECTORS = Process(
    "check_vectors",
    "Data-quality check of a new superevent",
    noun="DQ check",
    family="quality",
    starts=new(),
    of="superevent",
    when=PRODUCTION,
    # The data of an early warning are not there yet, and nobody looks at them later for this.
    unless=label("EARLY_WARNING") | field("search", equals="EarlyWarning"),
    runbook="Without DQOK or DQV the state of the data is unknown, and the notice goes out all the "
            "same: look for “Detector state for active instruments” in the log, and tell the "
            "advocate.",
    parties=("data quality",),
    stages=[
        Stage("check", *results()),
        # Without either label the state is unknown, and the notice goes out all the same.
        Stage("label", check("verdict", label("DQOK", "DQV"), within=120, title="DQ verdict")),
    ],
    source="superevent, rows 2 to 5, and trap 3",
)

CHECK_BEFORE_NOTICE = Process(
    "check_before_notice",
    "Data-quality check before a notice is sent",
    noun="pre-notice DQ",
    family="quality",
    starts=REPEATED,
    of="superevent",
    key="occasion",
    when=CHECKED,
    parties=("data quality",),
    stages=[Stage("check", *results(after=START))],
    begun_by="what is about to send a notice",
    source="notices: what starts them, own DQ check",
)

# The results are expected by the word of the repetition, so without it they would not be.
CHECK_REPEATED = Process(
    "check_repeated",
    "The data are checked again before a significant notice",
    noun="repeated DQ",
    family="quality",
    starts=label("SIGNIF_LOCKED"),
    of="superevent",
    when=CHECKED,
    parties=("data quality", "em-followup"),
    stages=[Stage("begin", check("begun", log(SIGNIFICANT, tags=TAGS, after=START), within=120))],
    source="notices: what starts them, significant preliminary",
)

HEARD = 10.0  # seconds by which what is only known by its alert may have happened before that


def joined_bad_data(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether an event has joined a superevent whose data had been found bad."""
    joined, bad = evidence.since("gw_events.joined"), evidence.labels.get("DQV")
    if joined is None or bad is None or not bad.present or bad.since > joined:
        return Verdict(ABSENT, "no event has joined while label DQV was on")
    return Verdict(RIGHT, "an event has joined while label DQV is on", joined - HEARD)


CHECK_OF_NEW_EVENT = Process(
    "check_of_new_event",
    "Data-quality check when an event joins a superevent with bad data",
    noun="new event's DQ",
    family="quality",
    starts=predicate(joined_bad_data, "an event joins while label DQV is on",
                     watches=[field("gw_events"), label("DQV")]),
    of="superevent",
    when=CHECKED,
    parties=("data quality", "em-followup"),
    stages=[Stage("check", *results(after=START))],
    source="data quality after the notice, row 6",
)

INJECTION_LABEL = Process(
    "injection_label",
    "An injection that was found is labelled",
    noun="INJ label",
    family="quality",
    starts=log("Injection found."),
    of=("superevent", "external"),
    runbook="An injection was found, but INJ is not put on by itself where V1 takes no part: have "
            "it put on by hand, and no notice sent.",
    parties=("data quality", "rapid response"),
    stages=[Stage("label", check("label", label("INJ") | log("No HW injections found.",
                                                              after=START), within=120))],
    source="superevent, row 3, and trap 1",
)

DATA_QUALITY_REPORT = Process(
    "data_quality_report",
    "Data-quality report, asked for after the preliminary notice",
    noun="DQ report",
    family="quality",
    starts=label("DQR_REQUEST"),
    of="superevent",
    when=PRODUCTION,
    parties=("data quality",),
    stages=[Stage("report", check("report", log(tags=TAGS, after=START), within=1800, warn=900))],
    source="data quality after the notice, row 5",
)

EXTERNAL_QUALITY = Process(
    "external_quality",
    "Data-quality check of an external event",
    noun="external DQ",
    family="quality",
    starts=new(),
    of="external",
    when=not_(field("search", equals="MDC")),  # of which no data are looked at
    parties=("data quality",),
    stages=[Stage("check", *results())],
    source="external event, row 2",
)
