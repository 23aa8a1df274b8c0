"""Nights that went wrong by chance are judged by the catalogue's oracle and by the product."""

import random

from tests.oracle.compare import disagreements
from tests.sweeps.findings import Findings
from tests.sweeps.invariants import broken
from tests.sweeps.nights import (
    AMOUNT,
    changed,
    emptied,
    examples,
    labelled,
    never_made,
    put_off,
    record,
    retagged,
    run,
    simulated,
    unheard,
    without,
)
from tests.sweeps.test_labels import TODAY

TRIED = 6 if AMOUNT == 0 else 60


def _position(lines, chance, among=lambda line: True):
    """Of a line that annotates something."""
    fit = [position for position, line in enumerate(lines) if among(line)
           and line["payload"]["alert_type"] in ("log", "label_added", "signoff_created")]
    return chance.choice(fit)


def removed(lines, chance):
    """An annotation never comes."""
    return never_made(lines, _position(lines, chance))


def delayed(lines, chance):
    """An annotation comes late, or far too late."""
    by = chance.choice((20, 100, 400, 2000, 9000))
    # Word of a clean-up before what it is followed by would be something else.
    at = _position(lines, chance, lambda line: "cleaned up" not in record(line).get("comment", ""))
    return put_off(lines, at, by)


def tagged(lines, chance):
    """An annotation has other tags."""
    at = _position(lines, chance, lambda line: record(line).get("tag_names"))
    return changed(lines, at, retagged)


def hollow(lines, chance):
    """A file is empty."""
    return changed(lines, _position(lines, chance, lambda line: record(line).get("filename")),
                   emptied)


def switched(lines, chance):
    """A label is put on by hand, perhaps taken off again, perhaps twice."""
    graceid = chance.choice(sorted({line["payload"]["uid"] for line in lines}))
    kind = next(letter for letter in "SEG" if letter in graceid or letter == "G")
    name, time = chance.choice(TODAY[kind]), chance.choice(lines)["time"] + chance.uniform(0, 30)
    pauses = [chance.choice((1.0, 30.0, 300.0, 2500.0)) for _ in range(chance.randrange(4))]
    return labelled(lines, graceid, name, *(time + sum(pauses[:n])
                                            for n in range(len(pauses) + 1)))


def taken_off(lines, chance):
    """A label that was put on is taken off after a while, and perhaps put on again."""
    at = _position(lines, chance, lambda line: line["payload"]["alert_type"] == "label_added")
    line = lines[at]
    off = line["time"] + chance.choice((5.0, 100.0, 700.0))
    times = [line["time"], off, *([off + chance.choice((1.0, 60.0, 600.0))]
                                  if chance.random() < 0.5 else [])]
    return labelled(without(lines, at), line["payload"]["uid"], record(line)["name"], *times)


def deaf(lines, chance):
    """A window of alerts is lost."""
    start = chance.choice(lines)["time"]
    return unheard(lines, start, start + chance.choice((10.0, 100.0, 1000.0)))


def copied(lines, chance):
    """An annotation comes twice."""
    line = lines[_position(lines, chance)]
    return [*lines, {**line, "time": line["time"] + chance.uniform(0.0, 100.0)}]


def tardy(lines, chance):
    """An alert is under way for half a minute."""
    at = _position(lines, chance)
    return [{**line, "time": line["time"] + 30.0} if position == at else line
            for position, line in enumerate(lines)]


MUTATIONS = (removed, delayed, tagged, hollow, switched, taken_off, deaf, copied, tardy)


def test_the_oracle_and_the_product_agree():
    findings = Findings()
    for night in (*simulated(), *examples()):
        if not night.today:
            continue
        findings.update(disagreements(night.lines, run(night.lines).notices), night.name)
        for number in range(TRIED):
            chance = random.Random(f"{number} {night.name}")
            chosen = [chance.choice(MUTATIONS) for _ in range(chance.randint(1, 2))]
            lines = list(night.lines)
            for mutation in chosen:
                lines = sorted(mutation(lines, chance), key=lambda line: line["time"])
            made = run(lines)
            names = ", ".join(mutation.__name__ for mutation in chosen)
            findings.update([*broken(made), *disagreements(lines, made.notices)],
                            f"{night.name} {number}: {names}")
    findings.none()
