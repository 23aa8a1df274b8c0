"""Charts of follow-up processes: frozen declarations, validated where they are written.

A process has stages in order, a stage has checks side by side, a check is one expectation with a
deadline. Everything else (queues, timers, messages, diagrams) follows from the declaration.
"""

import re
import sys
from types import MappingProxyType

import attrs

from fsm.core.expect.base import AnyOf, Expectation
from fsm.core.expect.values import New
from fsm.errors import ChartError

OPERATORS = "operators"
EVENT, SUPEREVENT, EXTERNAL = "event", "superevent", "external"  # kinds of candidates
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def declaring_module():
    """The module whose top level is being run: where a chart is declared, even by a helper."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_globals["__name__"] if frame else ""


def declaring_era():
    """The era of the package in which a chart is declared: its ``ERA``, "" for every era."""
    package = declaring_module().rpartition(".")[0]
    return getattr(sys.modules.get(package), "ERA", "")


def _kinds(of):
    return (of,) if isinstance(of, str) else tuple(of)


@attrs.frozen
class Each:
    """One check for every value of an option of the process.

    Attributes:
        option: name of the option that lists the values.
        parameter: under which name expectations refer to the value.
        derive: function from the value to further parameters, as a dict.
    """

    option: str
    parameter: str
    derive: object = None


@attrs.frozen
class Check:
    """One expectation with a deadline; see :func:`check`."""

    name: str
    expects: Expectation
    within: float | None
    warn: float | None = None
    when: Expectation | None = None
    unless: Expectation | None = None
    each: Each | None = None
    at_deadline: bool = False
    from_start: bool = False

    @property
    def conditional(self):
        """Whether there are conditions under which it is not expected."""
        return self.when is not None or self.unless is not None


@attrs.frozen
class Stage:
    """Checks that run side by side; done when all of them are closed."""

    name: str
    checks: tuple

    def __init__(self, name, *checks):
        self.__attrs_init__(name, checks)


GRAVITIES = SERIOUS, GRAVE = "serious", "grave"


@attrs.frozen(eq=False)
class Process:
    """One follow-up activity.

    Attributes:
        name: identifier in lower case, for example ``bayestar``.
        title: what it is, for people.
        starts: expectation whose coming true starts it.
        stages: stages in order.
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
        source: where its facts come from.
        module: where it is declared (found by itself).
        era: which candidates have it, by how GraceDB was when they were made (found by itself:
            ``ERA`` of the package that declares it); "" for all.
    """

    name: str
    title: str
    starts: Expectation
    stages: tuple = attrs.field(converter=tuple)
    key: str | None = None
    per: str | None = None
    keyed: object = None
    derive: object = None
    when: Expectation | None = None
    unless: Expectation | None = None
    options: dict = attrs.field(factory=dict, converter=MappingProxyType)
    parties: tuple = ()
    gravity: str = ""
    renews: bool = True
    enabled: bool = True
    always: bool = False
    of: tuple = attrs.field(default=EVENT, converter=_kinds)
    source: str = ""
    module: str = attrs.field(factory=declaring_module)
    era: str = attrs.field(factory=declaring_era)

    def __attrs_post_init__(self):
        _validate(self)

    def named(self, key):
        """The name of the one with this key: ``idq[H1]``; just its name without a key."""
        return f"{self.name}[{key}]" if key else self.name

    @property
    def recurs(self):
        """Whether it begins anew where what started it happens again."""
        return self.renews and not isinstance(self.starts, New)

    @property
    def launched(self):
        """What of its start, beside the candidate's creation, tells that it has begun; or None.

        Of several that a key tells apart, one that has begun says nothing of the others.
        """
        parts = self.starts.parts if isinstance(self.starts, AnyOf) and not self.key else ()
        others = tuple(part for part in parts if not isinstance(part, New))
        return AnyOf(others) if 0 < len(others) < len(parts) else None

    def checks(self):
        """All checks with their stages, in order, as pairs (stage, check)."""
        return [(stage, check) for stage in self.stages for check in stage.checks]

    def parameters(self):
        """Names that its expectations may refer to, apart from the event's own values."""
        names = {"graceid", "gpstime", *self.options}
        if self.key:
            names.add(self.key)
        if self.derive:
            names.update(self.derive("H1"))
        return names


