"""Questions that would never end, or take all memory: each has a total time and a size."""

import gzip
import itertools
import json
import queue
import time
import tracemalloc

import pytest

from fsm.core.engine.effects import Ask
from fsm.io.config.sections import CatchUp
from fsm.io.gracedb import contents
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.limits import Limits
from fsm.io.gracedb.query_pool import QueryPool
from fsm.io.gracedb.retrying import Caller, CallError
from tests.io.rude import HEAD, dripping, rude, whole

NIGHT = 1_502_000_000.0
LIMITS = Limits(seconds=0.6, together=0.3, searching=0.6, megabytes=1.0)
EVENT, LOG, SEARCH = "/api/events/G1 ", "/api/events/G1/log", "/api/events/?"
FILE = "/api/events/G1/files/"
WANT = ("neighbours", "created", NIGHT, NIGHT + 5, "CBC", "gstlal", "AllSky")


def event(graceid):
    return {"graceid": graceid, "labels": [], "created": "2017-08-06 06:13:20 UTC"}


@pytest.fixture
def server():
    with rude() as made:
        for graceid in ("G1", "G2", "G3"):
            made.pages[f"/api/events/{graceid} "] = whole(event(graceid))
            made.pages[f"/api/events/{graceid}/log"] = whole({"log": []})
        made.pages[SEARCH] = whole({"events": [event("G1"), event("G2"), event("G3")]})
        yield made


def gracedb(server, limits=LIMITS, **more):
    return GraceDB(Caller(server.url, **{"budget": 5.0, "pause": 0.01, "limits": limits, **more}))


def ask(graceid="G1", *wants, question="q"):
    return Ask(NIGHT, graceid, question, wants)


