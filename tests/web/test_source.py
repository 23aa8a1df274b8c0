"""The pages read a file of SQLite and a database of PostgreSQL alike, and write neither."""

import pytest
from starlette.testclient import TestClient

from fsm.core.charts.policy import default_policy
from fsm.errors import JournalError
from fsm.io.config.sections import Running
from fsm.io.journal.postgresql import PostgreSQL
from fsm.notify.alarms import About
from fsm.web.app import application
from fsm.web.pulse import Pulse
from fsm.web.site import Site
from fsm.web.source import Source
from tests.daemon.in_process import CHARTS, World


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
