"""Decisions on 200 nights are those that were stored, but for what one question for several does.

The stored ones are of a time when each check asked GraceDB by itself, at its very deadline. Since
then questions are put off a moment where others are near, and what is overdue is asked for
together.
"""

from collections import Counter

import pytest

from fsm.core.charts.policy import Timing
from fsm.registry import charts
from tests.sweeps.decisions import NIGHTS, decided, night, stored

BEFORE = stored()
GATHER = Timing().gather
# Where an alert was lost or late that starts something, or tells of a sign-off, a label or a
# member: when GraceDB was asked, or another alert has shown it, decides when that was seen; mostly
# sooner than before, since a gap in the log's numbers tells of it. How many on which nights:
SEEN_AT_ANOTHER_TIME = {6: 5, 7: 1, 22: 9, 37: 2, 38: 9, 39: 4, 52: 6, 54: 6, 55: 5, 70: 9, 85: 1,
                        86: 1, 102: 10, 118: 2, 148: 1, 150: 13, 151: 4, 165: 1, 166: 14, 182: 12,
                        183: 1, 198: 2, 199: 1}
ASKS = {(chart.name, check.name) for chart in charts()[0] for _, check in chart.checks()
        if check.expects.asks}


def name(text):
    """A name without its key or value."""
    return text.partition("[")[0]


def told_by_gracedb(about, *found):
    """Whether when it was so hangs on when GraceDB was asked."""
    _, process, check = about.split(" ", 2)
    return (name(process), name(check)) in ASKS or any(state == "found" for state, _ in found)


def differences(before, now):
    """Those that one question for several cannot make, in words."""
    checks, told = now["checks"], now["letters"]
    for about in sorted(before["checks"].keys() | checks.keys()):
        old, new = before["checks"].get(about), checks.get(about)
        if old is None or new is None or {old[0], new[0]} not in ({old[0]}, {"met", "found"}):
            yield f"{about}: {old} before, {new} now"
        elif not told_by_gracedb(about, old, new) and old[1] != new[1]:
            yield f"{about}: {old[1]} s from the deadline before, {new[1]} s now"
    for about in sorted(before["letters"].keys() | told.keys()):
        old, new = before["letters"].get(about, 0), told.get(about, 0)
        came = checks.get(about.rpartition(" ")[0], (None, None))[1]
        if new > old or (new < old and not (came is not None and 0.0 < came <= GATHER)):
            yield f"{about}: told {old} times before, {new} times now"


@pytest.mark.parametrize("number", NIGHTS)
def test_decisions_are_as_before(number):
    found = list(differences(BEFORE[number], decided(night(number))))
    assert len(found) == SEEN_AT_ANOTHER_TIME.get(number, 0), found


def test_a_night_of_every_kind_is_among_them():
    states = Counter(state for one in BEFORE for state, _ in one["checks"].values())
    assert {"met", "found", "late", "missing", "waived", "not_expected"} <= set(states)
    assert sum(sum(one["letters"].values()) for one in BEFORE) > 1000


@pytest.mark.parametrize("change", [
    ["missing", None], ["late", 700.0], None])
def test_a_difference_is_seen(change):
    before = {"checks": {"G1 psd file": ["met", -5.0]}, "letters": {}}
    assert list(differences(before, before)) == []
    now = {"checks": {"G1 psd file": change} if change else {}, "letters": {}}
    assert list(differences(before, now))


def test_a_letter_more_or_less_is_seen():
    before = {"checks": {"G1 psd file": ["late", 900.0]}, "letters": {"G1 psd file failure": 1}}
    for letters in ({}, {"G1 psd file failure": 2},
                    {"G1 psd file failure": 1, "G1 a b failure": 1}):
        assert list(differences(before, {**before, "letters": letters}))
