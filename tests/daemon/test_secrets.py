"""Nothing that the daemon writes or says has a secret of its configuration in it."""

import json
import os
import time

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store
from fsm.testing.script import Script

SECRETS = ("urlpassword7", "urluser77", "chattoken7", "chattoken8", "mailpassword7")
CONFIG = """
gather = 0.1
[mail]
server = "127.0.0.1"
port = 9
security = "none"
sender = "es@example.org"
username = "es"
netrc = "{folder}/netrc"
[parties]
operators = ["json://chatuser:chattoken7@127.0.0.1:9/chattoken8?token=chattoken7",
             "ops@example.org"]
"sky localization" = "json://127.0.0.1:9/chattoken8"
[logs]
folder = "{folder}/logs"
"""


@pytest.fixture
def daemon(running, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    script = Script("G1", time.time() - 4000, transit=0.0)
    recording.write_text(json.dumps(script.new()) + "\n")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login es password mailpassword7\n")
    (tmp_path / "netrc").chmod(0o600)
    app = StandIn(Store(tmp_path / "standin.db"), Announcer(tmp_path / "announced.jsonl"))
    with Server(app) as server:
        url = server.url.replace("://", "://urluser77:urlpassword7@")
        made = running(tmp_path / "d", recording, "--gracedb", url)
        with (made.folder / "config.toml").open("a") as stream:
            stream.write(CONFIG.format(folder=tmp_path))
        yield made.start(env={**os.environ, "NETRC": str(tmp_path / "netrc")})
        made.stop()


def said(daemon, *arguments):
    done = CliRunner().invoke(main, [*arguments, "--socket", f"{daemon.journal}.sock"])
    assert done.exit_code == 0, done.output
    return done.output


def test_nothing_has_a_secret_in_it(daemon):
    daemon.until(lambda: daemon.rows("SELECT 1 FROM outbox WHERE channel = 'chat' AND tries > 0"))
    daemon.until(lambda: daemon.rows("SELECT 1 FROM outbox WHERE channel = 'mail' AND tries > 0"))
    spoken = [said(daemon, "status"), said(daemon, "status", "--json"), said(daemon, "show", "G1"),
              said(daemon, "reload"), said(daemon, "tell", "hello", "--to", "sky localization")]
    config = str(daemon.folder / "config.toml")
    for request in (("config", "check", config), ("config", "show", config)):
        done = CliRunner().invoke(main, list(request))
        assert done.exit_code == 0
        spoken.append(done.output)
    assert not [secret for secret in SECRETS if any(secret in text for text in spoken)]
    written = [path for path in daemon.folder.parent.rglob("*") if path.is_file()
               and path.name not in ("config.toml", "netrc")]
    assert len(written) > 6
    for path in written:
        content = path.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in content], path


def test_what_it_writes_is_nobody_elses(daemon):
    daemon.until(lambda: daemon.rows("SELECT 1 FROM outbox WHERE channel = 'file'"))
    own = ("journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock", "journal.db.sock",
           "messages.jsonl")
    daemon.until(lambda: (daemon.folder / "messages.jsonl").exists())
    for path in (*map(daemon.folder.joinpath, own), *(daemon.folder.parent / "logs").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
