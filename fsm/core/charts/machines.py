"""The state machines that charts are: one of ``transitions`` for each, built once, and as it comes.

A machine is a book of rules shared by all GraceIDs; what moves is a small model with a ``state``.
Guards are methods of the model, named in ``conditions`` and ``unless``. What the engine fires is
compiled from these machines, see :mod:`fsm.core.engine.table`.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from transitions import Machine
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from fsm.core.charts.checks import Check
from fsm.core.charts.lifecycle import Region, State
from fsm.core.charts.process import Process
from fsm.core.charts.rules import (
    AWAITING,
    CLOSED,
    ENDS,
    OPEN,
    Features,
    Rule,
    check_rules,
    features,
    lifecycle_rules,
    process_rules,
)

Made = TypeVar("Made", bound=Machine)
_given: set[Process | Region] = set()  # charts whose machines somebody has asked for

# Nobody has a machine's triggers by itself, and what means nothing in a state is no error there.
_SHARED: dict[str, Any] = {
    "model": None, "auto_transitions": False, "ignore_invalid_triggers": True}


class DottedState(NestedState):
    """A nested state, whose path is written with dots: ``open.launch``."""

    separator = "."


class NestedMachine(HierarchicalMachine):
    """A hierarchical machine of such states."""

    state_cls = DottedState


def machine(chart: Process | Region, check: Check | None = None) -> Machine:
    """The machine of a process, a lifecycle or a region of one, or of a check of a process.

    It is the one that the engine's table is compiled from: change a copy of it.

    Args:
        chart: its chart.
        check: of the process, where the machine of that is wanted.
    """
    _given.add(chart)
    if check is not None and isinstance(chart, Process):
        return machine_of(chart, check)
    return process_machine(chart) if isinstance(chart, Process) else lifecycle_machine(chart)


def given(chart: Process | Region) -> bool:
    """Whether somebody has asked for a machine of a chart, who may have changed it."""
    return chart in _given


@cache
def check_machine(has: Features) -> Machine:
    """The machine of all checks with these features."""
    rules = check_rules(has)
    named = {state for rule in rules for state in (rule.source, rule.dest)}
    states = [state for state in OPEN + CLOSED if state in named]
    return _with_rules(Machine(states=states, initial=AWAITING, **_SHARED), rules)


def machine_of(process: Process, check: Check) -> Machine:
    """The machine of one check of a process."""
    return check_machine(features(process, check))


@cache
def process_machine(process: Process) -> HierarchicalMachine:
    """The machine of all processes of one chart: through its stages, then closed."""
    stages = [stage.name for stage in process.stages]
    rules = process_rules(process)
    entered = {rule.dest for rule in rules}
    states: list[dict[str, Any]] = [
        {"name": "open", "children": stages, "initial": stages[0]},
        {"name": "closed", "children": [end for end in ENDS if f"closed.{end}" in entered]}]
    return _with_rules(NestedMachine(states=states, initial="open", **_SHARED), rules)


@cache
def lifecycle_machine(chart: Region) -> HierarchicalMachine:
    """The machine of all GraceIDs of one kind, or of a region of theirs."""
    return _with_rules(NestedMachine(states=[_nested(state) for state in chart.states],
                                     initial=chart.states[0].name, **_SHARED),
                       lifecycle_rules(chart))


def _nested(state: State) -> str | dict[str, Any]:
    if not state.inside:
        return state.name
    return {"name": state.name, "children": [_nested(one) for one in state.inside],
            "initial": state.inside[0].name}


def _with_rules(made: Made, rules: Iterable[Rule]) -> Made:
    for rule in rules:
        made.add_transition(
            rule.trigger, rule.source, rule.dest,
            conditions=[guard for guard in rule.guards if not guard.startswith("!")],
            unless=[guard[1:] for guard in rule.guards if guard.startswith("!")])
    return made
