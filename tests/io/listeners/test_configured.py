"""A daemon that is told by its configuration to listen to LVAlert does so."""

import json
import signal
import sqlite3
import subprocess
import sys
import time

from fsm.testing.script import Script

CONFIG = """
[gracedb]
url = ""
[[listen]]
kind = "lvalert"
server = "localhost"
nodes = ["cbc_gstlal"]
netrc = "{netrc}"
host = "127.0.0.1"
port = {port}
ca_file = "{ca_file}"
"""


def graceids(journal):
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10) as db:
            return [row[0] for row in db.execute("SELECT graceid FROM candidates")]
    except sqlite3.OperationalError:
        return []


def test_an_alert_published_is_supervised(xmpp, tmp_path):
    config, journal, log = (tmp_path / name for name in ("c.toml", "j.db", "log"))
    config.write_text(CONFIG.format(netrc=xmpp.netrc, port=xmpp.port, ca_file=xmpp.ca_file))
    daemon = subprocess.Popen([sys.executable, "-m", "fsm", "run", "--config", str(config),
                               "--journal", str(journal)], stderr=log.open("w"))
    try:
        alert = json.dumps(Script("G1", time.time()).new()["payload"])
        end = time.monotonic() + 30
        while graceids(journal) != ["G1"]:  # nothing is kept for who does not listen yet
            assert time.monotonic() < end and daemon.poll() is None, log.read_text()
            xmpp.publish("cbc_gstlal", [alert])
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(10) == 0
    finally:
        daemon.kill()
