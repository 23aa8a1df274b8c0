"""Whatever GraceDB or the journal has in the place of a value: nothing raises."""

import copy
import json
import re
from types import SimpleNamespace

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.io.gracedb import answers
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.retrying import Caller
from fsm.io.journal import codec
from fsm.io.jsonio import dumps, loads
from fsm.registry import charts

NIGHT = 1_502_000_000.0
SID, EVENT = "S170806a", "G100001"
CREATED = "2017-08-06 06:13:20 UTC"
CHARTS = charts()
WANTS = (("content", "a.json", 0), ("content", "psd.xml.gz", 0), ("member", EVENT),
         ("neighbours", "gpstime", 1e9, 2e9, "CBC", "gstlal", "AllSky"),
         ("neighbours", "created", NIGHT - 5, NIGHT + 5, "CBC", "gstlal", "AllSky"))


def event():
    return {
        "graceid": EVENT, "group": "CBC", "pipeline": "gstlal", "search": "AllSky",
        "instruments": "H1,L1", "created": CREATED, "gpstime": 1186000000.5, "far": 1e-9,
        "offline": False, "superevent": SID, "labels": ["H1OK", "DQV"], "links": {"self": "x"},
        "extra_attributes": {"CoincInspiral": {"mass": 3.5, "ifos": "H1,L1"},
                             "SingleInspiral": [{"mass1": 1.4}], "GRB": {"ra": 3.0, "dec": -4.5}}}


PAGES = {
    "event": event(),
    "superevent": {
        "superevent_id": SID, "category": "Production", "created": CREATED, "t_0": 1186000000.5,
        "far": 1e-9, "preferred_event": EVENT, "gw_events": [EVENT], "em_events": ["E1"],
        "em_type": "E1", "labels": ["H1OK", "DQV"], "preferred_event_data": event()},
    "logs": {"log": [
        {"N": 1, "comment": "hello", "filename": "", "file_version": None, "tag_names": [],
         "created": CREATED, "issuer": {"username": "x"}},
        {"N": 2, "comment": "a map", "filename": "bayestar.multiorder.fits", "file_version": 0,
         "tag_names": ["sky_loc", "public"], "created": CREATED},
        {"N": 3, "comment": "", "filename": "psd.xml.gz", "file_version": 1,
         "tag_names": ["psd"], "created": "2017-08-06T06:13:21+00:00"}]},
    "labels": {"labels": [{"name": "H1OK", "created": CREATED, "creator": "x"},
                          {"name": "DQV", "created": CREATED}]},
    "signoffs": {"signoffs": [{"signoff_type": "OP", "instrument": "H1", "status": "OK",
                               "comment": "fine", "submitter": "x"}]},
    "search": {"events": [event(), {**event(), "graceid": "G100002", "gpstime": None}],
               "links": {"next": None}, "numRows": 2},
    "file": {"HasNS": 1.0, "HasRemnant": 0.5},
}
DEEP = []
for _ in range(400):
    DEEP = [DEEP]
WRONG = [None, True, 0, -1, 7.5, 10**30, -10**400, 1e308, -1e308, float("nan"), float("inf"), "",
         "x", "\ud800", "a\0b", "nan", "1e999", "9" * 50, "x" * 5000, [], {}, ["x"], [["x"]],
         [None], {"a": "b"}, {"name": ["x"]}, {"": {}}, [{}], {"\ud800": "\udfff"}, DEEP,
         "2017-13-41 99:99:99", CREATED, -6e13, 4e12, EVENT, SID, [EVENT, ["x"]]]


class Client:
    """In the place of GraceDB's own client: shows pages."""

    links = {"events": "https://example.org/api/events/"}

    def __init__(self, pages):
        self.pages = pages

    def __getattr__(self, name):
        return lambda graceid: self._shown(name)

    def get(self, url):
        return self._shown("signoffs" if url.endswith("signoff/") else "search")

    def files(self, graceid, name):
        from io import BytesIO
        return BytesIO(json.dumps(self.pages["file"]).encode())

    def _shown(self, name):
        return SimpleNamespace(json=lambda: copy.deepcopy(self.pages[name]))


def answered(pages, graceid, asked=WANTS):
    caller = Caller("https://example.org/api/", budget=0.0, fails=10**9)
    caller.client = lambda: Client(pages)
    wants = [want for want in asked if want[0] != "member" or graceid == SID]
    return GraceDB(caller).answer(Ask(NIGHT + 30, graceid, f"{graceid}/1", tuple(wants)))


def positions(plain, way=()):
    """The ways to every value inside a JSON value, itself included."""
    yield way
    inside = plain.items() if isinstance(plain, dict) else \
        enumerate(plain) if isinstance(plain, list) else ()
    for key, value in inside:
        yield from positions(value, (*way, key))


