"""The fast reading of a machine: a table compiled from its own events, transitions and conditions.

``transitions`` stays the law; nothing is written here that the machine does not say. What the table
cannot say (a callback, a parallel state) is refused, not ignored.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import attrs
from transitions import Event, Machine, State, Transition

from fsm.core.charts.lifecycle import Region
from fsm.core.charts.machines import (
    given,
    lifecycle_machine,
    machine,
    machine_of,
    process_machine,
)
from fsm.core.charts.process import Process
from fsm.errors import ChartError

_OF_MACHINE = ("before_state_change", "after_state_change", "prepare_event", "finalize_event",
               "on_exception", "on_final")
_OF_STATE = ("on_enter", "on_exit", "on_final")
_OF_TRANSITION = ("prepare", "before", "after")


class Model(Protocol):
    """What is moved: it has a state, and a method for every guard."""

    state: Any  # one of the words of its machine


class Row(NamedTuple):
    """One way out of a state.

    Attributes:
        guards: names of the model's guards, each with what it must say.
        dest: path of the state that is entered, the innermost one; None where it stays.
    """

    guards: tuple[tuple[str, bool], ...]
    dest: str | None


@attrs.frozen
class Table:
    """All that a machine does.

    Attributes:
        initial: path of the state in which a model begins.
        rows: (state, trigger) to the rows that are tried, in their order.
    """

    initial: str
    rows: dict[tuple[str, str], tuple[Row, ...]]

    def knows(self, state: str, trigger: str) -> bool:
        """Whether a trigger may move a model out of a state."""
        return (state, trigger) in self.rows

    def fire(self, model: Model, trigger: str, *given: object) -> bool:
        """Move a model by the first row whose guards hold; returns whether one did.

        Args:
            model: what is moved.
            trigger: what has happened.
            given: arguments of the guards.
        """
        for guards, dest in self.rows.get((model.state, trigger), ()):
            for name, wanted in guards:
                if bool(getattr(model, name)(*given)) is not wanted:
                    break
            else:
                if dest is not None:
                    model.state = dest
                return True
        return False


def compiled(machine: Machine) -> Table:
    """Compile a machine.

    Args:
        machine: a ``Machine`` or ``HierarchicalMachine``, made by whomever.

    Raises:
        ChartError: where it does something besides moving a model by guards.
    """
    _refuse_callbacks("the machine", machine, _OF_MACHINE)
    if machine.send_event or machine.has_queue:
        raise ChartError("the machine: it must fire at once and hand its arguments to guards as "
                         "they are; leave 'send_event' and 'queued' out")
    if machine.initial is None:
        raise ChartError("the machine: it must say in which state a model begins")
    states = dict(_states(machine.states))
    for path, state in states.items():
        _refuse_callbacks(f"state {path!r}", state, _OF_STATE)
        if getattr(state, "events", None):
            raise ChartError(f"state {path!r}: its transitions must be the machine's own")
    rows: dict[tuple[str, str], tuple[Row, ...]] = {}
    for leaf in (path for path, state in states.items() if not getattr(state, "states", None)):
        for trigger, event in machine.events.items():
            tried = tuple(_rows(leaf, event, states))
            if tried:
                rows[leaf, trigger] = tried
    return Table(_entered(machine.initial, states), rows)


def _states(states: Mapping[str, State], prefix: str = "") -> Iterator[tuple[str, State]]:
    """Every state with its path, those inside others too."""
    for name, state in states.items():
        yield prefix + name, state
        yield from _states(getattr(state, "states", None) or {}, f"{prefix}{name}.")


def _rows(leaf: str, event: Event, states: dict[str, State]) -> Iterator[Row]:
    """What an event does in a state: its own transitions, then those of the states around it."""
    path = leaf
    while path:
        for transition in event.transitions.get(path, ()):
            where = f"{event.name!r} from {path!r}"
            _refuse_callbacks(where, transition, _OF_TRANSITION)
            dest = transition.dest
            yield Row(tuple(_guards(where, transition)),
                      None if dest is None else _entered(dest, states))
        path = path.rpartition(".")[0]


def _guards(where: str, transition: Transition) -> Iterator[tuple[str, bool]]:
    for condition in transition.conditions:
        if not isinstance(condition.func, str):
            raise ChartError(f"{where}: a guard must be the name of a method of what is moved, not "
                             f"{condition.func!r}")
        yield condition.func, condition.target


def _entered(path: str, states: dict[str, State]) -> str:
    """The innermost state that is entered with one."""
    initial = getattr(states[path], "initial", None)
    while initial:
        if not isinstance(initial, str):
            raise ChartError(f"state {path!r}: it enters several states at once; make them regions")
        path = f"{path}.{initial}"
        initial = getattr(states[path], "initial", None)
    return path


def _refuse_callbacks(where: str, owner: object, names: tuple[str, ...]) -> None:
    for name in names:
        if getattr(owner, name, None):
            raise ChartError(f"{where} has {name!r}, which would never be called: what follows "
                             "from a transition is the engine's, or told by the chart")


def refuse_changes(charts: Iterable[Process | Region]) -> None:
    """Refuse machines to which somebody has added what the tables made of them do not say.

    Those that nobody has asked for are as they come, and are not built for this.

    Args:
        charts: all charts, each region too.

    Raises:
        ChartError: as :func:`compiled`.
    """
    for chart in filter(given, charts):
        try:
            compiled(machine(chart))
            for check in (one for _, one in chart.checks()) if isinstance(chart, Process) else ():
                compiled(machine(chart, check))
        except ChartError as error:
            raise ChartError(f"the machine of {chart.name!r}, of {chart.module}: {error}") from None


@cache
def check_tables(process: Process) -> dict[int, Table]:
    """The tables of a process's checks, by the identity of the check's chart."""
    return {id(check): _of_check(machine_of(process, check)) for _, check in process.checks()}


@cache
def _of_check(machine: Machine) -> Table:
    return compiled(machine)  # many checks have one machine


@cache
def process_table(process: Process) -> Table:
    """The table of all processes of one chart."""
    return compiled(process_machine(process))


@cache
def lifecycle_table(chart: Region) -> Table:
    """The table of a lifecycle, or of a region of one."""
    return compiled(lifecycle_machine(chart))
