"""An ear to hear listeners with, daemons, and the servers that they listen to."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from fsm.io.listeners import Anomaly, Connected, Listening
from fsm.io.listeners.inbox import NOTHING, Inbox
from tests.servers.kept import Kept
from tests.servers.xmpp import XMPP


@pytest.fixture
def xmpp(tmp_path):
    assert shutil.which("prosody"), "prosody is missing: apt-get install prosody"
    folder = tmp_path / "xmpp"
    folder.mkdir()
    server = XMPP(folder).start()
    yield server
    server.stop()


class Ear:
    """Runs a listener, and holds what comes of it.

    Attributes:
        lines: alerts.
        news: the rest, and what is reported of it where that has changed.
        places: where it is, as the journal would have it.
    """

    def __init__(self, listener, shortest=0.1, places=(), inbox=None):
        self.inbox, self.lines, self.news, self.places = inbox or Inbox(), [], [], dict(places)
        self._last = {}
        self.listening = Listening(listener, self.inbox, time.time, dict(places).get, shortest)
        self.condition = self.listening.condition
        self.listening.start()

    def until(self, condition, seconds=30.0):
        """Take what comes until a condition holds; each alert is journaled at once."""
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, (len(self.lines), self.news)
            self.inbox.wait(0.1)
            alerts, news = self.inbox.take(100)
            self.lines += [alert for alert in alerts if alert.line != NOTHING]
            self.news += news
            self._note_reports()
            for alert in alerts:
                alert.done()
            for alert in alerts:
                self.places.update(alert.places)
        return self

    def _note_reports(self):
        for report in self.condition.reports():
            if report.wrong != self._last.get(report.name, False):
                self._last[report.name] = report.wrong
                self.news.append(report)

    def anomalies(self):
        return [one.message for one in self.news if isinstance(one, Anomaly)]

    def reports(self, wrong):
        return [one.message for one in self.news if getattr(one, "wrong", None) is wrong]

    def close(self):
        self.inbox.close()
        self.listening.join(2)


@pytest.fixture
def ears():
    made = []

    def listen(listener, **more):
        made.append(Ear(listener, **more))
        return made[-1]

    yield listen
    for ear in made:
        ear.close()


@pytest.fixture
def secret(tmp_path):
    """A netrc file that only its owner can read."""
    path = Path(tmp_path / "netrc")
    path.write_text("machine localhost login supervisor password secret\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def kept():
    made = Kept()
    yield made
    made.close()


def connections(ear):
    """How often it has connected, or lost something: GraceDB is asked each time."""
    return sum(isinstance(one, Connected) for one in ear.news)


def heard(ear):
    """The GraceIDs of the alerts, in order."""
    return [json.loads(one.line)["payload"]["uid"] for one in ear.lines]


class Daemon:
    """A daemon of a configuration, which can be killed and started again."""

    def __init__(self, folder, config):
        self.config, self.journal, self.log = (folder / name for name in ("c.toml", "j.db", "log"))
        self.config.write_text(config)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fsm", "run", "--config", str(self.config), "--journal",
             str(self.journal)], stderr=self.log.open("a"))
        return self

    def until(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end and self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        return self

    def rows(self, query):
        try:
            with closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True,
                                         timeout=10)) as db:
                return [row[0] for row in db.execute(query)]
        except sqlite3.OperationalError:
            return []

    def graceids(self):
        """The GraceIDs of the alerts in the journal, one for each."""
        return self.rows("SELECT graceid FROM inputs WHERE kind = 'alert' ORDER BY number")

    def places(self):
        return self.rows("SELECT value FROM facts WHERE name LIKE 'position %'")

    def status(self):
        """(Exit status, what is shown) of fsm status."""
        done = subprocess.run([sys.executable, "-m", "fsm", "status", "--json", "--socket",
                               f"{self.journal}.sock"], capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout or "null")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def daemons(tmp_path):
    made = []

    def run(config):
        made.append(Daemon(tmp_path, config))
        return made[-1].start()

    yield run
    for one in made:
        one.kill()
