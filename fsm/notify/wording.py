"""What is the matter, in a few words: the subjects of letters, and what heads a problem.

The first 40 characters of a subject, which a telephone shows, name how grave it is, the candidate
and what is lacking; which of its checks it is comes after.
"""

from collections.abc import Sequence

from fsm.core.charts.families import CONTRADICTIONS
from fsm.core.charts.keys import key_in, without_key
from fsm.core.charts.outcomes import (
    ESCALATION,
    EXCEPTION,
    FAILURE,
    RECOVERY,
    REMINDER,
    SUCCESS,
    TEST,
    WARNING,
)
from fsm.core.charts.process import Process
from fsm.core.charts.severity import CRITICAL, Severity
from fsm.core.engine.effects import Notify
from fsm.core.printable import short

WORDS = {FAILURE: "overdue", ESCALATION: "overdue, escalated to you", REMINDER: "still overdue",
         WARNING: "not there yet", EXCEPTION: "cannot be checked", RECOVERY: "recovered",
         SUCCESS: "succeeded", TEST: "test message"}  # the gravest first
OWN = {FAILURE: "needs attention", REMINDER: "still needs attention"}  # of the supervisor itself
FAILING = (FAILURE, ESCALATION, REMINDER, WARNING)
OVER = (RECOVERY, SUCCESS, TEST)  # nobody need do anything
PRESENT = " is there, but "  # in what is told of an annotation that is not as it should be
FEW = 8  # checks that are named
LACKING = {WARNING: " yet", ESCALATION: ", escalated to you", REMINDER: ", still overdue"}
BRIEF = {"significant": "signif.", "early warning": "early", "less significant": "less sig."}


def what(messages: Sequence[Notify], chart: Process | None) -> str:
    """What is the matter, in a few words.

    Args:
        messages: about the checks of one process, or of several that only a key tells apart; the
            gravest first, by which those of other outcomes are left out.
        chart: of the process; None where there is none (any more).
    """
    first, words = messages[0], WORDS[messages[0].outcome]
    if not first.graceid:
        return f"{first.check}: {OWN.get(first.outcome, words)}"
    failing = first.outcome in FAILING
    alike = FAILING if failing else (first.outcome,)
    messages = [one for one in messages if one.outcome in alike]
    if chart is not None and chart.family == CONTRADICTIONS and failing:
        return f"{chart.title}{_keys(messages)}"
    matter = _matter(messages, chart)
    if failing and all(PRESENT in one.message for one in messages):
        return f"{matter} {words.replace('overdue', 'wrong')}"
    if failing and chart is not None:
        return f"no {matter}{LACKING.get(first.outcome, '')}"
    return f"{matter} {words}"


def subject(messages: Sequence[Notify], chart: Process | None, severity: Severity) -> str:
    """What is the matter with which candidate, the most important first.

    Args:
        messages, chart: as of :func:`what`.
        severity: how grave it is.
    """
    first, matter = messages[0], what(messages, chart)
    if not first.graceid:
        return f"Event Supervisor: {matter}"
    failing = first.outcome in FAILING
    if chart is not None and chart.noun and chart.family == CONTRADICTIONS and failing:
        matter = f"{chart.noun}: {matter}"
    kind = severity if severity == CRITICAL and failing else first.significance or severity
    return f"[{BRIEF.get(kind, kind)}] {first.graceid}: {matter}"


def some(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - FEW
    return ", ".join(short(name, 80) for name in names[:FEW]) + (
        f" and {more} more" if more > 0 else "")


def _matter(messages: Sequence[Notify], chart: Process | None) -> str:
    """What it is about: the noun of a process, with the keys and the checks that are concerned."""
    checks = {one.check: None for one in messages}
    if chart is None:
        return f"{messages[0].process} {some([*checks])}".rstrip()
    own = [check for _, check in chart.checks()]
    found = [check for check in own if all(without_key(one) == check.name for one in checks)]
    if found and found[0].title:
        return f"{found[0].title}{_keys(messages)}"
    noun = chart.noun or chart.title
    if not any(checks) or found and len(own) == 1:
        return f"{noun}{_keys(messages)}"
    of_each = {one.process: {other.check for other in messages if other.process == one.process}
               for one in messages}
    if len(set(map(frozenset, of_each.values()))) > 1:
        return f"{noun} ({some([f'{key_in(one.process)} {one.check}' for one in messages])})"
    return f"{noun}{_keys(messages)} ({some([*checks])})"


def _keys(messages: Sequence[Notify]) -> str:
    keys = list(dict.fromkeys(filter(None, (key_in(one.process) for one in messages))))
    return f" [{some(keys)}]" if keys else ""
