"""Compares the daemon as it is by default, its journal in a file, with that of another checkout.

    python benchmarks/before.py FOLDER [ROUNDS [ALERTS]]

FOLDER has the other checkout, with its .venv. Both hear the same alerts, whole follow-ups at a
steady rate, in turns. What is compared is the processor time of each, from the start to the end: it
hangs less on what else the machine does than the time of a clock.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from fsm.io.jsonio import dumps
from fsm.testing.followups import compact_binary
from fsm.testing.script import Script

HERE = Path(__file__).parents[1]
RATE, START = 200, 3.0  # alerts a second at most; seconds to begin, and to end
CONFIG = """
[gracedb]
url = ""
[tell]
log = false
file = "{0}/told"
[operators]
socket = "{0}/s"
"""


def recorded(alerts):
    """The lines of so many alerts, of candidates as old as can be with all processes under way."""
    now, lines, number = time.time(), [], 100000
    while len(lines) < alerts:
        number += 1
        script = Script(f"G{number}", now - 3 * 3600.0)
        lines += [line for line in compact_binary(script).lines if line.get("delivered", True)]
    return [dumps(line) + b"\n" for line in lines[:alerts]]


def seconds(checkout, lines):
    """Processor time of a daemon that hears these alerts at a steady rate."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(CONFIG.format(folder))
        one = subprocess.Popen(
            [checkout / ".venv/bin/python", "-m", "fsm", "run", "-", "--config", config,
             "--journal", f"{folder}/j.db"], cwd=checkout, stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0)
        time.sleep(START)
        for line in lines:
            one.stdin.write(line)
            time.sleep(1 / RATE)
        time.sleep(START)
        one.terminate()
        _, _, usage = os.wait4(one.pid, 0)
        with closing(sqlite3.connect(f"{folder}/j.db")) as db:
            (taken,) = db.execute("SELECT count(*) FROM inputs WHERE kind = 'alert'").fetchone()
        assert taken == len(lines), f"{taken} of {len(lines)} alerts were taken"
    return usage.ru_utime + usage.ru_stime


def main():
    """Measure both in turns."""
    other, *rest = sys.argv[1:]
    rounds, alerts = map(int, rest + ["5", "2000"][len(rest):])
    lines = recorded(alerts)
    taken = [[seconds(one, lines) for one in (Path(other).resolve(), HERE)]
             for _ in range(rounds)]
    before, now = (statistics.median(some) for some in zip(*taken, strict=True))
    print(f"{alerts} alerts, {rounds} rounds: {before:.2f} s of a processor before, {now:.2f} s "
          f"now: {now / before:.3f} times as much "
          f"(each round: {', '.join(f'{b / a:.3f}' for a, b in taken)})")


if __name__ == "__main__":
    main()
