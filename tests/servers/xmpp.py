"""An XMPP server, Prosody, with a certificate of its own."""

import asyncio
import contextlib
import datetime
import json
import os
import queue
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import slixmpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from slixmpp.xmlstream import ET

SERVICE, EVENTS = "pubsub.localhost", "http://jabber.org/protocol/pubsub#event"
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
    """A Prosody server with the accounts ``supervisor``, ``publisher`` and ``stranger``."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.ca_file, self.netrc = folder / "cert.pem", folder.parent / "netrc"
        self.certify("localhost")
        accounts = folder / "data" / "localhost" / "accounts"
        accounts.mkdir(parents=True)
        for user in ("supervisor", "publisher", "stranger"):
            (accounts / f"{user}.dat").write_text('return { ["password"] = "secret"; };\n')
        (folder / "config.lua").write_text(SERVER_CONFIG.format(folder=folder, port=self.port))
        self.netrc.write_text("machine localhost login supervisor password secret\n")
        self.netrc.chmod(0o600)
        self._process = None

    def table(self, *nodes):
        """The ``[[listen]]`` table of a configuration with which nodes of it are listened to."""
        return f"""
[[listen]]
kind = "lvalert"
server = "localhost"
nodes = {json.dumps(nodes)}
netrc = "{self.netrc}"
host = "127.0.0.1"
port = {self.port}
ca_file = "{self.ca_file}"
"""

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

    def freeze(self):
        """Let it do nothing, as a machine that hangs."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def publish(self, node, payloads):
        """Publish texts as items of a node; returns when all are taken."""
        async def act(client):
            for payload in payloads:
                await client.plugin["xep_0060"].publish(SERVICE, node, payload=entry(payload))

        self.act("publisher", act)

    def delete(self, node):
        """Delete a node with all subscriptions to it."""
        self.act("publisher", lambda client: client.plugin["xep_0060"].delete_node(SERVICE, node))

    def unsubscribe(self, node):
        """Take the supervisor's subscription away, behind its back."""
        self.act("supervisor", lambda client: client.plugin["xep_0060"].unsubscribe(SERVICE, node))

    def send(self, user, node, payloads=(), kind="items"):
        """Send the supervisor a message that looks like one of the publishing service."""
        async def act(client):
            message = client.make_message("supervisor@localhost", mtype="headline")
            event = ET.SubElement(message.xml, f"{{{EVENTS}}}event")
            items = ET.SubElement(event, f"{{{EVENTS}}}{kind}", node=node)
            for payload in payloads:
                ET.SubElement(items, f"{{{EVENTS}}}item").append(entry(payload))
            message.send()
            await asyncio.sleep(0.2)  # nobody confirms it

        self.act(user, act)

    def ask(self, user, text, seconds=20):
        """Send the supervisor a message; returns what it answers, None where it does not."""
        answers = []

        async def act(client):
            client.add_event_handler("message", lambda message: answers.append(message["body"]))
            client.send_message("supervisor@localhost", text, mtype="chat")
            end = time.monotonic() + seconds
            while not answers and time.monotonic() < end:
                await asyncio.sleep(0.05)

        self.act(user, act)
        return answers[0] if answers else None

    def act(self, user, action):
        """Do something by a client of a user's; ``action`` is a coroutine function of it."""
        done = queue.SimpleQueue()
        threading.Thread(target=lambda: done.put(self._tried(user, action))).start()
        error = done.get(timeout=60)
        if error is not None:
            raise error

    def _tried(self, user, action):
        try:
            asyncio.run(self._act(user, action))
        except Exception as error:
            return error
        return None

    async def _act(self, user, action):
        # Of two clients that log in at the same moment within one process one may hang: slixmpp
        # keeps what its plugins know in common.
        for seconds in (5, 10, 20):
            with contextlib.suppress(TimeoutError):
                client = await self.connected(user, seconds)
                break
        try:
            await action(client)
        finally:
            client.abort()

    async def connected(self, user, seconds=20):
        """A client of a user's."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        client = slixmpp.ClientXMPP(f"{user}@localhost", "secret", ssl_context=context)
        client.loop = asyncio.get_running_loop()
        client.enable_direct_tls = False
        client.register_plugin("xep_0060")
        started = asyncio.Event()

        async def begin(_):
            client.send_presence(ppriority=-1)  # what is sent to the account is not for this one
            started.set()

        client.add_event_handler("session_start", begin)
        client.connect("127.0.0.1", self.port)
        try:
            await asyncio.wait_for(started.wait(), seconds)
        except BaseException:
            client.abort()
            raise
        return client


class Publisher:
    """Publishes as GraceDB does: what the server does not take at once is lost.

    Args:
        server: :class:`XMPP`.
    """

    def __init__(self, server):
        self.server, self._waiting = server, queue.SimpleQueue()
        threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True).start()

    def publish(self, node, payload):
        """Publish a text beside whoever calls."""
        self._waiting.put((node, payload))

    async def _run(self):
        client, loop = None, asyncio.get_running_loop()
        while True:
            node, payload = await loop.run_in_executor(None, self._waiting.get)
            try:
                client = client or await self.server.connected("publisher", 3)
                await client.plugin["xep_0060"].publish(SERVICE, node, payload=entry(payload),
                                                        timeout=3)
            except Exception:  # the alert is lost, whatever it was
                if client:
                    client.abort()
                client = None


def entry(payload):
    """What an item of a node holds."""
    made = ET.Element("{http://www.w3.org/2005/Atom}entry")
    made.text = payload
    return made
