"""Rates: a search must not produce too many events around the candidate.

Source: catalogue of the second observing run, whose windows look back 10,000 s.
"""

from functools import partial
from typing import Any

from fsm.chart import (
    ABSENT,
    RIGHT,
    WRONG,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    field,
    new,
    predicate,
)
from fsm.core.expect.scope import Scope
from fsm.core.times import finite, unix_seconds

SAME = ("group", "pipeline", "search")


def moment(clock: str, fields: dict[str, Any]) -> float | None:
    """The event's own time on a clock: GPS seconds (gpstime) or unix seconds (created)."""
    read = finite if clock == "gpstime" else unix_seconds
    return read(fields.get(clock))


def neighbours(clock: str, evidence: Evidence, scope: Scope) -> tuple[str | float, ...]:
    """Ask for the events of the same search in the window around the candidate."""
    here = moment(clock, evidence.fields) or 0.0
    before, after = scope.values["window_before"], scope.values["window_after"]
    return ("neighbours", clock, here - before, here + after, *same_search(evidence.fields))


def same_search(fields: dict[str, Any]) -> tuple[str, ...]:
    """What two events of one search have in common, as text."""
    return tuple(str(fields.get(key) or "") for key in SAME)


def rate(clock: str, evidence: Evidence, scope: Scope) -> Verdict:
    """Count the other events of the same search in the window, exactly."""
    found, here = evidence.neighbours.get(clock), moment(clock, evidence.fields)
    if found is None or here is None:
        return Verdict(ABSENT, "the neighbouring events are not known")
    before, after = scope.values["window_before"], scope.values["window_after"]
    mine, count = same_search(evidence.fields), 0
    for other in found:
        time = moment(clock, other)
        if time is not None and here - before <= time <= here + after \
                and other.get("graceid") != evidence.graceid and same_search(other) == mine:
            count += 1
    most = (before + after) * scope.values["max_rate"]
    kind = WRONG if count > most else RIGHT
    return Verdict(kind, f"{count} other events of {'/'.join(filter(None, mine))} within "
                         f"-{before:g} s, +{after:g} s; at most {most:g} are expected")


def rate_process(name: str, title: str, noun: str, clock: str) -> Process:
    """Declare the rate on one clock."""
    words = f"at most {{max_rate}} Hz of this search by {clock}"
    return Process(
        name, title, noun=noun,
        family="products",
        starts=new(),
        options={"window_before": 10000.0, "window_after": 0.0, "max_rate": 1e-3},
        stages=[
            Stage("count", check(
                "rate",
                predicate(partial(rate, clock), words, watches=[field(clock)],
                          asks=[partial(neighbours, clock)],
                          options=["window_before", "window_after", "max_rate"], timed=False),
                within=0, when=field(clock))),
        ],
        source="O2, local rate and creation rate",
    )


LOCAL_RATE = rate_process("local_rate", "Rate of events around the event's time", "usual rate",
                          "gpstime")
CREATION_RATE = rate_process("creation_rate", "Rate of uploads around the upload", "usual uploads",
                             "created")
