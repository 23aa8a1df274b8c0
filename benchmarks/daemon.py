"""Measures the daemon: time to be ready, latency from receipt to effects, memory.

    python benchmarks/daemon.py [GRACEIDS [ALERTS_A_SECOND [SECONDS]]]

It fills a journal with live GraceIDs, compact binaries created in the last three hours with every
process under way, starts a supervisor on it in a process of its own, and sends alerts at a steady
rate, each about a GraceID chosen at random among all, which is the worst case for what is kept in
memory. Deadlines pass meanwhile. GraceDB answers at once, and knows nothing.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from fsm.core.charts.policy import default_policy
from fsm.core.engine.inputs import Answer
from fsm.daemon.daemon import Daemon
from fsm.io.config.sections import Journaling, Running, Server, Telling
from fsm.io.journal.journal import Journal
from fsm.io.journal.supervised import Place, Summary
from fsm.io.jsonio import dumps
from fsm.io.listeners.inbox import Received
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay
from fsm.testing.followups import compact_binary
from fsm.testing.script import Script

MODELS = 200  # candidates whose follow-up is really gone through; the others are copies of them
OLDEST = 3 * 3600.0  # seconds since creation


def followed(number, start):
    """All lines of one candidate's recording, in order."""
    script = Script(f"G{900000 + number}", start, group="CBC", pipeline="gstlal",
                    search=f"Bench{number}")
    return sorted(compact_binary(script).lines, key=lambda line: line["time"])


def models(now):
    """An engine with candidates of all ages, as they are now."""
    lines = [line for n in range(MODELS) for line in followed(n, now - OLDEST * (n + 1) / MODELS)]
    records = sorted((record_of(dumps(line)) for line in lines), key=lambda r: r.alert.received)
    known = charts()
    replay = Replay(*known, default_policy(known[0]), RecordedGraceDB(records), until=now)
    engine = replay.engine
    engine_configuration, engine.configuration = engine.configuration, lambda _: {"evidence": {}}
    for _ in replay.run(records):
        pass
    engine.configuration = engine_configuration
    return engine


def fill(path, graceids, now):
    """Fill a journal with copies of the models."""
    engine = models(now)
    texts = [(name, json.dumps(engine.configuration(name)), engine.timers[name])
             for name in engine.candidates]
    journal = Journal(path)
    for first in range(0, graceids, 1000):
        places, kept = {}, []
        for number in range(first, min(graceids, first + 1000)):
            model, text, timer = texts[number % MODELS]
            name = f"G{100000 + number}"
            places[name] = Place(1, now, timer, now, 1), Summary("open.following", 100)
            kept.append((name, 1, json.loads(text.replace(model, name))))
        with journal.writing():
            journal.save(places)
            journal.store(kept)
    journal.close()
    os.sync()  # the disk must be done with this before anything is measured
    checks = [sum(1 for _ in one.checks()) for one in engine.candidates.values()]
    print(f"{graceids} live GraceIDs of {sum(checks) / len(checks):.0f} checks, journal of "
          f"{Path(path).stat().st_size / 1e6:.0f} MB")


class Knows:
    """A GraceDB that answers at once, and knows nothing."""

    def __init__(self, tell):
        self._tell, self.asked = tell, 0

    def ask(self, asks):
        for ask in asks:
            self.asked += 1
            self._tell(Answer(ask.time, ask.graceid, ask.question))


class Sender(threading.Thread):
    """Sends alerts at a steady rate, and notes when each was put into the inbox."""

    def __init__(self, inbox, graceids, rate, seconds):
        super().__init__(daemon=True)
        self.inbox, self.graceids, self.rate, self.seconds = inbox, graceids, rate, seconds
        self.journaled, self.sent = [], 0
        self.lines = [json.dumps(line) for line in followed(0, time.time())]

    def run(self):
        chance, begun = random.Random(1), time.perf_counter()
        for number in range(int(self.rate * self.seconds)):
            pause = begun + number / self.rate - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            name = f"G{100000 + chance.randrange(self.graceids)}"
            line = chance.choice(self.lines).replace("G900000", name).encode()
            put = time.perf_counter()
            self.inbox.put(Received("bench", "", line, time.time(),
                                    done=lambda put=put: self.journaled.append(put)))
            self.sent += 1


def memory():
    """Resident memory in MB, now and at its height."""
    status = Path("/proc/self/status").read_text()
    return [int(status.split(name)[1].split()[0]) / 1024 for name in ("VmRSS:", "VmHWM:")]


def measure(path, graceids, rate, seconds):
    """Start on a filled journal, and print the figures."""
    began = time.perf_counter()
    known = charts()
    daemon = Daemon(known, default_policy(known[0]), Running(
        Journaling(path), Server(url=""), tell=Telling(False, str(Path(path).parent / "told"))))
    supervisor = daemon.supervisor
    supervisor.query_pool = Knows(daemon.inbox.tell)
    supervisor.begin()
    print(f"ready in {time.perf_counter() - began:.2f} s, with {memory()[0]:.0f} MB")
    candidates = daemon.candidates
    for graceid in random.Random(2).sample(list(candidates), min(graceids, candidates.most)):
        candidates.get(graceid)  # as after some hours; nothing is measured meanwhile
    daemon.keep_garbage_rare()
    daemon.collect_now_and_then(1)
    sender = Sender(daemon.inbox, graceids, rate, seconds)
    latencies, turns = [], 1
    sender.start()
    while sender.is_alive() or daemon.inbox.head():
        supervisor.turn(0.2)
        turns += 1
        daemon.collect_now_and_then(turns)
        done = time.perf_counter()
        latencies += [done - put for put in sender.journaled]
        sender.journaled.clear()
    latencies.sort()
    at = {share: latencies[int(share * (len(latencies) - 1))] * 1e3 for share in (0.5, 0.99, 1)}
    now, height = memory()
    print(f"{len(latencies)} alerts at {rate:g}/s, each about one of {graceids} GraceIDs at random,"
          f" {daemon.candidates.resident} in memory, {supervisor.query_pool.asked} questions: "
          f"receipt to effects median {at[0.5]:.1f} ms, 99 % {at[0.99]:.1f} ms, "
          f"longest {at[1]:.0f} ms; "
          f"memory {now:.0f} MB, at most {height:.0f} MB")


def main():
    """Fill a journal, then measure in a fresh process."""
    if sys.argv[1:2] == ["--measure"]:
        path, *rest = sys.argv[2:]
        measure(path, int(rest[0]), float(rest[1]), float(rest[2]))
        return
    defaults = ["10000", "200", "30"]
    graceids, rate, seconds = sys.argv[1:] + defaults[len(sys.argv) - 1:]
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "journal.db")
        fill(path, int(graceids), time.time())
        subprocess.run([sys.executable, __file__, "--measure", path, graceids, rate, seconds],
                       check=True)


if __name__ == "__main__":
    main()
