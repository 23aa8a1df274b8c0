"""Measures how much room a supervisor needs in the long run: journal, memory, files, threads.

    python benchmarks/growth.py [A_DAY [DAYS]]

A daemon, with the settings that it has by default, goes through a year in which 20 GraceIDs come a
day, and through a month of 5,000; with arguments through what these say. Time is that of the
alerts, which are handed to it as fast as it takes them, and GraceDB answers at once with what it
has by then. Journal and memory grow with the number of GraceIDs alone, so the figures for one are
those of any rate.
"""

import gc
import logging
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import attrs

from fsm.core.charts.policy import default_policy
from fsm.daemon import growth
from fsm.daemon.daemon import Daemon
from fsm.io import logs
from fsm.io.config.sections import DAY, Journaling, Logging, Running, Server, Telling
from fsm.io.listeners.inbox import Received
from fsm.registry import charts
from fsm.simulator.faults import rates
from fsm.simulator.night import NIGHT_OF_TODAY
from fsm.simulator.stream import Stream

KINDS = ("significant", "less-significant", "early-warning", "mdc", "coincident")
FAULTS = "never=0.1,slow=0.1,tags=0.1,lost=0.01"  # so that there are messages, too
A_STORY = 2.2  # GraceIDs: a superevent, its event, and perhaps an external one
STAYS = 8  # days until a candidate has left
GROWTH = ("journal", "free", "inputs", "archived", "latencies", "effects", "in_memory", "names",
          "log_files", "logs", "message_file")


class Answers:
    """A GraceDB that answers at once."""

    def __init__(self, stream, tell):
        self._stream, self._tell = stream, tell

    def ask(self, asks):
        for ask in asks:
            self._tell(self._stream.answer(ask))

    def search(self, since, until, settings):
        """Nothing is missed."""

    def close(self):
        """Nothing is under way."""


class Simulated:
    """A daemon that goes through simulated days in this process.

    Args:
        folder: for all its files.
        stream: :class:`~fsm.simulator.stream.Stream`.
        journal: :class:`~fsm.io.config.sections.Journaling`.
    """

    def __init__(self, folder, stream, journal):
        folder, known = Path(folder), charts()
        self.stream, self.turns = stream, 0
        running = Running(attrs.evolve(journal, path=str(folder / "journal.db")), Server(url=""),
                          tell=Telling(True, str(folder / "messages.jsonl")),
                          logs=Logging(str(folder / "logs")))
        logs.begin(running.logs)
        for handler in logging.getLogger().handlers:
            if type(handler) is logging.StreamHandler:  # no one that somebody else has put there
                handler.setLevel(logging.CRITICAL)
        self.daemon = Daemon(known, default_policy(known[0]), running, recorded=True)
        self.supervisor = self.daemon.supervisor
        self.supervisor.query_pool = Answers(stream, self.daemon.inbox.tell)
        self.daemon.keep_garbage_rare()
        self.daemon._begin()

    def run(self, days):
        """Go through so many days; yields the number of each when it is over."""
        day, inbox = 0, self.daemon.inbox
        for when, line in self.stream.lines(days):
            while when >= self.stream.start + (day + 1) * DAY:
                day += 1
                yield day
            inbox.put(Received("simulated", "", line, when))
            while inbox.head() is not None or self.supervisor.asked:
                self.supervisor.turn(0.0)
                self.turns += 1
                self.daemon.collect_now_and_then(self.turns)

    def measured(self):
        """What there is now, as a dict."""
        status = Path("/proc/self/status").read_text()
        return {"memory": int(status.split("VmRSS:")[1].split()[0]) * 1024,
                "objects": len(gc.get_objects()) + gc.get_freeze_count(),
                "handles": len(os.listdir("/proc/self/fd")), "threads": threading.active_count(),
                **growth.of(self.supervisor)}


def through(a_day, days, settings):
    """Simulate, and print the figures now and then; returns them by day."""
    found, began = {}, time.monotonic()
    stream = Stream(KINDS, a_day / A_STORY, NIGHT_OF_TODAY, charts()[0], rates(FAULTS))
    with tempfile.TemporaryDirectory() as folder:
        simulated = Simulated(folder, stream, settings)
        print(f"{a_day:g} GraceIDs a day for {days:g} days, keep_days {settings.keep_days:g}, "
              f"archive_days {settings.archive_days:g}\n{'day':>4} {'GraceIDs':>8} {'MB':>6} "
              f"{'handles':>7} {'threads':>7} " + " ".join(f"{name:>12}" for name in GROWTH))
        for day in simulated.run(days):
            found[day] = {**simulated.measured(), "graceids": stream.graceids} \
                if day % max(1, days // 24) == 0 else None
            if found[day]:
                one = found[day]
                print(f"{day:4} {one['graceids']:8} {one['memory'] / 1e6:6.0f} "
                      f"{one['handles']:7} {one['threads']:7} "
                      + " ".join(f"{one[name]:12}" for name in GROWTH), flush=True)
        simulated.daemon.close()
    print(f"{stream.graceids} GraceIDs with {stream.alerts} alerts, {simulated.turns} turns, "
          f"{time.monotonic() - began:.0f} s")
    return {day: one for day, one in found.items() if one}


def bound(found, settings):
    """Print what one GraceID needs in the journal, from the slopes between days."""
    whole = _slope(found, 0, STAYS + settings.keep_days)
    left = _slope(found, STAYS + settings.keep_days + 4, STAYS + settings.archive_days)
    if whole and left:
        a_year = whole * (STAYS + settings.keep_days) + left * settings.archive_days
        print(f"a GraceID needs {whole / 1e3:.1f} kB in the journal until its inputs go, "
              f"{left / 1e3:.1f} kB after it; 1,000 a day at most {a_year * 1000 / 1e9:.1f} GB")


def _slope(found, first, last):
    """Bytes in use for each GraceID that came between two days; None where they are too few."""
    days = [day for day in found if first <= day <= last]
    if len(days) < 2:
        return None
    begin, end = found[days[0]], found[days[-1]]
    used = [one["journal"] - one["free"] for one in (begin, end)]
    return (used[1] - used[0]) / (end["graceids"] - begin["graceids"])


def main():
    """Go through a year, and a month."""
    if sys.argv[1:]:
        a_day, days = map(float, (sys.argv[1:] + ["400"])[:2])
        bound(through(a_day, days, Journaling()), Journaling())
        return
    bound(through(20, 400, Journaling()), Journaling())
    os.execv(sys.executable, [sys.executable, __file__, "167", "30"])  # a process of its own


if __name__ == "__main__":
    main()
