"""The query language: what each term finds."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.standin.query import QueryError, matcher

ROW = {"graceid": "G200", "group": "CBC", "pipeline": "gstlal", "search": "AllSky", "far": 1e-8,
       "gpstime": 1186000000.5, "created": "2017-08-06 06:13:20 UTC", "labels": ["INJ", "H1OK"],
       "submitter": "a@example.org", "superevent": None}


@pytest.mark.parametrize(("query", "found"), [
    ("", True), ("G200", True), ("G100 G200", True), ("G201", False), ("gid: G200", True),
    ("G100 .. G300", True), ("gid: G201 .. G300", False), ("cbc GSTLAL", True), ("Burst", False),
    ("group: CBC pipeline: gstlal search: AllSky", True), ("pipeline: CWB", False),
    ("label: INJ", True), ("label: DQV", False), ("label: INJ & H1OK", True),
    ("label: INJ & ~H1OK", False), ("label: DQV | H1OK", True), ("label: INJ, -DQV", True),
    ("created: 2017-08-06 06:13:20 .. 2017-08-06 06:13:20", True),
    ("created: 2017-08-06 06:13:21 .. now", False), ("created: 1 week ago .. now", False),
    ("gpstime: 1186000000 .. 1186000001", True), ("gpstime: 1 .. 2", False), ("far < 1e-7", True),
    ("far >= 1e-7", False), ('submitter: "a@example.org"', True), ("in_superevent: True", False),
    ("group: CBC far < 1e-7 label: INJ created: 2017-08-01 .. 2017-08-07", True),
    ("group: CBC gstlal label: INJ G200", True), ("group: Burst CBC", True), ("INJ", True),
    ("far in 1e-9, 1e-7", True), ("far: 1e-9 - 1e-7", True), ("far = 1e-8", True),
    ('"example.org"', True), ("submitter: nobody", False), ("g200", True), ("nevents: 3", False),
])
def test_terms(query, found):
    assert matcher(query)(ROW) is found


def test_what_is_hidden_must_be_named():
    test = {**ROW, "group": "Test"}
    assert not matcher("", ("Test", "MDC"))(test)
    assert matcher("group: Test", ("Test", "MDC"))(test)
    assert matcher("G200", ("Test", "MDC"))(test) and matcher("gid: G1 .. G300", ("Test",))(test)


SUPEREVENT = {"superevent_id": "TS170817c", "gw_id": "TGW170817C", "category": "Test",
              "t_0": 1186000000.5, "t_start": 1186000000.0, "labels": [],
              "gw_events": ["T1"], "em_events": ["E1"], "preferred_event": "T1", "far": 1e-8}


@pytest.mark.parametrize(("query", "found"), [
    ("TS170817c", True), ("ts170817C", True), ("TGW170817C", True), ("TS17*", True),
    ("S170817c", False), ("TS170817", False), ("event: E1", True), ("preferred_event: T2", False),
    ("Test", True), ("category: test gpstime: 1186000000 .. 1186000001", True),
    ("is_gw: TRUE t_start > 1", True), ("is_public: true", False)])
def test_terms_of_superevents(query, found):
    assert matcher(query)(SUPEREVENT) is found


@pytest.mark.parametrize("query", [
    "far < much", "created: soon", "label: (A)", "group:", "gpstime: 1 .. 2 .. 3", "gid: G1 .. x",
    "nonsense: 3", "runid: O4", "Nonsense", "gid: G1 .. M3", "grbevent.ra > 1", "far: 1 x 2",
    "is_gw: perhaps", "INJ & DQV", "far < 1 .. 2", "label:"])
def test_nonsense_is_refused(query):
    with pytest.raises(QueryError):
        matcher(query)(ROW)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_refused(text):
    with contextlib.suppress(QueryError):
        assert matcher(text)(ROW) in (True, False)
