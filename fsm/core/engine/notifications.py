"""Who is told what: messages and annotations that follow from a check's new state, each once."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from fsm.core.charts import rules
from fsm.core.charts.outcomes import (
    ESCALATION,
    EXCEPTION,
    FAILURE,
    RECOVERY,
    SUCCESS,
    WARNING,
    Outcome,
)
from fsm.core.charts.policy import Policy, Settings
from fsm.core.charts.process import OPERATORS, Process
from fsm.core.charts.rules import CheckState, CheckTrigger
from fsm.core.charts.severity import significance_of
from fsm.core.engine.effects import Annotate, Effect, Notify
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun
from fsm.core.expect.base import Verdict
from fsm.core.printable import printable
from fsm.core.times import span

GOOD = (rules.MET, rules.FOUND, rules.LATE)
_OUTCOMES: Mapping[CheckState, Outcome] = {
    rules.WARNED: WARNING, rules.OVERDUE: FAILURE, rules.UNVERIFIED: EXCEPTION}
_PARAMETER = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def sentence(verdict: Verdict, trigger: CheckTrigger, state: CheckState) -> str:
    """Why a check has entered a state; of what is late also how it is known, which no state tells.

    Args:
        verdict: what decided.
        trigger: what happened.
        state: which state it entered.
    """
    if state != rules.LATE:
        return verdict.why
    known = "heard by alert" if trigger == "evidence" else "found in GraceDB when it was asked"
    return f"{verdict.why}, {known}"


def messages(check: CheckRun, state: CheckState, now: float, policy: Policy) -> Sequence[Effect]:
    """The effects wanted because a check has entered a state; notes in it what was told.

    Args:
        check: the :class:`~fsm.core.engine.runs.CheckRun`.
        state: which state it entered.
        now: unix seconds.
        policy: :class:`~fsm.core.charts.policy.Policy`.
    """
    settings = check.process.settings
    told = outcome(state, check.alarmed)
    if told is None:
        return ()
    if told == RECOVERY:
        everybody = [*settings.failure, *told_by_steps(check)]
        return _said(check, RECOVERY, dict.fromkeys(everybody), now, policy)
    return _said(check, told, getattr(settings, told), now, policy)


def outcome(state: CheckState, alarmed: bool) -> Outcome | None:
    """What is told of a check that enters a state; None for nothing.

    Args:
        state: the state.
        alarmed: whether a failure has been told, and no recovery since.
    """
    if state in GOOD:
        return RECOVERY if alarmed else SUCCESS
    return _OUTCOMES.get(state)


def escalation(check: CheckRun, now: float, policy: Policy) -> Sequence[Effect]:
    """The effects wanted because a check is still overdue when its next step comes.

    Args:
        check: the :class:`~fsm.core.engine.runs.CheckRun`, which counts this step already.
        now: unix seconds.
        policy: :class:`~fsm.core.charts.policy.Policy`.
    """
    run, number = check.process, check.escalated
    step = run.settings.escalation[number - 1]
    if not (policy.warnings and run.candidate.chosen_profile.warnings):
        return ()
    graceid = run.candidate.graceid
    late = f"overdue for {span(now - check.due)}" if now > check.due else "due now"
    why = f"{check.why} ({late}; escalated to {', '.join(step.to)})"
    key = f"{graceid}/{run.name}/{check.name}/{ESCALATION}/{check.generation}/{number}"
    return (Notify(now, graceid, run.name, check.name, ESCALATION, step.to, why, key,
                   expected(check), check.due, significance_of(run.candidate.evidence)),)


def told_by_steps(check: CheckRun) -> list[str]:
    """Those whom the steps of escalation have told."""
    steps = check.process.settings.escalation[:check.escalated]
    return [party for step in steps for party in step.to]


@lru_cache(64)
def _with(told: tuple[Outcome, ...], outcome: Outcome) -> tuple[Outcome, ...]:
    return (*told, outcome)


def _said(check: CheckRun, outcome: Outcome, to: Collection[str], now: float,
          policy: Policy) -> Sequence[Effect]:
    if outcome in check.told:
        return ()
    check.told = _with(check.told, outcome)
    check.alarmed = outcome == FAILURE or (check.alarmed and outcome != RECOVERY)
    run, graceid = check.process, check.process.candidate.graceid
    key = f"{graceid}/{run.name}/{check.name}/{outcome}/{check.generation}"
    told: list[Effect] = []
    profile = run.candidate.chosen_profile
    if to and policy.warnings and profile.warnings:
        told.append(Notify(now, graceid, run.name, check.name, outcome, tuple(to), check.why, key,
                           expected(check), check.due,
                           significance_of(run.candidate.evidence)))
    if policy.annotate and outcome in profile.annotate:
        told.append(Annotate(now, graceid, run.name, check.name, outcome, check.why, key))
    return told


def expected(check: CheckRun) -> str:
    """What a check expects, in words, with what is known of its parameters written in."""
    def known(match: re.Match[str]) -> str:
        value = check.lookup(match[1], check.process.candidate.evidence)
        if value is None:
            return match[0]
        try:
            return format(value, match[2] or "")
        except ValueError:  # the value is not of the kind that its form is for
            return str(value)

    return printable(_PARAMETER.sub(known, check.expects.words()))


def unknown(candidate: Candidate, now: float, policy: Policy) -> Sequence[Effect]:
    """The effects wanted, once, because GraceDB does not know a candidate."""
    if not policy.warnings or candidate.profile and not candidate.profile.warnings:
        return ()
    why = "GraceDB has no such candidate, or does not show it: nothing is expected of it until " \
          "it does. Was it deleted, the server cleaned, or is the credential another one?"
    graceid = candidate.graceid
    return (Notify(now, graceid, "supervisor", "unknown", EXCEPTION, (OPERATORS,), why,
                   f"{graceid}/supervisor/unknown/{EXCEPTION}",
                   significance=significance_of(candidate.evidence)),)


def cannot_start(candidate: Candidate, chart: Process, settings: Settings, why: str, now: float,
                 policy: Policy) -> Sequence[Effect]:
    """The effects wanted, once, because a process of a candidate could not be started."""
    if chart.name in candidate.broken:
        return ()
    candidate.broken += (chart.name,)
    if not settings.exception or not policy.warnings or not candidate.chosen_profile.warnings:
        return ()
    graceid = candidate.graceid
    return (Notify(now, graceid, chart.name, "", EXCEPTION, settings.exception, printable(why),
                   f"{graceid}/{chart.name}//{EXCEPTION}",
                   significance=significance_of(candidate.evidence)),)
