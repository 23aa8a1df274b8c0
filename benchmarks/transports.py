"""A night through XMPP, Kafka and mail, each of which is killed, stopped, slowed and poisoned.

    make soak        (python benchmarks/transports.py [CANDIDATES [AN HOUR]])

A daemon listens to a real XMPP server and to a Kafka broker and writes its letters to a mail
server, while a night of some 2,000 alerts goes on in real time, twenty minutes. What was published
is compared with what is in its journal, and what was told with what was wrong: a few candidates
have faults, all others are healthy. Status 1 where an alert was lost or taken twice, a letter sent
twice, or a healthy candidate told of.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import attrs
from transports_report import BY_XMPP, report

from fsm.registry import charts
from fsm.simulator.driver import Driver
from fsm.simulator.night import plan
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store
from tests.servers.kafka import Broker
from tests.servers.smtp import CLOSE, HANG, RudeSMTP
from tests.servers.xmpp import XMPP, Publisher

BY_KAFKA = ("cbc_gstlal_allsky", "mdc_superevent", "cbc_gstlal_mdc", "external_fermi_grb")
KINDS = ("significant", "less-significant", "retracted", "mdc", "coincident")
RUBBISH = (None, b"", b"{", b"\xff\xfe", b"[" * 5000, b"<html>")
BLOCKED = "554 5.7.1 client blocked"
REST = 150.0  # seconds in which all is well again at the end
CONFIG = """
[gracedb]
url = "{url}"
authenticated = false
[tell]
file = "{folder}/messages.jsonl"
gather = 5
[mail]
server = "127.0.0.1"
port = {mail}
security = "none"
sender = "supervisor@example.org"
[parties]
operators = ["operators@example.org", "second@example.org"]
[catch_up]
superevents = ["", "category: MDC"]
{lvalert}[[listen]]
kind = "igwn-alert"
server = "kafka://127.0.0.1/"
port = {kafka}
auth = false
consumer_group = "supervisor"
topics = {topics}
"""


class Night:
    """Servers, a daemon, and what was published.

    Attributes:
        sent: (time, listener, GraceID, payload as text) of every alert.
        hindered: (listener, begin, end) of every time at which one could not work.
    """

    def __init__(self, folder):
        self.folder, self.sent, self.hindered = folder, [], []
        (folder / "xmpp").mkdir()
        self.xmpp, self.mail = XMPP(folder / "xmpp").start(), RudeSMTP().start()
        self.mail.moment = 1.0
        self.kafka, self.publisher = Broker(BY_KAFKA), Publisher(self.xmpp)
        announcer = Announcer(folder / "alerts.jsonl")
        announcer.listeners.append(self.publish)
        self.gracedb = Server(StandIn(Store(folder / "standin.db"), announcer, "", True))
        self.gracedb.__enter__()
        (folder / "config.toml").write_text(CONFIG.format(
            url=self.gracedb.url, folder=folder, mail=self.mail.port,
            lvalert=self.xmpp.table("superevent"), kafka=self.kafka.port, topics=list(BY_KAFKA)))
        self.daemon = None

    def publish(self, line):
        """Send an alert of GraceDB's on its way."""
        payload, topic = json.dumps(line["payload"]), line["topic"]
        name = "lvalert" if topic == BY_XMPP else "igwn-alert"
        self.sent.append((time.time(), name, line["payload"]["uid"], payload))
        if topic == BY_XMPP:
            self.publisher.publish(topic, payload)
        else:
            self.kafka.publish(topic, line["payload"], wait=False)

    def start(self):
        """Have a daemon listen."""
        self.daemon = subprocess.Popen(
            [sys.executable, "-m", "fsm", "run", "--config", str(self.folder / "config.toml"),
             "--journal", str(self.folder / "journal.db")],
            stderr=(self.folder / "log").open("a"))

    def kill(self):
        """Kill it, and start another one."""
        self.daemon.kill()
        self.daemon.wait()
        self.start()

    def status(self):
        """What it says of itself."""
        done = subprocess.run([sys.executable, "-m", "fsm", "status", "--json", "--socket",
                               str(self.folder / "journal.db.sock")],
                              capture_output=True, text=True, check=False)
        return json.loads(done.stdout or "null")

    def poison_xmpp(self):
        """Items that nothing can be made of, and alerts that somebody has forged."""
        for rubbish in ("", "{", "\u2028", "[" * 5000):
            self.publisher.publish(BY_XMPP, rubbish)
        self.xmpp.send("stranger", BY_XMPP, [self.sent[-1][3]] * 20)

    def poison_kafka(self):
        """Messages that nothing can be made of, of every topic."""
        for topic in BY_KAFKA:
            for rubbish in RUBBISH:
                for form in (b"json", b"voevent", b"avro", b"external", None):
                    self.kafka.produce(topic, rubbish, form)
            self.kafka.produce(topic, b'{"url": "http://127.0.0.1:9/gone"}', b"external")
            self.kafka.produce(topic, b"no alert", headers=[("_test", b"1")])

    def story(self):
        """What is done when: (seconds, words, listener that cannot work or "", seconds, how it
        begins, how it ends)."""
        ways = [
            ("XMPP killed", "lvalert", 40, self.xmpp.stop, self.xmpp.start),
            ("Kafka killed", "igwn-alert", 40, self.kafka.die, self.kafka.live),
            ("mail killed", "", 40, lambda: self.mail.stop(), self._start_mail),
            ("XMPP stopped", "lvalert", 75, self.xmpp.freeze, self.xmpp.thaw),
            ("Kafka stopped", "igwn-alert", 60, lambda: self.kafka.slow(600_000),
             lambda: self.kafka.slow(0)),
            ("mail hangs", "", 60, *self._mail({"greeting": HANG})),
            ("XMPP slow", "lvalert", 40, self._flicker, lambda: None),
            ("Kafka slow", "", 40, lambda: self.kafka.slow(2000), lambda: self.kafka.slow(0)),
            ("mail drips", "", 40, *self._mail({"greeting": b"2" * 300})),
            ("XMPP poisoned", "", 10, self.poison_xmpp, lambda: None),
            ("Kafka poisoned", "", 10, self.poison_kafka, lambda: None),
            ("mail without an answer to QUIT", "", 60, *self._mail({"QUIT": CLOSE})),
            ("mail that refuses the client", "", 40, *self._mail({"greeting": BLOCKED})),
            ("the daemon killed", "lvalert", 5, self.kill, lambda: None),
            ("all killed", "lvalert", 30, self._stop_all, self._start_all),
        ]
        begin = 30.0
        for words, name, lasts, first, last in ways:
            yield begin, words, name, lasts, first, last
            begin += lasts + 30.0

    def _flicker(self):
        for _ in range(40):
            self.xmpp.freeze()
            time.sleep(0.5)
            self.xmpp.thaw()
            time.sleep(0.5)

    def _stop_all(self):
        self.xmpp.stop()
        self.kafka.die()
        self.mail.stop()

    def _start_all(self):
        self.xmpp.start()
        self.kafka.live()
        self._start_mail()

    def _start_mail(self):
        before = self.mail
        self.mail = RudeSMTP(port=before.port).start()
        self.mail.read, self.mail.moment = before.read, 1.0

    def _mail(self, answers):
        """How it begins that the mail server answers so, and how it ends."""
        return (lambda: self.mail.answers.update(answers)), (lambda: self.mail.answers.clear())

    def tell_story(self):
        """Hinder one after the other, and let them be well in the end."""
        begun = time.time()
        for begin, words, name, lasts, first, last in self.story():
            time.sleep(max(0.0, begun + begin - time.time()))
            began = time.time()
            print(f"{began - begun:6.0f} s  {words}", flush=True)
            first()
            time.sleep(max(0.0, began + lasts - time.time()))
            last()
            print(f"{time.time() - begun:6.0f} s  ... over; {len(self.sent)} alerts sent, "
                  f"{len(self.mail.read)} letters taken", flush=True)
            if name:
                self.hindered.append((name, began, time.time()))

    def close(self):
        """End the daemon as its users do."""
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(60)

    def end(self):
        """End all of it, wherever it is."""
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.xmpp.stop()
        self.gracedb.__exit__()


