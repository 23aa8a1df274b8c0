"""Letters through apprise, to a real HTTP server."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fsm.io.addresses import named
from fsm.io.delivery.address_book import AddressBook
from fsm.io.delivery.attempts import DeliveryError
from fsm.io.delivery.chat import ChatChannel
from fsm.io.journal.outgoing import GOOD_NEWS, Letter
from tests.io.delivery.test_outbox import T
from tests.io.delivery.test_outbox import World as Outgoing


class Service(BaseHTTPRequestHandler):
    """A service that takes what is posted; to paths with ``drip`` it answers byte by byte."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.status)
        if "drip" in self.path:
            self.flush_headers()
            while not self.server.over.wait(0.02):
                self.wfile.write(b"x")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        server.daemon_threads = True
        server.got, server.status, server.over = [], 200, threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


def channel(service, *paths):
    return ChatChannel(AddressBook({"sky": [f"json://127.0.0.1:{service.server_port}/{path}"
                                     for path in paths or ["token1234"]]}))


def letter(service, path="token1234"):
    address = f"json://127.0.0.1:{service.server_port}/{path}"
    return Letter(0.0, named(address), "G1: needs <b>attention</b>",
                  "What: *nothing*\nline two\n", "k")


def test_a_letter_arrives_as_plain_text(service):
    channel(service).deliver(letter(service), False)
    (got,) = service.got
    assert got["title"] == "G1: needs <b>attention</b>"
    assert got["message"].strip() == "What: *nothing*\nline two"


@pytest.mark.parametrize(("gravity", "kind"), [
    (0, "failure"), (1, "warning"), (2, "info"), (4, "info"), (GOOD_NEWS, "success")])
def test_a_service_may_choose_its_colour_by_how_grave_it_is(service, gravity, kind):
    channel(service).deliver(letter(service)._replace(gravity=gravity), False)
    assert service.got[0]["type"] == kind


def test_a_service_that_fails_may_pass_and_its_secret_is_not_told(service):
    service.status = 500
    with pytest.raises(DeliveryError) as caught:
        channel(service).deliver(letter(service), False)
    assert not caught.value.final and "token1234" not in str(caught.value)
    assert str(caught.value).startswith("json://…")


def test_a_service_that_is_away(service):
    one, way = letter(service), channel(service)
    service.server_close()
    service.shutdown()
    with pytest.raises(DeliveryError):
        way.deliver(one, False)


def test_only_letters_to_such_addresses(service):
    assert channel(service).takes(letter(service))
    assert not channel(service).takes(letter(service)._replace(address="a@example.org"))


@pytest.fixture
def outgoing(tmp_path):
    made = []

    def make(channel):
        made.append(Outgoing(tmp_path / "j.db", chat=channel))
        return made[-1]

    yield make
    for one in made:
        one.outbox.close(0)
        one.journal.close()


def test_chats_that_drip_hold_no_other_up_and_get_no_second_letter_meanwhile(
        service, outgoing, monkeypatch):
    drips = [f"drip{number}" for number in range(10)]
    one = outgoing(channel(service, *drips, "token1234"))
    one.put(*(letter(service, path)._replace(key=path) for path in drips))
    one.put(letter(service)._replace(key="k1"))
    (arrived,) = one.turn()
    assert not arrived.error and one.outbox.waiting() == len(drips)
    while len(service.got) <= len(drips):
        time.sleep(0.01)
    monkeypatch.setattr("fsm.io.delivery.outbox.WITHIN", 0.0)
    one.outbox.send((), T)
    failed = one.turn()
    assert len(failed) == len(drips) and {"json" in now.error for now in failed} == {True}
    for pause in (30, 60):
        one.now += pause
        one.outbox.send((), one.now)
        assert len(one.turn()) == len(drips)
    assert len(service.got) == len(drips) + 1 and not one.outbox.busy
    service.over.set()
    while one.outbox.waiting():
        one.turn()
    assert len(service.got) == len(drips) + 1


def test_what_one_chat_is_told_holds_no_secret_of_another(service):
    service.status = 500
    paths = [f"token{number}x{number}" for number in range(8)]
    way, errors = channel(service, *paths), []

    def send(path):
        for _ in range(5):
            with pytest.raises(DeliveryError) as caught:
                way.deliver(letter(service, path), False)
            errors.append(str(caught.value))

    threads = [threading.Thread(target=send, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 40 and not [path for path in paths if path in "".join(errors)]
    assert all(text.count("Failed to send") == 1 for text in errors), errors


def test_a_service_that_raises_tells_no_secret(service, monkeypatch):
    import apprise

    def raises(self, **more):
        raise RuntimeError("token1234 is bad")

    monkeypatch.setattr(apprise.Apprise, "notify", raises)
    with pytest.raises(DeliveryError, match="RuntimeError: … is bad"):
        channel(service).deliver(letter(service), False)
