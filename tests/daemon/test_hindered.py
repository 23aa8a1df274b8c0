"""Operators are answered within a second, whatever the supervisor waits for."""

import contextlib
import json
import os
import resource
import socket
import sqlite3
import threading
import time

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.daemon.journal_writer import Writing
from fsm.errors import CommandRefused
from fsm.io.control import request
from fsm.io.control.server import Control
from fsm.io.listeners.inbox import Inbox
from fsm.standin.mail import MailStandIn
from tests.daemon.test_daemon import NONE, inputs, lines
from tests.daemon.test_journal_damaged import configure

SOON = 1.0  # seconds for an answer


class FullDisk:
    """The journal cannot grow any more."""

    words = "disk"

    def __init__(self, daemon):
        self.process = daemon.process.pid
        self.before = resource.prlimit(self.process, resource.RLIMIT_FSIZE)
        full = os.path.getsize(f"{daemon.journal}-wal")
        resource.prlimit(self.process, resource.RLIMIT_FSIZE, (full, self.before[1]))

    def over(self):
        with contextlib.suppress(ProcessLookupError):  # it was stopped
            resource.prlimit(self.process, resource.RLIMIT_FSIZE, self.before)


class Locked:
    """Another program writes the journal, and does not end."""

    words = "database is locked"

    def __init__(self, daemon):
        self.db = sqlite3.connect(daemon.journal, isolation_level=None, timeout=10)
        self.db.execute("BEGIN IMMEDIATE")

    def over(self):
        self.db.close()


@pytest.fixture
def daemon(running, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    recording.write_text(lines(3))
    made = running(tmp_path / "d", recording, *NONE).start()
    return made.until(lambda: made.rows("SELECT COUNT(*) FROM candidates") == [(3,)])


@pytest.fixture(params=[FullDisk, Locked])
def hindrance(request, daemon):
    made = request.param(daemon)
    yield made
    made.over()


def timed(daemon, name, **arguments):
    """(what is answered, or refused), which must be soon."""
    began = time.monotonic()
    try:
        return request(f"{daemon.journal}.sock", name, **arguments)
    except CommandRefused as error:
        return str(error)
    finally:
        assert time.monotonic() - began < SOON, name


def flooded(daemon):
    """Have it something to write."""
    with daemon.recording.open("a") as stream:
        stream.write(lines(40, graceid="H"))


def hindered(daemon):
    flooded(daemon)
    daemon.until(lambda: timed(daemon, "status")["hindered"])


def test_who_only_looks_sees_what_there_is_and_what_is_wrong(daemon, hindrance):
    hindered(daemon)
    status, shown = timed(daemon, "status"), timed(daemon, "show", graceid="G1")
    assert status["candidates"] == 3 and shown["lifecycle"] == "open.following"
    for one in (status, shown):
        assert hindrance.words in one["hindered"]["why"]
        assert abs(one["hindered"]["since"] - time.time()) < 60
    for arguments in (("status",), ("show", "G1")):
        done = CliRunner().invoke(main, [*arguments, "--socket", f"{daemon.journal}.sock"])
        assert "the journal could not be written since" in done.output
        assert hindrance.words in done.output
    assert "not known" in timed(daemon, "show", graceid="G77")


ORDERS = {"waive": {"graceids": ["G1"]}, "retire": {"graceids": ["G1"]},
          "acknowledge": {"graceids": []}, "retry": {"graceids": []}, "pause": {}, "resume": {},
          "tell": {"message": "x", "parties": ["operators"]}, "reload": {},
          "inject": {"alert": json.dumps({"uid": "G9", "alert_type": "new"})}}


def test_what_must_be_written_is_refused_at_once_with_the_reason(daemon, hindrance):
    hindered(daemon)
    for name, arguments in ORDERS.items():
        said = timed(daemon, name, **arguments)
        assert "the journal could not be written since" in said and hindrance.words in said, name
    assert "did you mean 'waive'?" in timed(daemon, "waiv")
    hindrance.over()
    daemon.until(lambda: inputs(daemon) == 43)
    assert daemon.rows("SELECT * FROM inputs WHERE kind = 'command'") == []
    status = timed(daemon, "status")
    assert status["hindered"] is None and status["paused"] is None and status["candidates"] == 43
    assert timed(daemon, "waive", graceids=["G1"])["open"] == 0


def test_the_order_that_finds_it_out_is_refused_too(daemon, hindrance):
    assert hindrance.words in timed(daemon, "waive", graceids=["G1"])
    assert hindrance.words in timed(daemon, "status")["hindered"]["why"]
    hindrance.over()
    daemon.until(lambda: timed(daemon, "status")["hindered"] is None)
    assert timed(daemon, "show", graceid="G1")["lifecycle"] == "open.following"


@pytest.mark.parametrize("first", [True, False])
def test_it_can_be_stopped(daemon, hindrance, first):
    if not first:
        hindered(daemon)
    assert timed(daemon, "stop") == {"stopping": True}
    assert daemon.process.wait(15) == 0
    assert inputs(daemon) == 3 and "stopped" in daemon.log() and "Traceback" not in daemon.log()


def test_many_who_ask_at_once(daemon, hindrance):
    hindered(daemon)
    said = []
    threads = [threading.Thread(target=lambda: said.append(timed(daemon, "status")))
               for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 20 and all(one["hindered"] for one in said)


def test_a_lock_that_is_let_go_soon_is_no_trouble(daemon):
    locked = Locked(daemon)
    flooded(daemon)
    time.sleep(2)
    locked.over()
    daemon.until(lambda: inputs(daemon) == 43)
    assert "cannot be written" not in daemon.log()
    assert not any("journal" in key for key in daemon.told())


def test_where_it_lasts_the_operators_are_told_directly(running, tmp_path, monkeypatch):
    mail = MailStandIn(tmp_path / "mail").start()
    recording = tmp_path / "alerts.jsonl"
    recording.write_text(lines(3))
    daemon = running(tmp_path / "d", recording, *NONE)
    configure(daemon, mail.port)
    patience = tmp_path / "patience"
    patience.mkdir()
    (patience / "sitecustomize.py").write_text(
        "import fsm.daemon.journal_writer\nfsm.daemon.journal_writer.CRY = 1.0\n")
    daemon.start(env={**os.environ, "PYTHONPATH": str(patience), "NETRC": str(tmp_path / "none")})
    daemon.until(lambda: inputs(daemon) == 3)
    full = FullDisk(daemon)
    flooded(daemon)
    daemon.until(lambda: mail.received, 30)
    assert "could not be written since" in mail.received[0].replace("=\r\n", "")
    time.sleep(3)
    assert len(mail.received) == 1
    full.over()
    daemon.until(lambda: inputs(daemon) == 43)
    mail.stop()


class Deaf:
    """A GraceDB that takes connections and says nothing."""

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0), backlog=100)
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/api/"

    def __exit__(self, *error):
        self.server.close()


