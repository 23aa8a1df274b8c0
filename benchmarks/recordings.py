"""Makes recordings of any length: simulated nights of both eras, again and again, day after day.

    python benchmarks/recordings.py ALERTS FILE
"""

import json
import re
import sys
from datetime import datetime, timedelta

from fsm.core.times import DAY
from fsm.player.moving import moved
from fsm.registry import charts
from fsm.simulator.night import NIGHT_OF_TODAY, plan

ERAS = {"2017": ("cbc", "burst"), "today": ("significant",)}
A_NIGHT, AN_HOUR = 60, 10.0  # candidates of each era
_EVENT = re.compile(r"\b([GEMT])(\d{6})\b")
_SUPEREVENT = re.compile(r"\b((?:MS|TS|S))(\d{6})([a-z]+)\b")


def night(eras=tuple(ERAS), faults=None, number=A_NIGHT):
    """The lines of one night, as dicts in the order of time."""
    processes, _ = charts()
    made = []
    for place, era in enumerate(eras):
        for one in plan(ERAS[era], number, AN_HOUR, f"long {era}", NIGHT_OF_TODAY):
            graceid = f"G{100_001 + one.number + place * number}"
            made += one.lines(graceid, processes, faults or {}, None)
    return sorted(made, key=lambda line: line["time"])


def again(line, days, step):
    """A line some days later, about other candidates, as text.

    Args:
        line: of a night.
        days: how many days later.
        step: by how much the numbers of events go up in a day.
    """
    def event(found):
        return f"{found[1]}{int(found[2]) + days * step}"

    def superevent(found):
        day = datetime.strptime(found[2], "%y%m%d") + timedelta(days=days)
        return f"{found[1]}{day:%y%m%d}{found[3]}"

    text = json.dumps(moved(line, int(days * DAY), line["time"]))
    return _SUPEREVENT.sub(superevent, _EVENT.sub(event, text))


def write(alerts, path):
    """Write a recording of about so many alerts, in the order of their arrival nearly."""
    lines = night()
    step = A_NIGHT * len(ERAS)
    with open(path, "w", encoding="utf-8") as stream:
        for days in range(max(1, round(alerts / len(lines)))):
            for line in lines:
                stream.write(again(line, days, step) + "\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
