"""The table that is fired does what the machine of ``transitions`` does, for every chart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions import Machine

from fsm.chart import machine as machine_of_chart
from fsm.core.charts import machines
from fsm.core.charts.machines import NestedMachine, check_machine
from fsm.core.charts.rules import AWAITING, Features
from fsm.core.engine.table import Table, compiled, refuse_changes
from fsm.errors import ChartError
from fsm.registry import charts, drawn

PROCESSES, LIFECYCLES = charts()
MACHINES = {chart.name: machine_of_chart(chart) for chart in drawn(PROCESSES, LIFECYCLES)}
for process in PROCESSES:
    for stage, check in process.checks():
        MACHINES[f"{process.name} {stage.name}.{check.name}"] = machines.machine_of(process, check)


class Model:
    """What is moved, of which only the guards are known: each says what it is told to."""

    def __init__(self, answers):
        self.state, self.asked = None, []
        self._answers = answers

    def __getattr__(self, name):
        if name.startswith(("_", "is_", "to_", "may_", "on_")):
            raise AttributeError(name)

        def guard(*given):
            self.asked.append((name, given))
            return self._answers[name]

        return guard


def guards_of(machine):
    return sorted({condition.func for event in machine.events.values()
                   for tried in event.transitions.values() for transition in tried
                   for condition in transition.conditions})


def moved(machine, model, trigger):
    """Whether the machine itself moves it."""
    if isinstance(machine, NestedMachine):
        return bool(machine.trigger_event(model, trigger))
    event = machine.events[trigger]
    return event.trigger(model) if model.state in event.transitions else False


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_trigger_and_answer_of_guards(name):
    """All there is: what moves, where to, and the guards that are asked, in their order."""
    machine = MACHINES[name]
    table = compiled(machine)
    names, states = guards_of(machine), {state for state, _ in table.rows} | {table.initial}
    states |= {row.dest for rows in table.rows.values() for row in rows}
    for bits in range(1 << len(names)):
        answers = {guard: bool(bits >> number & 1) for number, guard in enumerate(names)}
        for state in states:
            for trigger in machine.events:
                law, fast = Model(answers), Model(answers)
                law.state = fast.state = state
                assert table.fire(fast, trigger, 7) == moved(machine, law, trigger)
                assert fast.state == law.state
                assert [guard for guard, _ in fast.asked] == [guard for guard, _ in law.asked]


@pytest.mark.parametrize("name", MACHINES)
def test_rows_are_of_states_in_which_a_model_can_be(name):
    """Of a state that has states inside a model is in one of these."""
    states = {state for state, _ in compiled(MACHINES[name]).rows}
    assert states and not {outer for state in states for outer in states
                           if state.startswith(f"{outer}.")}


@settings(max_examples=200)
@given(st.data())
def test_every_path(data):
    name = data.draw(st.sampled_from(sorted(MACHINES)))
    machine, table = MACHINES[name], compiled(MACHINES[name])
    answers = dict.fromkeys(guards_of(machine), False)
    law, fast = Model(answers), Model(answers)
    law.state = fast.state = table.initial
    for _ in range(data.draw(st.integers(0, 12))):
        trigger = data.draw(st.sampled_from(sorted(machine.events)))
        answers.update({guard: data.draw(st.booleans()) for guard in answers})
        assert table.fire(fast, trigger) == moved(machine, law, trigger)
        assert fast.state == law.state


def test_an_unknown_trigger_or_state_moves_nothing():
    table = compiled(check_machine(Features()))
    model = Model({})
    model.state = AWAITING
    assert not table.fire(model, "nonsense") and not table.knows(AWAITING, "nonsense")
    model.state = "nowhere"
    assert not table.fire(model, "deadline") and model.state == "nowhere"


def test_a_machine_of_the_library_is_public_and_as_it_comes():
    machine = machine_of_chart(PROCESSES[0])
    assert type(machine).__mro__[1].__name__ == "HierarchicalMachine"
    assert type(machine).trigger_event is type(machine).__mro__[1].trigger_event
    assert machine is machine_of_chart(PROCESSES[0])
    assert isinstance(compiled(machine), Table)


def test_what_is_added_to_a_machine_in_use_is_refused_where_the_next_run_begins(monkeypatch):
    process = next(one for one in PROCESSES if one.name == "bayestar")
    _, check = next(iter(process.checks()))
    refuse_changes([process])
    for machine in (machine_of_chart(process), machine_of_chart(process, check)):
        monkeypatch.setattr(machine, "_after_state_change", ["shout"])
        with pytest.raises(ChartError, match="after_state_change"):
            refuse_changes([process])
        monkeypatch.undo()


def made(**more):
    return Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False, **more)


def with_callback(kind):
    machine = made()
    machine.add_transition("go", "a", "b", **{kind: "shout"})
    return machine


def entering():
    machine = made()
    machine.states["b"].add_callback("enter", "shout")
    return machine


def a_function():
    machine = made()
    machine.add_transition("go", "a", "b", conditions=lambda: True)
    return machine


def side_by_side():
    return NestedMachine(model=None, initial="a", auto_transitions=False, states=[
        {"name": "a", "parallel": ["b", "c"]}])


def inside_a_state():
    return NestedMachine(model=None, initial="a", auto_transitions=False, states=[
        {"name": "a", "children": ["b", "c"], "initial": "b", "transitions": [["go", "b", "c"]]}])


@pytest.mark.parametrize(("machine", "words"), [
    *((lambda kind=kind: with_callback(kind), f"'go' from 'a' has '{kind}'")
      for kind in ("before", "after", "prepare")),
    (entering, "state 'b' has 'on_enter'"), (a_function, "must be the name of a method"),
    (lambda: made(after_state_change="shout"), "the machine has 'after_state_change'"),
    (lambda: made(prepare_event="shout"), "'prepare_event'"),
    (lambda: made(finalize_event="shout"), "'finalize_event'"),
    (lambda: made(on_exception="shout"), "'on_exception'"),
    (lambda: made(send_event=True), "leave 'send_event'"),
    (lambda: made(queued=True), "leave 'send_event' and 'queued' out"),
    (side_by_side, "several states at once"), (inside_a_state, "the machine's own"),
])
def test_what_the_table_cannot_say_is_refused(machine, words):
    with pytest.raises(ChartError, match=words):
        compiled(machine())