def test_a_gracedb_that_hangs_holds_nothing_up(running, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    recording.write_text(lines(3, time.time() - 100))
    notify = tmp_path / "notify"
    with Deaf() as url, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(notify))
        systemd.settimeout(5)
        daemon = running(tmp_path / "d", recording, "--gracedb", url)
        daemon.start(env={**os.environ, "NOTIFY_SOCKET": str(notify),
                          "WATCHDOG_USEC": "4000000"})
        daemon.until(lambda: os.path.exists(f"{daemon.journal}.sock"))
        end = time.monotonic() + 8
        while time.monotonic() < end:
            assert timed(daemon, "status")["troubles"] is not None
            assert "not known" in timed(daemon, "show", graceid="G77")
            assert systemd.recv(1000)  # signs of life go on
        assert timed(daemon, "pause")["paused"]
        assert timed(daemon, "stop") == {"stopping": True}
        began = time.monotonic()
        assert daemon.process.wait(20) == 0 and time.monotonic() - began < 12


def test_those_who_ask_before_it_has_begun_are_answered_too(daemon):
    """What was taken and not acted on is acted on at the start, which must be written."""
    daemon.kill()
    with contextlib.closing(sqlite3.connect(daemon.journal)) as db:
        db.execute("UPDATE inputs SET seq = NULL WHERE graceid <> ''")
        db.execute("DELETE FROM candidates")
        db.commit()
    daemon.start()
    daemon.until(lambda: "supervising 3 candidates" in daemon.log())
    assert timed(daemon, "status")["candidates"] == 3


class Hanging:
    """A journal on a disk that does not answer."""

    def __init__(self):
        self.answers, self.broken = threading.Event(), None

    @contextlib.contextmanager
    def writing(self, flushed):
        self.answers.wait(30)
        yield


def test_a_disk_that_does_not_answer_is_said_too(tmp_path):
    journal, inbox = Hanging(), Inbox()
    writing = Writing(journal, inbox, lambda hindered, seconds: None)
    control = Control(tmp_path / "s", inbox.tell, busy=writing.stuck)
    control.start()
    loop = threading.Thread(target=writing, args=(bool, 2.0))
    loop.start()
    time.sleep(0.3)
    began = time.monotonic()
    with pytest.raises(CommandRefused, match="the disk does not answer"):
        request(tmp_path / "s", "status")
    assert time.monotonic() - began < SOON
    journal.answers.set()
    loop.join()
    assert writing.stuck() == ""
    control.close()
