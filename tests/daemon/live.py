"""Several supervisors on one database in real time, what is fed to them, and what came of it."""

import json
import random
import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict

import psycopg

from fsm.testing.script import CURRENT, Script
from tests.daemon.conftest import Running
from tests.daemon.steps import WITHIN

KINDS = ["step"] * 9 + ["told"]
CONFIG = """
[general]
machines = ["tests.daemon.steps"]
[timing]
grace = 1
[process.told]
success = ["operators"]
[gracedb]
url = ""
[tell]
log = false
file = "{messages}"
[operators]
socket = "{folder}/s"
"""
ACTED = """SELECT number, graceid, kind, body, time, seq,
                  extract(epoch FROM pg_xact_commit_timestamp(xmin))::float FROM inputs"""


HISTORY = """SELECT body, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float FROM history"""


class Worker(Running):
    """One of several on a database, in a folder of its own.

    Args:
        url: the database's.
        messages: the file that all append to.
        before: the words of a command that runs it.
    """

    program = ("-m", "tests.daemon.struck")

    def __init__(self, url, folder, recording, messages, before=()):
        super().__init__(folder, recording)
        self.journal, self.before, self.messages = url, before, messages
        (folder / "config.toml").write_text(CONFIG.format(folder=folder, messages=messages))

    def rows(self, query):
        """See :class:`Running`."""
        try:
            with psycopg.connect(self.journal) as db:
                return db.execute(query).fetchall()
        except psycopg.Error:
            return []  # there is no server just now

    def blow(self, where, what="SIGKILL"):
        """Have it struck by a signal where it comes next: see :mod:`tests.daemon.struck`."""
        (self.folder / f"{where}.new").write_text(what)
        (self.folder / f"{where}.new").rename(self.folder / where)

    def struck(self, where):
        """Whether that has come to pass."""
        return not (self.folder / where).exists()


class Feed(threading.Thread):
    """Writes alerts about GraceIDs chosen at random, at a steady rate.

    Args:
        streams: where they are written; each gets all alerts.
        rate: alerts a second.
        graceids: how many.
        seconds: for how long, at most.

    Attributes:
        fed: the unix seconds at which each alert was written, by GraceID and comment.
        ended: pairs (GraceID, what) of the steps that have ended; of those that are told there is
            a message then.
        halt: set to have it end.
    """

    def __init__(self, streams, rate, graceids=100, seconds=1e9):
        super().__init__(daemon=True)
        self.streams, self.rate, self.seconds, self.halt = streams, rate, seconds, threading.Event()
        self.fed, self.ended, self._chance = {}, set(), random.Random("feed")
        self._names = [f"G{100001 + number}" for number in range(graceids)]
        self._scripts, self._begun = {}, {}

    def run(self):
        begun, number = time.time(), 0
        while not self.halt.wait(max(0.0, begun + number / self.rate - time.time())) \
                and number < self.rate * self.seconds:
            line = self.line()
            for stream in self.streams:
                stream.write(line)
                stream.flush()
            number += 1

    def line(self):
        """The next alert, as a line of a recording."""
        return json.dumps(self._alert()) + "\n"

    def _alert(self):
        now, name = time.time(), self._chance.choice(self._names)
        if name not in self._scripts:
            script = self._scripts[name] = Script(name, now, CURRENT, 0.0)
            self.fed[name, ""] = now
            return script.new()
        begun = self._begun.pop(name, "")
        if begun and self._chance.random() < 0.8:
            self.ended.add((name, begun))
            comment = f"{begun} ends"
        else:
            self._begun[name] = f"A {self._chance.choice(KINDS)} {len(self.fed)}"
            comment = f"{self._begun[name]} begins"
        self.fed[name, comment] = now
        script = self._scripts[name]
        script.lines.clear()
        return script.log(comment, now - script.created)


