"""The state machines behind the charts, built with ``transitions`` once per chart.

A machine is a book of rules shared by all GraceIDs; what moves is a small model with a ``state``.
Guards are methods of the model, named in ``conditions``.
"""

from functools import cache

import attrs
from transitions import Event, EventData, Machine, Transition
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from fsm.core.charts.process import Process

# States of a check.
AWAITING, WARNED, OVERDUE, UNVERIFIED = "awaiting", "warned", "overdue", "unverified"
MET, FOUND, LATE, MISSING = "met", "found", "late", "missing"
WAIVED, NOT_EXPECTED, UNVERIFIABLE = "waived", "not_expected", "unverifiable"

OPEN = (AWAITING, WARNED, OVERDUE, UNVERIFIED)
CLOSED = (MET, FOUND, LATE, MISSING, WAIVED, NOT_EXPECTED, UNVERIFIABLE)


@attrs.frozen(slots=True)
class Rule:
    """One transition of a machine.

    Attributes:
        trigger: what happens.
        source: state it leaves.
        dest: state it enters.
        guards: names of the model's guards that must hold; "!" in front: must not.
    """

    trigger: str
    source: str
    dest: str
    guards: tuple = ()


@attrs.frozen(slots=True)
class Features:
    """What decides which transitions a check has.

    Attributes:
        warns: it has a warning before its deadline.
        conditional: a condition may say that it is not expected.
        renews: what started its process may happen again, and starts it anew.
        asks: only GraceDB can tell it (contents, neighbours), never an alert.
        at_deadline: only the deadline may judge it, as for something that must not be there.
        timed: what it expects is made at a moment that can be too late.
        waivable: what happens to the candidate can make it needless.
        ends: a condition may make it needless for good.
        escalates: more people are told the longer it is overdue.
    """

    warns: bool = False
    conditional: bool = False
    renews: bool = False
    asks: bool = False
    at_deadline: bool = False
    timed: bool = True
    waivable: bool = True
    ends: bool = False
    escalates: bool = False


def features(process, check):
    """The features of a check in its process."""
    return Features(check.warn is not None, check.when is not None, process.recurs,
                    bool(check.expects.asks), check.at_deadline, check.expects.timed,
                    not process.always, check.unless is not None, bool(process.gravity))


def check_rules(has):
    """All transitions of a check with these :class:`Features`, in the order they are tried."""
    hopeful = (AWAITING, WARNED, UNVERIFIED) if has.warns else (AWAITING, UNVERIFIED)
    waiting = hopeful[:-1]
    early = (UNVERIFIED,) if has.at_deadline else hopeful
    # No alert can have been missed where none can tell, or none was waited for.
    told = MET if has.asks or has.at_deadline else FOUND
    rules = []

    def add(trigger, sources, dest, *guards):
        rules.extend(Rule(trigger, source, dest, guards) for source in sources)

    def came(trigger, sources, dest):
        add(trigger, sources, dest, "right", "in_time")
        if has.timed:
            add(trigger, sources, LATE, "right")

    if not has.asks:
        came("evidence", (*early, UNVERIFIABLE), MET)
        add("evidence", (OVERDUE, MISSING), LATE, "right")
    came("answer", (*early, UNVERIFIABLE), told)
    add("answer", (OVERDUE, MISSING), LATE, "right")
    if has.warns:
        if not has.at_deadline:
            add("warning", (AWAITING,), told, "right")
        add("warning", (AWAITING,), WARNED)
    came("deadline", hopeful, told)
    add("deadline", hopeful, OVERDUE)
    add("unanswered", waiting, UNVERIFIED)
    if has.asks:
        add("unanswerable", hopeful, UNVERIFIABLE)
    if has.escalates:
        add("escalate", (OVERDUE,), OVERDUE)
    add("give_up", (OVERDUE,), MISSING)
    add("give_up", (UNVERIFIED,), UNVERIFIABLE)
    if has.waivable:
        add("waive", (*hopeful, OVERDUE), WAIVED)
        add("reinstate", (WAIVED,), AWAITING)
    if has.conditional or has.ends:
        add("excuse", (*hopeful, OVERDUE), NOT_EXPECTED)
    if has.conditional:
        add("expect", (NOT_EXPECTED,), AWAITING)
    if has.renews:
        add("renew", [s for s in OPEN + CLOSED if s in _states(rules)], AWAITING)
    return tuple(rules)


def _states(rules):
    return {state for rule in rules for state in (rule.source, rule.dest)}


