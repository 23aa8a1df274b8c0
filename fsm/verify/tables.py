"""Everything that can happen to one machine by its compiled table, whatever its guards answer."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import attrs

from fsm.core.charts.rules import Rule, inside
from fsm.core.engine.table import Row, Table
from fsm.verify.findings import Happening, Way

Answers = Mapping[str, bool]  # what each guard says


@attrs.frozen
class Machinery:
    """A table, with the rules that its rows come from.

    Attributes:
        table: what is fired.
        rows: (state, trigger) to pairs of a row and its rule, in the order in which they are tried.
        answers: all that the guards may answer together.
    """

    table: Table
    rows: Mapping[tuple[str, str], tuple[tuple[Row, Rule], ...]]
    answers: Sequence[Answers]

    def fired(self, state: str, trigger: str) -> dict[int, Answers]:
        """By the place of each row that can fire there, answers with which it does."""
        found: dict[int, Answers] = {}
        for answers in self.answers:
            place = first(self.rows.get((state, trigger), ()), answers)
            if place is not None:
                found.setdefault(place, answers)
        return found

    def sure(self, state: str, trigger: str) -> bool:
        """Whether a trigger fires there, whatever the guards answer."""
        rows = self.rows.get((state, trigger), ())
        return all(first(rows, answers) is not None for answers in self.answers)


def machinery(table: Table, rules: Iterable[Rule],
              answers: Sequence[Answers] | None = None) -> Machinery:
    """A table with the rules that it was made of.

    Args:
        table: compiled.
        rules: of the machine, in their order.
        answers: what the guards may answer together; None for anything.
    """
    rules = tuple(rules)
    rows = {key: tuple(zip(made, _rules(rules, *key), strict=True))
            for key, made in table.rows.items()}
    return Machinery(table, rows, free(rules) if answers is None else answers)


def free(rules: Iterable[Rule]) -> list[Answers]:
    """All answers of the guards that rules name."""
    names = sorted({guard.removeprefix("!") for rule in rules for guard in rule.guards})
    return [dict(zip(names, said, strict=True))
            for said in product((False, True), repeat=len(names))]


def _rules(rules: Sequence[Rule], leaf: str, trigger: str) -> Iterator[Rule]:
    """The rules of a state on a trigger as they are tried: its own, then of the states around."""
    path = leaf
    while path:
        yield from (rule for rule in rules if rule.trigger == trigger and rule.source == path)
        path = path.rpartition(".")[0]


def first(rows: Sequence[tuple[Row, Rule]], answers: Answers) -> int | None:
    """The place of the row that fires with these answers, None for none."""
    return next((place for place, (row, _) in enumerate(rows) if holds(row, answers)), None)


def holds(row: Row, answers: Answers) -> bool:
    """Whether the guards of a row say what they must."""
    return all(answers[name] is wanted for name, wanted in row.guards)


def explored(machine: Machinery) -> dict[str, Way]:
    """The states that can be reached, each with the shortest way to it."""
    reached: dict[str, Way] = {machine.table.initial: ()}
    waiting = deque(reached)
    while waiting:
        state = waiting.popleft()
        for (source, trigger), rows in machine.rows.items():
            if source != state:
                continue
            for place, answers in machine.fired(state, trigger).items():
                row, _ = rows[place]
                dest = state if row.dest is None else row.dest
                if dest not in reached:
                    reached[dest] = (*reached[state], happening(trigger, row, answers))
                    waiting.append(dest)
    return reached


def happening(trigger: str, row: Row, answers: Answers) -> Happening:
    """A trigger with what the guards that decide answer."""
    return Happening(trigger, ", ".join(
        f"{'' if answers[name] else 'not '}{name}" for name, _ in row.guards))


def triggers(machine: Machinery) -> list[str]:
    """All triggers of a machine, in their order."""
    return list(dict.fromkeys(trigger for _, trigger in machine.rows))


def ahead(machine: Machinery, state: str, trigger: str) -> set[str]:
    """The states to which a trigger may lead from a state, itself where it may change nothing."""
    rows = machine.rows.get((state, trigger), ())
    led = {rows[place][0].dest or state for place in machine.fired(state, trigger)}
    return led if machine.sure(state, trigger) else led | {state}


def within(state: str, paths: Iterable[str]) -> bool:
    """Whether a state is one of these, or inside one."""
    return any(inside(state, path) for path in paths)
