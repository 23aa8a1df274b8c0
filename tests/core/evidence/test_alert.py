"""Every payload flavour becomes the same alert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.parsing import parse
from fsm.core.evidence.records import log_entry, split_version
from fsm.errors import AlertError
from fsm.testing.script import CURRENT, LEGACY, Script

T = 1_502_000_000.0


def parsed(line):
    return parse(line["payload"], line["time"])


@pytest.mark.parametrize("annotate", [
    lambda s: s.log("a message", 5, tags=("x",)),
    lambda s: s.file("a.fits.gz", 6, "uploaded", tags=("sky_loc",), version=2),
    lambda s: s.label("DQV", 7),
    lambda s: s.unlabel("DQV", 8),
    lambda s: s.signoff("OP", "H1", "NO", 9),
], ids=["log", "file", "label", "unlabel", "signoff"])
def test_both_flavours_say_the_same(annotate):
    told = []
    for flavour in (LEGACY, CURRENT):
        alert = parsed(annotate(Script("G1", T, flavour)))
        told.append((alert.what, alert.entry, alert.label, alert.signoff and alert.signoff[0]))
        assert abs(alert.time - alert.received) <= 1.0
    assert told[0] == told[1]


@pytest.mark.parametrize("flavour", [LEGACY, CURRENT])
def test_new(flavour):
    alert = parsed(Script("G1", T, flavour).new())
    assert (alert.what, alert.time, alert.received) == ("new", T, T + 1)
    assert alert.fields["pipeline"] == "gstlal"


@pytest.mark.parametrize("labels", [["INJ", "DQV"], {"INJ": "a link", "DQV": "a link"}])
def test_labels_that_are_on_from_the_beginning(labels):
    values = {"graceid": "G1", "labels": labels}
    for told in ({"description": "", "object": values}, {"data": values}):
        alert = parse({"uid": "G1", "alert_type": "new", **told}, T)
        assert alert.labels == ("INJ", "DQV")
        alert.add_to(evidence := Evidence("G1"))
        assert evidence.has_label("INJ") and evidence.has_label("DQV")


@pytest.mark.parametrize(("payload", "what", "comment", "filename", "version"), [
    ({"alert_type": "update", "description": "LOG: hello", "file": ""}, "log", "hello", "", None),
    ({"alert_type": "update", "description": "UPLOAD: 'a.txt' hello", "file": "a.txt"},
     "log", "hello", "a.txt", None),
    ({"alert_type": "update", "description": "UPLOAD: a.txt,3", "file": "a.txt,3"},
     "log", "", "a.txt", 3),
    ({"alert_type": "update", "description": "plain text of a simulator", "file": ""},
     "log", "plain text of a simulator", "", None),
    ({"alert_type": "update", "description": "VOEVENT: G1-1-Preliminary.xml",
      "file": "G1-1-Preliminary.xml", "object": {"voevent_type": "PR", "N": 1}},
     "voevent", "New VOEvent", "G1-1-Preliminary.xml", None),
    ({"alert_type": "log", "data": {"filename": "psd.xml.gz", "tag_names": ["psd"]}},
     "log", "", "psd.xml.gz", None),
    ({"alert_type": "log", "data": {"comment": "x", "filename": "", "tag_names": None, "N": 4}},
     "log", "x", "", None),
])
def test_odd_shapes_of_log_alerts(payload, what, comment, filename, version):
    alert = parse({"uid": "G1", **payload}, T)
    assert (alert.what, alert.entry.comment, alert.entry.filename, alert.entry.version) == (
        what, comment, filename, version)


@pytest.mark.parametrize(("payload", "what", "label"), [
    ({"uid": "T251135", "alert_type": "label_added", "data": {"name": "DQV"}}, "label_added",
     "DQV"),
    ({"uid": "S180616h", "alert_type": "label", "description": "LABEL: EM_COINC added",
      "file": ""}, "label_added", "EM_COINC"),
    ({"uid": "G1", "alert_type": "label", "description": "Label INJ removed", "file": ""},
     "label_removed", "INJ"),
    ({"uid": "S180616h", "alert_type": "update", "description": "UPDATE: DQV removed",
      "file": ""}, "label_removed", "DQV"),
])
def test_labels(payload, what, label):
    alert = parse(payload, T)
    assert (alert.what, alert.label) == (what, label)


@pytest.mark.parametrize("kind", [
    "exposed", "hidden", "emobservation", "something_quite_new",
])
def test_what_matters_to_no_machine_is_taken_and_changes_nothing(kind):
    alert = parse({"uid": "S190425z", "alert_type": kind, "data": {"x": 1}}, T)
    assert alert.add_to(Evidence("S190425z")) == ()


@pytest.mark.parametrize("kind", ["event_added", "event_removed", "confirmed_as_gw"])
def test_what_happens_to_a_superevent_states_it_whole(kind):
    evidence = Evidence("S190425z")
    data = {"superevent_id": "S190425z", "gw_events": ["G1", "G2"], "em_events": [],
            "preferred_event": "G2", "preferred_event_data": {"group": "CBC", "pipeline": "x"}}
    alert = parse({"uid": "S190425z", "alert_type": kind, "data": data}, T)
    assert alert.what == "membership" and alert.add_to(evidence) == ("fields",)
    assert evidence.stated and evidence.fields["gw_events"] == "G1,G2"
    assert evidence.fields["group"] == "CBC" and evidence.fields["em_events"] == ""


@pytest.mark.parametrize(("kind", "data", "superevent"), [
    ("added_to_superevent", {"superevent_id": "S1"}, "S1"),
    ("selected_as_preferred", {"superevent_id": "S1"}, "S1"),
    ("removed_from_superevent", {"superevent_id": "S1"}, None),
    ("added_to_superevent", {"superevent_id": ["S1"]}, ""), ("added_to_superevent", {}, "")])
def test_an_event_hears_of_its_superevent(kind, data, superevent):
    alert = parse({"uid": "G1", "alert_type": kind, "data": data}, T)
    assert (alert.what, alert.superevent) == ("membership", superevent)


def test_what_merely_came_along_does_not_take_a_membership_back():
    evidence = Evidence("G1")
    for payload, time in (
            ({"alert_type": "new", "data": {"graceid": "G1", "superevent": None}}, T),
            ({"alert_type": "added_to_superevent", "data": {"superevent_id": "S1"}}, T + 5),
            ({"alert_type": "log", "data": {"N": 1}, "object": {"superevent": None}}, T + 9),
            ({"alert_type": "log", "data": {"N": 2}, "object": {"superevent": "S2"}}, T + 9)):
        parse({"uid": "G1", **payload}, time).add_to(evidence)
    assert evidence.superevent == evidence.fields["superevent"] == "S1"


@pytest.mark.parametrize("payload", [
    None, 3, "text", [], {}, {"uid": "G1"}, {"alert_type": "new"}, {"uid": 5, "alert_type": "new"},
    {"uid": "G1", "alert_type": None}, {"uid": "../../etc", "alert_type": "new"},
    {"uid": "S" * 100000, "alert_type": "new"},
])
def test_what_is_no_alert_is_refused(payload):
    with pytest.raises(AlertError) as told:
        parse(payload, T)
    assert len(str(told.value)) < 200


def test_control_messages_are_none():
    assert parse({"uid": "command", "alert_type": "clearQueue", "object": {}}, T) is None


@pytest.mark.parametrize(("name", "expected"), [
    ("x.fits,2", ("x.fits", 2)), ("x.fits", ("x.fits", None)), ("a,b.fits", ("a,b.fits", None)),
    ("a,1,2", ("a,1", 2)), (",3", (",3", None)), ("x,", ("x,", None)),
])
def test_split_version(name, expected):
    assert split_version(name) == expected


TEXT = st.text("aZ09 ,.:'\"<&{*[\\/%\n\0\x1b\u202eé\U0001f600", max_size=20)
PLAIN = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                         st.sampled_from(["N", "comment", "filename", "tag_names", "created",
                                          "labels", "name", "file_version", "signoff_type",
                                          "pipeline", "extra_attributes", "voevent_type"]),
                         inner, max_size=6), max_leaves=12)


@given(st.sampled_from(["new", "update", "label", "signoff", "log", "label_added", "voevent",
                        "signoff_created", "label_removed", "other"]),
       st.dictionaries(st.sampled_from(["data", "object", "description", "file"]), PLAIN))
def test_wrong_types_anywhere_inside_do_no_harm(kind, inside):
    alert = parse({"uid": "G1", "alert_type": kind, **inside}, T)
    evidence = Evidence("G1")
    alert.add_to(evidence)
    alert.add_to(evidence)
    assert alert.graceid == "G1"


ABSURD = [1e308, float("nan"), float("-inf"), -5, 0, 7, True, "9999-12-31 23:59:59 UTC", "never",
          "1970-01-01 00:00:00 UTC", T + 3 * 86400, [], {}, 10**400]


@pytest.mark.parametrize("created", ABSURD)
@pytest.mark.parametrize(("kind", "data"), [
    ("log", {"comment": "hello", "N": 3}), ("voevent", {"N": 1}), ("new", {"group": "CBC"}),
    ("label_added", {"name": "INJ"}), ("label_removed", {"name": "INJ"}),
])
def test_a_time_that_cannot_be_is_not_told(kind, data, created):
    told = {"uid": "G1", "alert_type": kind, "data": {**data, "created": created}}
    alert, without = parse(told, T), parse({**told, "data": data}, T)
    assert alert == without and alert.time == T and alert.made is None


@pytest.mark.parametrize("created", ABSURD)
@pytest.mark.parametrize("payload", [
    {"alert_type": "new", "description": "", "object": {"group": "CBC"}},
    {"alert_type": "update", "description": "LOG: hello", "object": {"comment": "hello", "N": 3}},
    {"alert_type": "update", "description": "", "object": {"pipeline": "gstlal"}},
])
def test_nor_is_one_of_2016(payload, created):
    told = {**payload, "object": {**payload["object"], "created": created}, "uid": "G1"}
    assert parse(told, T) == parse({**payload, "uid": "G1"}, T)


@pytest.mark.parametrize("name", ["gpstime", "t_0", "t_start", "t_end"])
@pytest.mark.parametrize("value", [1e308, float("nan"), -5, 0, True, "soon", 4e9])
def test_nor_is_a_gps_time(name, value):
    payload = {"uid": "G1", "alert_type": "new", "data": {"group": "CBC", name: value}}
    assert parse(payload, T).fields == {"group": "CBC"}
    payload = {"uid": "G1", "alert_type": "log", "data": {}, "object": {"far": 1.0, name: value}}
    assert parse(payload, T).snapshot == {"far": 1.0}
    payload["object"][name] = 1187008882.43
    assert parse(payload, T).snapshot == {"far": 1.0, name: 1187008882.43}


def test_nor_is_one_of_the_preferred_event():
    event = {"graceid": "G2", "far": 1.0, "gpstime": 1e308, "created": "9999-12-31 23:59:59 UTC"}
    payload = {"uid": "S190425z", "alert_type": "new", "data": {"preferred_event_data": event}}
    assert parse(payload, T).fields == {"preferred_event_data": {"graceid": "G2", "far": 1.0}}


def test_a_log_entry_of_gracedb_s_answer_has_limits_too():
    assert log_entry({"created": "9999-12-31 23:59:59 UTC"}, T).time == T
