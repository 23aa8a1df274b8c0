"""What 'fsm config check' calls right, 'fsm run' can begin with: examples, and hostile values."""

import logging
import os
import signal
import sys
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import attrs
import pytest
import tomli_w
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.charts.policy import Timing
from fsm.daemon.daemon import Daemon
from fsm.errors import ConfigurationError
from fsm.io.config import sections
from fsm.io.config.daemon import running
from fsm.io.config.listen import LISTENERS
from fsm.io.config.load import policy
from fsm.io.config.tables import Escalate, General, ProcessTable, ProfileTable
from fsm.io.delivery.mail import MailChannel
from fsm.io.listeners.kafka import Kafka
from fsm.registry import charts

PROCESSES = charts()[0]
EXAMPLES = Path(__file__).parents[3] / "examples"
NOT_STARTED = "on this machine 'fsm run' would not start: "
HOSTILE = (
    True, -1, 0, 1, 0.5, 1e-9, 2.5, 1e12, 1e300, float("nan"), float("inf"), 10**30,
    "", " ", "x", "a\0b", "a\nb", "..", "x" * 253, "x" * 300, "x/" * 60 + "x", "x" * 5000,
    "ä" * 60, "file/under", "file", "folder", "link", "link/round", "nosuch/folder", "/dev/null",
    "http://", "http://[::", "http://x:99999/", "http://a b/", "http://x.example.org/",
    "//dev/null/x", "ftp://x", "kafka://x", "kafka://[::", "kafka://:9092", "json://[::",
    "gracedb.ligo.org", "lv alert:5222", "me@x.org", "o4", [], [""], ["x"], ["a\0b"],
    ["x" * 300], ["me@x.org"],
    ["slack://x"], [1], [[]], [{}], [{"after": 1}], {}, {"": 1}, {"x": "y"}, {"x": {}}, {"x": -1},
    {"far": {"far": 1}}, {"far": {"enabled": False}})
TABLES = {
    "general": General, "timing": Timing, "escalate": Escalate, "journal": sections.Journaling,
    "gracedb": sections.Server, "tell": sections.Telling, "mail": MailChannel,
    "catch_up": sections.CatchUp, "silence": sections.Silence, "health": sections.Health,
    "logs": sections.Logging, "operators": sections.Operating}
MAIL = {"server": "mail.example.org", "sender": "me@x.org"}
LISTEN = {"lvalert": {"server": "x.example.org", "nodes": ["cbc_gstlal"]},
          "igwn-alert": {"topics": ["superevent"], "consumer_group": "es", "auth": False},
          "file": {"path": "alerts"}, "stdin": {}}
# A hindrance on this machine would hide what else is wrong, so these have no others beside them.
ALONE = (("journal", "path"), ("logs", "folder"), ("operators", "socket"), ("operators", "group"))


def names(kind):
    return [field.name for field in attrs.fields(kind)]


def places():
    """(function from values by key to a configuration, the keys) of every table, with its name."""
    def of(name, place, keys):
        return pytest.param(place, keys, id=name)

    for table, kind in TABLES.items():
        usual = MAIL if table == "mail" else {}
        yield of(table, lambda said, table=table, usual=usual: {table: {**usual, **said}},
                 names(kind))
    for kind, usual in LISTEN.items():
        yield of(kind, lambda said, kind=kind, usual=usual: {
            "listen": [{"kind": kind, **usual, **said}]}, names(LISTENERS[kind]))
    yield of("process", lambda said: {"process": {"bayestar": said}}, names(ProcessTable))
    yield of("profile", lambda said: {"profile": [{"name": "p", **said}]}, names(ProfileTable))
    yield of("parties", lambda said: {"mail": MAIL, "parties": said},
             ["operators", "", "x", "a\nb"])
    whole = [*TABLES, "listen", "process", "profile", "parties", "nosuch"]
    yield of("tables", lambda said: said, whole)
    yield of("lists", lambda said: {key: [value] for key, value in said.items()}, whole)


def refused(plain):
    """Whether that is refused; whatever else is raised would be seen of 'fsm config check'."""
    try:
        running(plain)
        policy(plain, PROCESSES)
    except ConfigurationError as error:
        assert str(error).isprintable(), plain
        return True
    return False


