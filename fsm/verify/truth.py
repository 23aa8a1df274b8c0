"""Expectations as formulas over what may be so: whether one can hold, alone or with others.

What an expectation says of times is left out, save that nothing comes after what is not there. Of a
function of labels alone its own verdicts are taken; any other one may say anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import attrs

from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.labels import LabelState
from fsm.core.expect.annotations import File, Log
from fsm.core.expect.base import AllOf, AnyOf, Expectation, Not
from fsm.core.expect.members import OfMember
from fsm.core.expect.scope import Scope
from fsm.core.expect.values import Field, Label, Lasting, New, Predicate, SignedOff, Started

MOST_LABELS = 12  # of which a function's verdicts are all asked
SINCE = 1.0  # unix seconds; when everything is put on that is
_NOTHING: Mapping[str, Any] = {}


@attrs.frozen
class Atom:
    """One thing that is so or not.

    Attributes:
        kind: ``label``, ``file``, ``log``, ``signoff``, ``field``, or ``fact`` for what only a
            function knows.
        about: the label's name, else the expectation in words.
        of: of which member of the superevent, in words; "" for the candidate itself.
        source: the expectation of it alone.
    """

    kind: str
    about: str
    of: str = ""
    source: Expectation | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Formula:
    """Parts with a connective: ``and``, ``or``, or ``not`` of one."""

    connective: str
    parts: tuple["Term", ...]


Term = bool | Atom | Formula
_NONE_KNOWN: Mapping[Atom, bool] = {}


def conjunction(parts: Iterable[Term]) -> Term:
    """All of the parts."""
    return _joined("and", parts, True)


def disjunction(parts: Iterable[Term]) -> Term:
    """Any of the parts."""
    return _joined("or", parts, False)


def negation(part: Term) -> Term:
    """Not the part."""
    if isinstance(part, bool):
        return not part
    if isinstance(part, Formula) and part.connective == "not":
        return part.parts[0]
    return Formula("not", (part,))


def _joined(connective: str, parts: Iterable[Term], neutral: bool) -> Term:
    left = tuple(dict.fromkeys(part for part in parts if part is not neutral))
    if any(part is (not neutral) for part in left):
        return not neutral
    if len(left) < 2:
        return left[0] if left else neutral
    return Formula(connective, left)


def formula(expectation: Expectation, values: Mapping[str, Any] = _NOTHING) -> Term:
    """An expectation as a formula.

    Args:
        expectation: it.
        values: the options that it may refer to.
    """
    if isinstance(expectation, (New, Started)):
        return True
    if isinstance(expectation, Lasting):
        return formula(expectation.state, values)
    if isinstance(expectation, Label):
        return disjunction(Atom("label", name, source=Label((name,))) for name in expectation.names)
    if isinstance(expectation, (AllOf, AnyOf, Not)):
        parts = [formula(part, values) for part in expectation.parts]
        if isinstance(expectation, Not):
            return negation(parts[0])
        return conjunction(parts) if isinstance(expectation, AllOf) else disjunction(parts)
    if isinstance(expectation, OfMember):
        return _of_member(formula(expectation.inner, values), expectation.title)
    if isinstance(expectation, Predicate):
        return _of_function(expectation, values)
    return conjunction([_single(expectation, values), *_before(expectation, values)])


def _single(expectation: Expectation, values: Mapping[str, Any]) -> Atom:
    kinds = {File: "file", Log: "log", SignedOff: "signoff", Field: "field"}
    kind = next((name for one, name in kinds.items() if isinstance(expectation, one)), "fact")
    bare = expectation
    if isinstance(expectation, (File, Log)):
        bare = attrs.evolve(expectation, after=None)
    elif isinstance(expectation, Field):
        bare = attrs.evolve(expectation, at_least=_known(expectation.at_least, values),
                            at_most=_known(expectation.at_most, values))
    return Atom(kind, bare.words(), source=bare)


def _known(bound: float | str | None, values: Mapping[str, Any]) -> float | str | None:
    """A bound, of which the value may be an option."""
    value = values.get(bound) if isinstance(bound, str) else None
    return bound if value is None else value


def _before(expectation: Expectation, values: Mapping[str, Any]) -> Iterator[Term]:
    if isinstance(expectation, (File, Log)) and expectation.after is not None:
        yield formula(expectation.after, values)


def _of_member(term: Term, title: str) -> Term:
    if isinstance(term, Atom):
        return attrs.evolve(term, of=title)
    if isinstance(term, Formula):
        return Formula(term.connective, tuple(_of_member(part, title) for part in term.parts))
    return term


def _of_function(expectation: Predicate, values: Mapping[str, Any]) -> Term:
    """What a function says of labels, where it hangs on these alone; else it is a fact."""
    fact = Atom("fact", expectation.words(), source=expectation)
    names = heard_labels(expectation)
    if names is None or len(names) > MOST_LABELS:
        return fact
    own = {name: values[name] for name in expectation.options if name in values}
    try:
        made = _decided(expectation, own, names, ())
    except Exception:  # a function that fails here may say anything elsewhere
        return fact
    return fact if isinstance(made, bool) else made  # it hangs on more than labels


def heard_labels(expectation: Expectation) -> tuple[str, ...] | None:
    """The labels whose news a function hears; None where it hears of more than labels."""
    hints = expectation.hints()
    if not hints or any(hint.kind != "label" for hint in hints):
        return None
    return tuple(dict.fromkeys(hint.label for hint in hints))


def _decided(expectation: Predicate, values: Mapping[str, Any], left: tuple[str, ...],
             on: tuple[str, ...]) -> Term:
    """A decision for each label, without those that make no difference."""
    if not left:
        return expectation.judge(labelled(on), Scope(values)).right
    name, *others = left
    with_it = _decided(expectation, values, tuple(others), (*on, name))
    without = _decided(expectation, values, tuple(others), on)
    if with_it == without:
        return with_it
    atom = Atom("label", name, source=Label((name,)))
    return disjunction([conjunction([atom, with_it]), conjunction([negation(atom), without])])


@lru_cache(5_000)
def labelled(on: tuple[str, ...]) -> Evidence:
    """The evidence of a candidate of which nothing is known but that these labels are on."""
    return Evidence("", labels={name: LabelState(SINCE, True) for name in on})


def atoms(term: Term) -> list[Atom]:
    """All that a formula hangs on, in its order."""
    if isinstance(term, Atom):
        return [term]
    if isinstance(term, Formula):
        return list(dict.fromkeys(atom for part in term.parts for atom in atoms(part)))
    return []


def given(term: Term, atom: Atom, so: bool) -> Term:
    """A formula where one thing is known to be so, or not."""
    if isinstance(term, Atom):
        return so if term == atom else term
    if not isinstance(term, Formula):
        return term
    parts = [given(part, atom, so) for part in term.parts]
    if term.connective == "not":
        return negation(parts[0])
    return conjunction(parts) if term.connective == "and" else disjunction(parts)


def holding(term: Term,
            known: Mapping[Atom, bool] = _NONE_KNOWN) -> dict[Atom, bool] | None:
    """What must be so, and what not, that a formula holds; None where it never can.

    Args:
        term: the formula.
        known: what has been decided.
    """
    if term is False:
        return None
    if term is True:
        return dict(known)
    atom = atoms(term)[0]
    for so in (True, False):
        chosen = {**known, atom: so}
        if not consistent(chosen):
            continue
        found = holding(given(term, atom, so), chosen)
        if found is not None:
            return found
    return None


def consistent(known: Mapping[Atom, bool]) -> bool:
    """Whether what is said of values and sign-offs can be so together."""
    so = [atom for atom, is_so in known.items() if is_so]
    signed = [(atom.of, one.kind, one.instrument, one.status) for atom in so
              if isinstance(one := atom.source, SignedOff) and one.status]
    if len({one[:3] for one in signed}) < len(set(signed)):
        return False
    of = {(atom.of, one.name) for atom in so if isinstance(one := atom.source, Field)}
    return all(_can_be([one for atom in so if atom.of == member
                        and isinstance(one := atom.source, Field) and one.name == name],
                       [one for atom, is_so in known.items() if not is_so and atom.of == member
                        and isinstance(one := atom.source, Field) and one.name == name])
               for member, name in of)


def _can_be(bounds: list[Field], against: list[Field]) -> bool:
    """Whether a value can be within some bounds, and not within others."""
    wanted = [set(_values(one)) for one in bounds if one.equals is not None]
    left = set.intersection(*wanted) if wanted else None
    for one in against:
        if _undefined(one):
            return False
        if left is not None and one.equals is not None:
            left -= set(_values(one))
    low = [one.at_least for one in bounds if isinstance(one.at_least, (int, float))]
    high = [one.at_most for one in bounds if isinstance(one.at_most, (int, float))]
    return left != set() and not (low and high and max(low) > min(high))


def _values(one: Field) -> tuple[object, ...]:
    return one.equals if isinstance(one.equals, tuple) else (one.equals,)


def _undefined(one: Field) -> bool:
    """Whether it must only be defined, so that it is not where that fails."""
    return (one.equals, one.contains, one.at_least, one.at_most) == (None,) * 4


def implies(term: Term, other: Term) -> bool:
    """Whether a formula holds only where another does."""
    return holding(conjunction([term, negation(other)])) is None
