"""What happens again is judged anew: each time has its own deadline, and is told by itself."""

from fsm.testing.notices import approved, copied, noticed, refused, updated
from tests.cases.told import EVENT, OPERATOR, Tale, checks, table, verify
from tests.cases.told import Case as C

FILES = ("json", "avro", "brokers")
PARTNER = "E240001"
NOTICE = ("public", "em_follow")


def switched(*switches):
    """Labels are put on and, with a minus, taken off: (name, seconds)."""
    def tell(script):
        for name, after in switches:
            (script.unlabel if name.startswith("-") else script.label)(name.strip("-"), after)
    return tell


def on_member(tale, graceid, *switches):
    """Labels of a member of the night are switched."""
    return tale.and_then(lambda _: switched(*switches)(tale.member(graceid)))


def updates(*times):
    """Updates are ordered and sent."""
    def tell(script):
        for after in times:
            updated(script, script.member(EVENT), after)
    return tell


def by_hand(*times):
    """Preliminary notices are ordered, prepared and sent."""
    def tell(script):
        event = script.member(EVENT, pipeline="spiir")
        for after in times:
            script.log(f"{OPERATOR} queued a Preliminary alert through the dashboard.", after,
                       ("em_follow",))
            copied(script, event, after + 5)
            noticed(script, event, "preliminary", after + 40)
    return tell


def uploaded(name, after, *tags):
    """A new version of a file."""
    return lambda script: script.file(name, after, "production-mode Bilby posterior samples", tags)


def asked_of_operators(*later):
    """The operators sign off, the sign-off is deleted, and perhaps given anew."""
    def tell(script):
        script.label("V1OPS", 100)
        script.signoff("OP", "V1", "OK", 600)
        script.withdraw("OP", "V1", 700)
        for after in later:
            script.signoff("OP", "V1", "NO", after)
    return tell


def changed_mind(sent):
    """Approved, refused and retracted, approved once more; a new notice is perhaps sent."""
    def tell(script):
        event = script.member(EVENT, pipeline="pycbc")
        refused(script, event, 3000)
        script.signoff("ADV", "", "OK", 6000)
        if sent:
            noticed(script, event, "initial", 6060)
    return tell


def notices_after(*times):
    """Updates that are sent of what was retracted."""
    def tell(script):
        for after in times:
            noticed(script, script.member(EVENT), "update", after, circular=False)
    return tell


def notices_of_o2(script):
    """In 2017: retracted, and two updates after it."""
    script.voevent("Retraction", 12_000)
    script.voevent("Update", 13_000)
    script.voevent("Update", 20_000)


ORDERED = (
    C("the second of three ordered updates is not sent", lambda: Tale("pycbc").and_then(
        updates(4000, 8000, 12_000)).without("-update.", "Kafka", since=8000, until=11_000),
      checks("update_notice", *FILES), checks("update_notice", *FILES)),
    C("the second of two notices ordered by hand is not sent", lambda: Tale("spiir").cut(
        1400).and_then(by_hand(2000, 5000)).without("-preliminary.", since=5000),
      checks("ordered_notice", *FILES) | checks("advocate_vetting", "signoff")),
    C("it is approved again after a retraction, and no initial notice is sent",
      lambda: Tale("pycbc").and_then(changed_mind(sent=False)),
      checks("initial_notice", *FILES, "circular")),
    C("it is approved again after a retraction, and the initial notice is one after a retraction",
      lambda: Tale("pycbc").and_then(changed_mind(sent=True)), checks("late_notice", "resolved")),
)

VERSIONS = (
    C("a new version of the classification has no new picture", lambda: Tale("mbta").and_then(
        uploaded("mbta.p_astro.json", 5000, "p_astro", "public")),
      {"classification_plot[mbta].plot"}),
    C("a new version of the chirp mass has no new picture", lambda: Tale("spiir").and_then(
        uploaded("mchirp_source.json", 5000, *NOTICE)), checks("chirp_mass_summary", "plot")),
    C("of a new version of the samples nothing is made", lambda: Tale("estimated").and_then(
        uploaded("Bilby.posterior_samples.hdf5", 90_000, "pe")),
      checks("posterior_samples[Bilby]", "em_bright", "mchirp", "mchirp_plot", "skymap")),
)

