"""The tables that tell a running supervisor where it listens and tells."""

from pathlib import Path

import attrs
import pytest

from fsm.errors import ConfigurationError
from fsm.io.config import tables
from fsm.io.config.daemon import running
from fsm.io.config.listen import ListenLVAlert
from fsm.io.config.load import load, read
from fsm.io.config.sections import CatchUp, Running, Silence
from fsm.io.delivery.routes import Route
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
        "tell": {"log": False, "file": "m.jsonl", "digest": "08:00",
                 "route": [{"channel": "json", "severity": "critical", "parties": ["operators"]}]},
        "runbooks": {"bayestar": "https://wiki.example.org/bayestar"},
        "web": {"url": "https://es.example.org/"},
        "catch_up": {"every": 60, "queries": ["", "group: Test"]},
        "silence": {"all": 10, "topics": {"superevent": 5}},
        "parties": {"operators": ["a@example.org", "json://localhost/x"], "sky": "b@example.org"},
        "mail": {"server": "mail.example.org", "sender": "es@example.org", "security": "tls"},
        "health": {"outbox": 5}, "logs": {"folder": "logs"},
        "operators": {"group": "astro", "name": "es"}})
    assert made.parties == {"operators": ("a@example.org", "json://localhost/x"),
                            "sky": ("b@example.org",)}
    assert made.socket == "j.db.sock" and made.health.outbox == 5
    assert made.listen[0] == ListenLVAlert(server="example.org", nodes=("cbc_gstlal",))
    assert made.catch_up == CatchUp(60, queries=("", "group: Test"))
    assert made.tell.digest == "08:00" and made.web.url == "https://es.example.org/"
    assert made.tell.route == (Route(channel="json", severity="critical", parties=("operators",)),)
    assert made.runbooks == {"bayestar": "https://wiki.example.org/bayestar"}
    assert made.silence == Silence(10, {"superevent": 5})


