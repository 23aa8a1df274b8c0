"""Lifecycle charts: the states of one GraceID as a whole, and what moves it between them."""

from collections.abc import Iterable, Iterator

import attrs

from fsm.core.charts import sentences
from fsm.core.charts.kinds import Kind
from fsm.core.charts.sentences import Sentence
from fsm.core.charts.validation import NAME, known_kind, named
from fsm.core.expect.base import Expectation
from fsm.errors import ChartError, Where, closest

# What happens below the lifecycle, and by itself moves it.
TRIGGERS = ("attention_needed", "attention_over", "all_closed", "reopened")


def _paths_of(source: str | Iterable[str]) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else tuple(source)


# Each of its own, since 'tuple' as a converter tells nobody what it may be given.

def _all_states(states: Iterable["State"]) -> tuple["State", ...]:
    return tuple(states)


def _all_moves(moves: Iterable["Move"]) -> tuple["Move", ...]:
    return tuple(moves)


def _all_regions(regions: Iterable["Region"]) -> tuple["Region", ...]:
    return tuple(regions)


def _all_sentences(given: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple(given)


@attrs.frozen(init=False)
class State:
    """A state, perhaps with states inside it; the first of these is entered with it.

    Attributes:
        name: identifier in lower case.
        inside: the states inside it.
        waives: True where nothing is expected any more in it, so that open checks are waived.
        title: how it is called in reasons, for people.
    """

    name: str
    inside: tuple["State", ...] = ()
    waives: bool = False
    title: str = ""

    def __init__(self, name: str, *inside: "State", waives: bool = False,
                 title: str = "") -> None:
        self.__attrs_init__(name, inside, waives, title or name)


@attrs.frozen
class Move:
    """A transition of the lifecycle.

    Attributes:
        trigger: what happens; a name of its own with ``on``, or ``attention_needed``,
            ``attention_over``, ``all_closed`` or ``reopened``.
        source: paths of the states it leaves, such as ``open`` or ``open.following``.
        to: path of the state it enters.
        guards: names of the candidate's properties that must hold.
        on: expectation that fires the trigger when evidence makes it right.
        elsewhere: why it changes nothing in the states that it neither leaves nor enters, where
            that is meant; "" where it is not, so that ``fsm verify`` tells of each of them.
    """

    trigger: str
    source: tuple[str, ...] = attrs.field(converter=_paths_of)
    to: str
    guards: tuple[str, ...] = ()
    on: Expectation | None = None
    elsewhere: str = ""


@attrs.frozen(eq=False)
class Region:
    """States of a candidate side by side with its lifecycle, moved by evidence alone.

    Attributes:
        name: identifier in lower case.
        title: what it is, for people.
        states: top states; the first one is where a candidate begins.
        moves: its transitions.
        onward: True where its states are in the order of their coming, so that what leads to an
            earlier one than the present changes nothing, unless a move says so.
        source: where its facts come from.
        module: as of a :class:`~fsm.core.charts.process.Process`.
        era: likewise.
    """

    name: str
    title: str
    states: tuple[State, ...] = attrs.field(converter=_all_states)
    moves: tuple[Move, ...] = attrs.field(converter=_all_moves)
    onward: bool = attrs.field(default=False, kw_only=True)
    source: str = ""
    module: str = ""
    era: str = ""

    def __attrs_post_init__(self) -> None:
        _validate(self)

    def leaves(self) -> dict[str, State]:
        """Paths of the states that have none inside, to their :class:`State`."""
        return {path: state for path, state in _paths(self.states) if not state.inside}

    def initial(self) -> str:
        """Path of the state in which a candidate begins."""
        path, state = self.states[0].name, self.states[0]
        while state.inside:
            state = state.inside[0]
            path = f"{path}.{state.name}"
        return path


@attrs.frozen(eq=False)
class Lifecycle(Region):
    """The chart of one kind of candidate; its first top state is the one of those under way.

    A candidate outside the first top state is retired after a while.

    Attributes:
        kind: which candidates it is for: ``event``, ``superevent`` or ``external``.
        regions: the :class:`Region` charts beside it.
        sentences: what must hold of it and its regions whatever happens, see
            :mod:`fsm.core.charts.sentences`.
    """

    kind: Kind = attrs.field(kw_only=True)
    regions: tuple[Region, ...] = attrs.field(default=(), converter=_all_regions, kw_only=True)
    sentences: tuple[Sentence, ...] = attrs.field(default=(), converter=_all_sentences,
                                                  kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        where: Where = (("lifecycle", self.name),)
        known_kind(where, "kind", self.kind)
        paths = {"" if chart is self else chart.name: [path for path, _ in _paths(chart.states)]
                 for chart in (self, *self.regions)}
        for sentence in self.sentences:
            sentences.validate(where, sentence, paths)

    def under_way(self, path: str) -> bool:
        """Whether a candidate in this state is not to be retired."""
        return path.partition(".")[0] == self.states[0].name


def _paths(states: tuple[State, ...], prefix: str = "") -> Iterator[tuple[str, State]]:
    for state in states:
        path = f"{prefix}{state.name}"
        yield path, state
        yield from _paths(state.inside, path + ".")


def _validate(chart: Region) -> None:
    where: Where = ((type(chart).__name__.lower(), chart.name),)
    named(where, chart.name)
    if not chart.states:
        raise ChartError("has no state", where, "states")
    paths = [path for path, _ in _paths(chart.states)]
    for path in paths:
        if not NAME.fullmatch(path.rpartition(".")[2]):
            raise ChartError(f"state {path!r}: use lower-case letters, digits and _", where)
        if paths.count(path) > 1:
            raise ChartError(f"has two states {path!r}", where)
    for move in chart.moves:
        _validate_move((*where, ("trigger", move.trigger)), paths, move,
                       isinstance(chart, Lifecycle))
    reached = _reachable(chart)
    for path in chart.leaves():
        if path not in reached:
            raise ChartError(f"state {path!r} is reached by no transition", where)


def _validate_move(where: Where, paths: list[str], move: Move, has_checks: bool) -> None:
    for path in (*move.source, move.to):
        if path not in paths:
            raise ChartError(f"names the unknown state {path!r}; {closest(path, paths)}", where)
    if move.on is not None and not isinstance(move.on, Expectation):
        raise ChartError(f"'on' must be an expectation, not {move.on!r}", where, "on")
    if move.on is None and not (has_checks and move.trigger in TRIGGERS):
        raise ChartError("never fires: give it 'on'"
                         + (f", or use one of {', '.join(TRIGGERS)}" if has_checks else ""), where)


def _reachable(chart: Region) -> set[str]:
    def entered(path: str) -> str:
        inside = dict(_paths(chart.states))[path].inside
        return entered(f"{path}.{inside[0].name}") if inside else path

    reached, grew = {chart.initial()}, True
    while grew:
        grew = False
        for move in chart.moves:
            from_here = any(leaf == s or leaf.startswith(s + ".")
                            for s in move.source for leaf in reached)
            if from_here and entered(move.to) not in reached:
                reached.add(entered(move.to))
                grew = True
    return reached
