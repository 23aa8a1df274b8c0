"""What must hold of each process under the profiles that have it: it starts, is needed, tells."""

from collections.abc import Iterator, Sequence

from fsm.core.charts.checks import Check
from fsm.core.charts.kinds import SUPEREVENT
from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.outcomes import ESCALATION, EXCEPTION, FAILURE, SUCCESS, WARNING, Outcome
from fsm.core.charts.policy import default_settings
from fsm.core.charts.rules import check_rules, features
from fsm.core.engine.notifications import outcome
from fsm.core.engine.table import check_tables
from fsm.verify.composing import Together
from fsm.verify.findings import Finding
from fsm.verify.properties import NO_WAY
from fsm.verify.subjects import Variant
from fsm.verify.tables import explored, machinery
from fsm.verify.truth import (
    Atom,
    Formula,
    Term,
    conjunction,
    disjunction,
    formula,
    holding,
    implies,
    negation,
)

TOLD: tuple[Outcome, ...] = (SUCCESS, WARNING, FAILURE, EXCEPTION, ESCALATION)


def verified(group: Together, variants: Sequence[Variant]) -> Iterator[Finding]:
    """All findings about the processes of one kind of candidates, in each of their variants."""
    for variant in variants:
        if variant.process in group.processes:
            yield from _startable(group, variant)
            if group.kind == variant.process.of[0]:
                yield from _told(variant)


def expected(variant: Variant) -> Term:
    """What must be so that a process is started, and needed."""
    chart, options = variant.process, variant.settings.options
    return conjunction([
        formula(chart.starts, options),
        True if chart.when is None else formula(chart.when, options),
        True if chart.unless is None else negation(formula(chart.unless, options))])


def expected_check(variant: Variant, check: Check) -> Term:
    """What must be so that a check of a process is expected."""
    options = variant.settings.options
    return conjunction([
        expected(variant),
        True if check.when is None else formula(check.when, options),
        True if check.unless is None else negation(formula(check.unless, options))])


def _startable(group: Together, variant: Variant) -> Iterator[Finding]:
    chart, options = variant.process, variant.settings.options

    def found(says: str, check: str = "") -> Finding:
        return Finding("startable", chart.name, says, check, profiles=variant.profiles,
                       unshown=NO_WAY)

    start = _of_kind(formula(chart.starts, options), group)
    whole = _of_kind(expected(variant), group)
    if holding(start) is None:
        yield found(f"what starts it can never hold: {chart.starts.words()}")
        return
    if holding(whole) is None:
        yield found("whenever it starts its own conditions make it needless")
        return
    against = needless(group.lifecycle)
    if not chart.always and against is not False and implies(whole, against):
        yield Finding("needed", chart.name, "what starts it makes the candidate needless too, so "
                      "that nothing is expected: let it be always=True", profiles=variant.profiles,
                      unshown="nothing is seen of it but that it is waived at once")
    for path, check in variant.on().items():
        of_check = _of_kind(expected_check(variant, check), group)
        if holding(of_check) is None:
            yield found("it is never expected: its condition never holds where its process is "
                        "expected", path)
        elif holding(_of_kind(formula(check.expects, options), group)) is None:
            yield found(f"what it expects can never be: {check.expects.words()}", path)


def _of_kind(term: Term, group: Together) -> Term:
    """A formula where only superevents have members."""
    if group.kind == SUPEREVENT:
        return term
    if isinstance(term, Atom):
        return term if not term.of else False
    if isinstance(term, Formula):
        parts = [_of_kind(part, group) for part in term.parts]
        if term.connective == "not":
            return negation(parts[0])
        return conjunction(parts) if term.connective == "and" else disjunction(parts)
    return term


def needless(lifecycle: Lifecycle | None) -> Term:
    """What makes a candidate needless, whatever guards say."""
    if lifecycle is None:
        return False
    leaves = lifecycle.leaves()
    return disjunction(formula(move.on) for move in lifecycle.moves
                       if move.on is not None and not move.guards
                       and move.to in leaves and leaves[move.to].waives)


def _told(variant: Variant) -> Iterator[Finding]:
    """Whoever a profile names is told by a check at some time."""
    chart, on = variant.process, variant.on()

    def found(says: str) -> Finding:
        return Finding("told", chart.name, says, profiles=variant.profiles, unshown=NO_WAY)

    if not on:
        yield found("none of its checks has a deadline, so nothing is ever expected or told")
        return
    can: set[Outcome] = set()
    for check in on.values():
        has = features(chart, check)
        states = explored(machinery(check_tables(chart)[id(check)], check_rules(has)))
        can |= {told for state in states for alarmed in (False, True)
                if (told := outcome(state, alarmed))}  # type: ignore[arg-type]
        can |= {ESCALATION} if has.escalates else set()
    declared = default_settings(chart)
    for one in TOLD:
        to = variant.settings.escalation if one == ESCALATION else getattr(variant.settings, one)
        named = to and (one == ESCALATION or to != getattr(declared, one))
        if named and one not in can:
            yield found(f"it names whom to tell of its {one}, and no check of it ever has one")
