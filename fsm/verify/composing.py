"""What must hold of the processes of one kind of candidates together: who starts, awaits whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from fsm.core.charts.checks import Check
from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.kinds import EVENT, EXTERNAL, SUPEREVENT, Kind
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import EARLIER, TODAY
from fsm.core.charts.process import Process
from fsm.core.charts.starting import Links, before, by_creation, makes, starters
from fsm.core.expect.base import Expectation
from fsm.core.expect.parts import nested
from fsm.verify.findings import Finding
from fsm.verify.properties import NO_WAY
from fsm.verify.truth import Atom, Term, atoms, conjunction, formula, given, holding

ANNOTATIONS = ("label", "file", "log")  # what somebody makes; all else is GraceDB's or the event's
Maker = tuple[Process, Check]
Place = tuple[str, str]  # name of a process, and ``stage.check``
Makers = Mapping[Atom, Sequence[Place]]


@attrs.frozen(eq=False)
class Together:
    """The processes that candidates of one kind and era have.

    Attributes:
        kind: of the candidates.
        era: likewise.
        processes: their charts.
        others: those of the other kinds of the era, which the members of a superevent have.
        lifecycle: of the candidates, None where there is none.
    """

    kind: Kind
    era: str
    processes: tuple[Process, ...]
    others: tuple[Process, ...]
    lifecycle: Lifecycle | None

    def makers(self, atom: Atom) -> list[Maker]:
        """The checks that expect an annotation, so that somebody makes it."""
        if atom.kind not in ANNOTATIONS or atom.source is None:
            return []
        return [(process, check) for process in (self.others if atom.of else self.processes)
                if process.family != CONTRADICTIONS
                for _, check in process.checks() if makes(process, check, atom.source)]


def together(processes: Sequence[Process],
             lifecycles: Iterable[Lifecycle]) -> Iterator[Together]:
    """The processes of each kind and era that has any."""
    lifecycles = list(lifecycles)
    for era in (EARLIER, TODAY):
        of_era = [one for one in processes if one.era in ("", era)]
        for kind in (EVENT, SUPEREVENT, EXTERNAL):
            own = tuple(one for one in of_era if kind in one.of)
            others = tuple(one for one in of_era if kind not in one.of or len(one.of) > 1)
            if own:
                yield Together(kind, era, own, others, next(
                    (one for one in lifecycles
                     if one.kind == kind and one.era in ("", era)), None))


def verified(group: Together) -> Iterator[Finding]:
    """All findings about processes that do not hang on a profile."""
    links = starters(group.processes)
    for process in group.processes:
        yield from _started(group, links, process)
    yield from _circles(group, links)
    yield from _waits(group)


def _started(group: Together, links: Links, process: Process) -> Iterator[Finding]:
    """Something starts it: the candidate, another process, a value, or what the chart names."""
    if by_creation(process) or process.begun_by or links[process.name] \
            or process.family == CONTRADICTIONS:
        return
    awaited = atoms(formula(process.starts, process.options))
    if any(atom.kind not in ANNOTATIONS or group.makers(atom) for atom in awaited):
        return
    yield Finding("started", process.name, f"nothing that is expected starts it: no process makes "
                  f"its {process.starts.words()}; say with begun_by= who or what does",
                  unshown="nobody is expected to make what starts it")


def _circles(group: Together, links: Links) -> Iterator[Finding]:
    """Processes that start each other again and again, since each starts anew by what it hears."""
    charts = {process.name: process for process in group.processes}
    told: set[str] = set()
    for name in links:
        circle = {other for other in before(links, name) if name in before(links, other)}
        if not circle or name in told:
            continue
        told |= circle
        if all(charts[one].recurs for one in circle):
            names = ", ".join(sorted(circle))
            yield Finding("circles", name, f"each of {names} starts anew by what another of them "
                          "makes, without end: let one have renews=False",
                          unshown="it takes other people to go on")


@attrs.frozen
class _Needs:
    """What must be there before a check can be expected of, and met by, whoever makes it.

    Attributes:
        own: what its process starts and hangs on, and what it itself does.
        earlier: what the stages before it expect.
    """

    own: Term
    earlier: Term

    @property
    def whole(self) -> Term:
        """Both."""
        return conjunction([self.own, self.earlier])


def _waits(group: Together) -> Iterator[Finding]:
    """Whatever a check needs can be made before it, starting from what nobody waits for."""
    needs = dict(_all_needs(group))
    places = {(process.name, id(check)): (process.name, f"{stage.name}.{check.name}")
              for process in group.processes for stage, check in process.checks()}
    awaited = dict.fromkeys(atom for need in needs.values() for atom in atoms(need.whole))
    makers: Makers = {atom: [] if atom.of else [places[process.name, id(check)]
                                                for process, check in group.makers(atom)]
                      for atom in awaited}
    made = _can_be_made(needs, makers)
    lacking = [atom for atom, by in makers.items() if by and not made & set(by)]
    blocked = {place: [by for atom in lacking if atom in atoms(need.whole) for by in makers[atom]]
               for place, need in needs.items() if place not in made}
    for place in blocked:
        if holding(_without(needs[place].own, lacking)) is None and place in _behind(
                blocked, place):
            yield _blocked(place, [atom for atom in lacking if atom in atoms(needs[place].own)],
                           makers)


def _behind(blocked: Mapping[Place, Sequence[Place]], place: Place) -> set[Place]:
    """What a check waits for, and what that waits for, and so on."""
    found: set[Place] = set()
    waiting = [place]
    while waiting:
        new = set(blocked.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _all_needs(group: Together) -> Iterator[tuple[Place, _Needs]]:
    for process in group.processes:
        start = [] if process.begun_by else [formula(process.starts, process.options)]
        start += [] if process.when is None else [formula(process.when, process.options)]
        earlier: list[Term] = []
        for stage in process.stages:
            for check in stage.checks:
                yield ((process.name, f"{stage.name}.{check.name}"),
                       _Needs(conjunction([*start, *_awaited(process, check)]),
                              conjunction(earlier)))
            earlier += [formula(check.expects, process.options) for check in stage.checks
                        if check.within is not None and not check.conditional]


def _awaited(process: Process, check: Check) -> Iterator[Term]:
    """What must be there before a check is expected, or before what it expects counts."""
    if check.when is not None:
        yield formula(check.when, process.options)
    for part in nested(check.expects):
        after = getattr(part, "after", None)
        if isinstance(after, Expectation):
            yield formula(after, process.options)


def _can_be_made(needs: Mapping[Place, _Needs], makers: Makers) -> set[Place]:
    made: set[Place] = set()
    grew = True
    while grew:
        lacking = [atom for atom, by in makers.items() if by and not made & set(by)]
        new = {place for place, need in needs.items() if place not in made
               and holding(_without(need.whole, lacking)) is not None}
        made |= new
        grew = bool(new)
    return made


def _without(term: Term, lacking: Iterable[Atom]) -> Term:
    for atom in set(lacking) & set(atoms(term)):
        term = given(term, atom, False)
    return term


def _blocked(place: Place, lacking: Iterable[Atom], makers: Makers) -> Finding:
    name, path = place
    what = "; ".join(f"{atom.kind if atom.kind == 'label' else ''} {atom.about}".strip()
                     + f", made by {', '.join(' '.join(one) for one in makers[atom])}"
                     for atom in lacking)
    alone = all(one[0] == name for atom in lacking for one in makers[atom])
    return Finding("waits" if alone else "circles", name,
                   f"it waits for what can only be made after it: {what}", path, unshown=NO_WAY)
