"""Hostile names, comments, labels and notes do nothing on any page."""

import json
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from fsm.testing.script import CURRENT, Script
from fsm.web.app import application
from tests.web.conftest import HTML, Supervised, until

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}\u202e\x1b[31m"


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("h")
    recording = folder / "alerts.jsonl"
    script = Script("G100001", 1767225600.0, CURRENT, 0.0)
    lines = [script.new(), script.log(EVIL, 5.0), script.log("file", 6.0, (EVIL,), EVIL + ".png"),
             script.label(EVIL, 7.0), script.label("L" * 3000, 8.0),
             script.log("initial data", 9.0, ["T" * 3000] * 99, "coinc.xml")]
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    recording.write_text(text)
    daemon = Supervised(folder / "d", recording, "--clock", "recorded", "--gracedb", "none")
    daemon.start().until(daemon.acted)
    yield daemon
    daemon.kill()


def test_hostile_texts_do_nothing(night, tokens):
    site = night.site(tokens=tokens, commanders=("*",))
    site.pulse.look()
    until(lambda: site.pulse.beat.status)
    pages = TestClient(application(site), base_url="http://localhost")
    bearer = {"Authorization": "Bearer shift-0123456789abcdef"}
    done = pages.post("/-/do/waive", headers=bearer,
                      json={"graceid": "G100001", "reason": EVIL})
    assert done.status_code == 200
    site.pulse.look()
    names = list(pages.get("/c/G100001.json").json()["processes"])
    named = quote(EVIL, safe="")
    for address in ("/", "/c/G100001", "/-/commands", "/-/health", f"/p?q={named}",
                    f"/c/G100001/-/ask?order=waive&process={named}", f"/c/{named}",
                    f"/?said={named}", f"/party/{named}",
                    *(f"/c/G100001/{name}" for name in names)):
        text = pages.get(address, headers={**HTML, **bearer}).text
        for wrong in ("<script>alert", "<img src=x", "49\u202e", "\x1b", "L" * 99, "T" * 99):
            assert wrong not in text, (address, wrong)
    assert "alert(1)" in pages.get("/-/commands", headers=HTML).text
    svg = pages.get("/c/G100001/-/timeline.svg").text
    assert "<script>" not in svg


@pytest.mark.parametrize(("path", "headers", "status"), [
    ("/?page=" + "9" * 4400, {}, 200), ("/?page=0", {}, 200), ("/", {"Host": "["}, 421),
    ("/", {"Host": "elsewhere.example.org"}, 421)])
def test_odd_addresses_and_hosts_are_no_mistakes_of_the_pages(pages, path, headers, status):
    assert pages.get(path, headers=headers).status_code == status


def test_whatever_is_answered_says_what_a_browser_may_do_with_it(pages, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("fsm.web.board.problems", fail)
    careful = TestClient(pages.app, base_url="http://localhost", raise_server_exceptions=False)
    answer = careful.get("/", headers=HTML)
    assert answer.status_code == 500 and "default-src" in answer.headers["content-security-policy"]
