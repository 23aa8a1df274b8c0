"""States of a superevent or its events that must not last; each begins once its parts are there."""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    external,
    file,
    label,
    lasting,
    log,
    not_,
    predicate,
    preferred,
)
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o4.completeness import COMPLETE
from machines.opposites import opposite
from machines.retractions import sent_after

LOCKED = label("SIGNIF_LOCKED", "EARLY_WARNING")
KINDS = ("preliminary", "earlywarning", "initial", "update")
NOTICES = [f"{{graceid}}-{kind}.{ending}" for kind in KINDS for ending in ("json", "avro")]
# A lone file is a notice too, whatever label there is.
NOTICED = label("GCN_PRELIM_SENT", "LOW_SIGNIF_PRELIM_SENT") | file(*NOTICES)
MOVED = "Updated superevent parameters: preferred_event"
CLEANED = ("Superevent cleaned up after significant event",
           "Superevent cleaned up before sending EW alert",
           "Superevent cleaned up after first preliminary alert",
           "Superevent cleaned up before second less-significant alert",
           "queued a preferred event change to")
SETTLED, NEAR = 120.0, 180.0  # seconds: from the lock to a change, from a clean-up to its change
RETRACTED = file("{graceid}-retraction.json", "{graceid}-retraction.avro")


def inconsistency(name: str, title: str, noun: str, state: Expectation, parties: tuple[str, ...],
                  within: float = 60) -> Process:
    """Declare a state that must be over within a time, each time that it comes about."""
    return Process(
        name, title, noun=noun, family="contradictions", starts=lasting(state), parties=parties,
        always=True, of="superevent",
        stages=[Stage("resolve", check("resolved", not_(state), within=within))],
        source="contradictions",
    )


def not_a_member(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether the preferred event is none of the superevent's events."""
    chosen = evidence.fields.get("preferred_event")
    events = str(evidence.fields.get("gw_events") or "").split(",")
    if not chosen or chosen in events or "gw_events" not in evidence.fields:
        return Verdict(ABSENT, "the preferred event is one of its events")
    since = max((at for name in ("preferred_event", "gw_events")
                 if (at := evidence.since(name)) is not None), default=None)
    return Verdict(RIGHT, f"{chosen} is not among {', '.join(events)}", since)


def moved_alone(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether another event was preferred after the lock, and nothing was cleaned up then."""
    lock = evidence.labels.get("LOW_SIGNIF_LOCKED")
    if lock is None or not lock.present:
        return Verdict(ABSENT, "it is not locked")
    said = [(entry.time, entry.comment) for entry in evidence.logs.values()]
    cleaned = [at for at, words in said if any(part in words for part in CLEANED)]
    moved = [at for at, words in said if MOVED in words and at > lock.since + SETTLED
             and not any(other >= at - NEAR for other in cleaned)]
    if not moved:
        return Verdict(ABSENT, "no other event was preferred outside a clean-up")
    return Verdict(RIGHT, "another event was preferred after LOW_SIGNIF_LOCKED, outside a clean-up",
                   max(moved))


OPPOSITE_LABELS = inconsistency(
    "opposite_labels", "Labels that exclude each other", "opposite labels",
    opposite(("DQOK", "DQV"), *((f"{who}OK", f"{who}NO") for who in ("ADV", "H1", "L1", "V1"))),
    ("rapid response", "em-followup"))

LOCKED_UNASKED = inconsistency(
    "locked_unasked", "Locked as significant, and no advocate is asked", "unasked lock",
    LOCKED & not_(label("ADVREQ", "ADVOK", "ADVNO")), ("em-followup",), within=120)

LOCKED_ONCE = inconsistency(
    "locked_once", "Locked as significant, but not as less significant", "only one lock",
    label("SIGNIF_LOCKED") & not_(label("LOW_SIGNIF_LOCKED")), ("em-followup",), within=120)

NOTICE_WITHOUT_FILE = inconsistency(
    "notice_without_file", "A preliminary notice is said to be sent, and its files lack",
    "fileless notice",
    label("GCN_PRELIM_SENT") & not_(file("{graceid}-preliminary.json")
                                    & file("{graceid}-preliminary.avro")),
    ("em-followup",))

INJECTION_NOTICED = inconsistency(
    "injection_noticed", "A notice was sent of an injection, and nobody has retracted it",
    "notice of INJ",
    label("INJ") & NOTICED & not_(label("ADVNO")), ("data quality", "rapid response"), within=600)

VETOED_NOTICE = inconsistency(
    "vetoed_notice", "A notice was sent, then the data were found bad", "vetoed notice",
    NOTICED & label("DQV") & not_(label("ADVNO")), ("rapid response",), within=600)

READY_INCOMPLETE = inconsistency(
    "ready_incomplete", "EM_READY, but the preferred event lacks labels", "undue EM_READY",
    label("EM_READY") & not_(preferred(COMPLETE)), ("em-followup",), within=120)

PREFERRED_ELSEWHERE = inconsistency(
    "preferred_elsewhere", "The preferred event is not in the superevent", "stray preferred",
    predicate(not_a_member, "preferred_event is not among gw_events", timed=False,
              watches=[preferred(label("EM_READY"))]), ("em-followup",), within=60)

PREFERRED_MOVED = inconsistency(
    "preferred_moved", "Another event is preferred outside a clean-up", "moved preferred",
    predicate(moved_alone, "another event is preferred outside a clean-up",
              watches=[log(MOVED), log(*CLEANED), label("LOW_SIGNIF_LOCKED")]),
    ("em-followup",), within=120)

LATE_NOTICE = inconsistency(
    "late_notice", "A notice after the retraction", "late notice", sent_after(RETRACTED, *NOTICES),
    ("rapid response",))

RAVEN_ALERT_ALONE = inconsistency(
    "raven_alert_alone", "RAVEN_ALERT on the superevent, but not on both of its events",
    "lone RAVEN_ALERT",
    label("RAVEN_ALERT") & not_(external(label("RAVEN_ALERT")) & preferred(label("RAVEN_ALERT"))),
    ("external coincidence",), within=120)

NO_BURST_PUBLISHED = inconsistency(
    "no_burst_published", "RAVEN_ALERT, but the external event is no gamma-ray burst",
    "alert of no GRB",
    label("RAVEN_ALERT") & external(label("NOT_GRB")), ("external coincidence", "rapid response"),
    within=600)

COINCIDENT = label("EM_COINC")
COINCIDENT_ALONE = inconsistency(
    "coincident_alone", "EM_COINC on only one of superevent and external event", "lone EM_COINC",
    (COINCIDENT & not_(external(COINCIDENT))) | (external(COINCIDENT) & not_(COINCIDENT)),
    ("external coincidence",), within=120)
