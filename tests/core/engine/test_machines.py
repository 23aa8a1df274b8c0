"""The flat machine of a process decides as a nested one made of the same rules would."""

from hypothesis import given
from hypothesis import strategies as st
from transitions.extensions.nesting import HierarchicalMachine, NestedState

from fsm.core.engine import machines
from fsm.registry import charts

PROCESSES, _ = charts()
TRIGGERS = ("stage_done", "recovered", "renewed", "reinstated")


class Dotted(NestedState):
    separator = "."


class Nested(HierarchicalMachine):
    state_cls = Dotted


class Model:
    """A process of which only the guards are known."""

    def __init__(self):
        self.state, self.whole, self.missing = None, False, False

    def nothing_left_out(self):
        return self.whole

    def anything_missing(self):
        return self.missing


def nested(chart, model):
    stages = [stage.name for stage in chart.stages]
    made = Nested(
        model=model, initial=f"open.{stages[0]}", auto_transitions=False,
        ignore_invalid_triggers=True,
        states=[{"name": "open", "children": stages},
                {"name": "closed", "children": ["complete", "incomplete", "waived"]}])
    for rule in machines.process_rules(chart):
        made.add_transition(
            rule.trigger, rule.source, rule.dest,
            conditions=[guard for guard in rule.guards if guard[0] != "!"],
            unless=[guard[1:] for guard in rule.guards if guard[0] == "!"])
    return made


@given(st.sampled_from(PROCESSES),
       st.lists(st.tuples(st.sampled_from(TRIGGERS), st.booleans(), st.booleans()), max_size=12))
def test_flat_and_nested_agree(chart, happenings):
    flat, deep = Model(), Model()
    machine = machines.process_machine(chart)
    flat.state = machine.initial
    nested(chart, deep)
    for trigger, whole, missing in happenings:
        for model in (flat, deep):
            model.whole, model.missing = whole, missing
        if trigger in machine.events:
            moved = machine.events[trigger].trigger(flat)
            assert moved == bool(deep.trigger(trigger))
        assert flat.state == deep.state
