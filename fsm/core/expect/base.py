"""What an expectation is, and how expectations compose.

An expectation is a pure predicate over the evidence of one GraceID. Its verdict is ``right``,
``wrong`` (there, but not as it should be), ``absent``, or ``unknown`` where what it hangs on has
not been heard of, with a sentence that says why, and since when it is so.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from typing import Final, Literal, NamedTuple

import attrs

from fsm.core.evidence.entries import Change
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.brackets import bracketed
from fsm.core.expect.hints import PARTS, Hint, Part, Want
from fsm.core.expect.scope import Scope
from fsm.core.expect.templates import Parameters
from fsm.errors import ChartError

Kind = Literal["right", "wrong", "absent", "unknown"]
# The words are said once more so that 'RIGHT if ... else WRONG' is a kind too, and not any text.
# Unknown is what has not been heard of yet, or where the function that should judge has failed.
RIGHT: Final[Literal["right"]] = "right"
WRONG: Final[Literal["wrong"]] = "wrong"
ABSENT: Final[Literal["absent"]] = "absent"
UNKNOWN: Final[Literal["unknown"]] = "unknown"


class Verdict(NamedTuple):
    """The outcome of judging an expectation.

    Attributes:
        kind: ``right``, ``wrong``, ``absent`` or ``unknown``.
        why: one sentence for people.
        at: when the annotation that decided was made, or since when it is so, unix seconds; None
            where nothing says so: it was so from the beginning.
    """

    kind: Kind
    why: str
    at: float | None = None

    @property
    def right(self) -> bool:
        """Whether the expectation holds."""
        return self.kind == RIGHT


Asking = Callable[[Evidence, Scope], Want]
# Of a question about the candidate itself: which item of it names the part of the answer.
_PART_AT = {"content": 1, "neighbours": 0}


class Expectation(ABC):
    """Base of all expectations: they compose with ``&``, ``|`` and ``~``."""

    __slots__ = ()

    @property
    def asks(self) -> tuple[Asking, ...]:
        """The questions about what only GraceDB can tell, never an alert."""
        return ()

    @property
    def timed(self) -> bool:
        """Whether what it expects is made at a moment that can be too late."""
        return True

    @property
    def state(self) -> "Expectation | None":
        """The state that it is, where as a start it is one; what made it so counts each time."""
        return None

    @abstractmethod
    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        """Judge the evidence of a GraceID, in the scope of a check."""

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        """The verdict where it is ``right``, else None: nobody needs to know why it is not."""
        verdict = self.judge(evidence, scope)
        return verdict if verdict.kind == RIGHT else None

    @abstractmethod
    def words(self) -> str:
        """The expectation in words, with parameters in braces."""

    def hints(self) -> tuple[Hint, ...]:
        """What news could change the verdict."""
        return ()

    def parameters(self) -> frozenset[str]:
        """Names of the parameters and options it needs."""
        return frozenset()

    def questions(self, evidence: Evidence, scope: Scope) -> tuple[Want, ...]:
        """What GraceDB must be asked beyond the annotations: tuples (kind, ...) as plain data."""
        return ()

    def reads(self, evidence: Evidence, scope: Scope) -> tuple[Part, ...]:
        """On which parts of GraceDB's answers its verdict hangs.

        Returns:
            Pairs of a GraceID, "" for the candidate itself, and ``event``, ``logs``, ``labels``,
            ``signoffs``, ``neighbours``, or a file's name for its content.
        """
        asked = self.questions(evidence, scope)
        return (*(("", PARTS[hint.kind]) for hint in self.hints() if hint.kind in PARTS),
                *(("", want[_PART_AT[want[0]]]) for want in asked if want[0] in _PART_AT))

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        """The parameters that a change which it recognises carries; None where it does not.

        Args:
            change: a log entry, a label name, ``"fields"``, ``"members"`` or ``"signoff"``.
            evidence: the evidence after the change.
        """
        return None

    def touched(self, change: Change, evidence: Evidence) -> bool:
        """Whether a change may have made it right, or not right any more."""
        return self.captured(change, evidence) is not None

    def tagged(self, names: Iterable[str]) -> "Expectation":
        """It, with exactly these tags on its message or file; just it where it expects neither."""
        return self

    def __bool__(self) -> bool:
        raise ChartError(f"{self.words()}: 'and', 'or' and 'not' would leave out a part of a "
                         "condition; write & for and, | for or, ~ for not")

    def __and__(self, other: "Expectation") -> "AllOf":
        return AllOf((self, expected(other)))

    def __or__(self, other: "Expectation") -> "AnyOf":
        return AnyOf((self, expected(other)))

    def __invert__(self) -> "Not":
        return Not((self,))


@attrs.frozen(slots=True)
class _Composed(Expectation):
    parts: tuple[Expectation, ...]

    @property
    def asks(self) -> tuple[Asking, ...]:
        return tuple(q for part in self.parts for q in part.asks)

    @property
    def timed(self) -> bool:
        return any(part.timed for part in self.parts)

    def hints(self) -> tuple[Hint, ...]:
        return tuple(h for part in self.parts for h in part.hints())

    def parameters(self) -> frozenset[str]:
        return frozenset().union(*(part.parameters() for part in self.parts))

    def questions(self, evidence: Evidence, scope: Scope) -> tuple[Want, ...]:
        return tuple(q for part in self.parts for q in part.questions(evidence, scope))

    def reads(self, evidence: Evidence, scope: Scope) -> tuple[Part, ...]:
        return tuple(r for part in self.parts for r in part.reads(evidence, scope))

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        for part in self.parts:
            found = part.captured(change, evidence)
            if found is not None:
                return found
        return None

    def touched(self, change: Change, evidence: Evidence) -> bool:
        for part in self.parts:  # noqa: SIM110 - a supervisor does little more often
            if part.touched(change, evidence):
                return True
        return False

    def tagged(self, names: Iterable[str]) -> Expectation:
        return attrs.evolve(self, parts=tuple(part.tagged(names) for part in self.parts))


def _last(verdicts: Iterable[Verdict]) -> float | None:
    """The latest of the times that verdicts tell."""
    times = [v.at for v in verdicts if v.at is not None]
    return max(times) if times else None


def _first(verdicts: Collection[Verdict]) -> float | None:
    """The earliest of the times of verdicts; None where one of them was so from the beginning."""
    times = [v.at for v in verdicts if v.at is not None]
    return min(times) if len(times) == len(verdicts) else None


@attrs.frozen(slots=True)
class AnyOf(_Composed):
    """Right as soon as one part is; wrong where some part is wrong and none is right or unknown."""

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        verdicts = [part.judge(evidence, scope) for part in self.parts]
        right = [verdict for verdict in verdicts if verdict.kind == RIGHT]
        if right:
            return Verdict(RIGHT, right[0].why, _first(right))
        for kind in (UNKNOWN, WRONG):
            for verdict in verdicts:
                if verdict.kind == kind:
                    return Verdict(kind, verdict.why, _last(verdicts))
        return Verdict(ABSENT, "; ".join(v.why for v in verdicts), _last(verdicts))

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        right = self._right(evidence, scope)
        return Verdict(RIGHT, right[0].why, _first(right)) if right else None

    def _right(self, evidence: Evidence, scope: Scope) -> list[Verdict]:
        return [verdict for part in self.parts
                if (verdict := part.found(evidence, scope)) is not None]

    def words(self) -> str:
        return " or ".join(bracketed(part.words(), "and") for part in self.parts)


@attrs.frozen(slots=True)
class Whenever(AnyOf):
    """Right as soon as one part is; then the part that came last decides the time."""

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        return self.found(evidence, scope) or AnyOf.judge(self, evidence, scope)

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        return max(self._right(evidence, scope), key=lambda verdict: verdict.at or 0.0,
                   default=None)


@attrs.frozen(slots=True)
class AllOf(_Composed):
    """Right when every part is; then the latest part decides the time."""

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        verdicts = [part.judge(evidence, scope) for part in self.parts]
        against = [verdict for verdict in verdicts if verdict.kind != RIGHT]
        for kind in (WRONG, ABSENT, UNKNOWN) if against else ():
            for verdict in against:
                if verdict.kind == kind:
                    return Verdict(kind, verdict.why, _first(against))
        return self._together(verdicts)

    def found(self, evidence: Evidence, scope: Scope) -> Verdict | None:
        verdicts: list[Verdict] = []
        for part in self.parts:
            verdict = part.found(evidence, scope)
            if verdict is None:
                return None
            verdicts.append(verdict)
        return self._together(verdicts)

    def _together(self, verdicts: list[Verdict]) -> Verdict:
        return Verdict(RIGHT, "; ".join([v.why for v in verdicts]), _last(verdicts))

    def words(self) -> str:
        return " and ".join(bracketed(part.words(), "or") for part in self.parts)


@attrs.frozen(slots=True)
class Not(_Composed):
    """Right where its part is absent or wrong; wrong where the part is right; else unknown."""

    @property
    def timed(self) -> bool:
        return False

    def judge(self, evidence: Evidence, scope: Scope) -> Verdict:
        verdict = self.parts[0].judge(evidence, scope)
        if verdict.kind == UNKNOWN:
            return verdict
        return Verdict(WRONG if verdict.kind == RIGHT else RIGHT, verdict.why, verdict.at)

    def words(self) -> str:
        return f"not ({self.parts[0].words()})"

    def captured(self, change: Change, evidence: Evidence) -> Parameters | None:
        return {} if self.parts[0].touched(change, evidence) else None


def expected(part: object) -> Expectation:
    """The part of an expectation, if it is one itself.

    Args:
        part: of which something is to be made.

    Raises:
        ChartError: where it is something else.
    """
    if not isinstance(part, Expectation):
        raise ChartError(f"expected an expectation, such as log(...), not {part!r}")
    return part
