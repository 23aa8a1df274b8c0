"""The tables that tell a running supervisor where it listens and tells."""

from pathlib import Path

import pytest

from fsm.errors import ConfigurationError
from fsm.io.config import load, read
from fsm.io.running import CatchUp, Running, Silence, running
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
        "silence": {"all": 10, "topics": {"superevent": 5}}})
    assert made.listen[0] == ("lvalert", {"server": "example.org", "nodes": ("cbc_gstlal",)})
    assert made.catch_up == CatchUp(60, queries=("", "group: Test"))
    assert made.silence == Silence(10, {"superevent": 5})


@pytest.mark.parametrize(("plain", "words"), [
    ({"journal": {"file": "x"}}, "unknown key 'file' in journal"),
    ({"journal": 3}, "'journal' must be a table"),
    ({"gracedb": {"at_once": 0}}, "must be more than 0"),
    ({"gracedb": {"authenticated": "yes"}}, "gracedb.authenticated: expected true or false"),
    ({"catch_up": {"queries": "group"}}, "catch_up.queries: expected a list of texts"),
    ({"silence": {"topics": 3}}, "silence.topics: expected a table"),
    ({"silence": {"topics": {"a": -1}}}, "silence.topics.a: expected a number from 0 on"),
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
    path = Path(__file__).parents[2] / "examples" / f"{name}.toml"
    made = running(read(path))
    load(path, charts()[0])
    assert made != Running()