def spoilt(plain, way, value):
    """A copy with another value at a position, where that is still there."""
    if not way:
        return value
    made, here = copy.deepcopy(plain), None
    here = made
    for key in way[:-1]:
        here = here[key]
    here[way[-1]] = value
    return made


def alerts(graceid):
    """Alerts that make a candidate known to the engine, of today and of 2017."""
    state = PAGES["superevent" if graceid == SID else "event"]
    for today in ({"data": state, "object": state}, {"object": state, "file": ""}):
        yield parse({"uid": graceid, "alert_type": "new", **today}, NIGHT)


def stepped(answer):
    """Take an answer as the daemon does, in each way that it may meet a candidate."""
    for first in (*alerts(answer.graceid), None):
        engine = Engine(*CHARTS, default_policy(CHARTS[0]))
        if first is not None:
            engine.step(first)
        else:
            answer = attrs.evolve(answer, question="")
        row = codec.of_answer(answer, NIGHT + 40)
        steps = [engine.step(row.item), engine.step(TickAll(NIGHT + 90_000.0))]
        for effect in (effect for step in steps for effect in step.effects):
            for name in ("graceid", "process", "check", "key"):  # of which the journal makes texts
                str(getattr(effect, name, "")).encode()
        for graceid in engine.candidates:
            kept = dumps(engine.configuration(graceid))
            Engine(*CHARTS, default_policy(CHARTS[0])).restore(loads(kept))
        again = codec.read(row.time, row.graceid, row.kind, row.body).item
        assert same(codec._written(again)) == same(row.body)


def same(body):
    """What is the same before and after the journal, but for numbers of more than 64 bits."""
    return re.sub(rb"-?\d{19,}(\.0)?|-?[\d.]+[eE]\+?\d\d+", b"huge", dumps(loads(body)))


def plainest(answer):
    return json.loads(codec.of_answer(answer, NIGHT + 40).body)


def test_a_healthy_answer_loses_nothing_that_is_read():
    answer = answered(PAGES, SID)
    assert not answer.failure and not answer.unread and not answer.members[0].unread
    assert answer.event["preferred_event_data"]["far"] == 1e-9
    assert answer.event["gw_events"] == [EVENT] and dict(answer.labels) == {
        "H1OK": NIGHT, "DQV": NIGHT}
    assert [entry.filename for entry in answer.logs] == [
        "", "bayestar.multiorder.fits", "psd.xml.gz"]
    assert len(answer.neighbours["gpstime"]) == 2
    assert answer.contents["a.json,0"]["values"] == PAGES["file"]
    assert answer.members[0].event["extra_attributes"]["CoincInspiral"]["mass"] == 3.5
    stepped(answer)


@pytest.mark.parametrize(("page", "way", "value", "part", "words"), [
    ("labels", ("labels", 0, "name"), ["x"], "labels", "'name' is a list, not a text"),
    ("labels", ("labels", 0), 7, "labels", "7 came in place of an object"),
    ("labels", ("labels", 0, "created"), {}, "labels", "'created' is an object, not a time"),
    ("signoffs", ("signoffs", 0, "status"), 5, "signoffs", "'status' is 5, not a text"),
    ("logs", ("log", 1, "N"), "x", "logs", "1 of 3 log entries are none: 'N' is 'x', not a count"),
    ("logs", ("log", 1, "tag_names"), ["a", 5], "logs", "'tag_names' is a list, not a list of tex"),
    ("logs", ("log", 1, "file_version"), -1, "logs", "'file_version' is -1, not a count"),
    ("superevent", ("far",), ["x"], "event", "'far' is a list, not a number"),
    ("superevent", ("gw_events",), "x" * 99, "event", "'gw_events' is 'xxxxxx"),
    ("superevent", ("preferred_event",), "\ud800", "event", "not a GraceID"),
    ("superevent", ("preferred_event_data", "created"), True, "event",
     "of the preferred event 'created' is True, not a time"),
    ("search", ("events", 1, "gpstime"), "soon", "neighbours", "'gpstime' is 'soon', not a number"),
    ("search", ("events", 1, "graceid"), None, "neighbours", "'graceid' lacks"),
])
def test_what_is_of_another_kind_is_left_out_and_named(page, way, value, part, words):
    answer = answered({**PAGES, page: spoilt(PAGES[page], way, value)}, SID)
    assert not answer.failure and words in answer.unread[part]
    assert len(answer.unread[part]) < 200


def test_what_gracedb_leaves_empty_is_no_fault():
    event = dict.fromkeys(PAGES["event"]) | {"graceid": EVENT, "labels": [], "far": ""}
    log = {"log": [dict.fromkeys(PAGES["logs"]["log"][0]) | {"file_version": ""}]}
    answer = answered({**PAGES, "event": event, "logs": log}, EVENT)
    assert not answer.unread and answer.event["superevent"] is None and len(answer.logs) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_wrong_value_at_any_position_of_a_page_does_no_harm(page):
    """Each position and each value, as far as the door; the engine is tried below."""
    wants = [want for want in WANTS if (want[0] == "content") == (page == "file")]
    for way in positions(PAGES[page]):
        for value in WRONG:
            answer = answered({**PAGES, page: spoilt(PAGES[page], way, value)}, SID, wants)
            again = codec.read(NIGHT, SID, "answer", codec.of_answer(answer, NIGHT).body).item
            assert isinstance(again, Answer), (way, value, again)


