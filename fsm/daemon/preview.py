"""What charts and a configuration would change for the candidates that a journal has under way."""

from collections.abc import Iterator

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.keys import without_key
from fsm.core.charts.rules import OPEN
from fsm.core.engine import adoption, snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.models import Candidate
from fsm.core.engine.planned import planned
from fsm.core.engine.runs import ProcessRun
from fsm.core.evidence.fields import Plain
from fsm.core.times import span
from fsm.io.journal.readable import Readable

APART = 1.0  # seconds by which a deadline must be another one
GONE, NEW, DEADLINE, STATE, PROFILE, REFUSED = (
    "gone", "new", "deadline", "state", "profile", "refused")


def preview(journal: Readable, scratch: Engine) -> Iterator[Plain]:
    """What changes for each candidate under supervision, as it was stored last.

    Args:
        journal: of the supervisor, which may run.
        scratch: an engine of the charts and the policy that are to come, without candidates.

    Yields:
        Mappings with ``graceid``, ``process``, ``check`` ("" where it is about more), ``change``
        (``gone``, ``new``, ``deadline``, ``state``, ``profile``, or ``refused``) and ``words``.
    """
    for graceid, place in sorted(journal.places().items()):
        plain = journal.configuration(graceid) if place.stored else None
        if plain is None:
            yield _row(graceid, STATE, "it was not stored yet: a reload or a stop stores it")
            continue
        try:
            candidate = scratch.restore(plain)
        except Exception as error:  # as it is taken up, whatever its charts raise
            yield _row(graceid, REFUSED, f"all its inputs would be judged anew: {error}")
            continue
        if place.seq > place.stored:
            yield _row(graceid, STATE, "more has come since it was stored, by a reload or a stop: "
                                       "what is said of it may be past")
        yield from _changes(plain, candidate, scratch.charts)
        scratch.release(graceid)
        candidate.dissolve()


def _row(graceid: str, change: str, words: str, process: str = "", check: str = "") -> Plain:
    return {"graceid": graceid, "process": process, "check": check, "change": change,
            "words": words}


def _changes(before: Plain, candidate: Candidate, charts: Charts) -> Iterator[Plain]:
    graceid, after = candidate.graceid, snapshot.of(candidate)
    if before["profile"] != after["profile"]:
        yield _row(graceid, PROFILE, f"profile {before['profile']} is gone: {after['profile']} is "
                                     "for it now")
    for name, was, now in (("lifecycle", before["state"], after["state"]),
                           *((name, state, after["regions"].get(name))
                             for name, state in before["regions"].items())):
        if now != was:
            yield _row(graceid, STATE, f"{name} {was} goes on as {now or 'nothing'}")
    for name in map(without_key, sorted(adoption.new(before, candidate))):
        if name not in {one["chart"] for one in before["processes"].values()}:
            yield _row(graceid, NEW, "starts on what comes from then on", name)
    for name, one in before["processes"].items():
        run = candidate.runs.get(name)
        if run is None:
            told = any(check["alarmed"] for check in one["checks"].values())
            yield _row(graceid, GONE, _why_gone(one, candidate, charts) + _ended(told), name)
        else:
            yield from _of_process(graceid, name, one, run)


def _why_gone(before: Plain, candidate: Candidate, charts: Charts) -> str:
    """Why a process does not go on."""
    chart = charts.processes.get(before["chart"])
    if chart is None:
        return "no chart has this process"
    profile = candidate.chosen_profile
    if not profile.settings[chart.name].enabled:
        return f"the profile {profile.name} is without it"
    return f"the chart has another key ({chart.key or 'none'})"


def _ended(told: bool) -> str:
    return ": what was told of it is said to be over" if told else ""


def _of_process(graceid: str, name: str, before: Plain, run: ProcessRun) -> Iterator[Plain]:
    if before["state"] != run.state:
        yield _row(graceid, STATE, f"{before['state']} goes on as {run.state}", name)
    known = {check.name for check in run.checks}
    for check, plain in before["checks"].items():
        if check not in known and plain["state"] in OPEN:
            yield _row(graceid, GONE, f"no chart expects it ({plain['state']})"
                                      + _ended(plain["alarmed"]), name, check)
    for one in planned(run.chart, run.settings, run.key) if run.open else ():
        if one.name not in known:
            yield _row(graceid, NEW, "counts for processes that start from then on", name, one.name)
    yield from _deadlines(graceid, name, run)


def _deadlines(graceid: str, name: str, run: ProcessRun) -> Iterator[Plain]:
    """The open checks of the present stage that would be due at another time."""
    for check in run.checks if run.open else ():
        if not check.open or check.stage != run.stage and not check.chart.from_start:
            continue
        start = run.started if check.chart.from_start else run.stage_since
        kept = check.due - start
        if abs(kept - check.within) > APART and not check.generation:
            yield _row(graceid, DEADLINE, f"keeps its {span(round(kept))}; the charts say "
                                          f"{span(round(check.within))}", name, check.name)
