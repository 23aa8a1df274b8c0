"""A daemon whose letters are under way, or do not arrive, with real servers for these."""

import asyncio
import json
import os
import threading
import time
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.standin.mail import MailStandIn
from tests.servers.smtp import HANG, rude_smtp

CONFIG = """
gather = 0.05
[mail]
server = "127.0.0.1"
port = {port}
security = "none"
sender = "es@example.org"
[parties]
operators = {addresses}
"""


PROGRAM = """
from fsm.daemon import daemon, upkeep
from fsm.cli import main
from fsm.io.delivery import outbox
daemon.STOP_WITHIN, daemon.LETTERS_WITHIN, upkeep.LOOK = 0.1, {letters}, 0.1
outbox.PAUSE = {pause}
main()
"""


class Stopped:
    """A daemon with nothing to supervise, which is told to send letters.

    At the end it waits for threads hardly at all, but for letters under way so many seconds; and
    it looks often at all that it looks at.
    """

    def __init__(self, running, folder, port, *addresses, letters=30.0, pause=30.0):
        (folder / "alerts.jsonl").write_text("")
        self.daemon = running(folder / "d", folder / "alerts.jsonl", "--gracedb", "none")
        self.daemon.program = ("-c", PROGRAM.format(letters=letters, pause=pause))
        self.config = self.daemon.folder / "config.toml"
        with self.config.open("a") as stream:
            stream.write(CONFIG.format(port=port, addresses=json.dumps(addresses)))
        self.environment = {**os.environ, "NETRC": str(folder / "none")}
        self.start()

    def start(self):
        self.daemon.start(env=self.environment)
        self.daemon.until(lambda: self.request("status").exit_code == 0)

    def request(self, *arguments):
        return CliRunner().invoke(main, [*arguments, "--socket", f"{self.daemon.journal}.sock"])

    def tell(self):
        assert self.request("tell", "hello").exit_code == 0

    def incidents(self):
        return set(json.loads(self.request("status", "--json").stdout)["troubles"])

    def letters(self):
        """(tries, whether it was delivered) of each letter."""
        return self.daemon.rows("SELECT tries, done IS NOT NULL AND error IS NULL FROM outbox "
                                "WHERE channel IN ('mail', 'chat')")


class SlowMail(MailStandIn):
    """Has a letter, and says so only when it is let to."""

    def __init__(self, folder):
        super().__init__(folder)
        self.has, self.may_say = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(envelope.content.decode())
        self.has.set()
        while not self.may_say.is_set():
            await asyncio.sleep(0.01)
        return "250 OK"


@pytest.fixture
def mail(tmp_path):
    made = SlowMail(tmp_path / "mail").start()
    yield made
    made.may_say.set()
    made.stop()


def test_the_answer_about_a_letter_under_way_is_waited_for_and_no_copy_is_sent(
        mail, running, tmp_path):
    stopped = Stopped(running, tmp_path, mail.port, "ops@example.org")
    stopped.tell()
    assert mail.has.wait(30)
    threading.Timer(1.0, mail.may_say.set).start()  # longer than threads are waited for
    assert stopped.daemon.stop(40) == 0
    assert mail.may_say.is_set() and stopped.letters() == [(1, 1)]
    stopped.start()
    stopped.tell()
    stopped.daemon.until(lambda: len(mail.received) == 2)
    ids = {message_from_string(text)["Message-ID"] for text in mail.received}
    assert len(ids) == 2


def test_a_letter_whose_answer_does_not_come_in_time_goes_again_under_the_same_id(
        running, tmp_path):
    with rude_smtp() as server:
        server.answers["letter"] = HANG
        stopped = Stopped(running, tmp_path, server.port, "ops@example.org", letters=0.5)
        stopped.tell()
        stopped.daemon.until(lambda: server.read)
        assert stopped.daemon.stop(50) == 0
        assert stopped.letters() == [(0, 0)]
        del server.answers["letter"]
        stopped.start()
        stopped.daemon.until(lambda: stopped.letters() == [(1, 1)])
        assert len(server.read) == 2 and len(server.letters) == 1
        assert len({message_from_string(text)["Message-ID"] for text in server.read}) == 1


def test_a_chat_that_does_not_end_does_not_hold_up_the_end(running, tmp_path):
    over, asked = threading.Event(), threading.Event()

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.flush_headers()
            asked.set()
            while not over.wait(0.5):
                self.wfile.write(b"x")

        def log_message(self, *args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Chat) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stopped = Stopped(running, tmp_path, 9, f"json://127.0.0.1:{server.server_port}/x",
                          letters=0.5)
        stopped.tell()
        assert asked.wait(30)
        assert stopped.daemon.stop(45) == 0
        assert stopped.letters() == [(0, 0)]
        over.set()
        server.shutdown()


def test_without_letters_under_way_it_ends_at_once(mail, running, tmp_path):
    mail.may_say.set()
    stopped = Stopped(running, tmp_path, mail.port, "ops@example.org")
    stopped.tell()
    stopped.daemon.until(lambda: stopped.letters() == [(1, 1)])
    assert stopped.daemon.stop(10) == 0


def test_status_shows_who_is_told_and_why_not(running, tmp_path):
    with rude_smtp() as server:
        server.answers["RCPT"] = "450 mailbox busy"
        stopped = Stopped(running, tmp_path, server.port, "ops@example.org",
                          "json://127.0.0.1:9/secret99")
        assert "channel or address" not in stopped.request("status").stdout
        stopped.tell()
        stopped.daemon.until(lambda: [tries for tries, _ in stopped.letters()] == [1, 1])
        channels = {one["name"]: one
                    for one in json.loads(stopped.request("status", "--json").stdout)["channels"]}
        assert sorted(one["state"] for one in channels.values()) == ["failing"] * 2 + ["ok"] * 3
        ops = channels["mail to ops@example.org"]
        assert (ops["state"], ops["waiting"], ops["target"], ops["channel"]) == (
            "failing", 1, "ops@example.org", "mail")
        assert ops["reason"] == "the mail server says 450 mailbox busy"
        assert ops["since"] <= time.time() < ops["next"] and ops["oldest"] >= 0
        text = stopped.request("status").stdout
        assert "mailbox" in text and "mail to" in text and "secret99" not in text
        assert "secret99" not in json.dumps(channels)


def test_an_address_that_leaves_the_configuration_is_in_trouble_no_more(running, tmp_path):
    with rude_smtp() as server:
        server.answers["RCPT"] = "550 5.1.1 nobody"
        stopped = Stopped(running, tmp_path, server.port, "ops@example.org", "gone@example.org",
                          pause=0.05)
        stopped.tell()
        both = {"mail to ops@example.org", "mail to gone@example.org"}
        stopped.daemon.until(lambda: stopped.incidents() == both)
        stopped.config.write_text(stopped.config.read_text().replace(', "gone@example.org"', ""))
        assert stopped.request("reload").exit_code == 0
        stopped.daemon.until(lambda: stopped.incidents() == {"mail to ops@example.org"})
        assert "nobody can be told" in stopped.daemon.log()
