"""Real servers on loopback for the listeners, and an ear to hear with."""

import asyncio
import datetime
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import slixmpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hop import bson
from slixmpp.xmlstream import ET

from fsm.io.inbox import Inbox
from fsm.io.listeners import Listening

SERVER_CONFIG = """
data_path = "{folder}/data"
pidfile = "{folder}/prosody.pid"
log = {{ info = "{folder}/prosody.log" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "posix", "ping" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = true
authentication = "internal_plain"
ssl = {{ key = "{folder}/key.pem", certificate = "{folder}/cert.pem" }}
VirtualHost "localhost"
Component "pubsub.localhost" "pubsub"
    autocreate_on_subscribe = true
    autocreate_on_publish = true
    admins = {{ "publisher@localhost", "supervisor@localhost" }}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder, host):
    """A self-signed certificate of a host, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(host), x509.DNSName(f"pubsub.{host}")]
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.SubjectAlternativeName(names), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256()))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))


class XMPP:
    """A Prosody server with the accounts ``supervisor`` and ``publisher``."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.ca_file, self.netrc = folder / "cert.pem", folder.parent / "netrc"
        self.certify("localhost")
        accounts = folder / "data" / "localhost" / "accounts"
        accounts.mkdir(parents=True)
        for user in ("supervisor", "publisher"):
            (accounts / f"{user}.dat").write_text('return { ["password"] = "secret"; };\n')
        (folder / "config.lua").write_text(SERVER_CONFIG.format(folder=folder, port=self.port))
        self.netrc.write_text("machine localhost login supervisor password secret\n")
        self.netrc.chmod(0o600)
        self._process = None

    def certify(self, host):
        """Have a certificate for a host, from the next start on."""
        certificate(self.folder, host)

    def start(self):
        user = {}
        if os.getuid() == 0:  # which Prosody refuses to run as
            user = {"user": "prosody", "group": "prosody", "extra_groups": []}
            shutil.chown(self.folder, "prosody", "prosody")
            for path in self.folder.rglob("*"):
                shutil.chown(path, "prosody", "prosody")
            for parent in list(self.folder.parents)[:-2]:
                if not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        self._process = subprocess.Popen(
            ["prosody", "--config", str(self.folder / "config.lua"), "-F"],
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **user)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        raise AssertionError((self.folder / "prosody.log").read_text())

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def publish(self, node, payloads):
        """Publish texts as items of a node, by a client of its own; returns when all are taken."""
        done = threading.Thread(target=lambda: asyncio.run(self._publish(node, payloads)))
        done.start()
        done.join(30)
        assert not done.is_alive()

    async def _publish(self, node, payloads):
        context = ssl.create_default_context(cafile=str(self.ca_file))
        client = slixmpp.ClientXMPP("publisher@localhost", "secret", ssl_context=context)
        client.loop = asyncio.get_running_loop()
        client.enable_direct_tls = False
        client.register_plugin("xep_0060")
        started = asyncio.Event()
        client.add_event_handler("session_start", lambda _: started.set())
        client.connect("127.0.0.1", self.port)
        await asyncio.wait_for(started.wait(), 20)
        for payload in payloads:
            entry = ET.Element("{http://www.w3.org/2005/Atom}entry")
            entry.text = payload
            await client.plugin["xep_0060"].publish("pubsub.localhost", node, payload=entry)
        client.abort()


@pytest.fixture
def xmpp(tmp_path):
    assert shutil.which("prosody"), "prosody is missing: apt-get install prosody"
    folder = tmp_path / "xmpp"
    folder.mkdir()
    server = XMPP(folder).start()
    yield server
    server.stop()


class Ear:
    """Runs a listener, and holds what comes of it."""

    def __init__(self, listener, shortest=0.1):
        self.inbox, self.lines, self.news = Inbox(), [], []
        self.listening = Listening(listener, self.inbox, time.time, shortest)
        self.listening.start()

    def until(self, condition, seconds=30.0):
        """Take what comes until a condition holds; each alert is journaled at once."""
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, (len(self.lines), self.news)
            self.inbox.wait(0.1)
            alerts, news = self.inbox.take(100)
            self.lines += alerts
            self.news += news
            for alert in alerts:
                alert.done()
        return self

    def reports(self, wrong):
        return [one.message for one in self.news if getattr(one, "wrong", None) is wrong]

    def close(self):
        self.inbox.close()
        self.listening.join(2)


@pytest.fixture
def ears():
    made = []

    def listen(listener, **more):
        made.append(Ear(listener, **more))
        return made[-1]

    yield listen
    for ear in made:
        ear.close()


@pytest.fixture
def secret(tmp_path):
    """A netrc file that only its owner can read."""
    path = Path(tmp_path / "netrc")
    path.write_text("machine localhost login supervisor password secret\n")
    path.chmod(0o600)
    return path


LARGE = {"uid": "G7", "alert_type": "new", "data": {"x": "y" * 2000}}


def kept_by_hop(**more):
    """What hop's server keeps of a large alert."""
    return bson.dumps({"message": json.dumps(LARGE).encode(), "metadata": {
        "headers": [["_format", b"json"]], "timestamp": 1_500_000_000_000, **more}})


class Kept:
    """A server that has the content of a large alert, and answers in the way that it is told."""

    def __init__(self):
        self.content, self.status, self.hangs, self.asked = kept_by_hop(), 200, False, []
        self.go_on, kept = threading.Event(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                kept.asked.append(dict(self.headers))
                if kept.hangs:
                    kept.go_on.wait(10)
                self.send_response(kept.status)
                self.send_header("Content-Length", str(len(kept.content)))
                self.end_headers()
                self.wfile.write(kept.content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.place = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.place}/msg/1"

    def close(self):
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def kept():
    made = Kept()
    yield made
    made.close()