ASKED = (
    C("the operators' sign-off is deleted and not given again",
      lambda: Tale("aframe").and_then(asked_of_operators()), {"operator_vetting[V1].signoff"}),
    C("the operators' sign-off is deleted and given again in time",
      lambda: Tale("aframe").and_then(asked_of_operators(3900))),
    C("ADVREQ is taken off by hand for the second time", lambda: Tale("spiir").cut(1400).and_then(
        switched(("-ADVREQ", 1000), ("ADVREQ", 1060), ("-ADVREQ", 3000))),
      checks("locked_unasked", "resolved")),
    C("in 2017 the advocate is asked a second time, and does not answer", lambda: Tale(
        "cbc").and_then(switched(("-ADVOK", 20_000), ("ADVREQ", 20_001))),
      checks("advocate_signoff", "signoff")),
)

STATES = (
    C("a second veto on a sent notice", lambda: Tale("mbta").and_then(switched(
        ("-DQOK", 1990), ("DQV", 2000), ("-DQV", 2100), ("DQV", 9000))),
      checks("vetoed_notice", "resolved")),
    C("a second veto on an early warning, of which no label tells", lambda: Tale(
        "early-warning").and_then(switched(("DQV", 2000), ("-DQV", 2100), ("DQV", 9000))),
      checks("vetoed_notice", "resolved")),
    C("a second injection on an early warning", lambda: Tale("early-warning").and_then(switched(
        ("INJ", 2000), ("-INJ", 2050), ("INJ", 5000))), checks("injection_noticed", "resolved")),
    C("labels of a site exclude each other for the second time", lambda: Tale("aframe").and_then(
        switched(("L1OK", 2000), ("L1NO", 2010), ("-L1NO", 2050), ("L1NO", 5000))),
      checks("opposite_labels", "resolved")),
    C("the preferred event loses a label for the second time", lambda: on_member(
        Tale("mbta"), EVENT, ("-EMBRIGHT_READY", 3000), ("EMBRIGHT_READY", 3100),
        ("-EMBRIGHT_READY", 6000)), checks("ready_incomplete", "resolved")),
    C("the external event is refuted for the second time", lambda: on_member(
        Tale("coincident"), PARTNER, ("NOT_GRB", 5000), ("-NOT_GRB", 5050), ("NOT_GRB", 8000)),
      checks("no_burst_published", "resolved")),
    C("a notice is said to be sent without a file for the second time", lambda: Tale(
        "early-warning").and_then(switched(
            ("GCN_PRELIM_SENT", 2000), ("-GCN_PRELIM_SENT", 2030), ("GCN_PRELIM_SENT", 2900))),
      checks("notice_without_file", "resolved") | checks("second_notice", "cleaned_up")),
    C("the preferred event is taken out of the superevent for the second time", lambda: Tale(
        "mbta").and_then(lambda script: [script.update(after, {"gw_events": [name]}) for after, name
                                         in ((3000, "G5"), (3040, EVENT), (6000, "G5"))]),
      checks("preferred_elsewhere", "resolved")),
)


@table(*ORDERED)
def test_each_order_is_answered_by_a_notice_of_its_own(case):
    verify(case)


@table(*VERSIONS)
def test_each_version_of_a_file_has_what_is_made_of_it(case):
    verify(case)


@table(*ASKED)
def test_whoever_is_asked_again_has_to_answer_again(case):
    verify(case)


@table(*STATES)
def test_a_state_that_must_not_last_is_told_each_time_that_it_does(case):
    verify(case)


def test_a_second_notice_after_the_retraction_is_told_too_and_takes_nothing_back():
    judged = Tale("retracted").and_then(notices_after(3000, 6000)).judged()
    assert len(judged.times("late_notice.resolved")) == 2
    assert judged.recovered == set()


def test_in_2017_too_a_second_notice_after_the_retraction_takes_nothing_back():
    judged = Tale("cbc").and_then(notices_of_o2).judged()
    assert len(judged.times("notice_after_retraction.resolved")) == 2
    assert judged.recovered == set()


def test_the_initial_notice_after_a_second_approval_is_told_by_its_own_deadline():
    judged = Tale("pycbc").and_then(changed_mind(sent=False)).judged()
    assert judged.times("initial_notice.json") == [6300.0]


def test_what_is_approved_in_time_is_approved():
    script = Tale("mbta").cut(1400)
    verify(C("", lambda: script.and_then(lambda one: approved(one, one.member(EVENT), 3500))))


def test_a_sign_off_does_not_begin_a_state_anew_that_lasts():
    judged = Tale("mbta").and_then(switched(("INJ", 600))).judged()
    assert len(judged.times("injection_noticed.resolved")) == 1


def test_another_contradiction_is_told_while_the_first_lasts():
    pairs = (("H1OK", 2000), ("H1NO", 2001), ("L1OK", 3000), ("L1NO", 3001))
    judged = Tale("mbta").and_then(switched(*pairs)).judged()
    assert len(judged.times("opposite_labels.resolved")) == 2
    assert "L1OK" in judged.run.told("failure")[-1].message
