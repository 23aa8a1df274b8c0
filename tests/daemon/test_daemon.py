"""The daemon as a process: signals, its lock, a full disk, lost alerts, what only time tells."""

import json
import os
import resource
import signal
import socket
import sqlite3
import time
from contextlib import closing, suppress

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.testing.script import Script

NONE = ("--gracedb", "none")


def lines(number, start=None, graceid="G"):
    """Alerts about as many new events, as lines of a recording."""
    start = time.time() if start is None else start
    return "".join(json.dumps(Script(f"{graceid}{n + 1}", start).new()) + "\n"
                   for n in range(number))


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "alerts.jsonl"
    path.write_text(lines(3))
    return path


def inputs(daemon):
    rows = daemon.rows("SELECT COUNT(DISTINCT graceid) FROM inputs WHERE kind = 'alert'")
    return rows[0][0] if rows else 0


def test_sigterm_finishes_and_stops_within_seconds(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3)
    began = time.monotonic()
    assert daemon.stop(10) == 0
    assert time.monotonic() - began < 8
    assert "SIGTERM: finishing what is under way" in daemon.log()
    assert daemon.log().rstrip().endswith("stopped")
    assert daemon.rows("SELECT graceid FROM candidates WHERE stored < seq") == []  # for new rules


def test_sigterm_does_not_wait_for_a_gracedb_that_hangs(night, running, tmp_path):
    night.app.faults.latency = 60.0
    night.app.faults.part = "/events"
    daemon = running(tmp_path / "d", night.recording, "--gracedb", night.url, "--clock",
                     "recorded").start()
    daemon.until(lambda: inputs(daemon) >= 1 and daemon.rows("SELECT * FROM questions"))
    assert daemon.stop(12) == 0
    assert daemon.rows("SELECT COUNT(*) FROM questions")[0][0] > 0  # asked again next time


def test_a_second_signal_ends_it_at_once(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3)
    daemon.process.send_signal(signal.SIGSTOP)
    daemon.process.send_signal(signal.SIGTERM)
    daemon.process.send_signal(signal.SIGINT)
    daemon.process.send_signal(signal.SIGCONT)
    assert daemon.process.wait(3) in (128 + signal.SIGTERM, 128 + signal.SIGINT)


def test_one_journal_has_one_supervisor(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3)
    done = CliRunner().invoke(main, ["run", str(recording), "--journal", str(daemon.journal)])
    assert done.exit_code == 2
    assert f"(process {daemon.process.pid}) has this journal open; stop it first" in done.stderr


def test_the_lock_of_one_that_was_killed_holds_nobody_up(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3).kill()
    daemon.start().until(lambda: "supervising 3 candidates" in daemon.log())
    assert daemon.stop() == 0


def test_a_recording_is_followed_while_it_is_written_and_across_restarts(running, recording,
                                                                        tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3).stop()
    with recording.open("a") as stream:
        stream.write(lines(5))
    daemon.start().until(lambda: inputs(daemon) == 5)
    assert daemon.rows("SELECT COUNT(*) FROM inputs WHERE kind = 'alert'") == [(8,)]


def test_the_journals_file_is_brought_up_to_date_beside_the_main_loop(running, recording, tmp_path):
    def alone():
        """How many inputs are in the file without the log beside it."""
        copy = tmp_path / "alone.db"
        copy.write_bytes(daemon.journal.read_bytes() if daemon.journal.exists() else b"")
        with closing(sqlite3.connect(copy)) as db, suppress(sqlite3.Error):
            return db.execute("SELECT COUNT(*) FROM inputs").fetchone()[0]

    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: alone() == 3)


def test_a_full_disk_is_survived_and_reported(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 3)
    unlimited = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    full = os.path.getsize(f"{daemon.journal}-wal")
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (full, unlimited[1]))
    with recording.open("a") as stream:
        stream.write(lines(40, graceid="H"))
    daemon.until(lambda: "cannot be written" in daemon.log())
    assert "everything waits, and it is tried again" in daemon.log()
    assert inputs(daemon) == 3
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, unlimited)
    daemon.until(lambda: inputs(daemon) == 43)
    daemon.until(lambda: [key.split("/")[1:3] for key in daemon.told() if "journal" in key] == [
        ["journal", "failure"], ["journal", "recovery"]])


def test_alerts_that_no_transport_brought_are_caught_up_with(night, running, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    now = time.time()
    made = night.app.service.create_event(now - 600, "CBC", "gstlal", "AllSky", ("a", b""), {})
    daemon = running(tmp_path / "d", empty, "--gracedb", night.url).start()
    daemon.until(lambda: daemon.rows("SELECT graceid FROM candidates") == [(made["graceid"],)])
    assert inputs(daemon) == 0


def test_rubbish_is_kept_and_said_and_stops_nothing(running, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    hostile = [b"\xff\xfe", b"{", b"[]", b'{"time": 1e400, "payload": {}}', b"null",
               b'{"time": 1, "payload": {"uid": "G1\\ud800", "alert_type": "new"}}',
               b'{"time": 1.5e9, "topic": "\\ud800", "payload": {"uid": "G7", "alert_type": "new",'
               b' "data": {"nevents": 123456789012345678901234567890, "group": "\\ud800"}}}',
               b"[" * 100_000, b'{"time": 1, "payload": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001]
    recording.write_bytes(b"\n".join(hostile) + b"\n" + lines(1).encode())
    daemon = running(tmp_path / "d", recording, *NONE).start()
    daemon.until(lambda: inputs(daemon) == 2)
    kept = daemon.rows("SELECT COUNT(*) FROM inputs WHERE kind = 'rejected'")
    assert kept == [(len(hostile) - 1,)]
    assert daemon.stop() == 0
    assert daemon.start().until(lambda: daemon.log().count("supervising 2 ") == 1).stop() == 0


def test_it_must_have_something_to_listen_to():
    done = CliRunner().invoke(main, ["run"])
    assert done.exit_code == 2 and "nothing to listen to" in done.stderr


def test_systemd_is_told_that_it_is_ready_lives_and_stops(running, recording, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        daemon = running(tmp_path / "d", recording, *NONE).start(env={
            **os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "2000000"})
        told = []
        while told.count(b"WATCHDOG=1") < 3:
            told.append(listening.recv(1000))
        assert any(b"READY=1" in one and b"candidates" in one for one in told)
        daemon.stop()
        while told[-1] != b"STOPPING=1":
            told.append(listening.recv(1000))


def test_a_limit_that_is_exceeded_is_told_and_so_is_its_end(running, recording, tmp_path):
    daemon = running(tmp_path / "d", recording, *NONE)
    with (daemon.folder / "config.toml").open("a") as stream:
        stream.write("[health]\nwaiting_checks = 1\n")

    def told(outcome):
        return any(key.startswith(f"supervisor/waiting checks/{outcome}") for key in daemon.told())

    daemon.start().until(lambda: told("failure"))
    daemon.stop()
    config = (daemon.folder / "config.toml").read_text()
    (daemon.folder / "config.toml").write_text(config.replace("checks = 1", "checks = 1000"))
    daemon.start().until(lambda: told("recovery"))
