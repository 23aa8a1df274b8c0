"""Inputs as rows of the journal: written and read, they are the same."""

import json

import attrs
import pytest

from fsm.core.engine.inputs import Answer
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.io.journal import codec

T = 1_502_000_000.0
ENTRY = LogEntry(T, 3, "hello", "a.xml", 0, frozenset({"psd"}))
MEMBER = Answer(T, "G1", "", event={"graceid": "G1"}, logs=(ENTRY,), labels=None,
                unread={"labels": "GraceDB refuses this credential (HTTP status 403)"})
ANSWERS = [
    Answer(T, "S190425z", "q/1", event={"superevent_id": "S190425z"}, logs=(ENTRY,),
           labels=(("DQV", T), ("INJ", None)), signoffs=((("ADV", ""), Signoff(T, "OK")),),
           neighbours={"created": [{"graceid": "G2"}]}, contents={"a.fits,0": {"size": 3}},
           unavailable=frozenset({("content", "b.fits", 0)}), members=(MEMBER,),
           unread={"G7": "GraceDB has no G7, or does not show it to you", "b.xml,1": "gone"}),
    Answer(T, "G1", "", failure="GraceDB is down"), MEMBER,
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_read_as_it_was_written(answer):
    row = codec.of_answer(answer, T + 5)
    again = codec.read(row.time, row.graceid, row.kind, row.body)
    assert again.item == row.item == attrs.evolve(answer, time=T + 5, asked=T)
    assert again.item.unread == answer.unread


def test_one_of_an_older_journal_knows_nothing_of_what_was_unread():
    row = codec.of_answer(ANSWERS[0], T)
    plain = json.loads(row.body)
    del plain["unread"], plain["members"][0]["unread"]
    again = codec.read(row.time, row.graceid, row.kind, json.dumps(plain).encode()).item
    assert again.unread == {} and again.members[0].unread == {}
    assert again.contents == ANSWERS[0].contents


def line(time=T, **more):
    return json.dumps({"time": time, "topic": "x", **more, "payload": {
        "uid": "G1", "alert_type": "log", "data": {"comment": "hello", "N": 1}}}).encode()


@pytest.mark.parametrize(("time", "words"), [
    (1e308, "1e+308"), (float("nan"), "nan"), (float("inf"), "inf"), (-5, "-5"), (0, "0"),
    (631_151_999, "631151999"), (4_102_444_800, "4102444800"), (True, "True"), ("soon", "'soon'"),
    ("1502000000", "'1502000000'"), (None, "None"), ([T], "[1502000000"),
    (10**400, "1000000000000"), (T + 2 * 86400 + 1, "2017-08-08 06:13:21 UTC"),
    (4e9, "2096-10-02 07:06:40 UTC"),
])
def test_a_line_whose_time_cannot_be_is_kept_with_a_reason_that_names_it(time, words):
    row = codec.of_line(line(time), T)
    assert (row.kind, row.graceid, row.item) == (codec.REJECTED, "", None)
    kept = json.loads(row.body)
    assert words in row.reason and kept["rejected"] == row.reason and "'time'" in row.reason
    assert "expected" in row.reason or "must be" in row.reason
    assert kept["line"].encode() == line(time)


def test_what_is_rejected_is_wrapped_once_and_loses_no_byte():
    rubbish = b'\xff{"a": "\xc3\xa4"'
    row = codec.of_line(rubbish, T)
    assert json.loads(row.body)["line"].encode("utf-8", "surrogateescape") == rubbish
    again = codec.of_line(row.body, T + 1)
    assert (again.body, again.reason) == (row.body, row.reason)


def test_what_is_ahead_of_the_clock_by_less_has_just_arrived():
    row = codec.of_line(line(T + 2 * 86400), T)
    assert row.item.received == T


@pytest.mark.parametrize("time", [-1e9, 0, 5.0, 4_000_000_000.0])
@pytest.mark.parametrize("taken", [T, 7.0])
def test_what_an_older_version_took_is_in_its_journal_still(time, taken):
    row = codec.read(taken, "G1", codec.ALERT, line(time))
    assert (row.kind, row.graceid, row.time) == (codec.ALERT, "G1", taken)
    assert row.item.received <= taken and row.item.entry.comment == "hello"


def test_a_rejected_row_of_an_older_journal_is_read():
    assert codec.read(T, "", codec.REJECTED, b"rubbish").body == b"rubbish"
