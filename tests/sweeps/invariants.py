"""What holds of every run, whatever has happened in the night."""

import re
from collections import Counter

from tests.sweeps.nights import FAILURE, GOOD, RECOVERY

CONTRADICTS = re.compile(r" is (there|on)\b(?!.*\bbut )|^it has all ")
ANY_TEXT = "“.”"  # what is expected where every message with the right tags will do
LACKING = ("missing", "overdue", "wrong")


def broken(run):
    """The invariants that a run breaks, as texts without GraceIDs."""
    if run.endless:
        return [f"asks GraceDB without end: {run.endless}"]
    return sorted({*_recoveries(run), *_twice(run), *_unrecovered(run), *_contradicting(run),
                   *_too_soon(run), *_complete(run)})


def _place(notice):
    return notice.graceid, notice.process, notice.check


def _words(notice):
    return f"{notice.process}.{notice.check}"


def _recoveries(run):
    failed = set()
    for notice in run.notices:
        if notice.outcome == FAILURE:
            failed.add(_place(notice))
        elif notice.outcome == RECOVERY and _place(notice) not in failed:
            yield f"recovered without having failed: {_words(notice)}"


def _twice(run):
    keys = Counter((notice.key, notice.outcome) for notice in run.notices)
    for notice in run.told(FAILURE):
        if keys[notice.key, notice.outcome] > 1:
            yield f"told twice: {_words(notice)}"


def _unrecovered(run):
    last = {_place(notice): notice for notice in run.told(FAILURE, RECOVERY)}
    for place, notice in last.items():
        state = run.states.get(place)
        if notice.outcome == FAILURE and state in GOOD:
            yield f"{state}, and its failure was never taken back: {_words(notice)}"


def _contradicting(run):
    for notice in run.told(FAILURE):
        if notice.check != "resolved" and CONTRADICTS.search(notice.message):
            yield f"a failure that says it is right: {_words(notice)}: {notice.message}"
        elif ANY_TEXT in notice.expected and "is there" in notice.message:
            yield f"a failure that names an unrelated message: {_words(notice)}: {notice.message}"


def _too_soon(run):
    for configuration in run.outcome.configurations.values():
        for name, process in configuration["processes"].items():
            for key, check in process["checks"].items():
                due, at = check["due"], check["at"]
                if check["state"] == "late" and None not in (due, at) and at <= due:
                    yield f"late before its deadline: {name}.{key}"


def _complete(run):
    for configuration in run.outcome.configurations.values():
        for name, process in configuration["processes"].items():
            lacking = [key for key, check in process["checks"].items()
                       if check["state"] in LACKING]
            if lacking and process["state"].endswith(".complete"):
                yield f"complete without {', '.join(lacking)}: {name}"
