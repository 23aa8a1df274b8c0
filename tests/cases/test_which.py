"""Which one counts, not any, and not how many: external event, broker, notice, event's labels."""

from fsm.testing.events import checked
from tests.cases.told import SUPEREVENT, Tale, checks, table, verify
from tests.cases.told import Case as C

OTHER, PARTNER = "E777777", "E240001"
NOTICE = ("public", "em_follow")
FIRST, SECOND = "kafka.scimma.org", "kafka.gcn.nasa.gov"


def second_partner(refuted=False, chosen=False):
    """Another burst joins the superevent, is perhaps refuted, perhaps the one that counts."""
    def tell(script):
        made = script.member(OTHER, superevent=None, group="External", pipeline="Swift", far=None,
                             search="GRB", instruments="", extra_attributes={
                                 "GRB": {"ra": 10.0, "dec": 5.0, "error_radius": 1.0}})
        made.new(600)
        checked(made, made, 605)
        made.file("swift_skymap.multiorder.fits", 620,
                  "Sky map created from GCN RA, dec, and error", ("sky_loc",))
        made.label("EXT_SKYMAP_READY", 621)
        made.file("swift_skymap.png", 625, "Mollweide projection of it", ("sky_loc",))
        made.enter(script, 640)
        script.join(made.graceid, 640)
        if chosen:
            script.update(650, {"em_type": made.graceid})
        if refuted:
            made.label("NOT_GRB", 660)
    return tell


def one_broker(tale, since, until):
    """Who tells the second broker tells the first one once more, in a time."""
    for change in tale.changes:
        if since <= change.after < until and SECOND in str(change.data):
            change.data["comment"] = change.data["comment"].replace(SECOND, FIRST)
    return tale


def lone(kind, after):
    """A notice of which there is but one file."""
    return lambda script: script.file(f"{SUPEREVENT}-{kind}.avro", after, "", NOTICE)


def bad(after):
    """The data are found bad after all."""
    return lambda script: [script.unlabel("DQOK", after - 1), script.label("DQV", after)]


def told_by_superevent(tale):
    """Nothing is heard but the superevent's own alerts."""
    tale.made = [line for line in tale.lines if line["payload"]["uid"] == SUPEREVENT]
    return tale


PARTNERS = (
    C("another external event is refuted", lambda: Tale("coincident").and_then(
        second_partner(refuted=True))),
    C("another external event joins, with labels of its own", lambda: Tale("coincident").and_then(
        second_partner())),
    C("the one of em_type is refuted and bears no label of the coincidence", lambda: Tale(
        "coincident").and_then(second_partner(refuted=True, chosen=True)),
      checks("coincident_alone", "resolved") | checks("raven_alert_alone", "resolved")
      | checks("no_burst_published", "resolved")),
    C("the label of the coincidence is on the external event only", lambda: Tale(
        "coincident-targeted").without(f"{SUPEREVENT} label_added EM_COINC"),
      checks("coincident_alone", "resolved")),
    C("the label of the coincidence is on the superevent only", lambda: Tale(
        "coincident-targeted").without(f"{PARTNER} label_added EM_COINC"),
      checks("coincident_alone", "resolved")),
)

BROKERS = (
    C("of the second notice the first broker is told twice",
      lambda: one_broker(Tale("pycbc"), 300, 1000), checks("second_notice", "brokers")),
    C("of the initial notice the first broker is told twice, in messages of their own",
      lambda: one_broker(Tale("significant"), 1500, 2000), checks("initial_notice", "brokers")),
    C("of an early warning only one broker is told", lambda: Tale("early-warning").without(
        SECOND, until=100), checks("early_warning_notice", "brokers")),
    C("of a retraction the first broker is told twice",
      lambda: one_broker(Tale("retracted"), 1400, 2000), checks("retraction_notice", "brokers")),
    C("of the first update only one broker is told, of the second both", lambda: Tale(
        "updated").without(f"to kafka://{SECOND}", since=4000, until=5000),
      checks("update_notice", "json", "brokers"), checks("update_notice", "json", "brokers")),
)

NOTICES = (
    C("the data are bad after an early warning", lambda: Tale("early-warning").and_then(bad(3000)),
      checks("vetoed_notice", "resolved")),
    C("a lone file was sent of bad data", lambda: Tale("vetoed").cut(1400).and_then(
        lone("preliminary", 500)),
      checks("vetoed_notice", "resolved") | checks("advocate_vetting", "signoff")),
    C("a lone file was sent of an injection", lambda: Tale("injected").cut(1400).and_then(
        lone("update", 700)),
      checks("injection_noticed", "resolved") | checks("advocate_vetting", "signoff")),
    C("a lone early warning is sent after the retraction", lambda: Tale("retracted").and_then(
        lone("earlywarning", 3500)), checks("late_notice", "resolved")),
    C("a lone file of the retraction itself is no notice after it", lambda: Tale(
        "retracted").and_then(lone("retraction", 3500))),
)

EVENTS = tuple(
    C(f"of {kind} only the superevent's own alerts are heard",
      lambda kind=kind: told_by_superevent(Tale(kind)))
    for kind in ("mbta", "unmodelled", "ssm", "rechecked", "swapped", "early-upgraded"))


@table(*PARTNERS)
def test_the_external_event_that_counts_is_that_of_em_type(case):
    verify(case)


@table(*BROKERS)
def test_a_broker_is_told_by_its_address_and_of_its_notice(case):
    verify(case)


@table(*NOTICES)
def test_a_file_alone_is_a_notice_too(case):
    verify(case)


@table(*EVENTS)
def test_what_the_superevent_tells_of_its_preferred_event_is_evidence(case):
    verify(case)
