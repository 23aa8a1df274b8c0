"""Charts of follow-up processes: frozen declarations, validated where they are written.

A process has stages in order, a stage has checks side by side, a check is one expectation with a
deadline. Everything else (queues, timers, messages, diagrams) follows from the declaration.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

import attrs

from fsm.core.charts.checks import Check, Derive, Stage
from fsm.core.charts.families import OTHER, RUNBOOKS, Family
from fsm.core.charts.kinds import EVENT, Gravity, Kind
from fsm.core.charts.validation import validate
from fsm.core.expect.base import AnyOf, Expectation
from fsm.core.expect.values import New

OPERATORS = "operators"
One = TypeVar("One")


# What is of another type stays as it is until the whole is validated, which can name the process.
# Each of its own says what it takes, which a converter for any values does not.

def _kinds(of: Kind | Iterable[Kind]) -> tuple[Kind, ...]:
    return (of,) if isinstance(of, str) else _several(of)


def _all_stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    return _several(stages)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return _several(names)


def _several(values: Iterable[One]) -> tuple[One, ...]:
    listed = isinstance(values, Iterable) and not isinstance(values, (str, Mapping))
    return tuple(values) if listed else values  # type: ignore[return-value]  # refused later


def _frozen(options: Mapping[str, object]) -> Mapping[str, object]:
    return MappingProxyType(options) if isinstance(options, Mapping) else options


@attrs.frozen(eq=False)
class Process:
    """One follow-up activity.

    Attributes:
        name: identifier in lower case, for example ``bayestar``.
        title: what it is, for people.
        starts: expectation whose coming true starts it.
        stages: stages in order.
        begun_by: who or what brings about what starts it, for people, where no other process
            expects that; "" where one does, or it starts with the candidate.
        key: parameter that tells several of one kind apart, captured by ``starts``.
        per: option that lists the keys to start with where ``starts`` captures none.
        keyed: function (captured, evidence, profile) -> the key, or None not to start; instead
            of ``key`` alone where the key must be computed; ``profile`` is the candidate's
            :class:`~fsm.core.charts.policy.Profile`.
        derive: function from the key to further parameters, as a dict.
        when: expectation without which it is not started, and its open checks are waived; when it
            comes true again, they have their time from then on.
        unless: expectation that makes it needless for good, as for something that whoever makes it
            weighs but once: what is waived by it is expected again only where it starts anew.
        options: names and default values of what a profile may set.
        parties: responsible parties, told of failures besides the operators, and of warnings.
        gravity: ``serious`` or ``grave`` where more people are told the longer it is overdue, as
            the configuration says of each; "" where they are not.
        renews: whether its checks begin anew where what started it happens again: a label that is
            put on again, a further message, a newer version of a file.
        enabled: False where a profile must ask for it.
        always: True where it is expected even of a candidate that is superseded, vetoed or
            retracted.
        of: which kinds of candidates have it: ``event``, ``superevent``, ``external``.
        family: what kind of work it is, one of :data:`~fsm.core.charts.families.FAMILIES`.
        noun: what it brings about, for subjects: at most 14 letters that fit after "no", or in the
            family ``contradictions`` the state itself; "" for its title.
        runbook: what to do where something of it is overdue: a text, or a link to one; "" for
            that of its family.
        source: where its facts come from.
        module: where it is declared; written by :mod:`fsm.registry`, "" until then.
        era: which candidates have it, by how GraceDB was when they were made: ``ERA`` of the
            package that declares it, written by :mod:`fsm.registry`; "" for all.
    """

    name: str
    title: str
    starts: Expectation
    stages: tuple[Stage, ...] = attrs.field(converter=_all_stages)
    key: str | None = None
    per: str | None = None
    keyed: Callable[..., str | None] | None = None
    derive: Derive | None = None
    when: Expectation | None = None
    unless: Expectation | None = None
    options: Mapping[str, object] = attrs.field(factory=dict, converter=_frozen)
    parties: tuple[str, ...] = attrs.field(default=(), converter=_names)
    gravity: Gravity = ""
    renews: bool = True
    enabled: bool = True
    always: bool = False
    of: tuple[Kind, ...] = attrs.field(default=EVENT, converter=_kinds)
    family: Family = OTHER
    noun: str = ""
    runbook: str = ""
    begun_by: str = ""
    source: str = ""
    module: str = ""
    era: str = ""

    def __attrs_post_init__(self) -> None:
        validate(self)

    def named(self, key: str | None) -> str:
        """The name of the one with this key: ``idq[H1]``; just its name without a key."""
        return f"{self.name}[{key}]" if key else self.name

    @property
    def recurs(self) -> bool:
        """Whether it begins anew where what started it happens again."""
        return self.renews and not isinstance(self.starts, New)

    @property
    def launched(self) -> AnyOf | None:
        """What of its start, beside the candidate's creation, tells that it has begun; or None.

        Of several that a key tells apart, one that has begun says nothing of the others.
        """
        parts = self.starts.parts if isinstance(self.starts, AnyOf) and not self.key else ()
        others = tuple(part for part in parts if not isinstance(part, New))
        return AnyOf(others) if 0 < len(others) < len(parts) else None

    @property
    def remedy(self) -> str:
        """What to do where something of it is overdue, by its runbook or that of its family."""
        return self.runbook or RUNBOOKS[self.family]

    def checks(self) -> list[tuple[Stage, Check]]:
        """All checks with their stages, in order, as pairs (stage, check)."""
        return [(stage, check) for stage in self.stages for check in stage.checks]

    def parameters(self) -> set[str]:
        """Names that its expectations may refer to, apart from the event's own values."""
        names = {"graceid", "gpstime", *self.options}
        if self.key:
            names.add(self.key)
        if self.derive:
            names.update(self.derive("H1"))
        return names
