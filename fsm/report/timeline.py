"""A candidate on a time axis, as plain data: what was expected by when, what came, what started it.

It is computed alike of a candidate that is live, replayed, or as it was at some time.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from fsm.core.charts import rules
from fsm.core.charts.catalogue import Charts
from fsm.core.charts.families import CONTRADICTIONS, FAMILIES, OTHER
from fsm.core.charts.keys import without_key
from fsm.core.charts.starting import starters
from fsm.core.engine.effects import Transition
from fsm.core.expect.annotations import THERE_BUT
from fsm.report.candidate import shown
from fsm.report.folders import folder_of
from fsm.report.headline import headline
from fsm.report.processes import asked
from fsm.report.regions import regions_as_data

Row = dict[str, Any]

# How a process stands, the worst first.
TROUBLE, UNVERIFIED, WAITING, LATE, DONE, NEEDLESS = (
    "trouble", "unverified", "waiting", "late", "done", "needless")
CAME = (rules.MET, rules.FOUND, rules.LATE)  # states of checks
NEVER_CAME = (rules.OVERDUE, rules.MISSING)
NOT_DUE = (rules.AWAITING, rules.WARNED)
NOT_WANTED = (rules.WAIVED, rules.NOT_EXPECTED)
SAME = 1.0  # seconds: what starts a process, and is expected by another, is one annotation


def timeline(configuration: Mapping[str, Any], history: Iterable[Transition], charts: Charts,
             now: float) -> dict[str, Any]:
    """A candidate, as a mapping that JSON can hold; times in unix seconds.

    Args:
        configuration: of the candidate, as the engine gives it; of its evidence ``fields`` are
            enough, which may stand beside the other keys.
        history: what was fired of it up to now, in order.
        charts: :class:`~fsm.core.charts.catalogue.Charts`.
        now: as of when it is.
    """
    plain, history = dict(configuration), list(history)
    lifecycle = charts.lifecycles[plain["lifecycle"]]
    fields = plain["fields"] if "fields" in plain else plain["evidence"]["fields"]
    rows = [_row(name, process, charts, history, now)
            for name, process in plain["processes"].items()]
    _link(rows, charts)
    folded = [row for row in rows if row["family"] == CONTRADICTIONS
              and row["standing"] in (DONE, NEEDLESS)]
    return {
        "graceid": plain["graceid"], "kind": lifecycle.kind, "created": plain["since"], "now": now,
        "state": plain["state"], "reason": plain["reason"], "facts": headline(fields),
        "problems": _names(rows, TROUBLE), "unverified": _names(rows, UNVERIFIED),
        "regions": regions_as_data(lifecycle, plain, history),
        "families": list(_families([row for row in rows if row not in folded])),
        "over": [row["process"] for row in folded],
        "members": plain.get("members", {}),
    }


def _names(rows: Iterable[Row], standing: str) -> list[str]:
    return [row["process"] for row in rows if row["standing"] == standing]


def _families(rows: list[Row]) -> Iterator[dict[str, Any]]:
    for family, title in FAMILIES.items():
        here = [row for row in rows if row["family"] == family]
        if here:
            yield {"family": family, "title": title,
                   "rows": sorted(here, key=lambda row: (row["since"], row["process"]))}


def _row(name: str, process: Mapping[str, Any], charts: Charts, history: Iterable[Transition],
         now: float) -> Row:
    """A process: from when until when it has time, with each of its checks."""
    chart = charts.processes.get(process["chart"])
    untimed = {check.name for _, check in chart.checks() if asked(check)} if chart else ()
    checks = [{"check": check, "stage": plain["stage"], "state": shown(plain["state"]),
               "due": plain["due"], "at": plain["at"], "why": plain["why"],
               "wrong": plain["state"] in NEVER_CAME and THERE_BUT in plain["why"],
               "asked": without_key(check) in untimed}
              for check, plain in process["checks"].items()]
    return {
        "process": name, "chart": process["chart"], "title": chart.title if chart else "",
        "family": chart.family if chart else OTHER, "state": process["state"],
        "since": process["since"], "until": max((one["due"] for one in checks
                                                 if one["state"] not in NOT_WANTED),
                                                default=process["since"]),
        "checks": checks, "before": _before(name, history),
        "renewed": _renewed(name, history, process["since"]),
        "sheet": f"{folder_of(chart)}/{chart.name}" if chart else "",
        "standing": _standing(checks),
        "next": min((one["due"] for one in checks if one["state"] in NOT_DUE
                     and one["due"] > now), default=None),
        "started_by": None,
    }


def _before(name: str, history: Iterable[Transition]) -> list[dict[str, Any]]:
    """What had come of a process before it began anew, the first first."""
    came: dict[str, list[dict[str, Any]]] = {}
    before = []
    for one in history:
        if one.process != name or not one.check:
            continue
        if one.dest in CAME:
            came.setdefault(one.check, []).append(
                {"check": one.check, "state": one.dest, "at": one.time})
        elif one.trigger == "renew":
            before += came.pop(one.check, [])
    return before


def _renewed(name: str, history: Iterable[Transition], since: float) -> list[dict[str, float]]:
    """From when until when a process had had time before it began anew, the first first."""
    own = [one for one in history if one.process == name]
    began = [one.time for one in own if one.trigger == "renewed"]
    times = [own[0].time, *began[:-1], since] if began else []
    return [{"since": one, "until": until} for one, until in pairwise(times)]


def _standing(checks: Iterable[Mapping[str, Any]]) -> str:
    states = {one["state"] for one in checks}
    for standing, found in ((TROUBLE, NEVER_CAME), (UNVERIFIED, (rules.UNVERIFIED,)),
                            (WAITING, NOT_DUE), (LATE, (rules.LATE,)), (DONE, CAME)):
        if states.intersection(found):
            return standing
    return NEEDLESS


def _link(rows: list[Row], charts: Charts) -> None:
    """Say of each row which annotation that another one expects has started it."""
    of_charts: dict[str, list[Row]] = {}
    for row in rows:
        of_charts.setdefault(row["chart"], []).append(row)
    links = starters(charts.processes[name] for name in of_charts if name in charts.processes)
    for row in rows:
        found = [(abs(one["at"] - row["since"]), parent["process"], one["check"], one["at"])
                 for name in links.get(row["chart"], ()) for parent in of_charts[name]
                 if parent is not row
                 for one in parent["checks"] if one["at"] is not None and one["state"] in CAME]
        near = [one for one in found if one[0] <= SAME]
        if near:
            _, process, check, at = min(near)
            row["started_by"] = {"process": process, "check": check, "at": at}
