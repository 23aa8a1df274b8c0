"""The configuration of one GraceID as plain data, and back.

What a chart or a profile declares is not stored but looked up again by name. The keys are those of
the first journals, whatever the attributes are called since.
"""

from math import inf

import attrs

from fsm.core.charts import rules
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.engine import adoption
from fsm.core.engine.log_numbers import LogNumbers
from fsm.core.engine.models import NEVER, Candidate, Load
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.evidence import evidence
from fsm.core.evidence.canonical import stored
from fsm.core.evidence.fields import Plain
from fsm.core.interning import once

_CHECK = ("state", "due", "timer", "question", "at", "why", "generation",
          "alarmed", "held", "final", "escalated")
_PROCESS = {"key": "key", "since": "started", "onset": "onset", "state": "state",
            "stage": "stage", "stage_since": "stage_since", "reason": "reason", "final": "final"}
_CANDIDATE = {"graceid": "graceid", "state": "state", "since": "created",
              "own_timer": "own_timer", "question": "question", "questions": "questions",
              "reason": "reason", "again": "again", "pauses": "pauses",
              "hint": "hint", "doubtful": "doubtful", "hinted": "hinted", "hints": "hints",
              "answered": "answered",
              "gathered": "gathered"}
_NEVER_YET = ("hinted", "answered")  # of these minus infinity, which JSON lacks, is stored as null


def of(candidate: Candidate) -> Plain:
    """The full configuration of a candidate as a nested mapping that JSON can hold."""
    plain: Plain = {key: getattr(candidate, name) for key, name in _CANDIDATE.items()}
    plain.update({name: None for name in _NEVER_YET if plain[name] == NEVER})
    plain["numbers"] = list(attrs.astuple(candidate.numbers))
    plain["lifecycle"] = candidate.lifecycle.name
    plain["informed"] = candidate.informed
    plain["regions"] = {name: region.state for name, region in candidate.regions.items()}
    plain["profile"] = candidate.profile.name if candidate.profile else None
    plain["settled"], plain["broken"] = list(candidate.last_reported), list(candidate.broken)
    plain["waivers"] = [[*about, reason] for about, reason in candidate.waivers.items()]
    plain["evidence"] = stored(candidate.evidence)
    plain["doubts"] = sorted(candidate.evidence.doubts)
    plain["gates"] = {name: list(gate) for name, gate in candidate.gates.items()}
    plain["passed"] = dict(candidate.passed)
    plain["on"] = list(candidate.on)
    plain["processes"] = {name: _process(run) for name, run in candidate.runs.items()}
    return plain


def _process(run: ProcessRun) -> Plain:
    plain: Plain = {key: getattr(run, name) for key, name in _PROCESS.items()}
    plain["chart"] = run.chart.name
    plain["checks"] = {check.name: _check(check) for check in run.checks}
    return plain


def _check(check: CheckRun) -> Plain:
    plain: Plain = {name: getattr(check, name) for name in _CHECK}
    plain["stage"] = check.process.chart.stages[check.stage].name
    plain["told"] = list(check.told)
    plain["since"] = None if check.not_before == -inf else check.not_before
    return plain


def candidate(plain: Plain, charts: Charts, policy: Policy) -> Candidate:
    """Rebuild a candidate.

    Args:
        plain: what :func:`of` gave, perhaps through JSON.
        charts: :class:`~fsm.core.charts.catalogue.Charts`, perhaps others than those by which it
            was stored; see :mod:`fsm.core.engine.adoption`.
        policy: :class:`~fsm.core.charts.policy.Policy`, likewise.
    """
    known = evidence.restored(plain["graceid"], plain["evidence"])
    known.doubts = set(plain.get("doubts", ()))
    lifecycle = adoption.lifecycle_of(plain["lifecycle"], plain["graceid"], charts)
    made = Candidate(plain["graceid"], lifecycle, known, plain["since"])
    for key, name in _CANDIDATE.items():
        if key in plain:  # journals of earlier versions lack some
            setattr(made, name, NEVER if plain[key] is None and key in _NEVER_YET else plain[key])
    made.numbers = LogNumbers(*plain.get("numbers", ()))
    made.state = adoption.state_in(lifecycle, made.state)
    for name, region in made.regions.items():
        region.state = adoption.state_in(region.chart, plain["regions"].get(name, region.state))
    made.last_reported, made.broken = Load(*plain["settled"]), tuple(plain["broken"])
    made.informed = plain.get("informed")
    made.waivers = {(process, check): why for process, check, why in plain.get("waivers", ())}
    made.gates = {name: (holds, when) for name, (holds, when) in plain.get("gates", {}).items()}
    made.passed = dict(plain.get("passed", ()))
    if plain["profile"] is not None:
        made.profile = adoption.profile_of(plain["profile"], known, policy)
        made.on = charts.on(made)
    for one in plain["processes"].values():
        run = _restored(one, charts.processes.get(one["chart"]), made)
        if run is not None:
            made.add(run)
    made.open_checks = sum(check.open for check in made.checks())
    made.incomplete = sum(run.state == "closed.incomplete" for run in made.runs.values())
    made.overdue = sum(check.state == rules.OVERDUE for check in made.checks())
    made.unverified = sum(check.state == rules.UNVERIFIED for check in made.checks())
    if "again" not in plain:  # each check had a clock of its own
        made.again = min((check.timer for check in made.checks() if check.timer is not None
                          and check.state in rules.ASKED_AGAIN), default=None)
    return made


def _restored(stored: Plain, chart: Process | None, candidate: Candidate) -> ProcessRun | None:
    """A process with its checks; None where it is left out."""
    if chart is None:
        return None
    settings = candidate.chosen_profile.settings[chart.name]
    if not adoption.goes_on(stored, chart, settings):
        return None
    try:
        run = ProcessRun(chart, candidate, settings, stored["key"],
                         stored["onset"] if "onset" in stored else stored["since"],
                         stored["since"])
    except Exception:  # the chart's own function does not know the key any more
        return None
    for key, name in _PROCESS.items():
        if key in stored:  # journals of earlier versions lack some
            setattr(run, name, stored[key])
    run.checks = [check for check in run.checks if check.name in stored["checks"]]
    for check in run.checks:
        plain = stored["checks"][check.name]
        for name in _CHECK:
            if name in plain:
                setattr(check, name, plain[name])
        check.alarmed = plain.get("alarmed", "failure" in plain["told"]
                                  and "recovery" not in plain["told"])
        check.told, check.why = tuple(plain["told"]), once(plain["why"])
        if plain["since"] is not None:
            check.not_before = plain["since"]
    adoption.fit(run, len(run.checks) < len(stored["checks"]))
    return run
