"""Messages whose text an option of the process holds find their checks, however that is told."""

import pytest

from fsm.chart import Each, Process, Stage, check, log, new, predicate
from fsm.core.charts.index import Router
from fsm.core.evidence.entries import LogEntry
from fsm.core.expect.base import RIGHT, Verdict


def process(expects, options, **how):
    return Process("p", "Looks for a text", starts=new(), options=options,
                   stages=[Stage("s", check("c", expects, within=60, **how))])


def fine(evidence, scope):
    return Verdict(RIGHT, "fine")


PROCESSES = {
    "one for each": process(log("{text}"), {"texts": ("it has begun",)},
                            each=Each("texts", "text")),
    "made of each": process(log("{text}"), {"ifos": ("H1",)}, each=Each(
        "ifos", "ifo", derive=lambda ifo: {"text": "it has begun"})),
    "one text": process(log("{text}"), {"text": "it has begun"}),
    "of several options": process(
        predicate(fine, "fine", watches=[log("{text}")], options=["texts", "most"]),
        {"texts": ("it has begun",), "most": 3.0}),
}


@pytest.mark.parametrize("chart", PROCESSES.values(), ids=PROCESSES)
def test_a_text_of_an_option_finds_its_check(chart):
    router = Router([chart], ())
    found = router.interested(LogEntry(0.0, 1, "so it has begun at H1"))
    assert [interest.subject.name for interest, _ in found if interest.role == "check"] == ["c"]


def test_another_text_does_not_where_options_tell_all():
    router = Router([PROCESSES["one for each"]], ())
    assert [one for one, _ in router.interested(LogEntry(0.0, 1, "something else"))] == []


def test_the_options_are_those_of_the_profile():
    router = Router([PROCESSES["one for each"]], (), lambda chart: {"texts": ("they run",)})
    assert router.interested(LogEntry(0.0, 1, "so they run"))
    assert not router.interested(LogEntry(0.0, 2, "so it has begun"))


def test_an_option_without_texts_is_of_no_check():
    router = Router([PROCESSES["one for each"]], (), lambda chart: {"texts": ()})
    assert not router.interested(LogEntry(0.0, 1, "so it has begun"))


@pytest.mark.parametrize(("comment", "roles"), [
    ("sent 3 notices", ["check"]), ("no notices", []), ("", [])])
def test_a_message_finds_those_whose_regular_expression_it_matches(comment, roles):
    router = Router([process(log(regex=r"sent \d+", words="sent several"), {})], ())
    found = router.interested(LogEntry(0.0, 1, comment))
    assert [interest.role for interest, _ in found] == roles
