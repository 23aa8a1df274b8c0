"""A candidate, and one of its processes: as they are, or as they were at some time."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from fsm.core.charts import rules
from fsm.core.charts.keys import key_in, without_key
from fsm.core.charts.process import Process
from fsm.core.evidence.entries import LogEntry
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import in_any_case, kind_of
from fsm.daemon.candidate_view import candidate_view
from fsm.errors import ControlError
from fsm.io.journal.told import commands, told_of
from fsm.notify.problems import gracedb_page
from fsm.report import candidate as report
from fsm.report.explaining import bears
from fsm.report.timeline import timeline
from fsm.web.board import checks_by_state, needing
from fsm.web.source import Look

LAST = 400  # transitions that are shown
OPEN = (rules.AWAITING, rules.WARNED, rules.OVERDUE, rules.UNVERIFIED)
STEPS = 200  # of the slider


class NotKnown(ControlError):
    """There is no such thing to be shown."""


def candidate(look: Look, graceid: str, now: float, at: float | None = None) -> Plain:
    """A candidate.

    Args:
        look: at the journal.
        graceid: its id.
        now: unix seconds.
        at: likewise, as of when it is shown; None for now.

    Raises:
        NotKnown: where there is none, or nothing was known of it by then.
    """
    configuration = _known(look, graceid, at)
    name, as_of = configuration["graceid"], now if at is None else min(at, now)
    upto = float("inf") if at is None else as_of  # what has just come may be ahead of our clock
    view = candidate_view(look.journal, configuration, look.reminders, look.settings.context,
                          as_of)
    whole = look.journal.history_of(name)
    history = [one for one in whole if one.time <= upto]
    drawn = timeline(report.with_members(configuration), history, look.settings.charts, as_of)
    begin = float(ceil(max([configuration["since"], *(one.time for one in whole[:1])])))
    found = view["problems"] if at is None else []
    return {
        **view, "problems": found, "needing": len(needing(found)),
        "kind": drawn["kind"], "as_of": at, "retired": look.journal.has_left(name),
        "timeline": drawn, "regions": drawn["regions"], "waivers": configuration["waivers"],
        "checks": checks_by_state(configuration),
        "history": [one._asdict() for one in history[-LAST:]], "transitions": len(history),
        "told": [one for one in told_of(look.journal, name) if one["time"] <= upto],
        "commands": [one for one in commands(look.journal, name) if one["time"] <= upto],
        "members": _members(look, drawn["members"]),
        "gracedb": gracedb_page(look.settings.context.gracedb, name),
        "slider": {"from": begin, "to": max(now, begin + 1.0), "at": as_of,
                   "step": max(1.0, round((now - begin) / STEPS))},
    }


def _known(look: Look, graceid: str, at: float | None) -> Plain:
    if kind_of(in_any_case(graceid)) is None:
        raise NotKnown(f"{graceid:.60} is no GraceID, such as G298048 or S190425z")
    try:
        configuration = look.configuration(graceid, at)
    except ControlError as error:
        raise NotKnown(str(error)) from None
    if configuration is None:
        raise NotKnown(f"{graceid:.60} is not known here")
    return configuration


def _members(look: Look, members: dict[str, str]) -> list[Plain]:
    """The events of a superevent, each with how its checks stand."""
    known = look.configurations(members)
    return [{"graceid": graceid, "state": state, "checks": checks_by_state(made) if made else {}}
            for graceid, state in members.items() for made in [known[graceid]]]


def process(look: Look, graceid: str, name: str, now: float) -> Plain:
    """A process of a candidate: its sheet with the states of its checks, and what there is.

    Args:
        look: at the journal.
        graceid: the candidate.
        name: of the process, with its key.
        now: unix seconds.

    Raises:
        NotKnown: where there is none.
    """
    whole = candidate(look, graceid, now)
    plain = whole["processes"].get(name)
    if plain is None:
        raise NotKnown(f"{whole['graceid']} has no process {name:.80}")
    configuration = _known(look, graceid, None)
    chart = look.settings.context.chart(name)
    rows = [row for family in whole["timeline"]["families"] for row in family["rows"]]
    return {
        "graceid": whole["graceid"], "process": name, "created": whole["created"],
        "members": whole["members"],
        "chart": chart.name if chart else "", "title": chart.title if chart else name,
        "state": plain["state"], "checks": plain["checks"],
        "row": next((row for row in rows if row["process"] == name), None),
        "problem": next((one for root in whole["problems"] for one in (root, *root["follows"])
                         if one["process"] == name), None),
        "evidence": _evidence(configuration, chart, key_in(name),
                              plain["checks"].values()),
        "history": [one for one in whole["history"] if one["process"] == name],
        "told": [one for one in whole["told"] if one["process"] == name],
        "commands": [one for one in whole["commands"]
                     if one["process"] in ("", name, without_key(name))],
        "waits": [one.name for one in look.settings.context.chains.waiting(chart)] if chart else [],
        "asked": configuration["questions"], "answered": configuration["answered"],
        "gracedb": whole["gracedb"], "waivers": [one for one in whole["waivers"]
                                                 if one[0] in (name, without_key(name))],
    }


def _evidence(configuration: Plain, chart: Process | None, key: str,
              checks: Iterable[Plain]) -> list[Plain]:
    """The log entries that its checks look for or are met by, right or wrong."""
    times = {round(one["at"], 1) for one in checks if one["at"] is not None}
    wanted = [one.expects for _, one in chart.checks()] if chart else []
    made = []
    for row in configuration["evidence"]["logs"]:
        time, number, comment, filename, version, _ = row
        told = LogEntry(time, number, comment, filename, version)
        ours = not key or key in f"{comment} {filename}"
        if round(time, 1) in times or ours and any(bears(one, told) for one in wanted):
            made.append(entry(row))
    return made


def entry(row: list[Any]) -> Plain:
    """A log entry of the stored evidence, by the names of its parts."""
    time, number, comment, filename, version, tags = row
    return {"time": time, "number": number, "comment": comment, "file": filename,
            "version": version, "tags": tags}
