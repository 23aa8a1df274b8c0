"""GraceDB as it was at the time of a question on a virtual clock."""

import pytest

from fsm.core.engine.effects import Ask
from fsm.io.gracedb.as_of import PastGraceDB

NIGHT = 1_502_000_000.0


@pytest.fixture
def past(standing):
    said = standing.service.write_log
    said(NIGHT + 10, "G100001", "early", ("psd.xml.gz", b"x" * 150))
    standing.service.put_label(NIGHT + 20, "G100001", "DQV")
    said(NIGHT + 30, "G100001", "later")
    standing.service.take_label(NIGHT + 40, "G100001", "DQV")
    return PastGraceDB(standing.gracedb())


def answered(past, after, *wants, graceid="G100001"):
    return past.answer(Ask(NIGHT + after, graceid, "q", wants))


def comments(answer):
    return {entry.comment for entry in answer.logs}


def test_what_came_later_is_not_told(past):
    early = answered(past, 15)
    assert "early" in comments(early) and "later" not in comments(early) and early.labels == ()
    assert answered(past, 25).labels == (("DQV", NIGHT + 20),)
    late = answered(past, 45)
    assert "later" in comments(late) and late.labels == ()


def test_contents_and_neighbours(standing, past):
    for after in (5, 500):
        standing.service.create_event(NIGHT + after, "CBC", "gstlal", "AllSky", ("a", b""), {})
    answer = answered(past, 60, ("content", "psd.xml.gz", 0),
                      ("neighbours", "created", NIGHT, NIGHT + 1000, "CBC", "gstlal", "AllSky"))
    assert answer.contents == {"psd.xml.gz,0": {"size": 150}}
    found = [event["graceid"] for event in answer.neighbours["created"]]
    assert sorted(found) == ["G100001", "G100002"]


def test_each_candidate_is_read_once(standing, past):
    answered(past, 15)
    count = len(standing.paths())
    answered(past, 25)
    assert len(standing.paths()) == count


def test_an_unknown_candidate_and_a_dead_server(standing, past):
    assert "has no G7" in answered(past, 15, graceid="G7").failure
    standing.order(status=500)
    assert "down" in answered(past, 15).failure