VALUES = st.sampled_from(WRONG) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                max_size=3), max_leaves=8)


@st.composite
def spoilt_pages(draw):
    pages = dict(PAGES)
    for _ in range(draw(st.integers(1, 3))):
        page = draw(st.sampled_from(sorted(pages)))
        way = draw(st.sampled_from(sorted(positions(pages[page]), key=str)))
        pages[page] = spoilt(pages[page], way, draw(VALUES))
    return pages


@settings(max_examples=150)
@given(spoilt_pages(), st.sampled_from([SID, EVENT]))
def test_rubbish_anywhere_on_gracedbs_pages_is_survived_by_the_engine(pages, graceid):
    stepped(answered(pages, graceid))


def test_a_row_of_the_journal_is_checked_at_the_same_door():
    plain = plainest(answered(PAGES, SID))
    plain["labels"] = [[["x"], None]]
    plain["logs"][0][0] = "soon"
    plain["contents"]["a.json,0"] = {"size": []}
    answer = codec.read(NIGHT, SID, "answer", json.dumps(plain).encode()).item
    assert answer.labels is None and len(answer.logs) == 2
    assert set(answer.unread) == {"labels", "logs", "a.json,0"}
    assert "'name' is a list, not a text" in answer.unread["labels"]


@pytest.mark.parametrize("part", sorted(plainest(answered(PAGES, SID))))
def test_a_wrong_value_at_any_position_of_a_row_does_no_harm(part):
    plain = plainest(answered(PAGES, SID))
    for way in positions(plain[part]):
        for value in WRONG:
            body = json.dumps({**plain, part: spoilt(plain[part], way, value)}).encode()
            again = codec.read(NIGHT, SID, "answer", body).item
            assert isinstance(again, Answer), (way, value, again)


@settings(max_examples=150)
@given(st.data(), st.sampled_from([SID, EVENT]))
def test_rubbish_anywhere_in_a_row_of_the_journal_is_survived_by_the_engine(data, graceid):
    plain = plainest(answered(PAGES, graceid))
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(sorted(positions(plain), key=str)))
        plain = spoilt(plain, way, data.draw(VALUES)) if way else plain
    answer = codec.read(NIGHT, graceid, "answer", json.dumps(plain).encode()).item
    stepped(attrs.evolve(answer, graceid=graceid))


@pytest.mark.parametrize(("way", "value"), [
    (("unavailable",), [[]]), (("unavailable",), [[5]]), (("unavailable",), [[["x"], 0]]),
    (("neighbours", "gpstime", 1, "graceid"), ""), (("labels",), [[["x"], None]]),
    (("signoffs",), [[["OP", ["H1"]], [1.0, "OK", ""]]]), (("logs", 0, 0), None),
    (("logs", 1, 2), 5), (("logs", 1, 5), [[]]), (("contents",), {"a.json,0": []}),
    (("members", 0, "labels"), [[{}, 1.0]]), (("event", "gw_events"), [["x"]]), (("time",), "x"),
    (("asked",), []), (("unread",), {"logs": []}), (("failure",), ["x"]), (("question",), 7)])
def test_rows_that_made_trouble(way, value):
    plain = spoilt(plainest(answered(PAGES, SID)), way, value)
    stepped(codec.read(NIGHT, SID, "answer", json.dumps(plain).encode()).item)


def test_no_kind_takes_what_it_does_not_name():
    for table in (answers.EVENT, answers.LOG, answers.LABEL, answers.SIGNOFF, answers.FACTS):
        good, faults = answers.checked({key: object() for key in table}, table)
        assert not any(good.values())
        assert len(faults) == len([kind for kind in table.values() if kind.words])


def test_a_value_that_cannot_be_read_is_nobodys_fault():
    engine = Engine(*CHARTS, default_policy(CHARTS[0]))
    state = {**PAGES["event"], "labels": [], "far": None}
    engine.step(parse({"uid": EVENT, "alert_type": "new", "object": state, "file": ""}, NIGHT))
    asked = [one for one in engine.step(TickAll(NIGHT + 60.0)).effects if isinstance(one, Ask)]
    answer = answered({**PAGES, "event": {**state, "far": ["x"]}}, EVENT)
    engine.step(attrs.evolve(answer, question=asked[0].question, time=NIGHT + 61.0))
    check = engine.configuration(EVENT)["processes"]["far"]["checks"]["far"]
    assert check["state"] == "unverified" and "'far' is a list" in check["why"]
