"""A recording that somebody brings is replayed without effects, and within bounds."""

import gzip
from pathlib import Path

import pytest

from fsm.web import outcome, replaying
from fsm.web.limits import Rate
from tests.web.conftest import HTML

EXAMPLE = Path(__file__).parents[2] / "examples" / "cbc_missed_alerts.jsonl"
OURS = {"Origin": "http://localhost"}


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    monkeypatch.setattr(replaying, "RATE", Rate(1000, 1.0))


def brought(pages, body, name="night.jsonl", **headers):
    return pages.post("/-/replay", files={"recording": (name, body)}, headers={**OURS, **headers})


def test_what_would_have_been_decided_is_shown(pages, night):
    before = night.rows("SELECT COUNT(*) FROM inputs"), night.rows("SELECT COUNT(*) FROM outbox")
    body = EXAMPLE.read_bytes()
    plain = brought(pages, body).json()["outcome"]
    assert plain["alerts"] > 50 and plain["candidates"] and plain["messages"]
    assert brought(pages, gzip.compress(body)).json()["outcome"] == plain
    page = brought(pages, body, "<b>x</b>.jsonl", **HTML).text
    assert "<svg" in page and "&lt;b&gt;x" not in page and "<b>x" not in page
    after = night.rows("SELECT COUNT(*) FROM inputs"), night.rows("SELECT COUNT(*) FROM outbox")
    assert before == after


def test_what_is_large_is_made_by_another_process(pages, monkeypatch):
    """That of the pages has others to serve."""
    monkeypatch.setattr(outcome, "make", None)
    monkeypatch.setattr(outcome, "short", None)
    page = brought(pages, EXAMPLE.read_bytes(), **HTML).text
    assert "Who would have been told" in page and "<svg" in page


def test_a_name_may_have_any_characters(pages):
    name = "a\\ night's.jsonl"
    found = brought(pages, b"no JSON\n" + EXAMPLE.read_bytes(), name)
    assert found.json()["recording"] == name
    assert len(found.json()["outcome"]["rejected"]) == 1
    assert name.replace("\\", "\\\\") in found.text and replaying.PREFIX not in found.text


def test_its_address_is_json_too(pages):
    found = pages.get("/-/replay.json", headers=HTML).json()
    assert (found["view"], found["recording"], found["outcome"]) == ("replay", "", None)
    found = pages.post("/-/replay.json", files={"recording": ("night.jsonl", EXAMPLE.read_bytes())},
                       headers={**OURS, **HTML}).json()
    assert found["outcome"]["alerts"] > 50


def test_a_database_is_not_opened(pages, night):
    response = brought(pages, night.journal.read_bytes())
    assert response.status_code == 422 and "no recording" in response.json()["error"]


def test_rubbish_is_refused_in_one_sentence(pages):
    found = brought(pages, b"no JSON\n" * 3)
    assert found.status_code in (200, 422)
    if found.status_code == 200:
        assert len(found.json()["outcome"]["rejected"]) == 3
    assert brought(pages, b"\x1f\x8bno gzip").json()["outcome"]["rejected"]
    assert pages.post("/-/replay", data={"recording": "x"}, headers=OURS).status_code == 400


def test_it_is_bounded(opened, monkeypatch):
    pages = opened(upload=0.01)
    assert brought(pages, b"x" * 20_000).status_code == 413
    monkeypatch.setattr(replaying, "SECONDS", 0)
    assert brought(pages, b"{}").status_code == 422
    monkeypatch.setattr(replaying, "RATE", Rate(1, 60.0))
    assert [brought(pages, b"{}").status_code for _ in range(2)][1] == 429


def test_it_comes_from_our_page(pages):
    found = pages.post("/-/replay", files={"recording": ("x", b"{}")},
                       headers={"Origin": "https://evil.example.org"})
    assert found.status_code == 403


@pytest.mark.parametrize("headers", [
    {"Transfer-Encoding": "chunked"}, {"Transfer-Encoding": "chunked", "Content-Length": "5"},
    {"Content-Length": "five"}, {"Content-Length": "9" * 30}])
def test_what_does_not_say_its_length_is_not_read(pages, headers):
    answer = pages.post("/-/replay", content=iter([b"x"]), headers={**OURS, **headers})
    assert answer.status_code == 413


def test_one_recording_at_a_time(pages):
    with replaying.ONE:
        assert brought(pages, b"{}\n").status_code == 503
