"""What is overdue of a candidate: since when, who was told, and who has acknowledged it."""

from collections.abc import Iterable

from fsm.core.charts.rules import OVERDUE
from fsm.core.engine.models import Candidate
from fsm.core.engine.notifications import told_by_steps
from fsm.core.engine.runs import CheckRun
from fsm.core.evidence.fields import Plain
from fsm.notify.reminders import Alarm


def overdue(graceid: str, candidate: Candidate | None, alarms: Iterable[Alarm]) -> list[Plain]:
    """The overdue checks of a candidate, as mappings that JSON can hold.

    Args:
        graceid: of the candidate.
        candidate: None where it is not in memory: then what was told of it must do.
        alarms: those about it.

    Returns:
        Mappings with ``graceid``, ``process``, ``check``, ``since`` (unix seconds), ``why``,
        ``told`` (parties, those of escalations included), ``told_at`` (unix seconds, None where
        nobody was told), ``reminded`` (how often) and ``acknowledged`` (by whom, or "").
    """
    told = {(alarm.message.process, alarm.message.check): alarm for alarm in alarms}
    if candidate is None:
        return [_of_alarm(graceid, alarm) for alarm in told.values()]
    return [_of_check(graceid, check, told.get((run.name, check.name)))
            for run in candidate.runs.values() for check in run.checks if check.state == OVERDUE]


def _of_check(graceid: str, check: CheckRun, alarm: Alarm | None) -> Plain:
    found = {"graceid": graceid, "process": check.process.name, "check": check.name,
             "since": check.due, "why": check.why, **_told(alarm)}
    if alarm is not None:
        found["told"] = list(dict.fromkeys([*found["told"], *told_by_steps(check)]))
    return found


def _of_alarm(graceid: str, alarm: Alarm) -> Plain:
    message = alarm.message
    return {"graceid": graceid, "process": message.process, "check": message.check,
            "since": message.time if message.since is None else message.since,
            "why": message.message, **_told(alarm)}


def _told(alarm: Alarm | None) -> Plain:
    if alarm is None:
        return {"told": [], "told_at": None, "reminded": 0, "acknowledged": ""}
    return {"told": list(alarm.message.to), "told_at": alarm.message.time,
            "reminded": alarm.reminded, "acknowledged": alarm.acknowledged}
