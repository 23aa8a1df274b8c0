"""Inputs as rows of the journal: written and read, they are the same."""

import json

import attrs
import pytest

from fsm.core.entries import LogEntry, Signoff
from fsm.core.inputs import Answer
from fsm.io import inputs

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
    row = inputs.of_answer(answer, T + 5)
    again = inputs.read(row.time, row.graceid, row.kind, row.body)
    assert again.item == row.item == attrs.evolve(answer, time=T + 5, asked=T)
    assert again.item.unread == answer.unread


def test_one_of_an_older_journal_knows_nothing_of_what_was_unread():
    row = inputs.of_answer(ANSWERS[0], T)
    plain = json.loads(row.body)
    del plain["unread"], plain["members"][0]["unread"]
    again = inputs.read(row.time, row.graceid, row.kind, json.dumps(plain).encode()).item
    assert again.unread == {} and again.members[0].unread == {}
    assert again.contents == ANSWERS[0].contents