def check(name, expects, within, warn=None, when=None, unless=None, each=None,
          at_deadline=False, from_start=False):
    """Declare a check.

    Args:
        name: identifier in lower case, unique in its stage.
        expects: the expectation.
        within: deadline in seconds after the stage's start. The first stage starts with the
            process; a later one when the stage before it was done, and at the latest when that
            one should have been. None where it is off unless a profile gives a deadline.
        warn: earlier deadline in seconds, after which it is marked as warned; None for none.
        when: expectation without which the check is not expected.
        unless: expectation that makes it needless for good, as of a :class:`Process`.
        each: :class:`Each`, to have it once for every value of an option.
        at_deadline: True where only the moment of the deadline may judge (something that must
            not be there).
        from_start: True where ``within`` counts from the process's start although it is in a
            later stage.
    """
    return Check(name, expects, within, warn, when, unless, each, at_deadline, from_start)


def _validate(process):
    where = f"process {process.name!r}"
    _named(where, process.name)
    if not isinstance(process.starts, Expectation):
        raise ChartError(f"{where}: 'starts' must be an expectation, such as file(\"psd.xml.gz\")")
    if not process.stages:
        raise ChartError(f"{where}: has no stage, so nothing would ever be expected")
    _unique(where, "stage", [stage.name for stage in process.stages])
    if process.gravity not in ("", *GRAVITIES):
        raise ChartError(f"{where}: 'gravity' must be one of {', '.join(GRAVITIES)}, not "
                         f"{process.gravity!r}")
    for kind in process.of:
        if kind not in (EVENT, SUPEREVENT, EXTERNAL):
            raise ChartError(f"{where}: 'of' must be {EVENT}, {SUPEREVENT} or {EXTERNAL}, not "
                             f"{kind!r}")
    for stage in process.stages:
        inside = f"{where}, stage {stage.name!r}"
        _named(inside, stage.name)
        if not stage.checks:
            raise ChartError(f"{inside}: has no check, so it could never be done")
        _unique(inside, "check", [check.name for check in stage.checks])
        for item in stage.checks:
            _validate_check(process, f"{inside}, check {item.name!r}", item)
    _validate_key(process, where)
    for condition in filter(None, (process.when, process.unless)):
        unknown = sorted(condition.parameters() - {"graceid", "gpstime", *process.options})
        if unknown:
            raise ChartError(f"{where}: its condition may only refer to its options, not to "
                             f"{{{unknown[0]}}}")


def _validate_check(process, where, item):
    _named(where, item.name)
    if not isinstance(item.expects, Expectation):
        raise ChartError(f"{where}: its expectation must be one of fsm.chart's, such as log(...)")
    if item.within is not None and not 0 <= item.within < float("inf"):
        raise ChartError(f"{where}: its deadline must be a number of seconds from 0 on, "
                         f"not {item.within!r}")
    if item.warn is not None and (item.within is None or not 0 <= item.warn < item.within):
        raise ChartError(f"{where}: its warning ({item.warn} s) must come before its deadline "
                         f"({item.within} s)")
    known = process.parameters()
    if item.each:
        if item.each.option not in known:
            raise ChartError(f"{where}: option {item.each.option!r} is not among the process's")
        known = known | {item.each.parameter, *(item.each.derive("a") if item.each.derive else ())}
    for expectation in filter(None, (item.expects, item.when, item.unless)):
        unknown = sorted(expectation.parameters() - known)
        if unknown:
            raise ChartError(f"{where}: {{{unknown[0]}}} is neither a key, nor an option of the "
                             f"process; known: {', '.join(sorted(known))}")


def _validate_key(process, where):
    if process.per and (process.per not in process.options or not process.key):
        raise ChartError(f"{where}: 'per' must name one of its options, and needs a 'key'")
    captures = process.key in process.starts.parameters()
    if process.key and not (captures or process.per or process.keyed):
        raise ChartError(f"{where}: its start never tells its key {process.key!r}")


def _named(where, name):
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ChartError(f"{where}: the name must be lower-case letters, digits and _")


def _unique(where, what, names):
    for name in names:
        if names.count(name) > 1:
            raise ChartError(f"{where}: has two {what}s named {name!r}")
