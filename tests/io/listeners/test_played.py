"""The round trip: what is played back is heard by the listeners, through real servers."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.io.listeners import Connected
from fsm.io.listeners.files import Files
from fsm.io.listeners.kafka import Kafka
from fsm.io.listeners.lvalert import LVAlert
from fsm.player.outlets import outlet
from tests.servers.kafka import Broker
from tests.servers.xmpp import free_port

NIGHT = Path(__file__).parents[3] / "examples" / "superevent_significant.jsonl"
TOPICS = ("cbc_gstlal", "superevent")


def played(*arguments):
    return CliRunner().invoke(main, ["play", *map(str, arguments)])


def announced(topics=(*TOPICS, "cbc_gstlal_allsky")):
    lines = map(json.loads, NIGHT.read_text().splitlines())
    return [(line["payload"]["uid"], line["payload"]["alert_type"]) for line in lines
            if line.get("delivered", True) and line["topic"] in topics]


def heard(ear):
    lines = [json.loads(one.line) for one in ear.lines]
    return [(line["payload"]["uid"], line["payload"]["alert_type"]) for line in lines
            if line.get("delivered", True)]


def connected(ear):
    return any(isinstance(one, Connected) for one in ear.news)


def test_what_is_played_to_an_xmpp_server_is_heard(xmpp, ears):
    listener = LVAlert("lvalert", "localhost", TOPICS, netrc=str(xmpp.netrc), host="127.0.0.1",
                       port=xmpp.port, ca_file=str(xmpp.ca_file))
    ear = ears(listener).until(connected)
    done = played(NIGHT, "--to", f"xmpp://localhost:{xmpp.port}", "--speed", 0,
                  "--netrc", xmpp.netrc, "--ca-file", xmpp.ca_file)
    assert done.exit_code == 0, done.output
    assert f"{len(announced())} of {len(announced())} alerts played" in done.stderr
    ear.until(lambda e: len(e.lines) >= len(announced()))
    assert heard(ear) == announced()
    assert {one.topic for one in ear.lines} == set(TOPICS)
    now = time.strftime("%Y-%m-%d", time.gmtime())
    assert json.loads(ear.lines[0].line)["payload"]["object"]["created"].startswith(now)


def test_what_is_played_into_a_broker_is_heard(ears):
    broker = Broker(TOPICS)
    listener = Kafka("igwn-alert", TOPICS, "supervisor", server="kafka://127.0.0.1/",
                     port=broker.port, auth=False)
    ear = ears(listener).until(connected)
    done = played(NIGHT, "--to", f"kafka://127.0.0.1:{broker.port}", "--no-auth", "--speed", 0)
    assert done.exit_code == 0, done.output
    ear.until(lambda e: len(e.lines) >= len(announced()))
    assert sorted(heard(ear)) == sorted(announced())  # topics are read side by side
    assert {one.topic for one in ear.lines} == set(TOPICS)


def test_a_file_is_followed_while_it_is_played(ears, tmp_path):
    path = tmp_path / "now.jsonl"
    path.write_text('{"broken')
    ear = ears(Files(path, {}.get)).until(connected)
    assert played(NIGHT, "--to", path, "--speed", 0).exit_code == 0
    every = NIGHT.read_text().count("\n")
    ear.until(lambda e: len(e.lines) >= 1 + every)
    assert ear.lines.pop(0).line == b'{"broken'
    assert heard(ear) == announced()


@pytest.mark.parametrize(("change", "words"), [
    ("wrong password", "refuses the login"), ("no entry", "no entry for machine localhost"),
    ("no file", "must hold login and password"), ("no certificate", "--ca-file"),
    ("away", "cannot be reached")])
def test_why_nothing_can_be_played_to_an_xmpp_server(xmpp, tmp_path, change, words):
    more = ["--netrc", xmpp.netrc, "--ca-file", xmpp.ca_file]
    if change == "wrong password":
        xmpp.netrc.write_text("machine localhost login supervisor password wrong\n")
    elif change == "no entry":
        xmpp.netrc.write_text("machine elsewhere login supervisor password secret\n")
    elif change == "no file":
        xmpp.netrc.unlink()
    elif change == "no certificate":
        more = more[:2]
    else:
        xmpp.stop()
    done = played(NIGHT, "--to", f"xmpp://localhost:{xmpp.port}", *more)
    assert done.exit_code == 2 and words in done.stderr
    assert f"--to xmpp://localhost:{xmpp.port}" in done.stderr


def test_a_server_that_dies_while_it_is_played_to(xmpp):
    one = outlet(f"xmpp://localhost:{xmpp.port}", (), netrc=str(xmpp.netrc),
                 ca_file=str(xmpp.ca_file))
    one.put(("cbc_gstlal",), {"payload": {"uid": "G1"}})
    xmpp.stop()
    with pytest.raises(Exception, match="connection has been lost"):
        one.wait(20)
    one.close()


def test_a_broker_that_is_not_there(monkeypatch):
    monkeypatch.setattr("fsm.player.kafka.ANSWER", 0.5)
    address = f"kafka://127.0.0.1:{free_port()}"
    done = played(NIGHT, "--to", address, "--no-auth")
    assert done.exit_code == 2 and f"--to {address}: the broker does not answer" in done.stderr


def test_a_broker_that_takes_nothing(monkeypatch):
    monkeypatch.setattr("fsm.player.kafka.ANSWER", 1.0)
    broker = Broker(TOPICS)
    one = outlet(f"kafka://127.0.0.1:{broker.port}", (), auth=False)
    one.put(TOPICS, {"payload": {"uid": "G1"}})
    broker.die()
    with pytest.raises(Exception, match="kafka://127.0.0.1"):
        one.put(TOPICS, {"payload": {"uid": "G2"}})


def test_an_interrupt_ends_it_and_tells_how_far_it_has_come(tmp_path):
    path = tmp_path / "now.jsonl"
    process = subprocess.Popen([sys.executable, "-m", "fsm", "play", NIGHT, "--to", path],
                               stderr=subprocess.PIPE, text=True)
    while not (path.exists() and path.stat().st_size):
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    count = path.read_text().count("\n")
    assert process.returncode == 0 and f"stopped: {count} of " in said and "Traceback" not in said
