"""The tables that tell a running supervisor where it listens and tells."""

from pathlib import Path

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config.daemon import running
from fsm.io.config.load import load, read
from fsm.io.config.sections import CatchUp, Running, Silence
from fsm.registry import charts


def test_without_tables_there_are_defaults():
    assert running({}) == Running()


def test_everything_can_be_said():
    made = running({
        "journal": {"path": "j.db", "keep_days": 3, "in_memory": 100},
        "gracedb": {"url": "", "at_once": 2, "authenticated": False},
        "listen": [{"kind": "lvalert", "server": "example.org", "nodes": ["cbc_gstlal"]},
                   {"kind": "igwn-alert", "topics": ["superevent"], "consumer_group": "es"},
                   {"kind": "file", "path": "a"}, {"kind": "file", "path": "b"}],
        "tell": {"log": False, "file": "m.jsonl"},
        "catch_up": {"every": 60, "queries": ["", "group: Test"]},
        "silence": {"all": 10, "topics": {"superevent": 5}},
        "parties": {"operators": ["a@example.org", "json://localhost/x"], "sky": "b@example.org"},
        "mail": {"server": "mail.example.org", "sender": "es@example.org", "security": "tls"},
        "health": {"outbox": 5}, "logs": {"folder": "logs"},
        "operators": {"group": "astro", "name": "es"}})
    assert made.parties == {"operators": ("a@example.org", "json://localhost/x"),
                            "sky": ("b@example.org",)}
    assert made.socket == "j.db.sock" and made.health.outbox == 5
    assert made.listen[0] == ("lvalert", {"server": "example.org", "nodes": ("cbc_gstlal",)})
    assert made.catch_up == CatchUp(60, queries=("", "group: Test"))
    assert made.silence == Silence(10, {"superevent": 5})


@pytest.mark.parametrize(("plain", "words"), [
    ({"journal": {"file": "x"}}, "unknown key 'file' in journal"),
    ({"journal": 3}, "'journal' must be a table"),
    ({"gracedb": {"at_once": 0}}, "must be more than 0"),
    ({"gracedb": {"seconds": 0}}, "must be more than 0"),
    ({"gracedb": {"megabytes": "8"}}, "gracedb.megabytes: expected a number"),
    ({"gracedb": {"authenticated": "yes"}}, "gracedb.authenticated: expected true or false"),
    ({"catch_up": {"queries": "group"}}, "catch_up.queries: expected a list of texts"),
    ({"listen": [{"kind": "igwn-alert", "topics": [], "consumer_group": "x",
                  "server": "127.0.0.1"}]}, "expected an address such as kafka://"),
    *(({"listen": [{"kind": "lvalert", "server": "x", "nodes": [], "publishers": [account]}]},
       "expected accounts such as") for account in ("", "gracedb", "a@b/resource")),
    ({"listen": [{"kind": "lvalert", "server": "x", "nodes": [], "operators": ["me"]}]},
     "operators: expected accounts such as"),
    ({"silence": {"topics": 3}}, "silence.topics: expected a table"),
    ({"silence": {"topics": {"a": -1}}}, "silence.topics.a: expected a number from 0 on"),
    ({"parties": {"sky": ["b@example.org"]}}, r"so \[mail\] needs a 'server' and a 'sender'"),
    ({"parties": {"sky": "nobody"}}, "parties.sky: expected an e-mail address, or one of apprise"),
    ({"parties": {"sky": "b@example.org\nBcc: c@example.org"}}, "parties.sky: expected an e-mail"),
    ({"parties": {"sky": 7}}, "parties.sky: expected a list of texts"),
    ({"parties": {"sky": "nosuch://secret/x"}}, "nosuch://…#.* is no address that apprise knows"),
    ({"parties": ["a"]}, "'parties' must be a table"),
    ({"mail": {"server": "x"}}, "mail.sender: expected an e-mail address, not ''"),
    ({"mail": {"security": "ssl"}}, "mail.security: expected one of starttls, tls, none"),
    ({"mail": {"password": "x"}}, "unknown key 'password' in mail"),
    ({"health": {"outbox": -1}}, "health.outbox: expected a number from 0 on"),
    ({"listen": {}}, r"must be written as \[\[listen\]\]"),
    ({"listen": [{"kind": "lvalrt"}]}, "listen 1: no kind of listener 'lvalrt'; did you mean"),
    ({"listen": [3]}, "listen 1: no kind of listener 3"),
    ({"listen": [{"kind": "lvalert", "server": "a"}]}, "listen 1: lvalert needs 'nodes'"),
    ({"listen": [{"kind": "file", "path": "a", "nodes": []}]}, "unknown key 'nodes' in listen 1"),
    ({"listen": [{"kind": "stdin"}, {"kind": "stdin"}]}, "two listeners have one name"),
])
def test_what_is_wrong_is_said(plain, words):
    with pytest.raises(ConfigurationError, match=words):
        running(plain)


@pytest.mark.parametrize("name", ["supervisor", "demo"])
def test_the_examples_can_be_read(name):
    path = Path(__file__).parents[3] / "examples" / f"{name}.toml"
    made = running(read(path))
    load(path, charts()[0])
    assert made != Running()
