"""What is decided on many simulated nights, in a form that can be stored and compared.

    python -m tests.sweeps.decisions     (writes the present ones to decisions.json.gz beside it)

Each night has three candidates of any kind of its era. A part of the nights is healthy, others have
follow-ups that die, are slow or write something wrong, annotations that are never made, and alerts
that are lost, late or doubled.
"""

import gzip
import json
from collections import Counter
from pathlib import Path

from fsm.core.charts.policy import default_policy
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay
from fsm.simulator.kinds import KINDS, OF_O2
from fsm.simulator.night import plan, usual_start

STORED = Path(__file__).parent / "decisions.json.gz"
NIGHTS = range(200)
FAULTS = ("never", "dies", "slow", "wrong", "tags", "lost", "duplicated", "reordered")
RATES = (0.0, 0.01, 0.1, 0.3)
FEW = 3  # candidates of a night
ERAS = {"2017": [kind for kind in KINDS if kind in OF_O2],
        "today": [kind for kind in KINDS if kind not in OF_O2]}
LETTERS = ("failure", "exception", "recovery", "escalation")  # a warning is no verdict


def night(number):
    """The lines of one night, in the order of arrival."""
    kinds = ERAS["2017" if number % 2 else "today"]
    rate, single = RATES[number // 2 % 4], number // 8 % 2
    # Each annotation may be missing by itself, or what belongs together goes wrong.
    faults = {"omitted": rate} if single else dict.fromkeys(FAULTS, rate)
    known = charts()[0]
    lines = [line for one in plan(kinds, FEW, 3.0, f"night {number}", usual_start(kinds))
             for line in one.lines(one.graceid, known, faults)]
    lines.sort(key=lambda line: line["time"])
    return lines


def decided(lines):
    """What a replay decides of lines.

    Returns:
        A dict: ``checks``, by ``GRACEID process check``, (state, seconds from the deadline to the
        annotation or None); ``letters``, how often somebody is told, by the same with the outcome.
    """
    records = [record_of(json.dumps(line)) for line in lines]
    known = charts()
    replay = Replay(*known, default_policy(known[0]), RecordedGraceDB(records))
    for _ in replay.run(records):
        pass
    outcome = replay.outcome
    assert not outcome.failed and not outcome.rejected
    checks = {}
    for graceid, plain in outcome.configurations.items():
        for process, run in plain["processes"].items():
            for name, check in run["checks"].items():
                late = None if check["at"] is None else round(check["at"] - check["due"], 1)
                checks[f"{graceid} {process} {name}"] = [check["state"], late]
    letters = Counter(f"{one.graceid} {one.process} {one.check} {one.outcome}"
                      for one in outcome.effects
                      if type(one).__name__ == "Notify" and one.outcome in LETTERS)
    return {"checks": checks, "letters": dict(letters)}


def stored():
    """The decisions that were stored, night after night."""
    return json.loads(gzip.decompress(STORED.read_bytes()))


if __name__ == "__main__":
    made = [decided(night(number)) for number in NIGHTS]
    text = json.dumps(made, sort_keys=True, separators=(",", ":"))
    STORED.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{STORED}: {sum(len(one['checks']) for one in made)} checks, "
          f"{sum(sum(one['letters'].values()) for one in made)} letters")
