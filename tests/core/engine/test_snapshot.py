"""A configuration's keys, by which journals of other versions are read, and read this one's."""

import pytest

from fsm.chart import Process, Stage, check, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.testing.script import Script

T = 1_502_000_000.0
CHART = Process("chart", "x", starts=new(), stages=[
    Stage("s", check("c", log("done"), within=60))])
OF_CANDIDATE = """
    again answered broken doubtful doubts evidence gates gathered graceid hint hinted hints informed
    lifecycle numbers on own_timer passed pauses processes profile question questions reason regions
    settled since state waivers
"""
OF_PROCESS = "chart checks final key onset reason since stage stage_since state"
OF_CHECK = """
    alarmed at due escalated final generation held question since stage state timer told why
"""


def engine():
    return Engine([CHART], charts()[1], default_policy([CHART]))


def configured():
    """The configuration of a candidate with one process."""
    made, line = engine(), Script("G1", T, transit=0.0).new()
    made.step(parse(line["payload"], line["time"]))
    return made.configuration("G1")


def test_the_keys_are_those_of_journals_before():
    plain = configured()
    assert sorted(plain) == OF_CANDIDATE.split()
    assert sorted(plain["processes"]["chart"]) == OF_PROCESS.split()
    assert sorted(plain["processes"]["chart"]["checks"]["c"]) == OF_CHECK.split()


def test_what_earlier_journals_lack_is_as_if_nothing_had_been_so():
    plain = configured()
    for key in ("doubts", "numbers", "informed", "waivers", "gates", "passed", "hint", "doubtful",
                "hinted", "hints", "answered", "gathered", "pauses", "on"):
        del plain[key]
    restored = engine()
    restored.restore(plain)
    assert restored.configuration("G1") == configured() | {"numbers": [0, 0, 0, 0]}


@pytest.mark.parametrize(("told", "alarmed"), [
    ([], False), (["warning"], False), (["failure"], True), (["failure", "recovery"], False)])
def test_whether_a_recovery_is_due_was_told_by_what_had_been_told(told, alarmed):
    plain = configured()
    check_of = plain["processes"]["chart"]["checks"]["c"]
    del check_of["alarmed"]
    check_of["told"] = told
    restored = engine()
    restored.restore(plain)
    again = restored.configuration("G1")["processes"]["chart"]["checks"]["c"]
    assert again == {**check_of, "alarmed": alarmed}
