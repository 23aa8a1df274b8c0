"""Notices and drafts of circulars of each alert stage.

A notice is a file in two formats, told to two brokers. The same name serves less-significant and
significant ones, so what belongs to a stage is what comes after its start. What holds a notice back
is weighed once, when it is sent; what has been sent is not held back any more.
"""

from functools import partial

from fsm.chart import (
    ABSENT,
    GRAVE,
    RIGHT,
    START,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    label,
    log,
    not_,
    predicate,
)
from fsm.core.charts.checks import Check
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o4.brokers import told
from machines.o4.searches import AUTOMATED, PUBLISHABLE
from machines.o4.significance import ANNOUNCED, NOT_FAINT, NOT_INSIGNIFICANT, SIGNIFICANT

TAGS = ["em_follow", "public"]
PARTIES = ("em-followup", "rapid response")
# Between observing runs only mock candidates get notices.
SWITCHED_OFF = log("Skipping alert because gwcelery has been configured to only send alerts for "
                   "MDC")
FORBIDDEN = label("INJ", "DQV")
SIGNED_OFF = label("ADVOK", "ADVNO")
LOW, HIGH = label("LOW_SIGNIF_LOCKED"), label("SIGNIF_LOCKED")
EARLY = label("EARLY_WARNING")
SENDING = AUTOMATED & PUBLISHABLE & not_(SWITCHED_OFF) & not_(FORBIDDEN)
OPTIONS = {"brokers": 2}
BY_HAND = ("See which of files, label and brokers lack: the label only says that the notice was "
           "queued. Queue a preliminary alert on the dashboard, and tell the advocate on duty.")
AGAIN = "Queue it again on the dashboard, and see whether each broker got it."
CLEANED_UP = log("Superevent cleaned up after first preliminary alert")
CLEANED_UP_LOW = log("Superevent cleaned up before second less-significant alert")
ORDERED = log("queued a Preliminary alert through the dashboard",
              "queued a preferred event change to")


def notice(kind: str, after: Expectation | None = None) -> Expectation:
    """Expect the files of a notice, in either format."""
    return file(f"{{graceid}}-{kind}.json", f"{{graceid}}-{kind}.avro", after=after)


def held_back(stops: Expectation, start: Expectation, sending: Expectation,
              within: float = 300) -> Expectation:
    """Expect that something stopped a notice before it was sent.

    Args:
        stops: expectation of what stops it.
        start: expectation of what started it.
        sending: expectation of what shows that it had been sent when that came.
        within: seconds after the start; what comes later stops nothing any more.
    """
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        begun, stopped = start.judge(evidence, scope), stops.judge(evidence, scope)
        if not stopped.right:
            return stopped
        by_then, by = Scope(scope.values), begun.at if stopped.at is None else stopped.at
        if by is not None:
            by_then.until = by
        late = by is not None and begun.at is not None and by > begun.at + within
        if late or sending.judge(evidence, by_then).right:
            return Verdict(ABSENT, "it came too late to stop it")
        return Verdict(RIGHT, stopped.why, stopped.at)

    return predicate(judge, f"{stops.words()} before it was sent", watches=[stops])


def sent(kind: str, after: Expectation = START, within: float = 300, warn: float = 180,
         unless: Expectation | None = None) -> tuple[Check, ...]:
    """The checks of one notice, in the order in which they come."""
    timed = partial(check, within=within, warn=warn, unless=unless)
    return (timed("json", file(f"{{graceid}}-{kind}.json", tags=TAGS, after=after)),
            timed("avro", file(f"{{graceid}}-{kind}.avro", tags=TAGS, after=after)),
            timed("brokers", told(kind, after)))


def circular(kind: str, within: float = 180, after: Expectation = START,
             unless: Expectation | None = None) -> Check:
    """The draft of a circular; with an external coincidence it has another name."""
    return check("circular", file(f"{kind}-circular.txt", f"{kind}-emcoinc-circular.txt",
                                  comment=f"Template for {kind} GCN Circular",
                                  tags=["em_follow"], after=after), within=within, unless=unless)


LESS_SIGNIFICANT_NOTICE = Process(
    "less_significant_notice",
    "Less-significant notice",
    noun="low notice",
    family="notices",
    starts=LOW,
    of="superevent",
    when=SENDING & NOT_FAINT,
    unless=held_back(label("SIGNIF_LOCKED", "EARLY_WARNING", "ADVOK", "ADVNO"), LOW,
                     notice("preliminary", after=LOW)),
    options={**OPTIONS, **SIGNIFICANT, **ANNOUNCED},
    parties=PARTIES,
    stages=[Stage("send", *sent("preliminary")),
            Stage("label", check("label", label("LOW_SIGNIF_PRELIM_SENT"), within=60))],
    source="notice flow, rows 11 and 12",
)

EARLY_WARNING_NOTICE = Process(
    "early_warning_notice",
    "Early-warning notice",
    noun="early notice",
    family="notices",
    starts=EARLY,
    of="superevent",
    when=SENDING & NOT_INSIGNIFICANT,
    unless=held_back(label("SIGNIF_LOCKED", "ADVOK", "ADVNO"), EARLY,
                     notice("earlywarning", after=EARLY)),
    options={**OPTIONS, **SIGNIFICANT},
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("earlywarning"))],
    source="notice flow, row 11",
)

