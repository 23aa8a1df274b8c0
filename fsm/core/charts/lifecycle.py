"""Lifecycle charts: the states of one GraceID as a whole, and what moves it between them."""

import re

import attrs

from fsm.core.charts.process import EVENT, EXTERNAL, SUPEREVENT, declaring_era, declaring_module
from fsm.core.expect.base import Expectation
from fsm.errors import ChartError

# What happens below the lifecycle, and by itself moves it.
TRIGGERS = ("attention_needed", "attention_over", "all_closed", "reopened")

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@attrs.frozen
class State:
    """A state, perhaps with states inside it; the first of these is entered with it.

    Attributes:
        name: identifier in lower case.
        inside: the states inside it.
        waives: True where nothing is expected any more in it, so that open checks are waived.
        title: how it is called in reasons, for people.
    """

    name: str
    inside: tuple = ()
    waives: bool = False
    title: str = ""

    def __init__(self, name, *inside, waives=False, title=""):
        self.__attrs_init__(name, inside, waives, title or name)


@attrs.frozen
class Move:
    """A transition of the lifecycle.

    Attributes:
        trigger: what happens; one of :data:`TRIGGERS`, or a name of its own with ``on``.
        source: paths of the states it leaves, such as ``open`` or ``open.following``.
        to: path of the state it enters.
        guards: names of the candidate's properties that must hold.
        on: expectation that fires the trigger when evidence makes it right.
    """

    trigger: str
    source: tuple = attrs.field(converter=lambda s: (s,) if isinstance(s, str) else tuple(s))
    to: str
    guards: tuple = ()
    on: Expectation | None = None


@attrs.frozen(eq=False)
class Region:
    """States of a candidate side by side with its lifecycle, moved by evidence alone.

    Attributes:
        name: identifier in lower case.
        title: what it is, for people.
        states: top states; the first one is where a candidate begins.
        moves: its transitions.
        source: where its facts come from.
        module: where it is declared (found by itself).
        era: as of a :class:`~fsm.core.charts.process.Process` (found by itself).
    """

    name: str
    title: str
    states: tuple = attrs.field(converter=tuple)
    moves: tuple = attrs.field(converter=tuple)
    source: str = ""
    module: str = attrs.field(factory=declaring_module)
    era: str = attrs.field(factory=declaring_era)

    def __attrs_post_init__(self):
        _validate(self)

    def leaves(self):
        """Paths of the states that have none inside, to their :class:`State`."""
        return {path: state for path, state in _paths(self.states) if not state.inside}

    def initial(self):
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
    """

    kind: str = attrs.field(kw_only=True)
    regions: tuple = attrs.field(default=(), converter=tuple, kw_only=True)

    def __attrs_post_init__(self):
        super().__attrs_post_init__()
        if self.kind not in (EVENT, SUPEREVENT, EXTERNAL):
            raise ChartError(f"lifecycle {self.name!r}: 'kind' must be {EVENT}, {SUPEREVENT} or "
                             f"{EXTERNAL}, not {self.kind!r}")

    def under_way(self, path):
        """Whether a candidate in this state is not to be retired."""
        return path.partition(".")[0] == self.states[0].name


def _paths(states, prefix=""):
    for state in states:
        path = f"{prefix}{state.name}"
        yield path, state
        yield from _paths(state.inside, path + ".")


def _validate(chart):
    where = f"{type(chart).__name__.lower()} {chart.name!r}"
    if not _NAME.fullmatch(chart.name):
        raise ChartError(f"{where}: the name must be lower-case letters, digits and _")
    if not chart.states:
        raise ChartError(f"{where}: has no state")
    paths = [path for path, _ in _paths(chart.states)]
    for path in paths:
        if not _NAME.fullmatch(path.rpartition(".")[2]):
            raise ChartError(f"{where}: state {path!r}: use lower-case letters, digits and _")
        if paths.count(path) > 1:
            raise ChartError(f"{where}: has two states {path!r}")
    for move in chart.moves:
        _validate_move(where, paths, move, isinstance(chart, Lifecycle))
    reached = _reachable(chart)
    for path in chart.leaves():
        if path not in reached:
            raise ChartError(f"{where}: state {path!r} is reached by no transition")


def _validate_move(where, paths, move, has_checks):
    for path in (*move.source, move.to):
        if path not in paths:
            raise ChartError(f"{where}: trigger {move.trigger!r} names the unknown state "
                             f"{path!r}; known: {', '.join(paths)}")
    if move.on is None and not (has_checks and move.trigger in TRIGGERS):
        raise ChartError(f"{where}: trigger {move.trigger!r} never fires: give it 'on'"
                         + (f", or use one of {', '.join(TRIGGERS)}" if has_checks else ""))


def _reachable(chart):
    def entered(path):
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
