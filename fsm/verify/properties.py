"""What must hold of one machine by itself, whatever its guards answer."""

from collections.abc import Callable, Iterator, Mapping

from fsm.core.charts.rules import Rule, inside
from fsm.verify.findings import Finding, Property, Way
from fsm.verify.subjects import Subject
from fsm.verify.tables import (
    ahead,
    explored,
    happening,
    holds,
    triggers,
    within,
)

NO_WAY = "no recording can show what never happens"
Ways = Mapping[str, Way]


def verified(subject: Subject) -> Iterator[Finding]:
    """All findings about one machine."""
    ways = explored(subject.machine)
    for look in _LOOKS:
        yield from look(subject, ways)


def finding(subject: Subject, fails: Property, says: str, state: str = "", trigger: str = "",
            way: Way = (), wrong: bool = True, unshown: str = "") -> Finding:
    """A finding about a machine; arguments as of :class:`~fsm.verify.findings.Finding`."""
    also = f"; so of {subject.alike} checks more" if subject.alike else ""
    return Finding(fails, subject.chart, says + also, subject.check, state, trigger, way, (), wrong,
                   unshown)


def _reached(subject: Subject, ways: Ways) -> Iterator[Finding]:
    table = subject.machine.table
    states = dict.fromkeys([*(state for state, _ in table.rows),
                            *(row.dest for rows in table.rows.values() for row in rows)])
    for state in states:
        if state is not None and state not in ways:
            yield finding(subject, "reached", "no way leads to it from where it begins", state,
                          unshown=NO_WAY)


def _fires(subject: Subject, ways: Ways) -> Iterator[Finding]:
    """Each rule fires in one of the states at least that it leaves."""
    fired: dict[Rule, bool] = {}
    for (state, trigger), rows in subject.machine.rows.items():
        can = subject.machine.fired(state, trigger) if state in ways else {}
        for place, (_, rule) in enumerate(rows):
            fired[rule] = fired.get(rule, False) or place in can
    for rule, can_fire in fired.items():
        if not can_fire:
            yield _never(subject, ways, rule)


def _never(subject: Subject, ways: Ways, rule: Rule) -> Finding:
    asked = " and ".join(rule.guards) or "no guard"
    here = next((state for state in ways if inside(state, rule.source)
                 and (state, rule.trigger) in subject.machine.rows), "")
    told = f"its transition to {rule.dest} ({asked}) never fires: "
    if not here:
        return finding(subject, "fires", told + "the state it leaves is never reached", rule.source,
                       rule.trigger, unshown=NO_WAY)
    rows = [one for _, one in subject.machine.rows[here, rule.trigger]]
    before = ", ".join(f"to {one.dest} ({' and '.join(one.guards) or 'no guard'})"
                       for one in rows[:rows.index(rule)])
    row, answers = subject.machine.rows[here, rule.trigger][0][0], subject.machine.answers[0]
    why = f"what is tried before it always fires: {before}" if before else "no answers allow it"
    return finding(subject, "fires", told + why, rule.source, rule.trigger,
                   (*ways[here], happening(rule.trigger, row, answers)))


def _order(subject: Subject, ways: Ways) -> Iterator[Finding]:
    """Pairs of transitions that both may fire: told, with the order that decides."""
    told: set[tuple[Rule, Rule]] = set()
    for (state, trigger), rows in subject.machine.rows.items():
        pairs = [(one, other) for place, one in enumerate(rows) for other in rows[place + 1:]]
        for (row, rule), (later, other) in pairs if state in ways else ():
            both = next((answers for answers in subject.machine.answers
                         if holds(row, answers) and holds(later, answers)), None)
            if both is None or row.dest == later.dest or (rule, other) in told:
                continue
            told.add((rule, other))
            yield finding(subject, "order", f"where both may fire, to {rule.dest} "
                          f"({' and '.join(rule.guards) or 'no guard'}) comes before {other.dest} "
                          f"({' and '.join(other.guards) or 'no guard'})", state, trigger,
                          (*ways[state], happening(trigger, row, both)), wrong=False)


def _ends(subject: Subject, ways: Ways) -> Iterator[Finding]:
    """What is waited for is left at last, whatever GraceDB and the guards say meanwhile."""
    for when, timers in subject.timers.items():
        ended: set[str] = {state for state in ways if not within(state, subject.waits)}
        grew = True
        while grew:
            grew = False
            for state in ways.keys() - ended:
                known = [one for one in timers if (state, one) in subject.machine.rows]
                if any(ahead(subject.machine, state, one) <= ended for one in known):
                    ended.add(state)
                    grew = True
        for state in ways:
            if state not in ended:
                yield finding(subject, "ends", f"it may be waited for without end where {when}: no "
                              f"timer ({', '.join(timers)}) leads on to an end", state,
                              way=ways[state])


def _swallowed(subject: Subject, ways: Ways) -> Iterator[Finding]:
    """Lifecycles and regions are looked at with the labels and files that move them, elsewhere."""
    if subject.kind in ("lifecycle", "region"):
        return
    for trigger in triggers(subject.machine):
        for state in ways:
            if (state, trigger) in subject.machine.rows or any(
                    inside(state, path) and one == trigger for path, one in subject.passed_over):
                continue
            yield finding(subject, "swallowed", "it changes nothing here and something elsewhere, "
                          "and no rule says that it may", state, trigger, ways[state])


_LOOKS: tuple[Callable[[Subject, Ways], Iterator[Finding]], ...] = (
    _reached, _fires, _order, _ends, _swallowed)
