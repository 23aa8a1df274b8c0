"""Who is told what: messages and annotations that follow from a check's new state, each once."""

import re
from functools import lru_cache

from fsm.core.charts import rules
from fsm.core.charts.outcomes import ESCALATION, EXCEPTION, FAILURE, RECOVERY, SUCCESS, WARNING
from fsm.core.charts.process import OPERATORS
from fsm.core.engine.effects import Annotate, Notify
from fsm.core.printable import printable
from fsm.core.times import span

GOOD = (rules.MET, rules.FOUND, rules.LATE)
_PARAMETER = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def messages(check, state, now, policy):
    """The effects wanted because a check has entered a state; notes in it what was told.

    Args:
        check: the :class:`~fsm.core.engine.runs.CheckRun`.
        state: which state it entered.
        now: unix seconds.
        policy: :class:`~fsm.core.charts.policy.Policy`.
    """
    settings = check.process.settings
    if state == rules.WARNED:
        return _said(check, WARNING, settings.warning, now, policy)
    if state == rules.OVERDUE:
        return _said(check, FAILURE, settings.failure, now, policy)
    if state == rules.UNVERIFIED:
        return _said(check, EXCEPTION, settings.exception, now, policy)
    if state in GOOD and check.alarmed:
        everybody = [*settings.failure, *_told_by_steps(check)]
        return _said(check, RECOVERY, dict.fromkeys(everybody), now, policy)
    if state in GOOD:
        return _said(check, SUCCESS, settings.success, now, policy)
    return ()


def escalation(check, now, policy):
    """The effects wanted because a check is still overdue when its next step comes.

    Args:
        check: the :class:`~fsm.core.engine.runs.CheckRun`, which counts this step already.
        now: unix seconds.
        policy: :class:`~fsm.core.charts.policy.Policy`.
    """
    run, number = check.process, check.escalated
    step = run.settings.escalation[number - 1]
    if not (policy.warnings and run.candidate.profile.warnings):
        return ()
    about = (now, run.candidate.graceid, run.name, check.name, ESCALATION)
    late = f"overdue for {span(now - check.due)}" if now > check.due else "due now"
    why = f"{check.why} ({late}; escalated to {', '.join(step.to)})"
    key = "/".join((*about[1:], str(check.generation), str(number)))
    return (Notify(*about, step.to, why, key, expected(check), check.due),)


def _told_by_steps(check):
    """Those whom the steps of escalation have told."""
    steps = check.process.settings.escalation[:check.escalated]
    return [party for step in steps for party in step.to]


@lru_cache(64)
def _with(told, outcome):
    return (*told, outcome)


def _said(check, outcome, to, now, policy):
    if outcome in check.told:
        return ()
    check.told = _with(check.told, outcome)
    check.alarmed = outcome == FAILURE or (check.alarmed and outcome != RECOVERY)
    run = check.process
    about = (now, run.candidate.graceid, run.name, check.name, outcome)
    key = "/".join((*about[1:], str(check.generation)))
    told, profile = [], run.candidate.profile
    if to and policy.warnings and profile.warnings:
        told.append(Notify(*about, tuple(to), check.why, key, expected(check), check.due))
    if policy.annotate and outcome in profile.annotate:
        told.append(Annotate(*about, check.why, key))
    return told


def expected(check):
    """What a check expects, in words, with what is known of its parameters written in."""
    def known(match):
        value = check.scope.lookup(match[1], check.process.candidate.evidence)
        if value is None:
            return match[0]
        try:
            return format(value, match[2] or "")
        except ValueError:  # the value is not of the kind that its form is for
            return str(value)

    return printable(_PARAMETER.sub(known, check.expects.words()))


def unknown(candidate, now, policy):
    """The effects wanted, once, because GraceDB does not know a candidate."""
    if not policy.warnings or candidate.profile and not candidate.profile.warnings:
        return ()
    about = (candidate.graceid, "supervisor", "unknown", EXCEPTION)
    why = "GraceDB has no such candidate, or does not show it: nothing is expected of it until " \
          "it does. Was it deleted, the server cleaned, or is the credential another one?"
    return (Notify(now, *about, (OPERATORS,), why, "/".join(about)),)


def cannot_start(candidate, chart, settings, why, now, policy):
    """The effects wanted, once, because a process of a candidate could not be started."""
    if chart.name in candidate.broken:
        return ()
    candidate.broken += (chart.name,)
    about = (now, candidate.graceid, chart.name, "", EXCEPTION)
    if not settings.exception or not policy.warnings or not candidate.profile.warnings:
        return ()
    return (Notify(*about, settings.exception, printable(why), "/".join(about[1:])),)
