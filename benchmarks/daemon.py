"""Measures the daemon, each figure beside what is aimed at: memory, latency, restart.

    python benchmarks/daemon.py [--json]

It fills a journal with live GraceIDs, compact binaries created in the last three hours with every
process under way, and runs a daemon on it in a process of its own. That has all candidates in
memory, and is sent alerts at a steady rate, each about a GraceID chosen at random among all.
Deadlines pass meanwhile. GraceDB answers at once, and knows nothing. Then it is killed, and another
one starts on its journal. Latencies are by the clock, so other programs on the machine make them
longer: of some stretches the best counts.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import figures

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
from fsm.io.tally import Tally
from fsm.registry import charts
from fsm.replay.replay import Replay
from fsm.testing.followups import compact_binary
from fsm.testing.script import Script

MODELS = 200  # candidates whose follow-up is really gone through; the others are copies of them
OLDEST = 3 * 3600.0  # seconds since creation
GRACEIDS, RATE = 10_000, 200  # alerts a second
STRETCHES, SECONDS = 5, 10  # of alerts, the best of which counts
AGAIN = 3  # restarts, likewise


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
    engine_configuration, engine.configuration = engine.configuration, lambda graceid: {
        "graceid": graceid, "evidence": {"fields": {}, "labels": {}}}
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


class Knows:
    """A GraceDB that answers at once, and knows nothing."""

    def __init__(self, tell):
        self._tell, self.asked, self.taken, self.left_alone = tell, 0, Tally(), {}

    def ask(self, asks):
        for ask in asks:
            self.asked += 1
            self._tell(Answer(ask.time, ask.graceid, ask.question))


class Sender(threading.Thread):
    """Sends alerts at a steady rate, stretch after stretch.

    Args:
        inbox: of a daemon.
        then: called at the end.

    Attributes:
        latencies: seconds from the receipt of each alert until what came of it was in the journal,
            a list for each stretch.
    """

    def __init__(self, inbox, then):
        super().__init__(daemon=True)
        self.inbox, self.then, self.latencies = inbox, then, []
        self._lines = [json.dumps(line) for line in followed(0, time.time())]
        self._chance = random.Random(1)

    def send(self, done):
        """Send an alert about any GraceID; ``done`` is called when it has been acted on."""
        name = f"G{100000 + self._chance.randrange(GRACEIDS)}"
        line = self._chance.choice(self._lines).replace("G900000", name).encode()
        self.inbox.put(Received("bench", "", line, time.time(), done=done))

    def begin(self, number):
        """Called before each stretch, with its number."""

    def run(self):
        for stretch in range(STRETCHES):
            self.begin(stretch)
            took, begun = [], time.perf_counter()
            self.latencies.append(took)
            for number in range(RATE * SECONDS):
                pause = begun + number / RATE - time.perf_counter()
                if pause > 0:
                    time.sleep(pause)
                put = time.perf_counter()
                self.send(lambda put=put, took=took: took.append(time.perf_counter() - put))
            while len(took) < RATE * SECONDS:
                time.sleep(0.1)
        self.then()


def made(path):
    """A daemon on a journal, whose questions are answered at once."""
    known = charts()
    daemon = Daemon(known, default_policy(known[0]), Running(
        Journaling(path, in_memory=GRACEIDS), Server(url=""),
        tell=Telling(False, str(Path(path).parent / "told"))))
    daemon.supervisor.query_pool = Knows(daemon.inbox.tell)
    return daemon


def tell(found):
    """Tell the parent what was found, and be killed, as by whatever kills a daemon."""
    print(json.dumps(found), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def held():
    """Resident memory at its height, in MB."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def others_took():
    """Seconds for which the machine's processors have worked for other programs."""
    user, nice, system, _, _, *rest = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK") - time.process_time()


def timed(turn, took):
    """A turn whose seconds of the processor, without waits, are added to a list."""
    def do():
        began = time.thread_time()
        turn()
        took.append(time.thread_time() - began)
    return do


def at(share, numbers):
    """The number below which so many of all are."""
    return sorted(numbers)[int(share * (len(numbers) - 1))]


def serve(path):
    """Serve alerts with every candidate in memory, as after some hours."""
    daemon, turns = made(path), []
    daemon.supervisor.turn = timed(daemon.supervisor.turn, turns)
    daemon.candidates.begin()
    for graceid in list(daemon.candidates):
        daemon.candidates.get(graceid)

    def found():
        passed = (time.perf_counter() - began) * os.cpu_count()
        tell({"median": min(at(0.5, took) for took in sender.latencies) * 1e3,
              "p99": min(at(0.99, took) for took in sender.latencies) * 1e3,
              "turn": at(0.99, turns) * 1e3, "held": held(), "resident": daemon.candidates.resident,
              "others": 100 * (others_took() - others) / passed})

    sender, others, began = Sender(daemon.inbox, found), others_took(), time.perf_counter()
    sender.start()
    daemon.run()


def restart(path, began):
    """Take up a journal, and act on one alert; tell the seconds since the program was started."""
    daemon = made(path)
    Sender(daemon.inbox, None).send(lambda: tell(time.time() - began))
    daemon.run()


def child(*arguments):
    """What a process of its own has printed."""
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def of_daemon():
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "journal.db")
        fill(path, GRACEIDS, time.time())
        found = child("--serve", path)
        many = f"{GRACEIDS:,} live"
        yield f"daemon, {many}, {found['resident']:,} in memory: its memory", found["held"], \
            "MB", 600
        how = f"daemon, {many}, {RATE} alerts/s, receipt to effects"
        yield f"{how}, median", found["median"], "ms"
        yield f"{how}, 99 %", found["p99"], "ms", 10
        yield "daemon, turns of the main loop, of the processor alone, 99 %", found["turn"], "ms"
        yield "taken by other programs meanwhile", found["others"], "% of the processors"
        yield f"daemon, {many}, killed: start to first alert acted on", \
            min(child("--restart", path, str(time.time())) for _ in range(AGAIN)), "s", 2


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    elif sys.argv[1:2] == ["--restart"]:
        restart(sys.argv[2], float(sys.argv[3]))
    else:
        figures.main({"daemon": of_daemon}, __doc__.splitlines()[0])
