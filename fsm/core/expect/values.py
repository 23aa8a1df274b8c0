"""Expectations about facts: labels, signoffs, values of the event, and functions of them all."""

from collections.abc import Callable

import attrs

from fsm.core.evidence.entries import Change
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.fields import Scalar
from fsm.core.expect.base import ABSENT, RIGHT, WRONG, Asking, Expectation, Verdict
from fsm.core.expect.hints import Hint, Want
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters
from fsm.core.times import finite

Judging = Callable[[Evidence, Scope], Verdict]


@attrs.frozen(slots=True)
class Label(Expectation):
    """A label on the candidate; see :func:`fsm.chart.label`."""

    names: tuple[str, ...]

    def hints(self) -> tuple[Hint, ...]:
        return tuple(Hint("label", label=name) for name in self.names)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        if isinstance(change, str) and change in self.names and evidence.has_label(change):
            return {"label": change}
        return None

    def touched(self, change: Change, evidence: Evidence) -> bool:
        return change in self.names

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        started = scope.values.get("label")  # the one by which something is being started
        names = (started,) if started in self.names else self.names
        known = [(evidence.labels[name], name) for name in names if name in evidence.labels]
        on = [(state.since, name) for state, name in known if state.present]
        if on:
            since, name = min(on)
            return Verdict(RIGHT, f"label {name} is on", since)
        off = [state.off_since for state, _ in known if state.off_since is not None]
        return Verdict(ABSENT, f"no label {' or '.join(names)}", max(off, default=None))

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        for name in self.names:
            if name in evidence.labels:
                return Expectation.found(self, evidence, scope)
        return None

    def words(self) -> str:
        return "label " + " or ".join(self.names)


@attrs.frozen(slots=True)
class SignedOff(Expectation):
    """A signoff; see :func:`fsm.chart.signoff`."""

    kind: str
    instrument: str = ""
    status: str | None = None

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("signoff"),)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if change == "signoff" else None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        given = evidence.signoffs.get((self.kind, self.instrument))
        if given is None or not given.status:
            return Verdict(ABSENT, f"no {self._name()} signoff",
                           None if given is None else given.time)
        if self.status is not None and given.status != self.status:
            return Verdict(WRONG, f"{self._name()} signoff is {given.status}, not {self.status}",
                           given.time)
        return Verdict(RIGHT, f"{self._name()} signoff is {given.status}", given.time)

    def _name(self) -> str:
        return f"{self.kind} {self.instrument}".strip()

    def words(self) -> str:
        return f"signoff {self._name()}" + (f" {self.status}" if self.status else "")


@attrs.frozen(slots=True)
class Field(Expectation):
    """Bounds on one of the event's values; see :func:`fsm.chart.field`."""

    name: str
    at_least: float | str | None = None
    at_most: float | str | None = None
    equals: object = None
    contains: str | None = None
    timed = False

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("fields"),)

    def parameters(self) -> frozenset[str]:
        return frozenset(b for b in (self.at_least, self.at_most) if isinstance(b, str))

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if change == "fields" else None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        value, since = evidence.fields.get(self.name), evidence.since(self.name)
        if value is None or value == "":
            return Verdict(WRONG if evidence.stated else ABSENT, f"{self.name} is not defined",
                           since)
        fault = self._fault(value, scope)
        if fault is None:
            return Verdict(RIGHT, f"{self.name} is {_short(value)}", since)
        return Verdict(WRONG, f"{self.name} is {_short(value)}, {fault}", since)

    def _fault(self, value: Scalar, scope: Scope) -> str | None:
        if self.equals is not None:
            wanted = self.equals if isinstance(self.equals, tuple) else (self.equals,)
            return None if value in wanted else f"not {' or '.join(map(str, wanted))}"
        if self.contains is not None:
            members = [part.strip() for part in str(value).split(",")]
            return None if self.contains in members else f"without {self.contains}"
        if self.at_least is None and self.at_most is None:
            return None
        number = finite(value)
        if number is None:
            return "which is no finite number"
        low, high = (scope.values[b] if isinstance(b, str) else b
                     for b in (self.at_least, self.at_most))
        if low is not None and number < low:
            return f"below {low:.3e}"
        if high is not None and number > high:
            return f"above {high:.3e}"
        return None

    def words(self) -> str:
        if self.equals is not None:
            wanted = self.equals if isinstance(self.equals, tuple) else (self.equals,)
            return f"{self.name} is {' or '.join(map(str, wanted))}"
        if self.contains is not None:
            return f"{self.contains} among {self.name}"
        if self.at_least is None and self.at_most is None:
            return f"{self.name} is defined"
        low, high = (f"{{{b}}}" if isinstance(b, str) else b for b in (self.at_least, self.at_most))
        left = f"{low} ≤ " if low is not None else ""
        right = f" ≤ {high}" if high is not None else ""
        return f"{left}{self.name}{right}"


def _short(value: Scalar) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:60]


THERE = Verdict(RIGHT, "the candidate is in GraceDB")


@attrs.frozen(slots=True)
class New(Expectation):
    """The candidate itself; see :func:`fsm.chart.new`."""

    timed = False

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("fields"),)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if change == "fields" else None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        return THERE

    def words(self) -> str:
        return "new candidate"


@attrs.frozen(slots=True)
class Lasting(Expectation):
    """A state, as a start; see :func:`fsm.chart.lasting`."""

    state: Expectation

    @property
    def timed(self) -> bool:
        return self.state.timed

    def hints(self) -> tuple[Hint, ...]:
        return self.state.hints()

    def parameters(self) -> frozenset[str]:
        return self.state.parameters()

    def questions(self, evidence: Evidence, scope: Scope) -> tuple[Want, ...]:
        return self.state.questions(evidence, scope)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if self.state.touched(change, evidence) else None

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        return self.state.judge(evidence, scope)

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        return self.state.found(evidence, scope)

    def words(self) -> str:
        return self.state.words()


@attrs.frozen(slots=True)
class Started(Expectation):
    """The start of the process itself; see :data:`fsm.chart.START`."""

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        return Verdict(RIGHT, "it was started", scope.start)

    def words(self) -> str:
        return "its start"


@attrs.frozen(slots=True)
class Predicate(Expectation):
    """Any Python function of the evidence; see :func:`fsm.chart.predicate`."""

    function: Judging
    text: str
    watches: tuple[Expectation, ...] = ()
    asks: tuple[Asking, ...] = ()
    options: frozenset[str] = frozenset()
    timed: bool = True

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        return self.function(evidence, scope)

    def words(self) -> str:
        return self.text

    def hints(self) -> tuple[Hint, ...]:
        return tuple(h for e in self.watches for h in e.hints())

    def parameters(self) -> frozenset[str]:
        return self.options

    def questions(self, evidence: Evidence, scope: Scope) -> tuple[Want, ...]:
        return tuple(ask(evidence, scope) for ask in self.asks)

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        for expectation in self.watches:
            found = expectation.captured(change, evidence)
            if found is not None:
                return found
        return None
