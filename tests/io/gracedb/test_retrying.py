"""What goes wrong with GraceDB: each fault once, told apart, repeated within its budget."""

import threading
import time
from email.utils import formatdate

import pytest
import requests
from ligo.gracedb.exceptions import HTTPError
from requests.structures import CaseInsensitiveDict

from fsm.core.engine.effects import Ask
from fsm.io.gracedb import retrying
from fsm.io.gracedb.retrying import Breaker, Caller, CallError, told_apart


def get(client):
    return client.event("G100001").json()


def failure(standing, function=get, **more):
    with pytest.raises(CallError) as error:
        standing.gracedb(**more).caller.call(function)
    return error.value


@pytest.mark.parametrize(("fault", "kind", "words"), [
    ({"status": 404}, "gone", "404"), ({"status": 401}, "refused", "401"),
    ({"status": 403}, "refused", "credential"), ({"status": 400}, "wrong", "400"),
    ({"status": 429, "retry_after": 7}, "busy", "429"), ({"status": 503}, "busy", "503"),
    ({"status": 500}, "down", "500"), ({"status": 502}, "down", "502"),
    ({"status": 504}, "down", "504"), ({"status": 200, "body": "<html>"}, "down", "JSON"),
    ({"half": True}, "down", "down"),
])
def test_each_fault_is_told_apart(standing, fault, kind, words):
    standing.order(**fault)
    error = failure(standing)
    assert error.kind == kind and words in str(error)


def test_what_gracedb_asks_to_wait_is_kept(standing):
    standing.order(status=429, retry_after=7)
    assert failure(standing).wait == 7.0


@pytest.mark.parametrize(("headers", "wait"), [
    ({"Retry-After": "7"}, 7.0), ({"Retry-After": "nan"}, None), ({"Retry-After": "soon"}, None),
    ({"Retry-After": "Wed, 25 Nov 2026 18:00:30 GMT", "Date": "Wed, 25 Nov 2026 18:00:00 GMT"},
     30.0),
    ({"Retry-After": "Wed, 25 Nov 2020 18:00:30 GMT"}, 0.0), ({}, None),
])
def test_what_to_wait_is_a_number_or_a_date(headers, wait):
    response = requests.Response()
    response.status_code, response.headers = 503, CaseInsensitiveDict(headers)
    assert told_apart(HTTPError(response)).wait == wait


def test_a_date_without_the_servers_clock_is_by_our_own(standing):
    response = requests.Response()
    response.status_code = 503
    response.headers["Retry-After"] = formatdate(time.time() + 40, usegmt=True)
    assert 35 < told_apart(HTTPError(response)).wait <= 41


def test_rubbish_never_looks_like_an_absence(standing):
    for fault in ({"status": 200, "body": "[]"}, {"status": 503, "body": "maintenance"}):
        standing.order(**fault)
        answer = standing.gracedb().answer(Ask(0.0, "G100001", "q", ()))
        assert answer.failure and answer.event is None


def test_what_passes_is_repeated(standing):
    standing.order(status=503, times=2)
    assert standing.gracedb(budget=10.0).caller.call(get)["graceid"] == "G100001"
    assert len(standing.paths()) == 3


def test_it_waits_as_told(standing):
    standing.order(status=429, retry_after=0.3, times=1)
    began = time.monotonic()
    standing.gracedb(budget=10.0).caller.call(get)
    assert time.monotonic() - began >= 0.3


def test_what_does_not_fit_into_the_budget_is_not_waited_for(standing):
    standing.order(status=429, retry_after=600)
    failure(standing, budget=1.0)
    assert len(standing.paths()) == 1


@pytest.mark.parametrize("status", [404, 400])
def test_no_is_taken_for_an_answer(standing, status):
    standing.order(status=status)
    failure(standing, budget=10.0)
    assert len(standing.paths()) == 1


def test_a_server_that_hangs_is_given_up(standing, monkeypatch):
    monkeypatch.setattr(retrying, "TIME_OUT", 0.2)
    standing.order(latency=1.0)
    assert failure(standing).kind == "down"


def test_nobody_there():
    with pytest.raises(CallError) as error:
        Caller("http://127.0.0.1:9/api/", budget=0.0).call(get)
    assert error.value.kind == "down"


def test_a_dead_gracedb_is_left_alone_and_tried_again(standing):
    standing.order(status=500)
    caller = standing.gracedb(fails=3, reset=0.2).caller
    for _ in range(6):
        with pytest.raises(CallError):
            caller.call(get)
    assert len(standing.paths()) == 3
    standing.order(status=0)
    threading.Event().wait(0.25)
    assert caller.call(get)["graceid"] == "G100001"


def test_the_first_call_after_the_pause_decides():
    breaker = Breaker(2, 0.05)
    breaker.note(well=False)
    breaker.note(well=False)
    assert breaker.left() > 0
    threading.Event().wait(0.06)
    assert breaker.left() == 0
    breaker.note(well=False)
    assert breaker.left() > 0


def test_a_missing_thing_does_not_make_gracedb_dead(standing):
    standing.order(status=404)
    caller = standing.gracedb(fails=2).caller
    for _ in range(5):
        with pytest.raises(CallError):
            caller.call(get)
    assert len(standing.paths()) == 5


def test_a_refused_credential_is_read_again_once(standing):
    standing.app.token = "new"
    tokens = iter(["old", "new"])

    class Renewing(Caller):
        def client(self):
            client = super().client()
            if "Authorization" not in client.headers:
                client.headers["Authorization"] = f"Bearer {next(tokens)}"
            return client

    def write(client):
        return client.write_log("G100001", "hello").json()

    assert Renewing(standing.url, budget=0.0).call(write)["comment"] == "hello"


def test_what_is_refused_for_good_does_not_renew_every_time(standing, monkeypatch):
    standing.order(status=403)
    caller = standing.gracedb().caller

    def roots():
        return sum(path == "/api/" for _, path in standing.app.requests)

    for _ in range(5):
        with pytest.raises(CallError):
            caller.call(get)
    assert roots() == 2 and len(standing.paths()) == 6
    monkeypatch.setattr(retrying, "FRESH", 0.0)
    with pytest.raises(CallError):
        caller.call(get)
    assert roots() == 3


def test_without_a_credential_where_one_is_needed(standing, monkeypatch, tmp_path):
    for name in ("X509_USER_PROXY", "X509_USER_CERT", "X509_USER_KEY", "BEARER_TOKEN",
                 "BEARER_TOKEN_FILE", "SCITOKEN", "SCITOKEN_FILE", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    error = failure(standing, authenticated=True)
    assert error.kind == "refused" and "credential" in str(error)


def test_no_secret_is_told(standing):
    standing.order(status=403, body="secret-in-the-answer")

    def with_secret(client):
        client.headers["Authorization"] = "Bearer secret-token"
        return get(client)

    assert "secret" not in str(failure(standing, with_secret))


def test_each_thread_has_a_client_of_its_own(standing):
    caller, seen = standing.gracedb().caller, []
    threads = [threading.Thread(target=lambda: seen.append(caller.client())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(client) for client in seen}) == 3
    assert caller.client() is caller.client()


def test_the_clients_exception_is_the_real_one(standing):
    with pytest.raises(HTTPError):
        standing.gracedb().caller.client().event("G7")