class Desk:
    """Checks configurations, and has 'fsm run' begin with them.

    Attributes:
        begun: the daemons that have begun, and ended.
    """

    def __init__(self, folder):
        self.folder, self.begun = folder, []

    def agrees(self, plain, name=None):
        """Have both say the same of a configuration; returns what the check says."""
        if name is None:
            name = self.folder / "c.toml"
            name.write_text(tomli_w.dumps(plain))
        checked = CliRunner().invoke(main, ["config", "check", str(name)])
        assert checked.exit_code in (0, 1) and isinstance(checked.exception, SystemExit | None), \
            plain
        if checked.exit_code == 0 and NOT_STARTED not in checked.stdout:
            before = len(self.begun)
            done = CliRunner().invoke(main, ["run", "alerts", "--config", str(name)])
            assert done.exit_code == 0 and len(self.begun) == before + 1, (plain, done.output)
        return checked.output

    def ended(self, daemon):
        """Note a daemon and, where it listens to Kafka, make the consumer that may abort."""
        from confluent_kafka import Consumer

        for one in daemon.listening:
            if isinstance(one.listener, Kafka):
                Consumer(one.listener.settings(None)).close()
        self.begun.append(daemon)
        daemon.close()


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A desk in a folder with whatever paths may lead to; what 'fsm run' changes is put back."""
    made = Desk(tmp_path / "desk")
    for folder in (made.folder, made.folder / "folder"):
        folder.mkdir()
    (made.folder / "file").write_text("no journal")
    (made.folder / "link").symlink_to("link")
    monkeypatch.chdir(made.folder)
    for name in ("HOME", "XDG_CONFIG_HOME", "NETRC"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setattr(Daemon, "run", lambda daemon: made.ended(daemon))
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(logging, "shutdown", lambda: None)
    before, mask = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)], os.umask(0)
    os.umask(mask)
    yield made
    os.umask(mask)
    logging.captureWarnings(False)
    for one, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
        signal.signal(one, handler)


@pytest.mark.parametrize("name", ["o2", "o4", "o4-playground", "supervisor.toml", "demo.toml",
                                  "trial.toml"])
def test_what_is_shipped(desk, name):
    said = desk.agrees(name, EXAMPLES / name if "." in name else name)
    assert f"{name} is right" in said and (desk.begun or "no credential" in said)


@pytest.mark.parametrize("key", [
    "journal = ", "listen = ", "[gracedb]\nat_once = ", "[timing]\ngrace = ", "[journal]\npath = ",
    "[general]\nannotate = ", "[[profile]]\nname = ", "[[listen]]\nkind = "])
@pytest.mark.parametrize("value", ["9" * 5000, "0x" + "f" * 5000, "[" * 50_000 + "]" * 50_000],
                         ids=["long", "hexadecimal", "nested"])
def test_what_python_itself_cannot_show(desk, key, value):
    name = desk.folder / "c.toml"
    name.write_text(key + value)
    said = desk.agrees(key, name)
    assert "is right" not in said and len(said) < 500


def test_a_socket_and_a_journal_whose_names_are_as_long_as_can_be(desk):
    for length in range(240, 257):
        desk.agrees({"journal": {"path": "j" * length}, "operators": {"socket": "s"}})
    desk.agrees({"operators": {"socket": "s" * 98}})
    assert len(desk.begun) > 5


def test_a_journal_in_a_database(desk, postgres):
    operators = {"operators": {"socket": "s"}}
    desk.agrees({"journal": {"url": postgres.create()}, **operators})
    assert len(desk.begun) == 1
    said = desk.agrees({"journal": {"url": "postgresql://me:hunter2@127.0.0.1:9/x"}, **operators})
    assert f"{NOT_STARTED}journal.url: " in said and "refused" in said and "hunter2" not in said
    assert len(desk.begun) == 1


@pytest.mark.parametrize(("place", "keys"), [*places()])
def test_hostile_values_of_every_key(desk, place, keys):
    taken, bad = defaultdict(list), []
    for key in keys:
        for value in HOSTILE:
            plain = place({key: value})
            if refused(plain):
                bad.append(plain)
            elif (next(iter(plain)), key) in ALONE:
                desk.agrees(plain)
            else:
                taken[key].append(value)
    for plain in bad[::20]:
        assert "is right" not in desk.agrees(plain)
    # What is taken alone is taken together, so that few daemons try all of it.
    for together in zip_longest(*taken.values(), fillvalue=NOT_STARTED):
        said = {key: value for key, value in zip(taken, together, strict=True)
                if value != NOT_STARTED}
        for plain in [place(said)] if not refused(place(said)) else \
                [place({key: value}) for key, value in said.items()]:
            desk.agrees(plain)