def process_rules(process):
    """All transitions of a process: through its stages in order, then closed."""
    rules, stages = [], [f"open.{stage.name}" for stage in process.stages]
    for here, following in zip(stages, stages[1:], strict=False):
        rules.append(Rule("stage_done", here, following))
    rules.append(Rule("stage_done", stages[-1], "closed.complete", ("nothing_left_out",)))
    rules.append(Rule("stage_done", stages[-1], "closed.incomplete", ("anything_missing",)))
    if not process.always:
        rules.append(Rule("stage_done", stages[-1], "closed.waived"))
    rules.append(Rule("recovered", "closed.incomplete", "closed.complete", ("!anything_missing",)))
    if process.recurs:
        rules.append(Rule("renewed", "open", stages[0]))
        rules.append(Rule("renewed", "closed", stages[0]))
    conditional = any(check.when for _, check in process.checks())
    if conditional or not process.always:
        rules.append(Rule("reinstated", "closed", stages[0]))
    if any(check.when for stage in process.stages[:-1] for check in stage.checks):
        rules.append(Rule("reinstated", "open", stages[0]))
    return tuple(rules)


def lifecycle_rules(chart):
    """All transitions of a lifecycle."""
    return tuple(Rule(move.trigger, source, move.to, move.guards)
                 for move in chart.moves for source in move.source)


def inside(state, path):
    """Whether a state is this one, or inside it."""
    return f"{state}.".startswith(f"{path}.")


@cache
def known(chart, trigger, state):
    """Whether a process or lifecycle has a transition for a trigger in this state."""
    rules = process_rules(chart) if isinstance(chart, Process) else lifecycle_rules(chart)
    return any(rule.trigger == trigger and inside(state, rule.source) for rule in rules)


class _Transition(Transition):
    """A transition without callbacks: what follows from it is drawn in ``firing``."""

    def execute(self, event_data):
        """Move the model where the guards hold; returns whether they did."""
        if not self._eval_conditions(event_data):
            return False
        event_data.model.state = self.dest
        return True


class _Event(Event):
    """A trigger without callbacks: tries the transitions of the present state in their order."""

    def trigger(self, model, *args):
        """Move the model by the first transition whose guards hold; returns whether one did."""
        data = EventData(None, self, self.machine, model, args, {})
        return any(transition.execute(data) for transition in self.transitions[model.state])


class _Flat(Machine):
    transition_cls, event_cls = _Transition, _Event


class _NestedState(NestedState):
    """A state with a dotted path, likewise without callbacks."""

    separator = "."

    def scoped_enter(self, event_data, scope=None):
        """Nothing happens on entering."""

    def scoped_exit(self, event_data, scope=None):
        """Nothing happens on leaving."""


class _Nested(HierarchicalMachine):
    state_cls = _NestedState


@cache
def check_machine(has):
    """The machine of all checks with these :class:`Features`; fire with ``events[...]``."""
    rules = check_rules(has)
    machine = _Flat(model=None, states=[s for s in OPEN + CLOSED if s in _states(rules)],
                    initial=AWAITING, auto_transitions=False, ignore_invalid_triggers=True)
    return _with_rules(machine, rules)


@cache
def check_events(process):
    """The triggers of every check of a process, by the check's chart's identity."""
    return {id(check): check_machine(features(process, check)).events
            for _, check in process.checks()}


@cache
def process_machine(process):
    """The machine of all processes of one chart; fire with ``events[...]``.

    Its states are nested by name only: a flat machine fires five times as fast as a nested one, so
    a rule of an outer state is written out for each state inside it, after that one's own rules.
    """
    rules = process_rules(process)
    leaves = [f"open.{stage.name}" for stage in process.stages]
    leaves += [f"closed.{end}" for end in ("complete", "incomplete", "waived")]
    machine = _Flat(model=None, states=leaves, initial=leaves[0], auto_transitions=False,
                    ignore_invalid_triggers=True)
    written = [attrs.evolve(rule, source=leaf) for leaf in leaves
               for rule in sorted(rules, key=lambda rule: rule.source != leaf)
               if inside(leaf, rule.source)]
    return _with_rules(machine, written)


@cache
def lifecycle_machine(chart):
    """The machine of all GraceIDs of one kind; fire with ``trigger_event``."""
    machine = _Nested(model=None, states=[_nested(state) for state in chart.states],
                      initial=chart.initial(), auto_transitions=False,
                      ignore_invalid_triggers=True)
    return _with_rules(machine, lifecycle_rules(chart))


def _nested(state):
    if not state.inside:
        return state.name
    return {"name": state.name, "children": [_nested(s) for s in state.inside],
            "initial": state.inside[0].name}


def _with_rules(machine, rules):
    for rule in rules:
        machine.add_transition(
            rule.trigger, rule.source, rule.dest,
            conditions=[g for g in rule.guards if not g.startswith("!")],
            unless=[g[1:] for g in rule.guards if g.startswith("!")])
    return machine
