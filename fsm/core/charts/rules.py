"""The rules of the machines: every transition of a check, a process and a lifecycle, as data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from fsm.core.charts.checks import Check
from fsm.core.charts.lifecycle import Region
from fsm.core.charts.process import Process

CheckState = Literal[
    "awaiting", "warned", "overdue", "unverified", "met", "found", "late", "missing", "waived",
    "not_expected", "unverifiable"]
AWAITING: Final = "awaiting"
WARNED: Final = "warned"
OVERDUE: Final = "overdue"
UNVERIFIED: Final = "unverified"
MET: Final = "met"
FOUND: Final = "found"
LATE: Final = "late"
MISSING: Final = "missing"
WAIVED: Final = "waived"
NOT_EXPECTED: Final = "not_expected"
UNVERIFIABLE: Final = "unverifiable"
CANNOT_TELL: Final = "this source cannot tell"  # why, where nobody could have been asked

States = tuple[CheckState, ...]
OPEN: States = (AWAITING, WARNED, OVERDUE, UNVERIFIED)
CLOSED: States = (MET, FOUND, LATE, MISSING, WAIVED, NOT_EXPECTED, UNVERIFIABLE)
ASKED_AGAIN: States = (OVERDUE, UNVERIFIED)  # GraceDB is asked about them until they are closed
# How a process ends, inside ``closed``.
ENDS = ("complete", "incomplete", "waived")

# What happens to checks and processes; for a lifecycle its chart has names of its own.
Heard = Literal["evidence", "answer"]  # from an alert, or from GraceDB
CheckTrigger = Literal[
    "evidence", "answer", "warning", "deadline", "unanswered", "unanswerable", "escalate",
    "give_up", "waive", "reinstate", "excuse", "expect", "renew"]
ProcessTrigger = Literal["stage_done", "recovered", "renewed", "reinstated"]

# The timers that end the waiting for a check, by what GraceDB does when it is asked.
TIMERS: Mapping[str, tuple[CheckTrigger, ...]] = {
    "GraceDB answers": ("warning", "deadline", "give_up"),
    "GraceDB does not answer": ("unanswered", "give_up")}

# In which states a trigger changes nothing, and why; in all others it must.
PASSED_OVER: tuple[tuple[tuple[CheckTrigger, ...], States, str], ...] = (
    (("evidence", "answer"), (MET, FOUND, LATE), "what came is judged once"),
    (("evidence", "answer"), (WAIVED, NOT_EXPECTED), "it is needless"),
    (("warning", "deadline", "unanswered", "unanswerable", "give_up", "waive", "excuse"), CLOSED,
     "nothing is waited for"),
    (("warning",), (WARNED, UNVERIFIED, OVERDUE), "it is past the time of its warning"),
    (("deadline",), (OVERDUE,), "it is past its deadline"),
    (("unanswered",), (UNVERIFIED, OVERDUE), "GraceDB is asked again after a pause"),
    (("unanswerable",), (OVERDUE,), "what has been told is given up in its time"),
    (("give_up",), (AWAITING, WARNED), "its deadline comes first"),
    (("escalate",), (AWAITING, WARNED, UNVERIFIED, *CLOSED), "it is not known to be overdue"),
    (("reinstate",), (*OPEN, MET, FOUND, LATE, MISSING, NOT_EXPECTED, UNVERIFIABLE),
     "it is not waived"),
    (("expect",), (*OPEN, MET, FOUND, LATE, MISSING, WAIVED, UNVERIFIABLE), "it is expected"),
)
ONLY_THEN = "only the moment of its deadline may judge it"
# Likewise of processes, by the path of the state.
PROCESS_PASSED_OVER: Mapping[tuple[str, str], str] = {
    ("closed", "stage_done"): "it has no stage any more",
    ("open", "recovered"): "nothing has been given up yet",
    ("closed.complete", "recovered"): "nothing was given up",
    ("closed.waived", "recovered"): "nothing was given up",
    ("open", "reinstated"): "it is under way"}


@attrs.frozen(slots=True)
class Rule:
    """One transition of a machine.

    Attributes:
        trigger: what happens.
        source: state it leaves.
        dest: state it enters.
        guards: names of the model's guards that must hold; "!" in front: must not.
    """

    trigger: str
    source: str
    dest: str
    guards: tuple[str, ...] = ()


@attrs.frozen(slots=True)
class Features:
    """What decides which transitions a check has.

    Attributes:
        warns: it has a warning before its deadline.
        conditional: a condition may say that it is not expected.
        renews: what started its process may happen again, and starts it anew.
        asks: only GraceDB can tell it (contents, neighbours), never an alert.
        at_deadline: only the deadline may judge it, as for something that must not be there.
        timed: what it expects is made at a moment that can be too late.
        waivable: what happens to the candidate can make it needless.
        ends: a condition may make it needless for good.
        escalates: more people are told the longer it is overdue.
    """

    warns: bool = False
    conditional: bool = False
    renews: bool = False
    asks: bool = False
    at_deadline: bool = False
    timed: bool = True
    waivable: bool = True
    ends: bool = False
    escalates: bool = False


def features(process: Process, check: Check) -> Features:
    """The features of a check in its process."""
    return Features(check.warn is not None, check.when is not None, process.recurs,
                    bool(check.expects.asks), check.at_deadline, check.expects.timed,
                    not process.always, check.unless is not None, bool(process.gravity))


def check_rules(has: Features) -> tuple[Rule, ...]:
    """All transitions of a check with these :class:`Features`, in the order they are tried."""
    hopeful: States = (AWAITING, WARNED, UNVERIFIED) if has.warns else (AWAITING, UNVERIFIED)
    waiting = hopeful[:-1]
    early: States = (UNVERIFIED,) if has.at_deadline else hopeful
    # No alert can have been missed where none can tell, or none was waited for.
    told: CheckState = MET if has.asks or has.at_deadline else FOUND
    rules: list[Rule] = []

    def add(trigger: CheckTrigger, sources: States, dest: CheckState, *guards: str) -> None:
        rules.extend(Rule(trigger, source, dest, guards) for source in sources)

    def came(trigger: CheckTrigger, sources: States, dest: CheckState) -> None:
        add(trigger, sources, dest, "right", "in_time")
        if has.timed:
            add(trigger, sources, LATE, "right")

    if not has.asks:
        came("evidence", (*early, UNVERIFIABLE), MET)
        add("evidence", (OVERDUE, MISSING), LATE, "right")
    came("answer", (*early, UNVERIFIABLE), told)
    add("answer", (OVERDUE, MISSING), LATE, "right")
    if has.warns:
        if not has.at_deadline:
            add("warning", (AWAITING,), told, "right")
        add("warning", (AWAITING,), WARNED)
    came("deadline", hopeful, told)
    add("deadline", hopeful, OVERDUE)
    add("unanswered", waiting, UNVERIFIED)
    if has.asks:
        add("unanswerable", hopeful, UNVERIFIABLE)
    if has.escalates:
        add("escalate", (OVERDUE,), OVERDUE)
    add("give_up", (OVERDUE,), MISSING)
    add("give_up", (UNVERIFIED,), UNVERIFIABLE)
    for trigger, sources, dest in _needless_rules(has, (*hopeful, OVERDUE)):
        add(trigger, sources, dest)
    if has.renews:
        add("renew", tuple(s for s in OPEN + CLOSED if s in _states(rules)), AWAITING)
    return tuple(rules)


def _needless_rules(
        has: Features, waiting: States) -> Iterator[tuple[CheckTrigger, States, CheckState]]:
    """(trigger, sources, destination) by which a check becomes needless, and is expected again."""
    if has.waivable:
        yield "waive", waiting, WAIVED
        yield "reinstate", (WAIVED,), AWAITING
    if has.conditional or has.ends:
        yield "excuse", waiting, NOT_EXPECTED
    if has.conditional:
        yield "expect", (NOT_EXPECTED,), AWAITING


def passed_over(has: Features) -> dict[tuple[str, str], str]:
    """By (state, trigger) of a check with these features why that changes nothing."""
    found: dict[tuple[str, str], str] = {
        (state, trigger): why for triggers, states, why in PASSED_OVER
        for trigger in triggers for state in states}
    for trigger in ("evidence", "answer") if has.at_deadline else ():
        found |= {(state, trigger): ONLY_THEN for state in (AWAITING, WARNED)}
    return found


def _states(rules: Iterable[Rule]) -> set[str]:
    return {state for rule in rules for state in (rule.source, rule.dest)}


def process_rules(process: Process) -> tuple[Rule, ...]:
    """All transitions of a process: through its stages in order, then closed."""
    rules: list[Rule] = []
    stages = [f"open.{stage.name}" for stage in process.stages]
    for here, following in zip(stages, stages[1:], strict=False):
        rules.append(Rule("stage_done", here, following))
    rules.append(Rule("stage_done", stages[-1], "closed.complete", ("nothing_left_out",)))
    rules.append(Rule("stage_done", stages[-1], "closed.incomplete", ("anything_missing",)))
    if not process.always:
        rules.append(Rule("stage_done", stages[-1], "closed.waived"))
    rules.append(Rule("recovered", "closed.incomplete", "closed.complete", ("!anything_missing",)))
    if process.recurs:
        rules.append(Rule("renewed", "open", stages[0]))
        rules.append(Rule("renewed", "closed", stages[0]))
    conditional = any(check.when is not None for _, check in process.checks())
    if conditional or not process.always:
        rules.append(Rule("reinstated", "closed", stages[0]))
    if any(check.when is not None for stage in process.stages[:-1] for check in stage.checks):
        rules.append(Rule("reinstated", "open", stages[0]))
    return tuple(rules)


def lifecycle_rules(chart: Region) -> tuple[Rule, ...]:
    """All transitions of a lifecycle."""
    return tuple(Rule(move.trigger, source, move.to, move.guards)
                 for move in chart.moves for source in move.source)


def inside(state: str, path: str) -> bool:
    """Whether a state is this one, or inside it."""
    return f"{state}.".startswith(f"{path}.")
