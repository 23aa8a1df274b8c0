"""Served by a process of its own: news, staleness, peers, and the end of either side."""

import json
import os
import pwd
import signal
import socket
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from fsm.errors import ConfigurationError
from fsm.io.control import request
from fsm.web.serving import PageError, bound
from tests.web.conftest import HTML, begun, until
from tests.web.serving import Served, children, peer

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """One whose daemon is killed at last."""
    yield from begun(tmp_path_factory.mktemp("s"), ("significant",), 2, "never=0.9")


@pytest.fixture(scope="module")
def served(night, tmp_path_factory):
    folder = tmp_path_factory.mktemp("u")
    with Served(night, "--bind", f"unix:{folder}/p") as made:
        made.socket = folder / "p"
        yield made


def test_it_is_the_journal_that_is_shown(served):
    assert served.get("/", headers=HTML).status_code == 200
    assert served.get("/index.json").json()["counts"]["candidates"] > 0


def test_the_peer_of_a_unix_socket_may_command(served):
    with peer(served.socket) as client:
        done = client.post("/-/do/pause", json={})
        assert done.json()["result"]["paused"]["who"] == ME
        assert client.post("/-/do/resume", json={}).status_code == 200
    assert (served.socket.stat().st_mode & 0o777) == 0o600


def test_news_come_within_a_second_of_the_commit(served, night):
    with served.stream() as events:
        kind, first = next(events)
        assert kind == "sign" and json.loads(first)["stale"] == ""
        graceid = served.get("/index.json").json()["problems"][-1]["graceid"]
        done = []
        threading.Timer(0.5, lambda: done.append((request(
            f"{night.journal}.sock", "acknowledge", graceids=[graceid]), time.monotonic()))
        ).start()
        kind = next(kind for kind, data in events if kind == "news")
        late = time.monotonic()
        until(lambda: done)
        assert late - done[0][1] < 1.0
    assert request(f"{night.journal}.sock", "unacknowledge", graceids=[graceid])


def test_a_body_does_not_wait_for_the_receivers_word_about_the_head():
    with closing(bound("127.0.0.1:0")) as way, \
            socket.create_connection(way.getsockname()), closing(way.accept()[0]) as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_pages_may_be_killed_at_any_time(night):
    with Served(night) as made:
        made.process.kill()
        made.process.wait()
        assert request(f"{night.journal}.sock", "status", brief=True)["candidates"] > 0


def test_open_streams_do_not_hold_up_the_end(night):
    with Served(night) as made, made.stream() as events:
        next(events)
        assert made.end() == 0


def test_the_figures_are_in_order_for_prometheus(served):
    text = served.get("/-/metrics").text
    assert "event_supervisor_up 1.0" in text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                             capture_output=True, check=False)
    assert (checked.returncode, checked.stderr + checked.stdout) == (0, "")


def test_a_daemon_that_was_killed_is_told_within_five_seconds(served, night):
    with served.stream() as events:
        next(events)
        night.kill()
        killed = time.monotonic()
        data = next(data for _, data in events if json.loads(data)["stale"])
        assert time.monotonic() - killed < 5
        assert "does not run" in json.loads(data)["stale"]
    page = served.get("/", headers=HTML).text
    assert 'id="stale" role="alert">' in page and "does not run" in page
    refused = peer(served.socket).post("/-/do/pause", json={})
    assert refused.status_code == 503
    assert "event_supervisor_up 0.0" in served.get("/-/metrics").text


@pytest.mark.parametrize("place", ["8080", "localhost:http", "x:99999", ":80", ""])
def test_what_is_no_place_is_refused(place):
    with pytest.raises(ConfigurationError, match="web.bind"):
        bound(place)


def test_a_place_that_is_taken_is_refused(short):
    taken = bound("127.0.0.1:0")
    with pytest.raises(PageError, match="cannot be served"):
        bound(f"127.0.0.1:{taken.getsockname()[1]}")
    (short / "file").write_text("x")
    with pytest.raises(PageError, match="no socket"):
        bound(f"unix:{short}/file")
    taken.close()


def test_a_socket_that_others_serve_is_not_taken_over(short):
    served = bound(f"unix:{short}/p")
    with pytest.raises(PageError, match="somebody serves this socket"):
        bound(f"unix:{short}/p")
    client = socket.socket(socket.AF_UNIX)
    client.connect(f"{short}/p")
    assert len(os.listdir(short)) == 1
    client.close()
    served.close()
    bound(f"unix:{short}/p").close()  # what was left behind is replaced


def test_the_pages_of_a_daemon_end_with_it_and_never_take_it_down(tmp_path, running, short):
    recording = tmp_path / "alerts.jsonl"
    recording.touch()
    daemon = running(tmp_path / "d", recording, "--gracedb", "http://127.0.0.1:9/api/", "--web",
                     "--bind", f"unix:{short}/p").start()
    until(lambda: (short / "p").exists(), 40)
    (first,) = until(lambda: children(daemon.process.pid))
    os.kill(first, signal.SIGKILL)
    (second,) = until(lambda: [pid for pid in children(daemon.process.pid) if pid != first])
    assert daemon.process.poll() is None
    until(lambda: _answers(short / "p"), 40)
    with peer(short / "p") as client:  # they link to the GraceDB that it asks
        tables = client.get("/-/config.json").json()["tables"]
    assert tables["gracedb"]["url"] == "http://127.0.0.1:9/api/"
    daemon.kill()
    until(lambda: not _runs(second))


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _answers(path):
    try:
        with peer(path) as client:
            return client.get("/index.json").status_code == 200
    except Exception:
        return False
