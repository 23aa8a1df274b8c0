"""A configuration of the earlier system, imported: the daemon that runs by it."""

import json
import time
import tomllib

import tomli_w
from click.testing import CliRunner

from fsm.cli import main
from fsm.registry import charts
from fsm.simulator.driver import Driver
from fsm.simulator.faults import rates
from fsm.simulator.night import plan
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

GENERAL = """
[general]
process_type = event_supervisor
gracedb = {url}
annotate = True
warnings = True
log_directory = {folder}/logs
log_level = 10
[data]
name = es
netrc = {netrc}
"""
GSTLAL = GENERAL + """
[far]
dt = 0.0
min far = 0.0
max far = 1e-3
email on success =
email on failure = shift@example.org
email on exception = shift@example.org
[idq start]
dt = 60
ifos = H1 L1
email on success =
email on failure = shift@example.org
email on exception = shift@example.org
"""
CWB = GENERAL.replace("annotate = True", "annotate = False") + "[cwb pe]\nced dt = 120\n"
LISTENER = """
[gstlal]
nodes = cbc_gstlal command-eventSupervisor_gstlal gstlal-heartbeat
childConfig = /old/etc/gstlal.ini
verbose = True
sleep = 0.1
maxComplete = 100
maxFrac = 0.5
warnThr = 1e3
recipients = shift@example.org
warnDelay = 3600
maxWarn = 100
[cwb]
nodes = burst_cwb_allsky command-eventSupervisor_cWB
childConfig = /old/etc/cwb.ini
"""


def fsm(*args):
    done = CliRunner().invoke(main, [str(arg) for arg in args])
    assert done.exit_code == 0, done.output
    return done.stdout


def imported(folder, **values):
    """The configuration, as the command has written it."""
    for name, text in (("gstlal", GSTLAL), ("cwb", CWB), ("listener", LISTENER)):
        (folder / f"{name}.ini").write_text(text.format(folder=folder, **values))
    out = folder / "new.toml"
    fsm("config", "import", *sorted(folder.glob("*.ini")), "--out", out, "--server", "localhost",
        "--username", "supervisor")
    assert f"{out} is right: 2 profiles" in fsm("config", "check", out)
    return tomllib.loads(out.read_text())


def at_the_test_server(tables, xmpp):
    """The same, where ports and certificates are not the usual ones and nobody has credentials."""
    for listener in tables["listen"]:
        listener |= {"host": "127.0.0.1", "port": xmpp.port, "ca_file": str(xmpp.ca_file)}
    tables["gracedb"]["authenticated"] = False
    tables["mail"]["port"] = 1  # where no server is
    return tomli_w.dumps(tables)


def simulated(url):
    """A candidate of the earlier era, an hour old, with what was annotated since."""
    night = plan(("cbc",), 1, 2.0, "imported", time.time() - 3600)
    for _ in Driver(url, charts()[0], rates("")).run(night):
        pass


def test_an_alert_published_on_an_imported_node_is_supervised(xmpp, daemons, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    app = StandIn(Store(tmp_path / "standin.db"), Announcer(recording))
    with Server(app) as server:
        simulated(server.url)
        tables = imported(tmp_path, url=server.url, netrc=xmpp.netrc)
        daemon = daemons(at_the_test_server(tables, xmpp))
        first = json.loads(recording.read_text().splitlines()[0])["payload"]

        def supervised():  # nothing is kept for who does not listen yet
            xmpp.publish("cbc_gstlal", [json.dumps(first)])
            return daemon.rows("SELECT graceid FROM candidates") == [first["uid"]]

        def annotated():
            return [record["comment"] for record in app.store.records(first["uid"], "log")
                    if record["comment"].startswith("ES: far far: success")]

        daemon.until(supervised).until(annotated)
        assert (tmp_path / "logs" / "supervisor" / f"{first['uid']}.log").exists()
        daemon.stop()
