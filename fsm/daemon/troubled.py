"""What is wrong with a candidate: since when, who was told, and who has acknowledged it."""

from collections.abc import Callable, Iterable, Sequence

from fsm.core.charts.outcomes import EXCEPTION
from fsm.core.charts.rules import OVERDUE, UNVERIFIED
from fsm.core.charts.severity import Rank, significance_of
from fsm.core.engine.models import Candidate
from fsm.core.engine.notifications import told_by_steps
from fsm.core.engine.runs import CheckRun
from fsm.core.evidence.fields import Plain
from fsm.notify.alarms import Alarm


def troubled_checks(graceid: str, candidate: Candidate | None,
                    alarms: Callable[[str], Iterable[Alarm]], warnings: bool) -> list[Plain]:
    """The checks of a candidate that are overdue or unverified, as mappings that JSON can hold.

    Args:
        graceid: of the candidate.
        candidate: None where it is not in memory: then what was told of it must do.
        alarms: function from a GraceID to those about it; called where there is something wrong.
        warnings: whether anybody is told anything, as the configuration says.

    Returns:
        Mappings with ``graceid``, ``significance``, ``process``, ``check``, ``state``, ``since``
        (unix seconds), ``why``, ``told`` (parties, those of escalations included), ``told_at``
        (unix seconds, None where that is not known or nobody was told), ``reminded`` (how often),
        ``acknowledged`` (by whom, or "") and ``acknowledgement`` (the same in words, with its
        note and until when).
    """
    if candidate is None:
        return [_of_alarm(graceid, alarm) for alarm in alarms(graceid)]
    checks = [check for run in candidate.runs.values() for check in run.checks
              if check.state in (OVERDUE, UNVERIFIED)]
    if not checks:
        return []
    told = {(alarm.message.process, alarm.message.check): alarm for alarm in alarms(graceid)}
    return [_of_check(graceid, check, told.get((check.process.name, check.name)), warnings)
            for check in checks]


def _of_check(graceid: str, check: CheckRun, alarm: Alarm | None, warnings: bool) -> Plain:
    run = check.process
    found = {"graceid": graceid, "significance": significance_of(run.candidate.evidence),
             "process": run.name, "check": check.name, "state": check.state,
             "since": check.due, "why": check.why, **_told(alarm)}
    if alarm is not None:
        found["told"] = list(dict.fromkeys([*found["told"], *told_by_steps(check)]))
    elif (EXCEPTION in check.told and check.state == UNVERIFIED and warnings
          and run.candidate.chosen_profile.warnings):
        found["told"] = list(run.settings.exception)
    return found


def _of_alarm(graceid: str, alarm: Alarm) -> Plain:
    message = alarm.message
    return {"graceid": graceid, "significance": message.significance,
            "process": message.process, "check": message.check, "state": OVERDUE,
            "since": message.time if message.since is None else message.since,
            "why": message.message, **_told(alarm)}


def _told(alarm: Alarm | None) -> Plain:
    if alarm is None:
        return {"told": [], "told_at": None, "reminded": 0, "acknowledged": "",
                "acknowledgement": ""}
    return {"told": list(alarm.message.to), "told_at": alarm.message.time,
            "reminded": alarm.reminded, "acknowledged": alarm.acknowledged,
            "acknowledgement": alarm.acknowledgement}


def gravest_first(rows: Iterable[Plain], checks: Sequence[Plain],
                  rank: Callable[[str, str], Rank]) -> tuple[list[Plain], list[Plain]]:
    """Candidates, and what is wrong with them, in the order in which they are to be looked at.

    Args:
        rows: the candidates; those with which nothing is wrong stay as they are, after the others.
        checks: as :func:`troubled_checks` gives them.
        rank: function from a process's name and a significance to what these are sorted by.
    """
    ranks = [(rank(one["process"], one["significance"]), one) for one in checks]
    worst: dict[str, Rank] = {}
    for its, one in ranks:
        worst[one["graceid"]] = min(its, worst.get(one["graceid"], its))
    listed = sorted(rows, key=lambda row: (row["graceid"] not in worst,
                                           worst.get(row["graceid"], ())))
    ranks.sort(key=lambda one: (worst[one[1]["graceid"]], one[1]["graceid"], one[0]))
    return listed, [one for _, one in ranks]
