"""Counts the questions that a candidate costs GraceDB in its whole life, beside what is aimed at.

    python benchmarks/questions.py [--json] [--candidates N]

Nights of both eras, with every kind of candidate of each: a healthy one, nights in which 1, 10 and
30 % of all annotations are never made, each by itself, and one in which GraceDB never answers. The
counts are those of a replay, which asks as the daemon does, without the daemon's breaker. Events in
a superevent are counted apart from it.
"""

import argparse
import json
import statistics
from collections import Counter

import figures

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask
from fsm.core.evidence.graceids import SUPEREVENT, kind_of
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import NoGraceDB, RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay
from fsm.simulator.kinds import KINDS, OF_O2
from fsm.simulator.night import plan, usual_start

ERAS = {"2017": [kind for kind in KINDS if kind in OF_O2],
        "today": [kind for kind in KINDS if kind not in OF_O2]}
MISSING = (0.0, 0.01, 0.1, 0.3)
AN_HOUR = 20.0  # candidates: more would break the rates that are expected of 2017
# At most so many on average, by era and the part that is missing.
AIMS = {("2017", 0.0): 3.0, ("today", 0.0): 0.0, ("2017", 0.1): 10.0, ("today", 0.1): 10.0}


def night(era, number, missing):
    """The records of a night, in the order of arrival."""
    kinds, known = ERAS[era], charts()[0]
    lines = [line for one in plan(kinds, number, AN_HOUR, f"questions {era}", usual_start(kinds))
             for line in one.lines(one.graceid, known, {"omitted": missing})]
    lines.sort(key=lambda line: line["time"])
    return [record_of(json.dumps(line)) for line in lines]


class Counting:
    """A GraceDB that counts what it is asked about each GraceID."""

    def __init__(self, source):
        self.source, self.asked = source, Counter()

    def answer(self, ask: Ask):
        """Answer a question, and count it."""
        self.asked[ask.graceid] += 1
        return self.source.answer(ask)

    def __getattr__(self, name):
        return getattr(self.source, name)


def counted(records, dead=False):
    """How many questions each GraceID has cost, those without any too."""
    known = charts()
    source = Counting(NoGraceDB() if dead else RecordedGraceDB(records))
    replay = Replay(*known, default_policy(known[0]), source)
    for _ in replay.run(records):
        pass
    return {graceid: source.asked[graceid] for graceid in replay.outcome.configurations}


def rows(number):
    """A mapping for each night and kind of GraceID."""
    for era in ERAS:
        for missing, dead in (*((part, False) for part in MISSING), (0.0, True)):
            asked = counted(night(era, number, missing), dead)
            for kind in ("superevent", "event"):
                counts = sorted(n for graceid, n in asked.items()
                                if (kind_of(graceid) == SUPEREVENT) == (kind == SUPEREVENT))
                if not counts:
                    continue
                mean = statistics.fmean(counts)
                aim = None if dead or (kind == "event" and era == "today") \
                    else AIMS.get((era, missing))
                yield {"era": era, "missing": missing, "gracedb": "dead" if dead else "answers",
                       "kind": kind, "candidates": len(counts), "mean": round(mean, 2),
                       "p95": counts[int(0.95 * (len(counts) - 1))], "most": counts[-1],
                       "aim": aim, "met": None if aim is None else mean <= aim}


def in_words(one):
    """A row of the table."""
    night_ = "GraceDB dead" if one["gracedb"] == "dead" else f"{one['missing']:.0%} missing"
    aim = "" if one["aim"] is None else \
        f"at most {one['aim']:g}: {'met' if one['met'] else 'not met'}"
    return (f"{one['era']:6} {night_:13} {one['kind']:11} {one['candidates']:5d} "
            f"{one['mean']:8.2f} {one['p95']:5d} {one['most']:5d}   {aim}").rstrip()


def main():
    """Count, night after night."""
    reading = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reading.add_argument("--json", action="store_true", help="print one JSON document")
    reading.add_argument("--candidates", type=int, default=100, help="of each night")
    given = reading.parse_args()
    made = []
    if not given.json:
        print("era    night         kind        number     mean   p95  most")
    for one in rows(given.candidates):
        made.append(one)
        if not given.json:
            print(in_words(one), flush=True)
    if given.json:
        print(json.dumps({**figures.where(), "questions": made}, indent=1))


if __name__ == "__main__":
    main()
