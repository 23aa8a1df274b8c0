"""What a candidate has brought about goes when it is too old; all else that grows has limits."""

import ast
import gc
import json
import logging
import re
import sqlite3
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine import engine
from fsm.core.engine.models import Candidate
from fsm.core.engine.runs import CheckRun, ProcessRun
from fsm.core.engine.timers import SPARE, Timers
from fsm.core.evidence import superevent_names
from fsm.core.evidence.evidence import Evidence
from fsm.daemon.health.arrivals import MOST as MOST_TOPICS
from fsm.daemon.health.arrivals import Arrivals
from fsm.io.config.sections import DAY, Journaling
from fsm.io.jsonio import dumps
from fsm.io.listeners.inbox import Received
from fsm.registry import charts
from fsm.simulator.faults import rates
from fsm.simulator.night import NIGHT_OF_TODAY
from fsm.simulator.stream import Stream

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("fsm/**/*.py"), *ROOT.glob("machines/**/*.py")]
FAULTS = "never=0.3,slow=0.3,tags=0.3,lost=0.05"
# Remembered on purpose, so many of them: candidates that have left, names of superevents, and what
# the last step has decided.
REMEMBERED = ("engine.retired", "engine.names.known", "firing.collected.effects",
              "firing.collected.transitions", "_routers._routes")


@pytest.fixture
def simulated(tmp_path):
    """Makes daemons that go through simulated days."""
    spec = spec_from_file_location("growth", ROOT / "benchmarks" / "growth.py")
    growth = module_from_spec(spec)
    spec.loader.exec_module(growth)
    root, made = logging.getLogger(), []
    before, level = root.handlers[:], root.level
    root.handlers = []

    def make(kinds, a_day, faults, **settings):
        stream = Stream(kinds, a_day, NIGHT_OF_TODAY, charts()[0], rates(faults))
        made.append(growth.Simulated(tmp_path, stream, Journaling(**settings)))
        return made[-1]

    yield make
    for one in made:
        one.daemon.close()
    gc.unfreeze()
    gc.enable()
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers = before
    root.setLevel(level)


def later(simulated, days):
    """Let days pass in which nothing comes but a sign of life every few hours."""
    inbox, begin = simulated.daemon.inbox, simulated.supervisor.clock.now()
    for number in range(1, days * 6 + 1):
        line = {"time": begin + number * DAY / 6, "topic": "",
                "payload": {"uid": "heartbeat", "alert_type": ""}}
        inbox.put(Received("simulated", "", dumps(line), line["time"]))
        while inbox.head() is not None or simulated.supervisor.asked:
            simulated.supervisor.turn(0.0)


def test_the_journal_reaches_a_plateau_and_so_do_memory_files_and_threads(simulated):
    one = simulated(("significant",), 2, "", keep_days=1.0, archive_days=2.0)
    found = {day: one.measured() for day in one.run(18)}
    grown, level, end = found[4], found[12], found[17]  # nothing stays for longer than 11 days
    assert level["journal"] - level["free"] > 1.5 * (grown["journal"] - grown["free"])
    for name in ("journal", "inputs", "archived", "latencies", "effects", "in_memory", "logs",
                 "log_files", "objects", "memory"):
        assert end[name] <= 1.15 * level[name] + 5, name
    # Other tests of this process may have some open.
    assert end["handles"] <= grown["handles"] + 5 and end["threads"] <= level["threads"] + 1
    assert end["archived"] < 3 * 2 * 3 < end["names"]  # these have a limit of their own


def test_nothing_is_left_of_candidates_that_have_left_and_are_too_old(simulated):
    others = {id(one): one for one in of_candidates()}  # what other tests keep
    one = simulated(("significant", "coincident"), 4, FAULTS, keep_days=1.0, archive_days=2.0)
    list(one.run(2))
    stranger = {"time": one.supervisor.clock.now(), "topic": "cbc",
                "payload": {"uid": "X77", "alert_type": "new", "object": {}}}
    one.daemon.inbox.put(Received("simulated", "", dumps(stranger), stranger["time"]))
    known = [*one.stream._number_of, "X77"]
    assert len(known) > 15 and all(any(holders(one.daemon, name)) for name in known[:-1])
    later(one, 16)
    assert one.supervisor.journal.archived() == [] and len(one.daemon.candidates) == 0
    assert [one for one in left_in_memory(known) if id(one) not in others] == []
    for name in known:
        assert [where for where in holders(one.daemon, name)
                if not where.endswith(REMEMBERED)] == []
    assert [row for row in rows(one.supervisor.journal.name, known)
            if not (row[0] == "facts" and row[1].startswith("name "))] == []
    assert not list(Path(one.daemon.running.logs.folder).glob("[GSE]*"))


def left_in_memory(graceids):
    """The objects of these candidates that are in memory."""
    return [one for one in of_candidates()
            if getattr(one, "graceid", None) in {*graceids, None}
            and getattr(getattr(one, "candidate", one), "graceid", "") in graceids]


