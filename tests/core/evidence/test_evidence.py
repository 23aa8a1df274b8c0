"""Evidence does not depend on the order of alerts, nor on how often they come."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.canonical import canonical, stored
from fsm.core.evidence.entries import LogEntry
from fsm.core.evidence.evidence import Evidence, restored
from fsm.core.evidence.parsing import parse
from fsm.testing.script import CURRENT, LEGACY, Script

T = 1_502_000_000.0


def entry(number=1, **more):
    return LogEntry(**{"time": T, "number": number, **more})


def test_the_same_number_twice_changes_nothing():
    evidence = Evidence("G1")
    assert evidence.add_entry(entry(comment="a")) is not None
    assert evidence.add_entry(entry(comment="a")) is None


def test_own_annotations_are_never_evidence():
    evidence = Evidence("G1")
    assert evidence.add_entry(entry(comment="ES: cWB CED is missing")) is None
    assert evidence.add_entry(entry(2, tags=frozenset({"event_supervisor"}))) is None
    assert evidence.correct_entry(entry(3, comment="ES: x")) is None
    assert not evidence.logs


def test_the_newest_version_of_a_file_counts():
    evidence = Evidence("G1")
    for number, version in ((1, 2), (2, 0), (3, 1)):
        evidence.add_entry(entry(number, filename="x.fits", version=version))
    assert evidence.newest("x.fits") == 2
    assert [e.version for e in evidence.entries("x.fits")] == [2, 1, 0]
    assert evidence.newest("y.fits") is None


def test_a_file_that_gracedb_says_has_another_name_is_found_by_that_alone():
    evidence = Evidence("G1")
    for number in (1, 2):
        evidence.add_entry(entry(number, filename="a.fits", version=number))
    evidence.correct_entry(entry(2, filename="b.fits", version=2))
    assert [one.number for one in evidence.entries("a.fits")] == [1]
    assert [one.number for one in evidence.entries("b.fits")] == [2]


def test_alerts_about_an_entry_add_their_tags():
    evidence = Evidence("G1")
    for tags in ({"a"}, {"b", "c"}):
        evidence.add_entry(entry(tags=frozenset(tags)))
    assert evidence.logs[1].tags == {"a", "b", "c"}


def test_gracedb_corrects_tags_where_an_alert_can_only_add():
    evidence = Evidence("G1")
    evidence.add_entry(entry(tags=frozenset({"a", "b"})))
    evidence.correct_entry(entry(tags=frozenset({"b"})))
    assert evidence.logs[1].tags == {"b"}


def test_a_snapshot_serves_only_until_gracedbs_own_statement():
    evidence = Evidence("G1")
    assert evidence.add_fields({"far": 1.0}, T + 9, snapshot=True)
    assert not evidence.stated
    assert evidence.add_fields({"far": 2.0}, T)
    assert not evidence.add_fields({"far": 3.0}, T + 99, snapshot=True)
    assert evidence.fields == {"far": 2.0} and evidence.stated


def test_tables_of_triggers_are_not_kept():
    evidence = Evidence("G1")
    evidence.add_fields({"far": 1.0, "extra_attributes": {
        "CoincInspiral": {"snr": 9.0, "ifos": "H1"}, "SingleInspiral": [{"mass1": 1}]}}, T)
    assert evidence.fields == {"far": 1.0, "CoincInspiral.snr": 9.0, "CoincInspiral.ifos": "H1"}


TIMES = st.integers(min_value=0, max_value=40)
NAMES = st.sampled_from(["a.fits", "b.png", "psd.xml.gz"])
STEPS = st.one_of(
    st.tuples(st.just("new"), TIMES),
    st.tuples(st.just("update"), TIMES, st.fixed_dictionaries({"far": st.floats(0, 1)})),
    st.tuples(st.just("log"), st.sampled_from(["x", "INFO:BAYESTAR", "ES: own"]), TIMES),
    st.tuples(st.just("file"), NAMES, TIMES, st.just("up"), st.just(("t",)), st.integers(0, 3)),
    st.tuples(st.just("label"), st.sampled_from(["DQV", "INJ"]), TIMES),
    st.tuples(st.just("unlabel"), st.sampled_from(["DQV", "INJ"]), TIMES),
    st.tuples(st.just("signoff"), st.just("OP"), st.sampled_from(["H1", "L1"]),
              st.sampled_from(["OK", "NO"]), TIMES),
)


def alerts_of(steps, flavour):
    script = Script("G1", T, flavour)
    for name, *arguments in steps:
        getattr(script, name)(*arguments)
    return [parse(line["payload"], line["time"]) for line in script.lines]


def gathered(alerts):
    evidence = Evidence("G1")
    for alert in alerts:
        alert.add_to(evidence)
    return evidence


def told(alerts):
    """What alerts tell; since when values are what they are is told by the order of arrival."""
    plain = canonical(gathered(alerts))
    del plain["changed"]
    return plain


def test_two_sign_offs_at_the_same_moment_are_taken_alike_in_any_order():
    steps = [("signoff", "OP", "H1", "OK", 0), ("signoff", "OP", "H1", "NO", 0)]
    alerts = alerts_of(steps, LEGACY)
    assert gathered(alerts) == gathered(reversed(alerts))


def said(step):
    """What a step says; of what is said again, only GraceDB can tell whether it is so again."""
    return tuple(repr(part) for part in step
                 if step[0] in ("log", "file", "label", "unlabel") or not isinstance(part, int))


def test_the_same_values_of_two_kinds_of_alerts_one_of_which_comes_again():
    update, _, _, new, *_ = alerts_of(
        [("update", 1, {"far": 0.0}), ("label", "DQV", 0), ("new", 0)], LEGACY)
    assert told([new, new, update]) == told([update, new, new])


@given(st.lists(STEPS, max_size=12, unique_by=said), st.sampled_from([LEGACY, CURRENT]), st.data())
def test_any_permutation_and_duplication_gives_the_same_evidence(steps, flavour, data):
    alerts = alerts_of(steps, flavour)
    again = data.draw(st.lists(st.sampled_from(alerts), max_size=5)) if alerts else []
    shuffled = data.draw(st.permutations(alerts + again))
    assert told(shuffled) == told(alerts)


ENTRIES = st.builds(
    LogEntry, time=st.floats(0, 10), number=st.integers(1, 2) | st.none(),
    comment=st.sampled_from(["", "a", "bb"]), filename=st.sampled_from(["", "x", "y"]),
    version=st.none() | st.integers(0, 2), tags=st.frozensets(st.sampled_from("pq")))


@given(st.lists(ENTRIES, max_size=6), st.data())
def test_even_contradicting_reports_of_one_entry_commute(entries, data):
    first, second = Evidence("G1"), Evidence("G1")
    for item in entries:
        first.add_entry(item)
    for item in data.draw(st.permutations(entries)):
        second.add_entry(item)
    assert first == second
    assert {n for n, ids in first.files.items() if ids} == {
        e.filename for e in first.logs.values() if e.filename}


@given(st.lists(STEPS, max_size=12), st.sampled_from([LEGACY, CURRENT]))
def test_stored_as_json_and_restored_it_is_equal(steps, flavour):
    evidence = gathered(alerts_of(steps, flavour))
    plain = json.loads(json.dumps(canonical(evidence)))
    assert restored("G1", plain) == evidence


def test_an_answer_that_was_asked_for_before_a_label_does_not_take_it_off():
    evidence = Evidence("G1")
    evidence.add_label("INJ", 100.0, 100.0)
    older = Answer(200.0, "G1", "G1/1", event={}, labels=(), asked=90.0)
    assert list(older.add_to(evidence)) == [] and evidence.has_label("INJ")
    newer = Answer(200.0, "G1", "G1/2", event={}, labels=(), asked=110.0)
    assert list(newer.add_to(evidence)) == ["INJ"] and not evidence.has_label("INJ")


def superevent(*events):
    return {"graceid": "S230518h", "preferred_event": "G1", "gw_events": list(events)}


def test_when_an_event_joined_is_when_it_was_first_shown():
    evidence = Evidence("S230518h")
    evidence.add_fields(superevent("G1"), 10.0)
    for time, events in ((20.0, ["G1", "G2"]), (30.0, ["G1", "G2", "G3"]), (35.0, ["G1", "G2"])):
        evidence.add_fields(superevent(*events), time, snapshot=True)
    assert evidence.since("gw_events.joined") == 30.0
    evidence.add_fields(superevent("G1", "G2"), 40.0)
    assert evidence.since("gw_events.joined") == 20.0
    assert not evidence.add_fields(superevent("G1", "G2"), 45.0)  # G3 was shown in error
    evidence.add_fields(superevent("G1", "G2", "G3"), 50.0)
    assert evidence.since("gw_events.joined") == 50.0


@pytest.mark.parametrize(("after", "since"), [(60.0, None), (60.5, T + 60.5)])
def test_which_event_was_preferred_before_a_late_first_statement_is_not_known(after, since):
    evidence = Evidence("S230518h")
    stated = {**superevent("G1", "G2"), "created": "2017-08-06 06:13:20 UTC"}  # at T
    evidence.add_fields(stated, T + after)
    assert evidence.since("preferred_event") == evidence.since("far") == since


def test_only_events_join():
    evidence = Evidence("S230518h")
    evidence.add_fields(superevent("G1"), 10.0)
    odd = [None, 5, [], {}, "", "x", "S230518i", "G1", *(f"x{number}" for number in range(3000))]
    assert not evidence.add_fields(superevent(*odd), 20.0, snapshot=True)
    assert evidence.since("gw_events.joined") is None


@pytest.mark.parametrize("stated", [None, "S2"])
def test_a_statement_of_before_an_event_joined_does_not_take_that_back(stated):
    evidence = Evidence("G1")
    evidence.hear_of_joining("S1", T + 5)
    evidence.add_fields({"far": 1.0, "superevent": stated}, T + 3)
    assert evidence.fields == {"far": 1.0, "superevent": "S1"} and evidence.superevent == "S1"


@pytest.mark.parametrize(("created", "since"), [
    ({}, T + 100_000), ({"created": T}, T), ({"created": T + 13_600}, T + 100_000)])
def test_labels_that_the_preferred_event_has_long_had_are_no_news_of_today(created, since):
    evidence = Evidence("S230518h")
    event = {"graceid": "G1", "labels": ["EM_READY"], **created}
    assert evidence.learn_preferred({"preferred_event_data": event}, T + 100_000)
    assert evidence.members["G1"].labels["EM_READY"].since == since
    assert not evidence.learn_preferred({"preferred_event_data": event}, T + 100_001)


def test_in_which_superevents_an_event_has_been_is_restored():
    evidence = Evidence("G1")
    for name, at in (("S1a", 1.0), ("S2b", 2.0)):
        evidence.hear_of_joining(name, T + at)
    again = restored("G1", json.loads(json.dumps(stored(evidence))))
    assert again == evidence and again.was_in == ["S1a", "S2b"]
    assert not again.hear_of_joining("S1a", T + 3.0)  # an alert that comes again, or another time
    assert again.superevent == "S2b" and again.doubts == {"superevent"}
