"""Alerts are lost, come twice, out of order, or late: nobody is told what is not so."""

import random

from fsm.core.expect.values import Lasting
from fsm.registry import charts
from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import (
    AMOUNT,
    EXCEPTION,
    FAILURE,
    examples,
    healthy,
    plain,
    run,
    simulated,
    some,
    unheard,
)

# In time is in time, and not begun is as good as called off.
ALIKE = {"found": "met", "waived": None, "not_expected": None}
# States that must not last: whether one was there for a moment depends on what was heard first. So
# does what a candidate still got before it was called off.
PASSING = {chart.name for chart in charts()[0] if isinstance(chart.starts, Lasting)}
WINDOWS = max(3, 8 * AMOUNT)


def blamed(made):
    """The failures and exceptions of a run, in words."""
    for notice in made.told(FAILURE, EXCEPTION):
        yield f"told: {notice.process}.{notice.check}: {notice.message}"


def test_a_window_of_alerts_is_lost():
    """Whatever was not heard of is in GraceDB, and nothing lacks there."""
    findings = Findings()
    for night in healthy():
        chance = random.Random(f"windows {night.name}")
        for _ in range(WINDOWS):
            start, stop = sorted(chance.choice(night.lines)["time"] for _ in range(2))
            made = run(unheard(night.lines, start, stop))
            began = night.lines[0]["time"]
            where = f"{night.name}, deaf {start - began:.0f} to {stop - began:.0f} s"
            findings.update([*broken(made), *blamed(made)], where)
    findings.none()


def test_started_in_the_midst_of_a_night():
    findings = Findings()
    for night in healthy():
        for line in some(night.lines, 5, f"midst {night.name}"):
            made = run(unheard(night.lines, 0.0, line["time"]))
            where = f"{night.name}, from {line['time'] - night.lines[0]['time']:.0f} s on"
            findings.update([*broken(made), *blamed(made)], where)
    findings.none()


def twice(lines, chance):
    """Each alert comes again within three seconds."""
    return [again for line in lines
            for again in (line, {**line, "time": line["time"] + chance.uniform(0.0, 3.0)})]


def shuffled(lines, chance):
    """Each alert comes up to ten seconds later; what it tells of was made when it was."""
    return [{**line, "time": line["time"] + chance.uniform(0.0, 10.0)} for line in lines]


def repeated(lines, chance):
    """Everything is delivered again two hours later."""
    return [*lines, *({**line, "time": line["time"] + 7200.0} for line in lines)]


def test_delivered_otherwise():
    """Twice, out of order, again: the verdicts are the same."""
    findings = Findings()
    for night in (*simulated(), *examples()):
        for how in (twice, shuffled, repeated):
            for number in range(max(1, AMOUNT)):
                chance = random.Random(f"{how.__name__} {number} {night.name}")
                made = run(how(night.lines, chance))
                findings.update([*broken(made), *_differences(how.__name__, night, made)],
                                f"{night.name}, {how.__name__} {number}")
    findings.none()


def _differences(how, night, made):
    expected = plain(night)
    for _, process, check, outcome in sorted(made.messages - expected.messages):
        yield f"{how}: also told: {outcome}: {process}.{check}"
    for _, process, check, outcome in sorted(expected.messages - made.messages):
        yield f"{how}: no longer told: {outcome}: {process}.{check}"
    for place in sorted(made.states.keys() | expected.states.keys()):
        was, became = expected.states.get(place), made.states.get(place)
        if {was, became} <= {None, "met", "found", "waived"} and (
                place[1] in PASSING or made.waived(place[0])):
            continue
        if ALIKE.get(was, was) != ALIKE.get(became, became):
            yield f"{how}: {was} becomes {became}: {place[1]}.{place[2]}"
