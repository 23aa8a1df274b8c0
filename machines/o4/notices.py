"""Notices and drafts of circulars of each alert stage.

A notice is a file in two formats, told to two brokers. The same name serves less-significant and
significant ones, so what belongs to a stage is what comes after the stage's own label or message.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
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
from machines.o4.searches import AUTOMATED

TAGS = ["em_follow", "public"]
SENT = "Kafka alert notice sent to"
PARTIES = ("em-followup", "rapid response")
# Between observing runs only mock candidates get notices. That a notice is blocked by labels is
# said too, but not of which stage, so the labels themselves are looked at.
SWITCHED_OFF = log("Skipping alert because gwcelery has been configured to only send alerts for "
                   "MDC")
FORBIDDEN = label("INJ", "DQV")
SIGNED_OFF = label("ADVOK", "ADVNO")
NOT_HELD = not_(SWITCHED_OFF) & not_(FORBIDDEN)


def told(after):
    """Expect as many messages of brokers as there are, after an annotation."""
    def judge(evidence, scope):
        since = after.judge(evidence, scope).at or 0.0
        times = sorted(entry.time for entry in evidence.logs.values()
                       if SENT in entry.comment and entry.time >= since)
        wanted = int(scope.values["brokers"])
        if len(times) < wanted:
            return Verdict(ABSENT, f"{len(times)} of {wanted} brokers were told")
        return Verdict(RIGHT, f"{wanted} brokers were told", times[wanted - 1])

    return predicate(judge, f"“{SENT}” for each of {{brokers}} brokers, after {after.words()}",
                     watches=[log(SENT)], options=["brokers"])


def sent(kind, after, within, warn=None):
    """The checks of one notice, in the order in which they come."""
    return (check("json", file(f"{{graceid}}-{kind}.json", tags=TAGS, after=after),
                  within=within, warn=warn),
            check("avro", file(f"{{graceid}}-{kind}.avro", tags=TAGS, after=after),
                  within=within, warn=warn),
            check("brokers", told(after), within=within, warn=warn))


def circular(kind, within=180):
    """The draft of a circular; with an external coincidence it has another name."""
    return check("circular", file(f"{kind}-circular.txt", f"{kind}-emcoinc-circular.txt",
                                  comment=f"Template for {kind} GCN Circular",
                                  tags=["em_follow"]), within=within)


LOW, HIGH = label("LOW_SIGNIF_LOCKED"), label("SIGNIF_LOCKED")
EARLY = label("EARLY_WARNING")
OPTIONS = {"brokers": 2}

LESS_SIGNIFICANT_NOTICE = Process(
    "less_significant_notice",
    "Less-significant notice",
    starts=LOW,
    of="superevent",
    when=AUTOMATED & NOT_HELD & not_(label("SIGNIF_LOCKED", "EARLY_WARNING")) & not_(SIGNED_OFF),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("preliminary", LOW, within=300, warn=180)),
            Stage("label", check("label", label("LOW_SIGNIF_PRELIM_SENT"), within=60))],
    source="notice flow, rows 11 and 12",
)

EARLY_WARNING_NOTICE = Process(
    "early_warning_notice",
    "Early-warning notice",
    starts=EARLY,
    of="superevent",
    when=AUTOMATED & NOT_HELD & not_(HIGH) & not_(SIGNED_OFF),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("earlywarning", EARLY, within=300, warn=180)),
            Stage("quality", check("request", label("DQR_REQUEST"), within=660, from_start=True))],
    source="notice flow, row 11; data quality after the notice, row 2",
)

PRELIMINARY_NOTICE = Process(
    "preliminary_notice",
    "Significant preliminary notice",
    starts=HIGH,
    of="superevent",
    when=AUTOMATED & NOT_HELD & not_(SIGNED_OFF),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("preliminary", HIGH, within=300, warn=180)),
            Stage("label", check("label", label("GCN_PRELIM_SENT"), within=60)),
            Stage("draft", circular("preliminary"))],
    source="notice flow, rows 11 to 13",
)

CLEANED_UP = log("Superevent cleaned up after first preliminary alert")

SECOND_NOTICE = Process(
    "second_notice",
    "Clean-up and second significant notice",
    starts=label("GCN_PRELIM_SENT"),
    of="superevent",
    when=AUTOMATED & NOT_HELD & not_(SIGNED_OFF),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("wait",
                  check("cleaned_up", CLEANED_UP, within=330),
                  check("quality", label("DQR_REQUEST"), within=390)),
            Stage("send", *sent("preliminary", CLEANED_UP, within=300, warn=180))],
    source="notices: second significant; data quality after the notice, row 1",
)

CLEANED_UP_LOW = log("Superevent cleaned up before second less-significant alert")

SECOND_LESS_SIGNIFICANT = Process(
    "second_less_significant",
    "Clean-up and second less-significant notice",
    starts=label("LOW_SIGNIF_PRELIM_SENT"),
    of="superevent",
    when=AUTOMATED & NOT_HELD
    & not_(label("ADVREQ", "ADVOK", "ADVNO", "SIGNIF_LOCKED", "EARLY_WARNING")),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("wait", check("cleaned_up", CLEANED_UP_LOW, within=330)),
            Stage("send", *sent("preliminary", CLEANED_UP_LOW, within=300, warn=180))],
    source="notices: second less significant",
)

INITIAL_NOTICE = Process(
    "initial_notice",
    "Initial notice, after the advocate's approval",
    starts=label("ADVOK"),
    of="superevent",
    when=AUTOMATED & not_(label("INJ")),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("initial", label("ADVOK"), within=300, warn=180)),
            Stage("draft", circular("initial"))],
    source="initial, rows 4 and 5",
)

RETRACTION_NOTICE = Process(
    "retraction_notice",
    "Retraction notice, after the advocate's refusal",
    starts=label("ADVNO"),
    of="superevent",
    when=AUTOMATED,
    always=True,
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("retraction", label("ADVNO"), within=300, warn=120)),
            Stage("draft", circular("retraction", within=300))],
    source="retraction, rows 6 and 7",
)

QUEUED = log("queued an Update alert through the dashboard")

UPDATE_NOTICE = Process(
    "update_notice",
    "Update notice, ordered by hand",
    starts=QUEUED,
    of="superevent",
    when=AUTOMATED & not_(label("INJ")),
    options=OPTIONS,
    parties=PARTIES,
    stages=[Stage("send", *sent("update", QUEUED, within=300, warn=180))],
    source="update, row 8",
)

UPDATE_AFTER_ESTIMATION = Process(
    "update_after_estimation",
    "Update notice after parameter estimation, for people to send",
    starts=label("PE_READY"),
    of="superevent",
    when=AUTOMATED & label("ADVOK"),
    parties=("rapid response",),
    stages=[Stage("remind", check("update", file("{graceid}-update.json", after=label("PE_READY")),
                                  within=10800, warn=7200))],
    source="parameter estimation, row 13",
)