@pytest.mark.parametrize(("plain", "words"), [
    ({"journal": {"file": "x"}}, "unknown key 'file' in journal"),
    ({"journal": 3}, "'journal' must be a table"),
    ({"gracedb": {"at_once": 0}}, "must be more than 0"),
    ({"gracedb": {"seconds": 0}}, "must be more than 0"),
    ({"gracedb": {"megabytes": "8"}}, "gracedb.megabytes: expected a number"),
    ({"gracedb": {"authenticated": "yes"}}, "gracedb.authenticated: expected true or false"),
    ({"catch_up": {"queries": "group"}}, "catch_up.queries: expected a list of texts"),
    ({"listen": [{"kind": "igwn-alert", "topics": ["a"], "consumer_group": "x",
                  "server": "127.0.0.1"}]}, "expected an address such as kafka://"),
    *(({"listen": [{"kind": "lvalert", "server": "x", "nodes": [], "publishers": [account]}]},
       "expected accounts such as") for account in ("", "gracedb", "a@b/resource")),
    ({"listen": [{"kind": "lvalert", "server": "x", "nodes": [], "operators": ["me"]}]},
     "operators: expected accounts such as"),
    *(({"tell": {"digest": time}}, "tell.digest: expected a time of day")
      for time in ("8:00", "24:00", "08:60", "8 am")),
    ({"tell": {"digest": 8}}, "tell.digest: expected a text"),
    ({"tell": {"route": [{"channel": "mail"}]}}, "needs a 'severity'"),
    ({"tell": {"route": [{"severity": "grave"}]}}, "tell.route.severity: expected one of critical"),
    ({"web": {"url": "es.example.org"}}, "web.url: expected an address such as"),
    *(({"web": {"proxy": one}}, "web.proxy: expected an IP address such as")
      for one in ("proxy.example.org", "10.0.0.0/8", "127.0.0.1:80")),
    ({"web": {"proxy": "127.0.0.1"}}, "web.proxy: every account of that machine"),
    ({"runbooks": {"bayestar": 3}}, "runbooks.bayestar: expected a text"),
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
    ({"health": {"outbox": -1}}, "health.outbox: expected a whole number from 0 on"),
    ({"health": {"oldest_alert": -1}}, "health.oldest_alert: expected a number from 0 on"),
    *(({table: {key: value}}, f"{table}.{key}: {words}") for table, key, value, words in (
        ("gracedb", "at_once", 0.5, "expected a whole number"),
        ("gracedb", "at_once", 0, "must be more than 0"),
        ("gracedb", "seconds", 1e9, "must be at most a year"),
        ("gracedb", "url", "http://[::", "expected an address such as https://"),
        ("gracedb", "url", "gracedb.ligo.org", "expected an address such as https://"),
        ("gracedb", "url", "ftp://gracedb.ligo.org/", "expected an address such as https://"),
        ("gracedb", "url", "https://", "expected an address such as https://"),
        ("gracedb", "url", "https://a:99999/", "expected an address such as https://"),
        ("gracedb", "url", "https://me:secret@[", "expected .* not one that is not shown"),
        ("tell", "reminders", 2.5, "expected a whole number"),
        ("tell", "keep", 2.5, "expected a whole number"),
        ("journal", "in_memory", 0, "must be more than 0"),
        ("journal", "in_memory", 0.5, "expected a whole number"),
        ("journal", "path", "", "must not be empty"),
        ("journal", "path", "a\0b", "expected a text without NUL"),
        ("logs", "keep", 2.5, "expected a whole number"),
        ("logs", "megabytes", 0, "must be more than 0"),
        ("health", "outbox", 0.5, "expected a whole number"),
        ("catch_up", "window", 1e11, "must be at most a hundred years"),
        ("mail", "port", 65536, "must be at most 65535"),
        ("mail", "port", 0.5, "expected a whole number"),
        ("mail", "server", "smtp://x", "expected the name of a host"),
        ("operators", "socket", "s" * 99, "the path of a socket has at most 98 bytes"))),
    ({"journal": {"path": "j" * 94}}, "journal.path, and '.sock': the path of a socket"),
    ({"journal": {"path": "a"}, "tell": {"file": "./a"}}, "tell.file: it is the same file as jour"),
    ({"journal": {"path": "a"}, "operators": {"socket": "a"}}, "operators.socket: it is the same"),
    ({"listen": [{"kind": "lvalert", "server": "x", "nodes": [], "host": "a b"}]},
     "listen 1.host: expected the name of a host"),
    *(({"listen": [{"kind": "igwn-alert", "topics": ["a"], "consumer_group": "x", **more}]},
       f"listen 1.{next(iter(more))}: {words}") for more, words in (
        ({"consumer_group": ""}, "must not be empty"), ({"topics": []}, "must not be empty"),
        ({"topics": [""]}, "a text in it is empty"), ({"name": ""}, "must not be empty"),
        ({"server": "kafka://[::"}, "expected an address such as kafka://"),
        ({"server": "http://x/"}, "expected an address such as kafka://"),
        ({"port": 0}, "must be more than 0"), ({"port": 1.5}, "expected a whole number"),
        ({"auth": 1}, "expected true or false"))),
    *(({"listen": [{"kind": "lvalert", "nodes": [], "server": server}]},
       "listen 1.server: expected the name of a host")
      for server in ("", "lv alert:5222", "http://x", "x.example.org:5222", "a..b", "x" * 64)),
    ({"listen": [{"kind": "file", "path": ""}]}, "listen 1.path: must not be empty"),
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


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8080/api/", "https://[::1]/api/",
                                 "https://me:secret@gracedb.ligo.org/api/", "HTTPS://G_2.example./"])
def test_addresses_that_can_be(url):
    assert running({"gracedb": {"url": url}}).gracedb.url == url


def test_a_whole_number_may_be_written_with_a_point():
    made = running({"gracedb": {"at_once": 4.0}, "tell": {"reminders": 0.0}})
    assert (made.gracedb.at_once, made.tell.reminders) == (4, 0)
    assert all(isinstance(one, int) for one in (made.gracedb.at_once, made.tell.reminders))


def test_the_tables_of_a_supervisor_are_known_by_name():
    assert tuple(field.name for field in attrs.fields(Running)) == tables.OF_DAEMON
