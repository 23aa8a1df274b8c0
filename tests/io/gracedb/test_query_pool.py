"""Questions beside the main loop."""

import queue
import threading

import pytest

from fsm.core.engine.effects import Ask
from fsm.io.gracedb.query_pool import QueryPool

NIGHT = 1_502_000_000.0
COME = queue.SimpleQueue()


@pytest.fixture
def asking(standing):
    made = QueryPool(standing.gracedb(), COME.put)
    yield made
    made.close()


def asks(*graceids):
    return [Ask(NIGHT, graceid, f"{graceid}/1", ()) for graceid in graceids]


def answers(asking, number):
    return {answer.graceid: answer for answer in
            (COME.get(timeout=10) for _ in range(number))}


def test_one_question_is_asked_alone(standing, asking):
    asking.ask(asks("G100001"))
    assert answers(asking, 1)["G100001"].event["graceid"] == "G100001"
    assert len(standing.paths()) == 2


def test_many_share_one_search(standing, asking):
    for _ in range(4):
        standing.service.create_event(NIGHT, "CBC", "gstlal", "", ("a", b""), {})
    asking.ask(asks(*(f"G10000{number}" for number in range(1, 6))))
    found = answers(asking, 5)
    assert all(answer.event["graceid"] == graceid for graceid, answer in found.items())
    assert len(standing.paths()) == 6  # one search, five logs


def test_what_a_search_does_not_show_is_asked_for_by_itself(standing, asking):
    standing.service.create_event(NIGHT, "Test", "gstlal", "", ("a", b""), {})
    asking.ask(asks("G100001", "T100001", "G999"))
    found = answers(asking, 3)
    assert found["T100001"].event["group"] == "Test"
    assert found["G999"].event is None and "has no G999" in found["G999"].failure


def test_a_failed_search_is_no_failed_question(standing, asking):
    standing.order(status=500, times=1)
    asking.ask(asks("G100001", "G7"))
    assert answers(asking, 2)["G100001"].event["graceid"] == "G100001"


@pytest.mark.parametrize("body", ["{}", '{"events": ["x", null]}', '{"events": [{"graceid": 5}]}'])
def test_a_search_that_finds_rubbish_fails_no_question(standing, asking, body):
    standing.order(status=200, times=1, body=body)
    asking.ask(asks("G100001", "G7"))
    assert answers(asking, 2)["G100001"].event["graceid"] == "G100001"


def test_no_more_requests_than_allowed_are_under_way(standing):
    busy, most, lock = [0], [0], threading.Lock()
    serve = standing.app._served

    def counted(request):
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        threading.Event().wait(0.02)
        done = serve(request)
        with lock:
            busy[0] -= 1
        return done

    standing.app._served = counted
    asking = QueryPool(standing.gracedb(), COME.put, at_once=3)
    asking.ask(asks(*(f"G{number}" for number in range(12))))
    assert len(answers(asking, 12)) == 12
    asking.close()
    assert 1 < most[0] <= 3


def test_rubbish_is_a_failure_too_so_that_nobody_waits_for_ever(standing, asking, monkeypatch):
    def rubbish(ask, event=None):
        raise KeyError("name")

    monkeypatch.setattr(asking.gracedb, "answer", rubbish)
    asking.ask(asks("G100001"))
    assert answers(asking, 1)["G100001"].failure == "its answer cannot be used (KeyError)"
