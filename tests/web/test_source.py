"""The pages read a file of SQLite and a database of PostgreSQL alike, and write neither."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from starlette.testclient import TestClient

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify
from fsm.errors import JournalError
from fsm.io.config.sections import Running
from fsm.io.journal import failed_inputs, head
from fsm.io.journal.postgresql import PostgreSQL
from fsm.notify.alarms import About
from fsm.notify.digests import Digests
from fsm.notify.problems import Context
from fsm.notify.reminders import Reminders
from fsm.testing.script import Script
from fsm.web import source as module
from fsm.web.app import application
from fsm.web.pulse import Pulse
from fsm.web.site import Site
from fsm.web.source import Busy, Source
from tests.daemon.in_process import CHARTS, T, World
from tests.web.conftest import until


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """(where a journal is for a supervisor, where it is for others)."""
    if request.param == "sqlite":
        yield tmp_path / "j.db", str(tmp_path / "j.db")
        return
    server = request.getfixturevalue("postgres")
    url = server.create()
    yield PostgreSQL(url), url
    server.drop(url)


def test_every_page_of_either_journal(where, tmp_path):
    world = World(where[0])
    world.event("G1")
    for seconds in (1, 60, 70):
        world.until(seconds)
        world.answer()
        world.turns()
    with world.journal.writing():
        world.supervisor.dispatcher.reminders.acknowledge(About("G1"), "shift", "known", None)
    source = Source(where[1], lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    site = Site(source, None, Pulse(source, str(tmp_path / "none")))
    site.pulse.look()
    pages = TestClient(application(site), base_url="http://localhost")
    board = pages.get("/index.json").json()
    assert [one["graceid"] for one in board["candidates"]] == ["G1"]
    assert board["candidates"][0]["overdue"] == 1 and "does not run" in board["stale"]
    assert board["problems"][0]["acknowledged"]["by"] == "shift"
    shown = pages.get("/c/G1.json").json()
    assert shown["processes"]["demo"]["checks"] and shown["history"]
    for path in ("/c/G1/demo", "/p/demo", "/party/operators", "/-/health", "/-/commands",
                 "/-/config"):
        assert pages.get(f"{path}.json").status_code == 200, path
    assert "event_supervisor_up 0.0" in pages.get("/-/metrics").text
    earlier = pages.get(f"/c/G1.json?at={shown['created'] + 30}").json()
    assert earlier["processes"]["demo"]["state"] != "", earlier
    source.close()
    world.drop()


def test_rubbish_in_the_place_of_a_time_leaves_the_board_to_be_seen(tmp_path):
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(1)
    world.turns()
    with world.journal.writing():
        world.journal.db.exec_driver_sql("UPDATE candidates SET timer = 'x', time = x'00'")
    source = Source(str(tmp_path / "j.db"), lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    site = Site(source, None, Pulse(source, str(tmp_path / "none")))
    site.pulse.look()
    board = TestClient(application(site), base_url="http://localhost").get("/index.json").json()
    assert (board["candidates"][0]["graceid"], board["candidates"][0]["next"]) == ("G1", None)
    source.close()
    world.drop()


def test_a_view_makes_no_connection_of_its_own(postgres, monkeypatch):
    url, made = postgres.create(), []
    world = World(PostgreSQL(url))
    source = Source(url, lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    connect = psycopg.connect
    monkeypatch.setattr(psycopg, "connect", lambda *given, **more: made.append(
        connect(*given, **more)) or made[-1])
    for _ in range(5):
        with source.reading() as look, source.reading() as other:
            assert look.journal.opened.now and other.journal.opened.now
    assert len(made) == 2
    made[0].close()
    made[1].close()  # as a server that is started again would
    with source.reading() as look:
        assert head.head(look.journal)
    source.close()
    world.drop()
    postgres.drop(url)


def test_news_of_one_candidate_leave_what_is_shown_of_others_right(tmp_path):
    world = World(tmp_path / "j.db")
    for name in ("G1", "G2"):
        world.event(name)
    world.until(120.0)
    world.answer()
    world.turns()

    def marks():
        return list(head.of_candidates(world.journal, ("G1", "G2", "G3")).values())

    before = marks()
    with world.journal.writing():
        Reminders(world.journal, 60.0, 3).acknowledge(About("G1"), "alba")
    after = marks()
    assert after[0] != before[0] and after[1:] == before[1:]
    world.alert(Script("G2", T, transit=0.0).log("soon", 130.0))
    world.until(140.0)
    assert marks()[1] != after[1]
    world.drop()


@pytest.mark.parametrize("key", [None, b"\xff", 7, ""])
def test_rubbish_among_the_messages_leaves_candidates_to_be_looked_at(tmp_path, key):
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(1.0)
    world.turns()
    before = head.of_candidates(world.journal, ["G1"])
    with world.journal.writing():
        world.journal.db.exec_driver_sql(
            "INSERT INTO post (address, key, time, body) VALUES ('a', ?, 1.0, x'00')", (key,))
    assert head.of_candidates(world.journal, ["G1"]) == before
    world.drop()


def test_who_is_told_instead_and_what_is_taken_again_is_news_of_a_candidate(tmp_path):
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(120.0)
    digests = Digests(world.journal, Context(), 0.0)
    marks = [(), ()]

    def changed():
        before = marks[:]
        marks[:] = head.of_candidates(world.journal, ["G1"]), head.head(world.journal)
        return [one != other for one, other in zip(before, marks, strict=True)]

    changed()
    with world.journal.writing():
        digests.add(Notify(T, "G1", "demo", "soon", "failure", ("owner",), "none",
                           "G1/demo/soon/failure/1"), ["other"], T)
    assert changed()[0]  # a letter that was given up, with which it comes, is news by itself
    with world.journal.writing():
        failed_inputs.note(world.journal, [(1, "G1", T, "an error")])
    assert changed() == [True, True]
    with world.journal.writing():
        failed_inputs.retried(world.journal, [1], T)
    assert changed() == [True, True]
    assert head.of_candidates(world.journal, ()) == {}
    world.drop()


def test_a_file_that_took_the_place_of_another_is_read(tmp_path):
    path, later = tmp_path / "j.db", World(tmp_path / "later.db")
    World(path).drop()
    made = Source(str(path), lambda: (CHARTS, default_policy(CHARTS[0]), Running()))

    def known():
        with made.reading() as look:
            return look.configuration("G1")

    assert known() is None
    later.event("G1")
    later.until(1)
    later.turns()
    later.drop()
    (tmp_path / "later.db").replace(path)
    assert known()["graceid"] == "G1"
    path.unlink()
    with pytest.raises(JournalError, match="there is no journal"):
        known()


def test_the_past_is_made_beside_the_present_and_only_some_wait_for_it(tmp_path, monkeypatch):
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(1)
    world.turns()
    made = Source(str(tmp_path / "j.db"), lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    begun, goes_on = threading.Semaphore(0), threading.Event()

    def slow(*given):
        begun.release()
        assert goes_on.wait(20)
        return {}

    monkeypatch.setattr(module, "configuration_at", slow)

    def at():
        with made.reading() as look:
            return look.configuration("G1", 1.0)

    with ThreadPoolExecutor(module.PAST + 4) as threads:
        some = [threads.submit(at) for _ in range(module.PAST + 3)]
        assert begun.acquire(timeout=20)
        with made.reading() as look:
            assert threads.submit(look.configuration, "G1").result(20)["graceid"] == "G1"
        refused = until(lambda: (done := [one for one in some if one.done()])[2:] and done)
        assert all(isinstance(one.exception(), Busy) for one in refused)
        goes_on.set()
        assert [one.result(20) for one in some if one not in refused] == [{}] * module.PAST
    assert at() == {}
    world.drop()


def test_a_journal_that_is_not_there_is_said(tmp_path):
    source = Source(str(tmp_path / "none.db"),
                    lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    with pytest.raises(JournalError, match="there is no journal"), source.reading():
        pass
    site = Site(source, None, Pulse(source, str(tmp_path / "none")))
    site.pulse.look()
    pages = TestClient(application(site), base_url="http://localhost")
    found = pages.get("/", headers={"Accept": "text/html"})
    assert found.status_code == 503 and "there is no journal" in found.text