EARLY_WARNING_QUALITY = Process(
    "early_warning_quality",
    "Data-quality report asked for after an early warning",
    noun="DQR request",
    family="quality",
    starts=EARLY,
    of="superevent",
    when=SENDING & NOT_INSIGNIFICANT,
    unless=HIGH,  # then it is asked for after that notice
    options=SIGNIFICANT,
    parties=("em-followup",),
    stages=[Stage("quality", check("request", label("DQR_REQUEST"), within=660))],
    source="data quality after the notice, row 2",
)

PRELIMINARY_NOTICE = Process(
    "preliminary_notice",
    "Significant preliminary notice",
    noun="prelim. notice",
    family="notices",
    starts=HIGH,
    of="superevent",
    when=SENDING & NOT_INSIGNIFICANT,
    unless=held_back(SIGNED_OFF, HIGH, notice("preliminary", after=HIGH)),
    options={**OPTIONS, **SIGNIFICANT},
    runbook=BY_HAND,
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("preliminary")),
            Stage("label", check("label", label("GCN_PRELIM_SENT"), within=60)),
            Stage("draft", circular("preliminary"))],
    source="notice flow, rows 11 to 13",
)

STOPPED = held_back(SIGNED_OFF | FORBIDDEN | not_(PUBLISHABLE), CLEANED_UP,
                    notice("preliminary", after=CLEANED_UP))

SECOND_NOTICE = Process(
    "second_notice",
    "Clean-up and second significant notice",
    noun="2nd notice",
    family="notices",
    starts=label("GCN_PRELIM_SENT"),
    of="superevent",
    when=AUTOMATED,
    options=OPTIONS,
    runbook=BY_HAND,
    parties=PARTIES,
    # Only the sending is held back: that it is cleaned up, and the report asked for, comes anyway.
    gravity=GRAVE,
    stages=[Stage("wait",
                  check("cleaned_up", log("Superevent cleaned up after first preliminary alert",
                                          after=START), within=330),
                  check("quality", label("DQR_REQUEST"), within=390)),
            Stage("send", *sent("preliminary", after=CLEANED_UP, unless=STOPPED)),
            Stage("draft", circular("preliminary", after=CLEANED_UP, unless=STOPPED))],
    source="notices: second significant; data quality after the notice, row 1",
)

SECOND_LESS_SIGNIFICANT = Process(
    "second_less_significant",
    "Clean-up and second less-significant notice",
    noun="2nd low notice",
    family="notices",
    starts=label("LOW_SIGNIF_PRELIM_SENT"),
    of="superevent",
    when=AUTOMATED,
    unless=held_back(label("ADVREQ", "ADVOK", "ADVNO", "SIGNIF_LOCKED", "EARLY_WARNING"),
                     label("LOW_SIGNIF_PRELIM_SENT"), CLEANED_UP_LOW, within=330),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("wait", check("cleaned_up", log(
                "Superevent cleaned up before second less-significant alert", after=START),
                within=330)),
            Stage("send", *sent("preliminary", after=CLEANED_UP_LOW,
                                unless=held_back(
                                    EARLY | HIGH | SIGNED_OFF | FORBIDDEN | not_(PUBLISHABLE),
                                    CLEANED_UP_LOW, notice("preliminary", after=CLEANED_UP_LOW))))],
    source="notices: second less significant",
)

INITIAL_NOTICE = Process(
    "initial_notice",
    "Initial notice, after the advocate's approval",
    noun="initial notice",
    family="notices",
    starts=label("ADVOK"),
    of="superevent",
    when=AUTOMATED & not_(label("INJ")),
    options=OPTIONS,
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("initial")), Stage("draft", circular("initial"))],
    source="initial, rows 4 and 5",
)

RETRACTION_NOTICE = Process(
    "retraction_notice",
    "Retraction notice, after the advocate's refusal",
    noun="retraction",
    family="notices",
    starts=label("ADVNO"),
    of="superevent",
    when=AUTOMATED,
    always=True,
    options=OPTIONS,
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("retraction", warn=120)),
            Stage("draft", circular("retraction", within=300))],
    source="retraction, rows 6 and 7",
)

UPDATE_NOTICE = Process(
    "update_notice",
    "Update notice, ordered by hand",
    noun="update notice",
    family="notices",
    starts=log("queued an Update alert through the dashboard"),
    of="superevent",
    when=AUTOMATED & not_(label("INJ")),
    options=OPTIONS,
    runbook=AGAIN,
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("update"))],
    begun_by="whoever has the dashboard",
    source="update, row 8",
)

ORDER_STOPPED = held_back(SIGNED_OFF, ORDERED, notice("preliminary", after=ORDERED))
ORDERED_NOTICE = Process(
    "ordered_notice",
    "Preliminary notice, ordered by hand",
    noun="ordered notice",
    family="notices",
    starts=ORDERED,
    of="superevent",
    when=SENDING,
    options=OPTIONS,
    runbook=AGAIN,
    parties=PARTIES,
    gravity=GRAVE,
    stages=[Stage("send", *sent("preliminary", unless=ORDER_STOPPED)),
            Stage("draft", circular("preliminary", unless=ORDER_STOPPED))],
    begun_by="whoever has the dashboard",
    source="notices: preliminary by hand, preferred event changed by hand",
)

UPDATE_AFTER_ESTIMATION = Process(
    "update_after_estimation",
    "Update notice after parameter estimation, for people to send",
    noun="update with PE",
    family="people",
    starts=label("PE_READY"),
    of="superevent",
    when=AUTOMATED & label("ADVOK") & not_(label("INJ")),
    parties=("rapid response",),
    stages=[Stage("remind", check("update", notice("update", after=START),
                                  within=10800, warn=7200))],
    source="parameter estimation, row 13",
)