def drive(driver, candidates):
    """Write candidates into GraceDB from now on, in real time, beside whoever calls."""
    def run():
        try:
            for _ in driver.run(beginning_now(candidates)):
                pass
        except Exception as error:  # it is part of no measurement, but must be seen
            print(f"the night has ended early: {error}", file=sys.stderr)

    threading.Thread(target=run, daemon=True).start()


def beginning_now(candidates):
    """Planned candidates, moved so that the first one is created now."""
    shift = time.time() - min(one.created for one in candidates)
    return [attrs.evolve(one, created=one.created + shift) for one in candidates]


def gone_through(night, candidates, hourly):
    """Go through a night with candidates at a rate; returns the exit status."""
    night.start()
    while not (night.status() or {}).get("well"):
        time.sleep(1)
    known = charts()[0]
    healthy = Driver(night.gracedb.url, known, {}, speed=1.0)
    faulty = Driver(night.gracedb.url, known, {"never": 0.3}, speed=1.0)
    drive(healthy, plan(KINDS, candidates, hourly, "soak", 0.0))
    time.sleep(10.0)
    drive(faulty, plan(KINDS[:1], 4, hourly / 6, "faults", 0.0))
    night.tell_story()
    time.sleep(REST)
    status = night.status()
    night.close()
    return report(night, status, healthy.given())


def main(candidates=24, hourly=100.0):
    """Go through a night; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # Prosody has an account of its own
        night = Night(Path(folder))
        try:
            return gone_through(night, int(candidates), hourly)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130
        finally:
            night.end()


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
