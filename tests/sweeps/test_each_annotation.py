"""Each annotation of a healthy night is taken away, delayed, tagged wrongly, emptied: told."""

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import (
    FAILURE,
    RECOVERY,
    THOROUGH,
    changed,
    emptied,
    healthy,
    later,
    named,
    never_made,
    record,
    retagged,
    run,
    some,
    without,
)

UNDEMANDED = tomllib.loads((Path(__file__).parent / "undemanded.toml").read_text())
USED = set()
CALLED_OFF = ("waived", "not_expected")


def undemanded(how, text, night):
    """Whether nothing demands it, for a reason that stands in the list."""
    for entry in UNDEMANDED[how]:
        for pattern in entry["what"]:
            if fnmatchcase(text, pattern) or fnmatchcase(f"{night.name}: {text}", pattern):
                USED.add((how, pattern))
                return True
    return False


def silences(how, change, among, every):
    """Do something to each annotation in turn; whoever ought to be told is."""
    findings = Findings()
    for night in healthy():
        meant = [position for position in night.annotations if among(night.lines[position])]
        for position in some(meant, every, f"{how} {night.name}"):
            text, made = named(night, position), run(change(night.lines, position))
            findings.update(broken(made), f"{night.name}, {how}: {text}")
            if not made.told(FAILURE) and not undemanded(how, text, night):
                findings.add(f"nobody is told: {how}: {text}", night.name)
    return findings


def test_taken_away():
    silences("removed", never_made, lambda line: True, 3).none()


def test_tagged_wrongly():
    silences("untagged", lambda lines, at: changed(lines, at, retagged),
             lambda line: record(line).get("tag_names"), 4).none()


def test_emptied():
    silences("emptied", lambda lines, at: changed(lines, at, emptied),
             lambda line: record(line).get("filename"), 4).none()


def test_delayed_past_its_deadline():
    """Told when it lacks, and taken back when it comes."""
    findings = Findings()
    for night in healthy():
        for position in some(night.annotations, 5, f"delayed {night.name}"):
            told = run(without(night.lines, position)).told(FAILURE)
            if told:
                findings.update(_delayed(night, position, told),
                                f"{night.name}: {named(night, position)}")
    findings.none()


def _place(notice):
    return notice.graceid, notice.process, notice.check


def _delayed(night, position, told):
    """What is wrong when it comes after the first has been told; another may be told by then."""
    by = max(60.0, told[0].time + 30.0 - night.lines[position]["time"])
    made = run(changed(night.lines, position, later(by)))
    places = {_place(notice) for notice in told}
    outcomes = {notice.outcome for notice in made.notices if _place(notice) in places}
    yield from broken(made)
    if FAILURE not in outcomes:
        yield f"late, and nobody is told: {named(night, position)}"
    elif RECOVERY not in outcomes and not any(
            made.states.get(place) in CALLED_OFF for place in places):
        yield f"late, and never taken back: {named(night, position)}: {sorted(places)}"


@pytest.mark.skipif(not THOROUGH, reason="only a thorough sweep meets all of them")
def test_the_list_of_what_nothing_demands_is_needed():
    listed = {(how, pattern) for how, entries in UNDEMANDED.items()
              for entry in entries for pattern in entry["what"]}
    assert listed - USED == set()
