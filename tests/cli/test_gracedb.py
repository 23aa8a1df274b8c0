"""``fsm standin``, ``simulate`` and ``record``, as a user starts them."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest
import requests
from click.testing import CliRunner

from fsm.cli import main


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def standin(request, tmp_path):
    more = getattr(request, "param", ())
    process = subprocess.Popen(
        [sys.executable, "-m", "fsm", "standin", "--data", tmp_path, "--port", "0", *more],
        stdout=subprocess.PIPE, text=True)
    yield re.search(r"http\S+/api/", process.stdout.readline())[0], process
    process.kill()
    process.wait()


def first_alert(path, writing):
    """The first alert in a file, when it has come; whoever has it written must still run."""
    while not path.exists() or b"\n" not in path.read_bytes():
        assert writing.poll() is None
        time.sleep(0.02)
    return json.loads(path.read_text().splitlines()[0])


def outcome(*arguments):
    done = run("replay", *arguments, "--json")
    assert done.exit_code == 0, done.output
    plain = json.loads(done.stdout)
    return {(graceid, process, name): check["state"]
            for graceid, one in plain["graceids"].items()
            for process, checks in one["processes"].items()
            for name, check in checks["checks"].items()}


def test_simulated_recorded_and_replayed(standin, tmp_path):
    url, process = standin
    done = run("simulate", "cbc", "--events", 2, "--seed", "x", "--faults", "never", "--to", url)
    assert done.exit_code == 0 and "2 candidates" in done.stderr
    out = tmp_path / "r.jsonl"
    done = run("record", "G100001", "--query", "gid: G100002", "--gracedb", url, "--out", out)
    assert done.exit_code == 0 and "2 candidates" in done.stderr
    live = outcome(tmp_path / "alerts.jsonl", "--gracedb", url)
    assert outcome(out) == live and "missing" in live.values()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("standin", [["--superevents"]], indirect=True)
def test_a_superevent_is_recorded_with_its_events(standin, tmp_path):
    url, _ = standin
    run("simulate", "coincident", "--seed", "x", "--start", "2026-01-01T00:00:00", "--to", url)
    live = outcome(tmp_path / "alerts.jsonl", "--gracedb", url)
    events = {graceid for graceid, *_ in live if "S" not in graceid}
    (sid,) = {graceid for graceid, *_ in live} - events
    out = tmp_path / "r.jsonl"
    assert len(events) == 2
    for wanted in ([sid, *events], ["--kind", "superevent", "--query", f"id: {sid}"]):
        done = run("record", *wanted, "--gracedb", url, "--out", out)
        assert done.exit_code == 0 and "3 candidates" in done.stderr
        assert outcome(out) == live
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert sum(line["payload"]["alert_type"] == "new" for line in lines) == 3


@pytest.mark.parametrize("standin", [["--superevents"]], indirect=True)
def test_what_is_uploaded_begins_now_and_takes_its_time(standin, tmp_path):
    url, _ = standin
    began = time.time()
    with subprocess.Popen([sys.executable, "-m", "fsm", "simulate", "significant", "--to", url],
                          stderr=subprocess.DEVNULL) as simulating:
        first = first_alert(tmp_path / "alerts.jsonl", simulating)
        assert first["payload"]["alert_type"] == "new" and simulating.poll() is None
        simulating.kill()
    assert began - 1 <= first["time"] <= time.time()


def test_what_is_of_2017_is_uploaded_as_it_was(standin, tmp_path):
    url, _ = standin
    assert run("simulate", "grb", "--to", url).exit_code == 0
    first = json.loads((tmp_path / "alerts.jsonl").read_text().splitlines()[0])
    assert time.gmtime(first["time"]).tm_year == 2017


def test_faults_are_ordered_over_http(standin):
    url, _ = standin
    ordered = url.replace("/api/", "/standin/faults")
    assert requests.put(ordered, json={"status": 503}, timeout=5).json()["status"] == 503
    assert requests.get(url, timeout=5).status_code == 503


def test_a_recording_on_standard_output():
    first, again = (run("simulate", "burst", "--seed", 7) for _ in range(2))
    assert first.stdout == again.stdout
    lines = [json.loads(line) for line in first.stdout.splitlines()]
    assert lines[0]["payload"]["alert_type"] == "new" and len(lines) > 100
    assert lines == sorted(lines, key=lambda line: line["time"])


@pytest.mark.parametrize("arguments", [
    ("simulate", "cbs"), ("simulate",), ("simulate", "cbc", "--faults", "dead"),
    ("simulate", "cbc", "--start", "soon"), ("record",), ("record", "nonsense"),
])
def test_usage_is_exit_status_2(arguments):
    done = run(*arguments)
    assert done.exit_code == 2 and "Traceback" not in done.output
