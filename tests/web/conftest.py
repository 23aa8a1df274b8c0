"""A supervised night, whose daemon runs, and the pages that show it."""

import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import attrs
import pytest
from starlette.testclient import TestClient

from fsm.core.charts.policy import default_policy
from fsm.io.config.daemon import running as tables_of
from fsm.io.config.load import read
from fsm.io.config.sections import Running as Tables
from fsm.io.config.sections import Web
from fsm.registry import charts
from fsm.standin.server import Server
from fsm.web.app import application
from fsm.web.pulse import Pulse
from fsm.web.site import Site
from fsm.web.source import Source
from tests.daemon.conftest import Night, Running, running  # noqa: F401

TOKEN, OTHER = "shift-0123456789abcdef", "guest-0123456789abcdef"
HTML = {"Accept": "text/html"}
LATER = 3 * 3600.0  # seconds after the last alert: then all is due
FAULTS = "never=0.4,slow=0.3,tags=0.4,lost=0.01"


class Supervised(Running):
    """A daemon that has supervised a night, and is still there."""

    def acted(self):
        """Whether it has done all that the recording gives it to do; letters have nowhere to go.
        """
        return (self.offset() == os.path.getsize(self.recording)
                and self.rows("SELECT COUNT(*) FROM questions") == [(0,)]
                and self.rows("SELECT COUNT(*) FROM inputs WHERE seq IS NULL") == [(0,)])

    def tables(self, **web):
        """The tables by which pages go, with some of the table ``web``."""
        made = Tables(web=Web(**web), parties={"operators": ("operators@example.org",),
                                               "data quality": ("slack://secretA/secretB",)})
        return attrs.evolve(made, journal=attrs.evolve(made.journal, path=str(self.journal)))

    def site(self, config=None, **web):
        """The pages, without anybody who serves them; by a configuration, where there is one."""
        processes, lifecycles = charts()
        policy, made = default_policy(processes), self.tables(**web)

        def load():
            tables = tables_of(read(config)) if config else made
            return (processes, lifecycles), policy, attrs.evolve(tables, journal=made.journal)

        source = Source(str(self.journal), load)
        return Site(source, config and str(config), Pulse(source, f"{self.journal}.sock"))


def begun(folder, kinds, events, faults=FAULTS):
    """A simulated night in a folder, and a daemon that has supervised it; a generator."""
    made = Night(folder, events, faults, kinds, grouping=True)
    with Server(made.app) as server:
        made.simulate(server.url)
        lines = made.recording.read_text().splitlines(keepends=True)
        last = json.loads(lines[-2])["time"]  # before the sign of life, weeks later
        soon = json.dumps({**json.loads(lines[-1]), "time": last + LATER}) + "\n"
        made.recording.write_text("".join([*lines[:-1], soon]))
        daemon = Supervised(folder / "d", made.recording, "--clock", "recorded", "--gracedb",
                            server.url)
        config = daemon.folder / "config.toml"
        config.write_text(config.read_text() + PARTIES)
        try:
            daemon.start().until(daemon.acted).until(
                lambda: daemon.rows("SELECT 1 FROM alarms WHERE graceid != ''"))
            yield daemon
        finally:
            if daemon.process.poll() is None:
                daemon.kill()


PARTIES = """
[parties]
operators = "operators@example.org"
"data quality" = "dq@example.org"
[mail]
server = "127.0.0.1"
port = 9
security = "none"
sender = "event-supervisor@example.org"
"""


@pytest.fixture
def short():
    """A folder whose path is short enough for sockets."""
    made = tempfile.mkdtemp(prefix="w", dir=os.environ.get("TMPDIR"))
    yield Path(made)
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def night(tmp_path_factory):
    """Shared by tests that change nothing that others look at."""
    yield from begun(tmp_path_factory.mktemp("n"), ("significant", "mdc"), 3)


@pytest.fixture
def tokens(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"# who\nshift {TOKEN}\nguest {OTHER}\n")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def opened(night):
    """A function that opens the pages with some of the table ``web``; returns a client."""
    sites = []

    def make(client=("127.0.0.1", 50000), **web):
        site = night.site(**web)
        site.pulse.look()
        until(lambda: site.pulse.beat.status)
        sites.append(site)
        made = TestClient(application(site), base_url="http://localhost", client=client)
        made.site = site
        return made

    yield make
    for site in sites:
        site.pulse.stop()


@pytest.fixture
def pages(opened):
    """Of whoever reaches them."""
    return opened()


def until(condition, seconds=20.0):
    """Wait for something; returns it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found
