"""Expectations about facts: labels, signoffs, values of the event, and functions of them all."""

import attrs

from fsm.core.expect.base import ABSENT, RIGHT, WRONG, Expectation, Hint, Verdict
from fsm.core.times import finite


@attrs.frozen(slots=True)
class Label(Expectation):
    """A label on the candidate; see :func:`fsm.chart.label`."""

    names: tuple

    def hints(self):
        return tuple(Hint("label", label=name) for name in self.names)

    def captured(self, change, evidence):
        on = change in self.names and evidence.has_label(change)
        return {"label": change} if on else None

    def touched(self, change, evidence):
        return change in self.names

    def judge(self, evidence, scope):
        started = scope.values.get("label")  # the one by which something is being started
        names = (started,) if started in self.names else self.names
        known = [(evidence.labels[name], name) for name in names if name in evidence.labels]
        on = [(state.since, name) for state, name in known if state.present]
        if on:
            since, name = min(on)
            return Verdict(RIGHT, f"label {name} is on", since)
        off = [state.off_since for state, _ in known if state.off_since is not None]
        return Verdict(ABSENT, f"no label {' or '.join(names)}", max(off, default=None))

    def words(self):
        return "label " + " or ".join(self.names)


@attrs.frozen(slots=True)
class SignedOff(Expectation):
    """A signoff; see :func:`fsm.chart.signoff`."""

    kind: str
    instrument: str = ""
    status: str | None = None

    def hints(self):
        return (Hint("signoff"),)

    def captured(self, change, evidence):
        return {} if change == "signoff" else None

    def judge(self, evidence, scope):
        given = evidence.signoffs.get((self.kind, self.instrument))
        if given is None or not given.status:
            return Verdict(ABSENT, f"no {self._name()} signoff", given and given.time)
        if self.status is not None and given.status != self.status:
            return Verdict(WRONG, f"{self._name()} signoff is {given.status}, not {self.status}",
                           given.time)
        return Verdict(RIGHT, f"{self._name()} signoff is {given.status}", given.time)

    def _name(self):
        return f"{self.kind} {self.instrument}".strip()

    def words(self):
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

    def hints(self):
        return (Hint("fields"),)

    def parameters(self) -> frozenset[str]:
        return frozenset(b for b in (self.at_least, self.at_most) if isinstance(b, str))

    def captured(self, change, evidence):
        return {} if change == "fields" else None

    def judge(self, evidence, scope):
        value, since = evidence.fields.get(self.name), evidence.since(self.name)
        if value is None or value == "":
            return Verdict(WRONG if evidence.stated else ABSENT, f"{self.name} is not defined",
                           since)
        fault = self._fault(value, scope)
        if fault is None:
            return Verdict(RIGHT, f"{self.name} is {_short(value)}", since)
        return Verdict(WRONG, f"{self.name} is {_short(value)}, {fault}", since)

    def _fault(self, value, scope):
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

    def words(self):
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


def _short(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)[:60]


@attrs.frozen(slots=True)
class New(Expectation):
    """The candidate itself; see :func:`fsm.chart.new`."""

    timed = False

    def hints(self):
        return (Hint("fields"),)

    def captured(self, change, evidence):
        return {} if change == "fields" else None

    def judge(self, evidence, scope):
        return Verdict(RIGHT, "the candidate is in GraceDB")

    def words(self):
        return "new candidate"


@attrs.frozen(slots=True)
class Lasting(Expectation):
    """A state, as a start; see :func:`fsm.chart.lasting`."""

    state: Expectation

    @property
    def timed(self):
        return self.state.timed

    def hints(self):
        return self.state.hints()

    def parameters(self) -> frozenset[str]:
        return self.state.parameters()

    def questions(self, evidence, scope):
        return self.state.questions(evidence, scope)

    def captured(self, change, evidence):
        return {} if self.state.touched(change, evidence) else None

    def judge(self, evidence, scope):
        return self.state.judge(evidence, scope)

    def words(self):
        return self.state.words()


@attrs.frozen(slots=True)
class Started(Expectation):
    """The start of the process itself; see :data:`fsm.chart.START`."""

    def judge(self, evidence, scope):
        return Verdict(RIGHT, "it was started", scope.start)

    def words(self):
        return "its start"


@attrs.frozen(slots=True)
class Predicate(Expectation):
    """Any Python function of the evidence; see :func:`fsm.chart.predicate`."""

    function: object
    text: str
    watches: tuple = ()
    asks: tuple = ()
    options: frozenset = frozenset()
    timed: bool = True

    def judge(self, evidence, scope):
        return self.function(evidence, scope)

    def words(self):
        return self.text

    def hints(self):
        return tuple(h for e in self.watches for h in e.hints())

    def parameters(self) -> frozenset[str]:
        return self.options

    def questions(self, evidence, scope):
        return tuple(ask(evidence, scope) for ask in self.asks)

    def captured(self, change, evidence):
        for expectation in self.watches:
            found = expectation.captured(change, evidence)
            if found is not None:
                return found
        return None
