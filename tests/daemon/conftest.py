"""A daemon as its users start it: a process of its own, which can be killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from fsm.core.times import unix_seconds
from fsm.io.journal.codec import unpacked
from fsm.registry import charts
from fsm.simulator.driver import Driver
from fsm.simulator.faults import rates
from fsm.simulator.night import plan
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

CONFIG = """
[gracedb]
authenticated = false
[tell]
log = false
file = "{folder}/messages.jsonl"
"""


class Running:
    """A daemon that follows a recording in a folder of its own.

    Args:
        folder: with its configuration, journal and messages.
        recording: the file it follows.
        options: further ones of ``fsm run``.

    Attributes:
        program: what Python is to run.
        before: the words of a command that is to run Python.
    """

    program, before = ("-m", "fsm"), ()

    def __init__(self, folder, recording, *options):
        self.folder, self.recording, self.options = folder, recording, options
        folder.mkdir(exist_ok=True)
        self.journal, self.messages = folder / "journal.db", folder / "messages.jsonl"
        (folder / "config.toml").write_text(CONFIG.format(folder=folder))
        self.process = None

    def start(self, **more):
        self.process = subprocess.Popen(
            [*self.before, sys.executable, *self.program, "run", str(self.recording), "--config",
             str(self.folder / "config.toml"), "--journal", str(self.journal), *self.options],
            stderr=(self.folder / "log").open("a"), **more)
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=15.0):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def log(self):
        return (self.folder / "log").read_text()

    def rows(self, query):
        """What a query finds in the journal, while the daemon may be writing it."""
        try:
            with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True,
                                         timeout=10)) as db:
                return db.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []  # there is none yet, or it has no tables

    def offset(self):
        """How far it has read the recording."""
        rows = self.rows("SELECT value FROM facts WHERE name LIKE 'position file%'")
        return max((json.loads(value)["offset"] for (value,) in rows), default=0)

    def idle(self):
        """Whether it has done all that the recording gives it to do."""
        return (self.offset() == os.path.getsize(self.recording)
                and self.rows("SELECT COUNT(*) FROM questions") == [(0,)]
                and self.rows("SELECT COUNT(*) FROM outbox WHERE done IS NULL") == [(0,)]
                and self.rows("SELECT COUNT(*) FROM inputs WHERE seq IS NULL") == [(0,)])

    def until(self, condition, seconds=120.0):
        end = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.log()[-3000:]
            assert time.monotonic() < end, self.log()[-3000:]
            time.sleep(0.02)
        return self

    def told(self):
        """Keys of the messages, as often as they were written."""
        lines = self.messages.read_text().splitlines() if self.messages.exists() else []
        return sorted(json.loads(line)["key"] for line in lines)

    def archived(self):
        """The last configuration of every candidate that has left, without its evidence."""
        made = {}
        for graceid, body in self.rows("SELECT graceid, body FROM archive"):
            made[graceid] = json.loads(unpacked(body))
            del made[graceid]["evidence"]
        return made


@pytest.fixture
def running():
    made = []

    def run(*args):
        made.append(Running(*args))
        return made[-1]

    yield run
    for one in made:
        if one.process and one.process.poll() is None:
            one.kill()


class Night:
    """A simulated night in a stand-in, and the recording of what it announced."""

    def __init__(self, folder, events, faults, kinds=("cbc", "burst"), grouping=False,
                 kills=50):
        self.recording = folder / "alerts.jsonl"
        self.app = StandIn(Store(folder / "standin.db"), Announcer(self.recording),
                           grouping=grouping)
        self.events, self.faults, self.kinds, self.kills = events, faults, kinds, kills

    def simulate(self, url):
        night = plan(self.kinds, self.events, 2.0, "chaos",
                     unix_seconds("2026-01-01 00:00:00"))
        for _ in Driver(url, charts()[0], rates(self.faults)).run(night):
            pass
        last = json.loads(self.recording.read_text().splitlines()[-1])["time"]
        with self.recording.open("a") as stream:  # a sign of life, weeks later, ends it
            stream.write(json.dumps({"time": last + 20 * 86400, "topic": "",
                                     "payload": {"uid": "heartbeat", "alert_type": ""}}) + "\n")

    def annotations(self):
        """What the supervisor has written into GraceDB, as often as it has."""
        ids = [graceid for letter in "GEMS" for graceid in self.app.store.ids(letter)]
        return sorted((graceid, entry["comment"]) for graceid in ids
                      for entry in self.app.store.records(graceid, "log")
                      if "event_supervisor" in entry["tag_names"])

    def forget_annotations(self):
        """Take them out again, for another run."""
        with self.app.store as store:
            store._rows("DELETE FROM records WHERE fields LIKE '%event_supervisor%'")


@pytest.fixture
def night(tmp_path):
    made = Night(tmp_path, 6, "never=0.2,slow=0.2,tags=0.2,lost=0.02")
    with Server(made.app) as server:
        made.url = server.url
        made.simulate(server.url)
        yield made


@pytest.fixture
def night_of_today(tmp_path):
    kinds = ("significant", "coincident", "early-warning", "mdc")
    made = Night(tmp_path, 5, "never=0.4,slow=0.4,tags=0.4,lost=0.02", kinds, grouping=True,
                 kills=15)
    with Server(made.app) as server:
        made.url = server.url
        made.simulate(server.url)
        yield made
