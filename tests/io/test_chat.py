"""Letters through apprise, to a real HTTP server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from fsm.errors import ConfigurationError
from fsm.io.book import Book, named
from fsm.io.chat import ChatChannel, check
from fsm.io.letters import Letter
from fsm.io.outbox import DeliveryError


class Service(BaseHTTPRequestHandler):
    """A service that takes what is posted."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def service():
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        server.got, server.status = [], 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def channel(service, path="token1234"):
    return ChatChannel(Book({"sky": [f"json://127.0.0.1:{service.server_port}/{path}"]}))


def letter(service, path="token1234"):
    address = f"json://127.0.0.1:{service.server_port}/{path}"
    return Letter(0.0, named(address), "G1: needs <b>attention</b>",
                  "What: *nothing*\nline two\n", "k")


def test_a_letter_arrives_as_plain_text(service):
    channel(service).deliver(letter(service), False)
    (got,) = service.got
    assert got["title"] == "G1: needs <b>attention</b>"
    assert got["message"].strip() == "What: *nothing*\nline two"


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


@pytest.mark.parametrize("address", ["nosuch://secret99/x", "slack://"])
def test_an_address_that_no_service_has_is_refused_without_telling_it(address):
    with pytest.raises(ConfigurationError) as caught:
        check(address)
    assert "secret99" not in str(caught.value) and "apprise" in str(caught.value)


def test_without_the_library_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("fsm.io.chat.available", lambda: False)
    with pytest.raises(ConfigurationError, match=r"pip install 'event-supervisor\[apprise\]'"):
        check("json://localhost/x")
