"""What an expectation is, and how expectations compose.

An expectation is a pure predicate over the evidence of one GraceID. Its verdict is ``right``,
``wrong`` (there, but not as it should be) or ``absent``, with a sentence that says why.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

import attrs

from fsm.core.times import finite

RIGHT, WRONG, ABSENT = "right", "wrong", "absent"
BROKEN = "broken"  # no verdict: the function that should judge has failed


class Verdict(NamedTuple):
    """The outcome of judging an expectation.

    Attributes:
        kind: ``right``, ``wrong`` or ``absent``.
        why: one sentence for people.
        at: when the annotation that decided was made, unix seconds; None where none did.
    """

    kind: str
    why: str
    at: float | None = None

    @property
    def right(self):
        """Whether the expectation holds."""
        return self.kind == RIGHT


def printable(text):
    """A text without control characters: what comes from outside ends up on terminals."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


class Scope:
    """What a check may refer to besides the evidence: its process's key, options and start.

    Attributes:
        values: parameter and option names to their values.
        since: annotations made before this moment do not count, unix seconds; set only where a
            newer file version has made older ones worthless.
    """

    __slots__ = ("values", "since")

    def __init__(self, values, since=float("-inf")):
        self.values, self.since = values, since

    def lookup(self, name, evidence):
        """The value of a parameter: from the scope, else from the event's fields, else None."""
        if name in self.values:
            return self.values[name]
        if name == "graceid":
            return evidence.graceid
        value = evidence.fields.get(name)
        return finite(value) if name == "gpstime" else value


@attrs.frozen(slots=True)
class Hint:
    """What news could change the verdict of an expectation; the engine routes alerts by it.

    Attributes:
        kind: ``file``, ``log``, ``label``, ``signoff``, ``fields`` or ``members``.
        template: of the file name or message; None where any may matter.
        label: name of the label.
    """

    kind: str
    template: object = None
    label: str = ""


class Expectation(ABC):
    """Base of all expectations: they compose with ``&``, ``|`` and ``~``."""

    __slots__ = ()

    #: What only GraceDB can tell, never an alert: names of contents or searches.
    asks = ()

    #: Whether what it expects is made at a moment that can be too late.
    timed = True

    @abstractmethod
    def judge(self, evidence, scope):
        """Judge the evidence.

        Args:
            evidence: :class:`~fsm.core.evidence.Evidence` of the GraceID.
            scope: :class:`Scope` of the check.

        Returns:
            A :class:`Verdict`.
        """

    @abstractmethod
    def words(self):
        """The expectation in words, with parameters in braces."""

    def hints(self):
        """What news could change the verdict, as a tuple of :class:`Hint`."""
        return ()

    def parameters(self):
        """Names of the parameters and options it needs."""
        return frozenset()

    def questions(self, evidence, scope):
        """What GraceDB must be asked beyond the annotations: tuples (kind, ...) as plain data."""
        return ()

    def captured(self, change, evidence):
        """The parameters that a change which it recognises carries; None where it does not.

        Args:
            change: a log entry, a label name, ``"fields"`` or ``"signoff"``.
            evidence: the evidence after the change.
        """
        return

    def __and__(self, other):
        return all_of(self, other)

    def __or__(self, other):
        return any_of(self, other)

    def __invert__(self):
        return not_(self)


@attrs.frozen(slots=True)
class _Composed(Expectation):
    parts: tuple

    @property
    def asks(self):
        return tuple(q for part in self.parts for q in part.asks)

    @property
    def timed(self):
        return any(part.timed for part in self.parts)

    def hints(self):
        return tuple(h for part in self.parts for h in part.hints())

    def parameters(self):
        return frozenset().union(*(part.parameters() for part in self.parts))

    def questions(self, evidence, scope):
        return tuple(q for part in self.parts for q in part.questions(evidence, scope))

    def captured(self, change, evidence):
        for part in self.parts:
            found = part.captured(change, evidence)
            if found is not None:
                return found
        return None


@attrs.frozen(slots=True)
class AnyOf(_Composed):
    """Right as soon as one part is; wrong where some part is wrong and none is right."""

    def judge(self, evidence, scope):
        best = None
        for part in self.parts:
            verdict = part.judge(evidence, scope)
            if verdict.right:
                return verdict
            if best is None or (verdict.kind == WRONG and best.kind == ABSENT):
                best = verdict
        if best.kind == ABSENT and len(self.parts) > 1:
            return Verdict(ABSENT, "; ".join(p.judge(evidence, scope).why for p in self.parts))
        return best

    def words(self):
        return " or ".join(part.words() for part in self.parts)


@attrs.frozen(slots=True)
class AllOf(_Composed):
    """Right when every part is; then the latest part decides the time."""

    def judge(self, evidence, scope):
        verdicts = [part.judge(evidence, scope) for part in self.parts]
        for kind in (WRONG, ABSENT):
            for verdict in verdicts:
                if verdict.kind == kind:
                    return verdict
        times = [v.at for v in verdicts if v.at is not None]
        return Verdict(RIGHT, "; ".join(v.why for v in verdicts), max(times, default=None))

    def words(self):
        return " and ".join(part.words() for part in self.parts)


@attrs.frozen(slots=True)
class Not(_Composed):
    """Right where its part is absent or wrong; wrong where the part is right."""

    @property
    def timed(self):
        return False

    def judge(self, evidence, scope):
        verdict = self.parts[0].judge(evidence, scope)
        return Verdict(WRONG if verdict.right else RIGHT, verdict.why, verdict.at)

    def words(self):
        return f"not ({self.parts[0].words()})"

    def captured(self, change, evidence):
        return None


def any_of(*parts):
    """Expect at least one of the parts."""
    return AnyOf(parts)


def all_of(*parts):
    """Expect every part."""
    return AllOf(parts)


def not_(part):
    """Expect that the part does not hold."""
    return Not((part,))
