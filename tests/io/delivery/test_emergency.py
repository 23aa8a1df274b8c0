"""What is told past the journal: to whom, soon, and whatever happens without an error."""

import time

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.daemon import running
from fsm.io.delivery import emergency
from fsm.standin.mail import MailStandIn
from tests.servers.xmpp import free_port


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    made = MailStandIn(tmp_path / "mail").start()
    yield made
    made.stop()


def configured(port, **tell):
    return running({
        "tell": tell, "parties": {"operators": ["a@example.org", "b@example.org"]},
        "mail": {"server": "127.0.0.1", "port": port, "security": "none",
                 "sender": "es@example.org"}})


def told(server):
    return sorted(line for text in server.received for line in text.splitlines()
                  if line.startswith("To:"))


def test_the_operators_are_told_where_nobody_else_is_named(server):
    emergency.say(configured(server.port), "j.db is damaged")
    assert told(server) == ["To: a@example.org", "To: b@example.org"]
    assert all("j.db is damaged" in text for text in server.received)


@pytest.mark.parametrize("given", ["c@example.org", ["c@example.org"]])
def test_or_those_who_are_named(server, given):
    emergency.say(configured(server.port, last_words=given), "j.db is damaged")
    assert told(server) == ["To: c@example.org"]


def test_one_way_that_fails_holds_no_other_up_and_tells_no_secret(server, caplog):
    dead = f"json://127.0.0.1:{free_port()}/tokenA1234567"
    emergency.say(configured(server.port, last_words=[dead, "c@example.org"]), "it ends")
    assert told(server) == ["To: c@example.org"]
    assert "could not be told" in caplog.text and "1234567" not in caplog.text


def test_it_raises_nothing_and_does_not_wait_long(server, caplog, monkeypatch):
    emergency.say(configured(free_port()), "it ends")
    assert "a@example.org could not be told" in caplog.text
    emergency.say(running({}), "it ends")  # nobody is there to be told
    monkeypatch.setattr(emergency, "_send", lambda letter, channels: time.sleep(5))
    began = time.monotonic()
    emergency.say(configured(server.port), "it ends", 0.2)
    assert time.monotonic() - began < 2 and "not everybody" in caplog.text


@pytest.mark.parametrize(("tell", "words"), [
    ({"last_words": ["nobody"]}, "tell.last_words: expected an e-mail address"),
    ({"last_words": 7}, "tell.last_words: expected a list of texts"),
    ({"last_words": ["a@example.org"]}, r"so \[mail\] needs a 'server'"),
    ({"last_word": []}, "did you mean 'last_words'"),
])
def test_addresses_that_cannot_be(tell, words):
    with pytest.raises(ConfigurationError, match=words):
        running({"tell": tell})