def endless(send, _):
    send(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        send(b"1\r\n[\r\n")
        time.sleep(0.02)


def silent(send, _):
    send(f'{HEAD}Content-Length: 1000000\r\n\r\n{{"log": []'.encode())
    time.sleep(10)


SLOW = {
    "body": dripping(f"{HEAD}Content-Length: 100000\r\n\r\n".encode(), b" " * 100000),
    "without a length": dripping(f"{HEAD}\r\n".encode(), b" " * 100000),
    "headers": dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 60000),
    "status": dripping(b"", b"HTTP/1.1 200 OK" + b"x" * 60000),
    "chunks": endless, "length": silent,
    "length of a chunk": dripping(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n1;".encode(),
                                  b"x" * 60000),
    "error": dripping(b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", b" " * 100000),
    "redirection": dripping(b"HTTP/1.1 302 No\r\nLocation: /api/\r\nContent-Length: 100000\r\n\r\n",
                            b" " * 100000),
}


@pytest.mark.parametrize("how", SLOW)
def test_a_slow_page_costs_the_time_of_one_question(server, how):
    server.pages[EVENT] = SLOW[how]
    began = time.monotonic()
    answer = gracedb(server).answer(ask())
    assert "more time" in answer.failure and time.monotonic() - began < 2.0


@pytest.mark.parametrize("how", SLOW)
def test_all_parts_of_a_question_together_have_one_time(server, how):
    for path in (LOG, SEARCH, FILE):
        server.pages[path] = SLOW[how]
    wants = [("content", f"{number}.json", 0) for number in range(9)]
    began = time.monotonic()
    answer = gracedb(server).answer(ask("G1", WANT, *wants))
    assert time.monotonic() - began < 2.0
    assert answer.event["graceid"] == "G1" and len(answer.unread) == 11


@pytest.mark.parametrize("how", [how for how in SLOW if how not in ("error", "redirection")])
def test_a_slow_file_too(server, how):
    server.pages[FILE] = SLOW[how]
    began = time.monotonic()
    answer = gracedb(server).answer(ask("G1", ("content", "a.json", 0)))
    assert list(answer.unread) == ["a.json,0"] and time.monotonic() - began < 2.0


def test_a_slow_page_over_tls(tmp_path, monkeypatch):
    with rude(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.certificate)
        server.pages[EVENT] = whole(event("G1"))
        asked = gracedb(server)
        for how in ("body", "headers", "chunks"):
            server.pages[LOG] = SLOW[how]
            began = time.monotonic()
            answer = asked.answer(ask())
            assert "more time" in answer.unread["logs"] and time.monotonic() - began < 2.0
        server.pages[LOG] = whole({"log": []})
        assert not asked.answer(ask()).unread


def test_a_connection_serves_again_after_a_question_was_cut(server):
    server.pages[LOG], healthy = SLOW["body"], server.pages[LOG]
    asked = gracedb(server)
    assert asked.answer(ask()).unread
    server.pages[LOG] = healthy
    assert not asked.answer(ask()).unread


def test_a_slow_candidate_is_no_reason_to_leave_gracedb_alone(server):
    server.pages[LOG] = SLOW["body"]
    wants = [("content", f"{number}.json", 0) for number in range(9)]
    asked = gracedb(server, fails=2)
    asked.answer(ask("G1", *wants))
    assert asked.answer(ask("G2")).failure == ""


def bomb():
    body = gzip.compress(b'{"log": [' + b" " * 200_000_000 + b"]}", 9)
    return f"{HEAD}Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def big(status="200 OK"):
    head = f"HTTP/1.1 {status}\r\nContent-Length: 100000000\r\n\r\n".encode()

    def page(send, _):
        send(head)
        for _ in range(100):
            send(b" " * 1_000_000)
    return page


BIG = "more than 1 MB"


@pytest.mark.parametrize(("page", "words"), [
    (bomb(), BIG), (big(), BIG), (whole({"log": ["x" * 1_100_000]}), BIG),
    (big("400 No"), "HTTP status 400"), (big("302 No\r\nLocation: /api/events/G1/nothing"), "404"),
], ids=["bomb", "big", "little too big", "error", "redirection"])
def test_a_big_page_is_not_read_to_its_end(server, page, words):
    server.pages[LOG] = page
    asked = gracedb(server, Limits(megabytes=1.0))
    asked.answer(ask("G2"))
    tracemalloc.start()
    answer = asked.answer(ask())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words in answer.unread["logs"] and peak < 40e6
    assert sum(LOG in path for path in server.paths) == 1  # repeating would not help


def test_a_big_file_has_a_limit_of_its_own(server, monkeypatch):
    server.pages[FILE] = whole(b" " * 3_000_000)
    want = ("content", "a.json", 0)
    assert gracedb(server, Limits(megabytes=1.0)).answer(
        ask("G1", want)).contents["a.json,0"]["size"] == 3_000_000
    monkeypatch.setattr(contents, "MOST_BYTES", 1 << 20)
    server.pages[FILE] = big()
    assert "more than" in gracedb(server).answer(ask("G1", want)).contents["a.json,0"]["error"]


DEEP = whole(b"[" * 200_000)
DEEP_ROWS = whole(b'{"log": [' + b'{"a":' * 100_000)


@pytest.mark.parametrize("page", [DEEP, DEEP_ROWS], ids=["lists", "objects"])
@pytest.mark.parametrize(("path", "part"), [(EVENT, ""), (LOG, "logs"), (SEARCH, "neighbours")])
def test_json_that_nests_too_deep_is_rubbish(server, page, path, part):
    server.pages[path] = page
    answer = gracedb(server).answer(ask("G1", WANT))
    words = answer.unread[part] if part else answer.failure
    assert "cannot be used" in words


def test_a_page_of_links_that_was_rubbish_is_read_anew(server):
    good = server.pages["/api/ "]
    server.pages["/api/ "] = whole({"links": 5, "templates": 7})
    asked = gracedb(server, budget=0.0)
    assert asked.answer(ask()).failure
    server.pages["/api/ "] = good
    assert asked.answer(ask()).failure == ""


def turning(server, how):
    """Pages of a search that do not end."""
    numbers = itertools.count()

    def page(send, path):
        here = f"{server.url.removesuffix('/api/')}"
        following = {
            "itself": f"{here}{path}", "itself, in short": path,
            "elsewhere": "http://127.0.0.1:9/api/events/?query=x",
            "by another way": here.replace("http:", "https:") + path,
            "two pages": f"{here}/api/events/?page={'b' if '=a' in path else 'a'}",
            "never": f"{here}/api/events/?page={next(numbers)}",
            "never, and empty": f"{here}/api/events/?page={next(numbers)}",
            "no address": ["x"], "no URL": "http://[",
        }[how]
        rows = [] if "empty" in how else [event(f"G{next(numbers)}")]
        send(whole({"events": rows, "links": {"next": following}}))
    return page


ROUND = ["itself", "itself, in short", "elsewhere", "by another way", "two pages", "never",
         "never, and empty", "no address", "no URL"]


@pytest.mark.parametrize("how", ROUND)
def test_pages_that_never_end(server, how):
    server.pages[SEARCH] = turning(server, how)
    limits = Limits(pages=7, rows=20)
    asked = gracedb(server, limits, budget=0.0)
    answer = asked.answer(ask("G1", WANT))
    assert not answer.failure and "neighbours" in answer.unread and not answer.neighbours
    with pytest.raises(CallError):
        asked.created(NIGHT, NIGHT + 5)
    assert len(server.paths) < 30


def test_rows_have_a_limit(server):
    rows = [event(f"G{number}") for number in range(30)]
    server.pages[SEARCH] = whole({"events": rows, "links": {"next": "/api/events/?page=2"}})
    with pytest.raises(CallError, match="20 rows"):
        gracedb(server, Limits(rows=20)).created(NIGHT, NIGHT + 5)


def come(told, number):
    return {answer.question: answer for answer in (told.get(timeout=10) for _ in range(number))}


@pytest.fixture
def told():
    return queue.SimpleQueue()


@pytest.fixture
def asking(told):
    made = []

    def asks(*args, **more):
        made.append(QueryPool(*args, **more))
        return made[-1]
    yield asks
    for one in made:
        one.close()


NO_ROWS = [[{}], [{"graceid": None}], [{"graceid": ["G1"]}], [{"graceid": {}}], [7, None, [], "x"],
           [event("G1"), {"name": "x"}]]
RUBBISH = {"deep": DEEP, "bomb": bomb(), "links": whole({"events": [], "links": [1]}),
           **{f"rows {n}": whole({"events": rows}) for n, rows in enumerate(NO_ROWS)},
           **{f"slow {how}": page for how, page in SLOW.items()}}


@pytest.mark.parametrize("how", [*RUBBISH, *(f"pages {how}" for how in ROUND)])
def test_each_question_of_several_is_answered_whatever_their_search_finds(server, told, asking,
                                                                           how):
    server.pages[SEARCH] = RUBBISH.get(how) or turning(server, how.removeprefix("pages "))
    asking(gracedb(server, budget=0.0), told.put).ask(
        [ask(graceid, question=graceid) for graceid in ("G1", "G2", "G3")])
    answers = come(told, 3)
    assert all(answer.event["graceid"] == graceid for graceid, answer in answers.items())


@pytest.mark.parametrize("how", ["deep", "bomb", "rows 0", "slow body", "slow headers"])
def test_a_search_for_candidates_is_always_answered(server, told, asking, how):
    server.pages[SEARCH] = RUBBISH[how]
    asking(gracedb(server), told.put).search(NIGHT, NIGHT + 5, CatchUp())
    assert told.get(timeout=10).graceids == ()


def test_a_slow_candidate_does_not_hold_the_others(server, told, asking):
    server.pages[EVENT] = SLOW["body"]
    made = asking(gracedb(server, Limits(seconds=2.0)), told.put, at_once=2)
    for number in range(4):
        made.ask([ask("G1", question=f"G1/{number}")])
    began = time.monotonic()
    for number in range(20):
        made.ask([ask("G2", question=f"G2/{number}")])
    answers = come(told, 20)
    assert time.monotonic() - began < 1.5
    assert all(name.startswith("G2") and not one.failure for name, one in answers.items())
    late = come(told, 4)
    assert all(one.failure for one in late.values())
    assert time.monotonic() - began < 7.0  # those that waited for long are not asked any more


def test_the_limits_are_far_from_what_is_usual():
    usual = Limits()
    row = {"N": 1, "comment": "x" * 400, "filename": "bayestar.multiorder.fits,0",
           "tag_names": ["sky_loc", "public"], "created": "2023-05-18 12:59:26 UTC"}
    assert len(json.dumps([row] * 10_000)) < usual.megabytes * 1e6
    assert usual.seconds < 120.0  # for which the engine waits
