"""How an alert is taken, and what happens when something does not come: as the program has it."""

import importlib
from functools import reduce

import pytest

from fsm.core.charts import rules
from fsm.core.charts.policy import Timing
from fsm.draw import workings

ALL = rules.check_rules(rules.Features(warns=True, escalates=True))
RULES = {(rule.source, rule.trigger, rule.dest) for rule in ALL}
SOURCE = workings.overdue_graph().source


@pytest.mark.parametrize("door", [*workings.DOORS, workings.QUESTIONS], ids=lambda d: d.function)
def test_every_door_is_a_function_of_the_program(door):
    module, _, name = door.function.partition(":")
    assert callable(reduce(getattr, name.split("."), importlib.import_module(module)))


def test_the_way_leads_through_every_door():
    source = workings.taken_graph().source
    for before, after in zip(workings.DOORS, workings.DOORS[1:], strict=False):
        one, other = (door.function.replace(":", " ") for door in (before, after))
        assert f'"{one}" -> "{other}"' in source


@pytest.mark.parametrize("arrow", [(source, trigger, dest) for (source, dest), (trigger, _)
                                   in workings.arrows(Timing()).items()], ids=str)
def test_every_arrow_is_a_transition_of_a_check(arrow):
    assert arrow in RULES


def test_no_way_out_of_what_does_not_come_is_left_out():
    """A warned check has what an awaiting one has; nothing else is expected of what came."""
    shown = set(workings.arrows(Timing()))
    came = {rules.MET, rules.FOUND, rules.LATE}
    for source, _, dest in RULES:
        if source in (rules.OVERDUE, rules.MISSING) and dest not in (source, rules.WAIVED):
            assert (source, dest) in shown
        if dest in (rules.OVERDUE, rules.MISSING, rules.UNVERIFIED) and source not in (
                rules.WARNED, *came, dest):
            assert (source, dest) in shown


@pytest.mark.parametrize("words", ["10 s", "5 min", "12 h", "1 d"])
def test_the_times_are_those_of_the_engine(words):
    assert words in SOURCE
