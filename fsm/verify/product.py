"""A lifecycle and its regions side by side, moved by all that may come to the candidate.

What may come: labels are put on and taken off, files and messages appear, what only GraceDB or an
event of the superevent tells is so or not, and checks open, become overdue and close. Nothing is
assumed of the order. Moves are heard of, judged and fired as the engine does.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fsm.core.charts.lifecycle import Lifecycle, Move, Region
from fsm.core.charts.policy import Profile
from fsm.core.engine.models import UNREPORTED, Candidate, Load
from fsm.core.engine.table import lifecycle_table
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import Expectation
from fsm.core.expect.parts import nested
from fsm.core.expect.values import Label, Predicate
from fsm.verify.alike import LASTING, Heard, alike, of_first
from fsm.verify.findings import Happening
from fsm.verify.truth import Atom, Term, atoms, formula, heard_labels, labelled

TIME = Happening("time", "passes until every check is closed")


class World(NamedTuple):
    """How it is between two inputs.

    Attributes:
        states: of each chart, in their order.
        so: which of the atoms are so, as bits.
        told: what the lifecycle was last told of its checks.
        setting: which of the settings that guards look at the candidate's profile has.
    """

    states: tuple[str, ...]
    so: int
    told: Load
    setting: bool


class Fired(NamedTuple):
    """A trigger that was fired in a chart, in the state that it had; ``dest`` None for nothing."""

    chart: int
    state: str
    trigger: str
    dest: str | None


class _Candidate:
    """A candidate as the guards of a lifecycle see it."""

    def __init__(self, evidence: Evidence, told: Load, setting: bool) -> None:
        self.evidence, self.incomplete = evidence, int(told.missing)
        self.chosen_profile = Profile("", waive_injections=setting)


class Product:
    """Charts of one candidate side by side.

    Args:
        charts: the lifecycle, regions of it, or both.
        said: formulas that are asked of its worlds.
    """

    def __init__(self, charts: Sequence[Region], said: Sequence[Term] = ()) -> None:
        self.charts = tuple(charts)
        self.tables = tuple(lifecycle_table(chart) for chart in charts)
        self.heard = tuple(_heard(place, move) for place, chart in enumerate(charts)
                           for move in chart.moves if move.on is not None)
        wanted = [atom for one in self.heard for atom in (*atoms(one.holds), *one.news)]
        wanted += [atom for term in said for atom in atoms(term) if atom.kind == "label"]
        wanted.sort(key=lambda atom: (atom.kind != "label", atom.kind, atom.about))
        self.alike = alike(dict.fromkeys(wanted), self.heard, said,
                           {name for chart in charts for name in read(chart)})
        self.atoms = tuple(self.alike)
        self.bits = {atom: 1 << place for place, atom in enumerate(self.atoms)}
        self.lifecycle = next((place for place, chart in enumerate(charts)
                               if isinstance(chart, Lifecycle)), None)
        self.leaves = tuple(chart.leaves() for chart in charts)
        self._truths: dict[tuple[int, int], bool] = {}
        self.terms = [of_first(one.holds, self.alike) for one in self.heard]
        self._masks = [sum(self.bits[atom] for atom in atoms(term)) for term in self.terms]
        self._hearing = {atom: [place for place, one in enumerate(self.heard) if atom in one.news]
                         for atom in self.atoms}

    def beginnings(self) -> list[World]:
        """Where a candidate begins, with each setting that a guard looks at."""
        states = tuple(table.initial for table in self.tables)
        guarded = {name for chart in self.charts for name in guards(chart)}
        settings = (False, True) if guarded - {"anything_missing"} else (False,)
        return [World(states, 0, UNREPORTED, setting) for setting in settings]

    def steps(self, world: World) -> Iterator[tuple[Happening, World, list[Fired]]]:
        """What can happen next: each with the world after it, and what was fired."""
        yield from self.closing(world)
        yield from self._after(Happening("checks"), world, None, LOADS)
        for atom, others in self.alike.items():
            bit = self.bits[atom]
            if not world.so & bit or atom.kind in LASTING:
                comes = world._replace(so=world.so | bit)
                yield from self._after(_coming(atom), comes, atom, LOADS)
            elif others:
                yield from self._after(_coming(others[0]), world, atom, LOADS)
            if world.so & bit and atom.kind not in LASTING:
                gone = Happening(f"un{atom.kind}", ", ".join(
                    one.about for one in (atom, *others)))
                yield from self._after(gone, world._replace(so=world.so & ~bit), atom, LOADS)

    def closing(self, world: World) -> Iterator[tuple[Happening, World, list[Fired]]]:
        """What comes where time passes until every check is closed."""
        yield from self._after(TIME, world, None, LOADS[:2])

    def hearing(self, atom: Atom) -> list[int]:
        """The places of the moves that hear of something, in their order."""
        return self._hearing[atom]

    def place(self, region: str) -> int:
        """The place among the states of a region, by its name; of the lifecycle by ""."""
        return next(place for place, chart in enumerate(self.charts)
                    if region == ("" if isinstance(chart, Lifecycle) else chart.name))

    def _after(self, what: Happening, world: World, news: Atom | None,
               loads: Sequence[Load]) -> Iterator[tuple[Happening, World, list[Fired]]]:
        fired: list[Fired] = []
        states, told = list(world.states), world.told
        for place in self._hearing[news] if news is not None else ():
            one = self.heard[place]
            if self._true(place, world.so):
                before = states[one.chart]
                fired.append(self._fire(world._replace(told=told), states, one.chart,
                                        one.move.trigger))
                if one.chart == self.lifecycle and self._waives(before) \
                        and not self._waives(states[one.chart]):
                    told = UNREPORTED
        moved = world._replace(states=tuple(states), told=told)
        if self.lifecycle is None:
            if what != TIME and news is not None:
                yield what, moved, fired
            return
        for load in loads:
            if load.missing and not told.missing and not told.open:
                continue  # only what was open can be given up
            yield self._told(what, moved, load, list(fired))

    def _told(self, what: Happening, world: World, load: Load,
              fired: list[Fired]) -> tuple[Happening, World, list[Fired]]:
        """Tell the lifecycle what its checks amount to."""
        states, after = list(world.states), world._replace(told=load)
        for trigger, _ in load.news(world.told):
            fired.append(self._fire(after, states, self.lifecycle or 0, trigger))
        if what == Happening("checks"):
            about = [name for name, so in zip(load._fields, load, strict=True) if so]
            what = Happening("checks", ", ".join(about) or "all closed")
        return what, after._replace(states=tuple(states)), fired

    def _waives(self, state: str) -> bool:
        return self.leaves[self.lifecycle or 0][state].waives

    def _true(self, place: int, so: int) -> bool:
        key = (place, so & self._masks[place])
        if key not in self._truths:
            self._truths[key] = self.judged(self.terms[place], so)
        return self._truths[key]

    def judged(self, term: Term, so: int) -> bool:
        """Whether a formula holds where these atoms are so, as bits."""
        if isinstance(term, bool):
            return term
        if isinstance(term, Atom):
            return bool(so & self.bits[term])
        said = (self.judged(part, so) for part in term.parts)
        if term.connective == "not":
            return not next(said)
        return all(said) if term.connective == "and" else any(said)

    def _fire(self, world: World, states: list[str], chart: int, trigger: str) -> Fired:
        state = states[chart]
        rows = self.tables[chart].rows.get((state, trigger), ())
        for row in rows:
            if all(self._guard(name, world) is wanted for name, wanted in row.guards):
                states[chart] = state if row.dest is None else row.dest
                return Fired(chart, state, trigger, states[chart])
        return Fired(chart, state, trigger, state if rows else None)

    def _guard(self, name: str, world: World) -> bool:
        """What a guard of the candidate says, asked of it."""
        on = tuple(atom.about for atom in self.atoms
                   if atom.kind == "label" and world.so & self.bits[atom])
        return asked(name, on, world.told, world.setting)


LOADS = tuple(Load(overdue, is_open, missing) for is_open in (False, True)
               for overdue in (False, True) for missing in (False, True)
               if is_open or not overdue)


def _coming(atom: Atom) -> Happening:
    return Happening(atom.kind, atom.about, atom.source)


def _heard(place: int, move: Move) -> Heard:
    if move.on is None:
        raise LookupError(f"{move.trigger} hears of nothing")
    return Heard(place, move, formula(move.on), frozenset(_news(move.on)))


def _news(expectation: Expectation) -> Iterator[Atom]:
    """What an expectation hears of, be it that its verdict does not hang on it."""
    yield from atoms(formula(expectation))
    for part in nested(expectation):
        if isinstance(part, Predicate):
            yield from (Atom("label", name, source=Label((name,)))
                        for name in heard_labels(part) or ())


def guards(chart: Region) -> list[str]:
    """The names of the guards of a lifecycle."""
    return list(dict.fromkeys(guard.removeprefix("!") for move in chart.moves
                              for guard in move.guards))


def asked(guard: str, on: tuple[str, ...], told: Load, setting: bool) -> bool:
    """What a guard of a candidate says.

    Args:
        guard: its name.
        on: the labels that are on.
        told: what its checks amount to.
        setting: as of a :class:`World`.
    """
    seen = _Candidate(labelled(on), told, setting)
    return bool(getattr(Candidate, guard)(seen))


def read(chart: Region) -> set[str]:
    """The labels that guards of a lifecycle look at."""
    names = {hint.label for move in chart.moves if move.on is not None
             for hint in move.on.hints() if hint.kind == "label"}
    return {name for name in names for guard in guards(chart) for setting in (False, True)
            if asked(guard, (name,), UNREPORTED, setting) != asked(guard, (), UNREPORTED, setting)}
