"""Sentences of a lifecycle: how they are read, and what is refused."""

import re

import pytest

from fsm.chart import Lifecycle, Move, Region, State, always, label, leads_to, never
from fsm.core.charts.sentences import HasLabel, InState, Joined, Something
from fsm.errors import ChartError


def lifecycle(*sentences):
    """One with a region, and some sentences."""
    return Lifecycle(
        "told", "Follow-up", kind="superevent",
        states=[State("open"), State("closed")],
        moves=[Move("all_closed", "open", "closed"), Move("reopened", "closed", "open")],
        regions=[Region("light", "A light", states=[State("off"), State("on")],
                        moves=[Move("switched", "off", "on", on=label("INJ"))])],
        sentences=sentences)


def test_a_sentence_is_read_by_how_tightly_its_words_bind():
    (claim,) = always("not open or closed and light is on implies label INJ").claims()
    off = Joined("or", (Joined("not", (InState("", "open"),)),
                        Joined("and", (InState("", "closed"), InState("light", "on")))))
    assert claim == Joined("implies", (off, HasLabel("INJ")))
    (claim,) = never("not (open or something is overdue)").claims()
    assert claim == Joined("not", (Joined("or", (InState("", "open"), Something("overdue"))),))


@pytest.mark.parametrize(("sentence", "fault"), [
    (always("opne"), "names the unknown state 'opne'; did you mean 'open'?"),
    (always("lihgt is on"), "names the unknown region 'lihgt'; did you mean 'light'?"),
    (always("light is onn"), "names the unknown state 'onn'"),
    (never("label DQVV"), "DQVV"),
    (never("open and"), "expected a state or a label, not the end"),
    (never("open or and closed"), "expected a state or a label, not 'and'"),
    (never("(open"), "a parenthesis is not closed"),
    (never("open closed"), "'closed' is too much"),
    (never("something is late"), "something is open, overdue or missing, not 'late'"),
    (never("open & closed"), "words, dots and parentheses"),
])
def test_what_cannot_be_meant_is_refused_where_it_is_written(sentence, fault):
    with pytest.raises(ChartError, match=re.escape(fault)) as raised:
        lifecycle(sentence)
    assert "lifecycle 'told'" in str(raised.value)


def test_each_rule_has_words_for_people():
    assert [one.words() for one in lifecycle(
        always("open or closed"), never("light is on"), leads_to("open", "closed")).sentences] == [
        "always: open or closed", "never: light is on", "what is “open” is at last “closed”"]
