"""What a configuration means for the parts of a daemon."""

import grp
import os
import socket

import pytest

from fsm.daemon.in_vain import unmatched, unused
from fsm.daemon.wiring import catch_up, instance, unable, unheard
from fsm.io.config.daemon import running
from fsm.io.config.load import policy
from fsm.registry import charts

PROCESSES = charts()[0]


@pytest.mark.parametrize(("plain", "queries"), [
    ({}, ("",)),
    ({"profile": [{"name": "a", "group": ["CBC", "External"]}, {"name": "b", "group": ["CBC"]}]},
     ("group: cbc", "group: external")),
    ({"profile": [{"name": "a", "group": ["CBC"]}, {"name": "b", "pipeline": ["CWB"]}]}, ("",)),
    ({"profile": [{"name": "a", "group": ["CBC"]}, {"name": "b", "only": []}]}, ("group: cbc",)),
    ({"profile": [{"name": "a", "group": ["CBC"]}], "catch_up": {"queries": ["search: MDC"]}},
     ("search: MDC",)),
])
def test_only_what_some_profile_supervises_is_searched_for(plain, queries):
    assert catch_up(running(plain), policy(plain, PROCESSES)).queries == queries


@pytest.mark.parametrize(("topic", "in_vain"), [
    ("cbc_gstlal", False), ("cbc_gstlal_lowmass", False), ("cbc_gstlal_mdc", True),
    ("cbc_pycbc", True), ("burst_cwb", True), ("superevent", True), ("mdc_superevent", True)])
def test_topics_that_are_listened_to_in_vain_are_named(topic, in_vain):
    plain = {"profile": [{"name": "a", "group": ["CBC"], "pipeline": ["gstlal"],
                          "search": ["LowMass"]}],
             "listen": [{"kind": "igwn-alert", "topics": [topic], "consumer_group": "x"}]}
    found = list(unmatched(policy(plain, PROCESSES), running(plain)))
    assert [words.split()[0] for words in found] == [topic] * in_vain


@pytest.mark.parametrize(("plain", "words"), [
    ({}, "nobody has an address"), ({"general": {"warnings": False}}, ""),
    ({"parties": {"x": []}}, "party 'advocates'"),
    ({"mail": {"server": "x.example.org", "sender": "a@x.org"}}, "party 'advocates'")])
def test_who_has_no_address_is_said(plain, words):
    said = list(unheard(policy(plain, PROCESSES), running(plain)))
    assert said[0].startswith(words) and all("only the log will tell" in one for one in said) \
        if words else said == []
    assert len(said) == 1 or "nobody" not in words


def test_which_of_several_it_is_stays_the_same_and_is_no_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    host = socket.gethostname()
    assert instance(running({})) == host
    assert instance(running({"operators": {"socket": "s"}})) == f"{host}:{tmp_path}/s"
    assert instance(running({"operators": {"socket": "/run/b/s"}})) == f"{host}:/run/b/s"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """What is in the way of a configuration in a folder with a few things, in words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("no journal")
    (tmp_path / "sqlite").write_bytes(b"SQLite format 3\0...")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "nowhere").symlink_to("nosuch/folder")
    (tmp_path / "round").symlink_to("round")
    with socket.socket(socket.AF_UNIX) as way:
        way.bind("socket")
    return lambda plain: [one.removeprefix("on this machine 'fsm run' would not start: ")
                          for one in unable(running(plain))]


@pytest.mark.parametrize(("table", "key", "value", "words"), [
    ("journal", "path", "new.db", ""), ("journal", "path", "a/b/new.db", ""),
    ("journal", "path", "sqlite", ""), ("journal", "path", "empty", ""),
    ("journal", "path", "nowhere", ""), ("journal", "path", "folder", "folder is no file"),
    ("journal", "path", "file/x.db", "/file is no folder"),
    ("journal", "path", "file", "file is there, and is no journal"),
    ("journal", "path", "round", "round: "), ("logs", "folder", "a/b", ""),
    ("logs", "folder", "folder", ""), ("logs", "folder", "file", "file is no folder"),
    ("logs", "folder", "file/logs", "file is no folder"),
    ("logs", "folder", "nowhere", "nowhere is a link to what is not there"),
    ("logs", "folder", "x" * 300, "File name too long"), ("operators", "socket", "socket", ""),
    ("operators", "socket", "folder/s", ""), ("operators", "socket", "folder", "is no socket"),
    ("operators", "socket", "file", "is no socket"),
    ("operators", "socket", "nosuch/s", "there is no folder nosuch"),
    ("operators", "group", grp.getgrgid(os.getegid()).gr_name, ""),
    ("operators", "group", "nosuchgroup", "there is no group 'nosuchgroup'")])
def test_what_is_in_the_way_on_this_machine_is_said(here, table, key, value, words):
    said = here({table: {key: value}})
    assert [one.startswith(f"{table}.{key}: ") and words in one for one in said] == \
        [True] * bool(words), said


def test_the_socket_may_be_in_a_folder_that_is_made_before_it(here):
    assert here({"journal": {"path": "a/b/j.db"}, "operators": {"socket": "a/s"}}) == []
    assert here({"logs": {"folder": "logs"}, "operators": {"socket": "logs/s"}}) == []


@pytest.mark.skipif(not os.getuid(), reason="root may write everywhere")
def test_what_may_not_be_written_is_said(here, tmp_path):
    (tmp_path / "folder").chmod(0o500)
    (tmp_path / "sqlite").chmod(0o400)
    for plain in ({"journal": {"path": "folder/j"}}, {"journal": {"path": "sqlite"}},
                  {"logs": {"folder": "folder/logs"}}, {"operators": {"socket": "folder/s"}}):
        assert "by this user" in here(plain)[0]


def test_a_route_of_a_channel_that_no_address_has_is_said():
    plain = {"parties": {"operators": ["slack://a/b/c"]}, "tell": {"route": [
        {"severity": "major", "channel": "telephone"}, {"severity": "major", "channel": "Slack"}]}}
    said, = unused(PROCESSES, policy(plain, PROCESSES), running(plain))
    assert said == "tell.route 1: no address in [parties] has the channel 'telephone'; " \
                   "the channels are slack"


def test_runbooks_and_routes_of_nobody_are_said():
    plain = {"runbooks": {"bayestr": "x", "bayestar": "y"},
             "tell": {"route": [{"severity": "major", "parties": ["operators", "operator"]}]}}
    assert list(unused(PROCESSES, policy(plain, PROCESSES), running(plain))) == [
        "runbooks.bayestr: there is no such process; did you mean 'bayestar'?",
        "tell.route 1: nobody is told anything as 'operator'; did you mean 'operators'?"]