def of_candidates():
    """All objects of candidates in memory; what is garbage but not free counts too."""
    gc.unfreeze()
    kinds = (Candidate, ProcessRun, CheckRun, Evidence)
    return [one for one in gc.get_objects() if isinstance(one, kinds)]


def holders(thing, text, where="daemon", seen=None):
    """Where a text is held, as keys or in collections, below an object of ours."""
    seen = set() if seen is None else seen
    if isinstance(thing, str):
        if text in re.split(r"[^\w]+", thing[:300]):
            yield where
        return
    if id(thing) in seen or isinstance(thing, type):
        return
    seen.add(id(thing))
    if isinstance(thing, dict):
        for key, value in list(thing.items()):
            yield from holders(key, text, where, seen)
            yield from holders(value, text, where, seen)
    elif isinstance(thing, (list, tuple, set, frozenset)) or type(thing).__name__ == "deque":
        for one in list(thing):
            yield from holders(one, text, where, seen)
    elif type(thing).__module__.startswith("fsm."):
        names = {*getattr(thing, "__dict__", ()),
                 *(name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ()))}
        for name in sorted(names):
            yield from holders(getattr(thing, name, None), text, f"{where}.{name}", seen)


def rows(path, graceids):
    """(table, first column) of every row of a journal that names one of these."""
    wanted = re.compile(r"\b(" + "|".join(graceids) + r")\b")
    with closing(sqlite3.connect(path)) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in db.execute(f"SELECT * FROM {table}"):
                if wanted.search(" ".join(map(str, row))):
                    yield table, row[0]


# -- limits of single collections ------------------------------------------------------------------


def test_only_so_many_topics_are_remembered_those_heard_last():
    heard = Arrivals()
    for number in range(MOST_TOPICS + 10):
        heard.note("x", f"topic {number}", b"%d" % number, float(number))
        heard.note("x", "cbc", b"%d" % number, float(number))
    heard.note("x", "x" * 10_000, b"", 1.0)
    last = heard.last()
    assert len(heard) == MOST_TOPICS and "cbc" in last and "topic 11" not in last
    assert max(map(len, last)) == 200


def test_only_so_many_candidates_that_have_left_are_remembered_after_a_restart_too(monkeypatch):
    monkeypatch.setattr(engine, "MOST_RETIRED", 5)
    made = engine.Engine(*charts(), default_policy(charts()[0]))
    made.resume(0.0, [f"G{number}" for number in range(20)])
    assert list(made.retired) == ["G15", "G16", "G17", "G18", "G19"]


def test_names_are_forgotten_the_first_ones_first_but_for_those_supervised(monkeypatch):
    monkeypatch.setattr(superevent_names, "MOST", 4)
    made = superevent_names.Names({f"S26010{number}a": f"S26010{number}a"
                                   for number in range(1, 8)})
    made.fresh["S260102a"] = "S260102a"
    assert made.surplus({"S260101a"}) == ["S260102a", "S260103a", "S260104a"]
    assert made.fresh == {} and made.of("S260101a") == "S260101a" and len(made.known) == 4
    assert made.surplus(()) == []


def test_timers_that_are_moved_again_and_again_leave_no_heap_of_stale_ones():
    timers = Timers()
    for number in range(10 * SPARE):
        timers.clear("G1")
        timers.wake("G1", 1e9 - number)
        timers.wake("G2", 1e9 + 1)
    assert len(timers._heap) <= SPARE + 5 and timers.next() == (1e9 - 10 * SPARE + 1, "G1")
    assert timers.due(2e9) == ["G1", "G2"]


# -- what Python keeps for ever --------------------------------------------------------------------


def calls(path):
    """(text of the function, call) of every call in a source, and every decorator."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
        for one in getattr(node, "decorator_list", ()):
            yield ast.unparse(one), None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_from_outside_is_kept_for_ever(path):
    for name, node in calls(path):
        assert "intern" not in name.split("."), "some versions of Python never free these"
        if name.endswith("getLogger"):  # a logger of a name is never freed
            assert all(isinstance(one, ast.Constant) for one in node.args)
        if name.endswith("lru_cache") and node is not None:
            assert node.args or node.keywords
            assert "None" not in ast.unparse(node)
        if name in ("cache", "functools.cache"):  # by charts alone, of which there are few
            assert path.name in ("machines.py", "table.py", "driver.py", "starter.py")


def test_a_setting_or_a_constant_names_each_limit_in_what_the_operators_read():
    text = (ROOT / "docs" / "operating.md").read_text()
    section = text.partition("## How much room it takes")[2].partition("\n## ")[0]
    for name in ("keep_days", "archive_days", "in_memory", "logs.megabytes", "logs.keep",
                 "tell.megabytes", "tell.keep", f"{engine.MOST_RETIRED:,}",
                 f"{superevent_names.MOST:,}",
                 f"{MOST_TOPICS:,}"):
        assert name in section, name


def test_the_message_of_a_status_is_json(simulated):
    one = simulated(("significant",), 1, "", keep_days=1.0)
    assert json.loads(json.dumps(one.measured()))["journal"] > 0
