"""Whether two processes tell the same party that one and the same annotation lacks."""

from collections.abc import Iterator, Sequence

from fsm.core.charts.checks import Check
from fsm.core.charts.process import OPERATORS
from fsm.core.charts.starting import by_creation, starters
from fsm.core.expect.base import Expectation
from fsm.core.expect.parts import nested
from fsm.core.expect.values import Started
from fsm.verify.composing import Together
from fsm.verify.conditions import expected_check
from fsm.verify.findings import Finding
from fsm.verify.making import PASSES, way
from fsm.verify.subjects import Variant
from fsm.verify.truth import Term, conjunction, disjunction, formula, holding, negation

Told = tuple[Variant, str, Check]


def verified(group: Together, variants: Sequence[Variant]) -> Iterator[Finding]:
    """The pairs of checks that may lack the same annotation at one time, and tell one party so."""
    own = [variant for variant in variants if variant.process in group.processes]
    alike: dict[tuple[object, ...], list[Told]] = {}
    for variant in own:
        for path, check in variant.on().items():
            if not _of_its_own(check.expects):
                alike.setdefault(_annotation(variant, check), []).append((variant, path, check))
    links = starters(group.processes)
    causes = {variant.process.name: _cause(links[variant.process.name], variant, own)
              for variant in own}
    for told in alike.values():
        for place, one in enumerate(told):
            for other in told[place + 1:]:
                yield from _pair(one, other, causes)


def _of_its_own(expects: Expectation) -> bool:
    """Whether only what is made after the start of its process counts, so that it is another."""
    return any(isinstance(part, Started) for part in nested(expects))


def _annotation(variant: Variant, check: Check) -> tuple[object, ...]:
    """What a check expects, the same of each that expects the same."""
    names = sorted(check.expects.parameters())
    return (check.expects.words(), tuple(_value(variant, check, name) for name in names),
            variant.settings.tags.get(check.name))


def _value(variant: Variant, check: Check, name: str) -> object:
    """What a parameter of a check stands for, the same of each for which it is the same."""
    chart, options, each = variant.process, variant.settings.options, check.each
    if each is not None and (name == each.parameter or name not in chart.parameters()):
        return "each", name, repr(options.get(each.option)), each.derive
    if name in options:
        return repr(options[name])
    if chart.derive is not None and name in chart.derive("H1"):
        return "derived", name, chart.derive
    return name  # the key, by which it goes alike in each that has it, or a value of the candidate


def _cause(parents: Sequence[str], variant: Variant, variants: Sequence[Variant]) -> Term:
    """What must have been so that what starts a process was made: of one that makes it alone."""
    if by_creation(variant.process) or variant.process.begun_by or not parents:
        return True
    return disjunction(formula(one.process.starts, one.settings.options) for one in variants
                       if one.process.name in parents)


def _pair(one: Told, other: Told, causes: dict[str, Term]) -> Iterator[Finding]:
    (variant, path, check), (later, where, again) = one, other
    both = sorted(set(variant.profiles) & set(later.profiles))
    parties = [party for party in variant.settings.failure
               if party in later.settings.failure and party != OPERATORS]
    if variant.process is later.process or not both or not parties \
            or check.told_again or again.told_again:
        return
    at_once = holding(conjunction([
        expected_check(variant, check), expected_check(later, again),
        causes[variant.process.name], causes[later.process.name],
        negation(formula(check.expects, variant.settings.options))]))
    if at_once is None:
        return
    yield Finding("twice", variant.process.name, f"{', '.join(parties)} would be told by it and by "
                  f"{later.process.name} {where} that the same lacks: {check.expects.words()}; "
                  "fold them, or say with told_again= why not", path, way=(*way(at_once), PASSES),
                  profiles=tuple(both))

