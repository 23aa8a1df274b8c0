"""A superevent that is confirmed has two names, and is one candidate."""

import pytest

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.parsing import parse
from fsm.core.evidence.superevent_names import Names
from fsm.testing.script import Script

T = 1_690_484_730.0
FIRST, SECOND = "S230727a", "GW230727A"


def alert(graceid, created=T, seconds=0.0):
    line = Script(graceid, created).label("DQOK", seconds)
    return parse(line["payload"], line["time"])


def bare(graceid):
    return parse({"uid": graceid, "alert_type": "label_added", "data": {"name": "DQOK"}}, T)


def test_the_second_name_is_put_under_the_first():
    names = Names()
    assert names.under_one(alert(FIRST)).graceid == FIRST
    assert names.under_one(alert(SECOND, seconds=99)).graceid == FIRST
    assert names.under_one(bare(SECOND)).graceid == names.of(SECOND) == FIRST


def test_the_first_name_is_put_under_the_second_where_that_was_heard_of_before():
    names = Names()
    assert names.under_one(alert(SECOND)).graceid == SECOND
    assert names.under_one(alert(FIRST)).graceid == SECOND


def test_an_answer_tells_it_too():
    names = Names()
    names.under_one(alert(FIRST))
    event = Script(SECOND, T).fields
    assert names.under_one(Answer(T, SECOND, "", event=event)).graceid == FIRST


@pytest.mark.parametrize("other", [alert("S230727b", T + 1), alert("MS230727b"), alert("G1000")])
def test_others_keep_their_own(other):
    names = Names()
    names.under_one(alert(FIRST))
    assert names.under_one(other) is other


def test_two_that_were_created_in_the_same_second_cannot_be_told_apart():
    names = Names()
    for graceid in (FIRST, "S230727b"):
        assert names.under_one(alert(graceid)).graceid == graceid
    assert names.under_one(alert(SECOND)).graceid == SECOND


def test_what_is_noted_can_be_kept():
    names = Names()
    names.under_one(alert(FIRST))
    kept = dict(names.fresh)
    names.stored()
    assert Names(kept).under_one(alert(SECOND)).graceid == FIRST and not names.fresh
