"""Daemons that listen to real servers, as their configurations tell them to."""

import json
import time

from fsm.testing.script import Script
from tests.servers.kafka import Broker

KAFKA = """
[gracedb]
url = ""
[[listen]]
kind = "igwn-alert"
server = "kafka://127.0.0.1/"
port = {port}
auth = {auth}
consumer_group = "supervisor"
topics = ["cbc_gstlal", "superevent"]
"""


def new(graceid):
    return Script(graceid, time.time()).new()["payload"]


def test_an_alert_published_by_lvalert_is_supervised(xmpp, daemons):
    daemon = daemons('[gracedb]\nurl = ""\n' + xmpp.table("cbc_gstlal"))
    alert = json.dumps(new("G1"))

    def supervised():  # nothing is kept for who does not listen yet
        xmpp.publish("cbc_gstlal", [alert])
        return daemon.rows("SELECT graceid FROM candidates") == ["G1"]

    daemon.until(supervised).stop()


def test_whatever_comes_by_kafka_and_however_it_is_killed_each_alert_is_taken_once(daemons):
    broker = Broker(("cbc_gstlal", "superevent"))
    daemon = daemons(KAFKA.format(port=broker.port, auth="false"))
    daemon.until(lambda: len(daemon.places()) == 2)
    wanted = []
    for number in range(40):
        wanted.append(f"G{number}")
        broker.publish("cbc_gstlal", new(wanted[-1]))
        broker.produce("superevent", [None, b"{", b"\xff", b"[" * 9000][number % 4], b"json")
        if number % 10 == 5:
            daemon.kill()
            daemon.start()
    daemon.until(lambda: len(daemon.graceids()) == 40)
    daemon.until(lambda: len(daemon.rows("SELECT 1 FROM inputs WHERE kind = 'rejected'")) == 40)
    assert daemon.graceids() == wanted  # each once, in order
    daemon.until(lambda: daemon.status()[1]["troubles"])
    code, status = daemon.status()
    (listener,) = status["listeners"]
    assert listener["well"] and listener["restarts"] == 0 and listener["state"] == "listening"
    assert set(listener["heard"]) == {"cbc_gstlal"}  # of the other nothing could be used
    assert set(listener["topics"]) == {"cbc_gstlal", "superevent"}
    assert code == 1 and list(status["troubles"]) == ["unusable alerts of igwn-alert"]
    assert "(40 so far)" in status["messages"]["unusable alerts of igwn-alert"]
    daemon.stop()


def test_all_is_well_where_nothing_is_wrong(daemons):
    broker = Broker(("cbc_gstlal", "superevent"))
    daemon = daemons(KAFKA.format(port=broker.port, auth="false"))
    daemon.until(lambda: len(daemon.places()) == 2)
    code, status = daemon.status()
    assert code == 0 and status["well"] and status["troubles"] == {}


def test_where_it_should_log_in_and_cannot_it_does_not_start(tmp_path, daemons, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    daemon = daemons(KAFKA.format(port=1, auth="true"))
    assert daemon.process.wait(30) == 2
    assert "auth = true, and there is no credential for 127.0.0.1:1" in daemon.log.read_text()
    assert not daemon.journal.exists()