class Found:
    """What is in the journal, and the file of the messages.

    Attributes:
        waits: seconds from when each alert was fed until it was acted on, by when it was fed.
        latencies: likewise from when it was taken.
        late: seconds after the deadline of each step at which that was looked at.
    """

    def __init__(self, url, feed):
        with psycopg.connect(url) as db:
            self.inputs = db.execute(ACTED).fetchall()
            history = db.execute(HISTORY).fetchall()
            self.keys = [key for (key,) in db.execute(
                "SELECT key FROM outbox WHERE channel = 'file'")]
        self.feed, self.waits, self.latencies = feed, {}, []
        self.places, self.alerts, self._due = defaultdict(list), Counter(), {}
        for row in self.inputs:
            self._count(*row)
        self.late = sorted(self._lateness(history))

    def _count(self, number, graceid, kind, body, taken, seq, acted):
        self.places[graceid].append(seq)
        if kind != "alert":
            return
        entry = json.loads(bytes(body))["payload"]["data"]
        comment = entry.get("comment", "")
        self.alerts[graceid, comment] += 1
        self.latencies.append(acted - taken)
        fed = self.feed.fed[graceid, comment]
        self.waits[fed] = acted - fed
        if comment.endswith("begins"):  # by the whole seconds in which GraceDB tells times
            _, process, key, _ = comment.split()
            self._due[graceid, f"{process}[{key}]"] = int(fed) + WITHIN

    def _lateness(self, history):
        for body, acted in history:
            for _, graceid, process, check, _, source, _, _ in json.loads(bytes(body)):
                due = self._due.get((graceid, process), acted)
                if check == "end" and source == "awaiting" and acted > due:
                    yield acted - due

    @property
    def is_done(self):
        """Whether nothing waited just then: deadlines and answers come after the last alert too."""
        return all(None not in places for places in self.places.values())

    def longest(self, since=0.0, until=1e12):
        """The longest that an alert has waited which was fed in a span of time, unix seconds."""
        return max(wait for fed, wait in self.waits.items() if since <= fed <= until)

    def faults(self, messages):
        """What is wrong, in words: inputs lost or taken twice, places, messages.

        Args:
            messages: the keys of those in the file, as often as they are there.
        """
        for name, made in (("alerts", self.alerts), ("keys", Counter(self.keys)),
                           ("messages", Counter(messages))):
            twice = [one for one, times in made.items() if times > 1]
            if twice:
                yield f"{name} twice: {twice[:5]}"
        if set(self.alerts) != set(self.feed.fed):
            yield f"alerts lost: {sorted(set(self.feed.fed) - set(self.alerts))[:5]}"
        for graceid, places in self.places.items():
            if sorted(places, key=lambda one: one or 0) != list(range(1, len(places) + 1)):
                yield f"{graceid}: its places are {places}"
        told = sum("/told[" in key and "/success/" in key for key in messages)
        ended = sum(" told " in begun for _, begun in self.feed.ended)
        if told != ended:
            yield f"{told} messages about {ended} steps that have ended"


class Live:
    """Workers that hear the same alerts, each of a file of its own.

    Args:
        folder: for their folders.
        url: of the database.
        number: of workers.
        before: for each, the words of a command that runs it.
        piped: whether they hear them at once, on their standard input, and not of files.
    """

    def __init__(self, folder, url, number=3, before=(), piped=False):
        folder.mkdir(exist_ok=True)
        self.url, self.messages, self.piped = url, folder / "messages.jsonl", piped
        self.workers = []
        for n in range(number):
            recording = "-" if piped else folder / f"alerts{n}.jsonl"
            self.workers.append(Worker(url, folder / f"w{n}", recording, self.messages,
                                       before[n] if before else ()))

    def start(self, workers=None):
        """Start some, or all, one after the other; returns when they serve."""
        workers = self.workers if workers is None else workers
        for one in workers:
            one.start(**({"stdin": subprocess.PIPE, "text": True} if self.piped else {}))
        for one in workers:
            one.until(lambda one=one: "supervising" in one.log())
        return self

    def feed(self, rate, graceids=100, seconds=1e9):
        """Begin to feed them all."""
        streams = [one.process.stdin if self.piped else one.recording.open("a")
                   for one in self.workers]
        feed = Feed(streams, rate, graceids, seconds)
        feed.start()
        return feed

    def done(self, feed):
        """Wait until all that was fed has come to its end; returns what is found then."""
        feed.halt.set()
        if feed.ident:
            feed.join()
        end = time.monotonic() + 60.0
        while not self._idle(len(feed.fed)) or not (found := Found(self.url, feed)).is_done:
            assert time.monotonic() < end, "\n".join(one.log()[-2000:] for one in self.workers)
            time.sleep(0.1)
        return found

    def kill(self, one, moment):
        """Kill one at a moment, as of :mod:`tests.daemon.struck`, and start it again; returns when
        it was killed, unix seconds."""
        one.blow(moment)
        one.process.wait(60.0)
        struck = time.time()
        one.start()
        self.until_alive(one)
        return struck

    def hang(self, one, moment, seconds):
        """Have one hang from a moment on for so many seconds; returns when that began."""
        one.blow(moment, "SIGSTOP")
        one.until(lambda: one.struck(moment), 60.0)
        struck = time.time()
        time.sleep(seconds)
        one.process.send_signal(signal.SIGCONT)
        self.until_alive(one)
        return struck

    def until_alive(self, one):
        """Wait until one gives a sign of life again."""
        since = time.time()
        one.until(lambda: one.rows("SELECT 1 FROM workers WHERE process = "
                                   f"{one.process.pid} AND beat > {since}"), 60.0)

    def waiting(self, before):
        """The GraceIDs of what was heard before a time, unix seconds, and waits."""
        return self.workers[0].rows(
            f"SELECT graceid FROM inputs WHERE seq IS NULL AND time < {before}")

    def _idle(self, alerts):
        with psycopg.connect(self.url) as db:
            return db.execute(
                "SELECT (SELECT count(*) FROM inputs WHERE kind = 'alert') >= %s"
                " AND NOT EXISTS (SELECT 1 FROM inputs WHERE seq IS NULL)"
                " AND NOT EXISTS (SELECT 1 FROM outbox WHERE done IS NULL)",
                [alerts]).fetchone()[0]

    def told(self):
        """The keys of the messages, as often as they were written."""
        return self.workers[0].told()

    def end(self):
        """Kill those that run."""
        for one in self.workers:
            if one.process and one.process.poll() is None:
                one.kill()
