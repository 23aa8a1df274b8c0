"""Orders through a real Unix socket: who gives them, rubbish, a supervisor that has gone."""

import contextlib
import json
import os
import pwd
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest

from fsm.errors import CommandRefused, ControlError
from fsm.io.control import request, server
from fsm.io.control.server import Control


class Serving:
    """A control whose orders are answered at once."""

    def __init__(self, path, group=""):
        self.requests = []
        self.control = Control(path, self.take, group)
        self.control.start()

    def take(self, one):
        self.requests.append(one)
        if one.name == "refuse":
            one.answer(error="not today")
        else:
            one.answer(result={"name": one.name, **one.arguments})


@pytest.fixture
def serve():
    made = []

    def start(path, **more):
        made.append(Serving(path, **more))
        return made[-1]

    yield start
    for one in made:
        one.control.close()


def test_an_order_is_answered_and_carries_who_gave_it(tmp_path, serve):
    serving = serve(tmp_path / "s")
    assert request(tmp_path / "s", "waive", graceid="G1") == {"name": "waive", "graceid": "G1"}
    assert serving.requests[0].who == pwd.getpwuid(os.getuid()).pw_name


def test_a_refusal_is_an_error(tmp_path, serve):
    serve(tmp_path / "s")
    with pytest.raises(ControlError, match="not today"):
        request(tmp_path / "s", "refuse")


def said(path, sent):
    """(status, document) that comes back for some bytes."""
    with socket.socket(socket.AF_UNIX) as way:
        way.connect(str(path))
        way.sendall(sent)
        way.shutdown(socket.SHUT_WR)
        head, _, body = way.makefile("rb").read().partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def post(body=b"{}", path="/-/do/status", kind="application/json", length=None):
    size = len(body) if length is None else length
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {size}\r\n\r\n").encode() + body


@pytest.mark.parametrize(("sent", "status"), [
    (b"rubbish\r\n\r\n", 400), (b'{"command": "status"}\n', 400), (b"\xff\xfe\n", 400),
    (b"x" * 65_537, 414), (b"GET /-/do/status HTTP/1.1\r\n\r\n", 405),
    (b"PUT / HTTP/1.1\r\n\r\n", 501),
    (b"POST /-/do/status HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n", 431),
    (b"POST /-/do/status HTTP/1.1\r\nContent-Type: application/json\r\n\r\n", 411),
    (post(b""), 400), (post(b"[]"), 400), (post(b"[" * 100_000), 400),
    (post(b"{}", length=99), 400),
    (post().replace(b"Content-Length: 2", b"Content-Length: 2\r\nContent-Length: 9"), 400),
    (post().replace(b"Host: x", b"Transfer-Encoding: chunked"), 400),
    (post(b'{"behalf": 7}'), 400), (post(b"\xff\xfe"), 400), (post(length="-1"), 411),
    (post(length="9" * 5000), 411), (post(length=1 << 30), 411), (post(length=(64 << 20) + 1), 413),
    (post(path="/"), 404), (post(path="/-/do/"), 404), (post(path="/-/"), 404),
    (post(kind="application/x-www-form-urlencoded"), 415), (post(kind=""), 415)])
def test_rubbish_is_refused_in_words_and_harms_nobody(tmp_path, serve, sent, status):
    serving = serve(tmp_path / "s")
    found, document = said(tmp_path / "s", sent)
    assert (found, document["view"], document["status"]) == (status, "error", status)
    assert document["error"]
    assert serving.requests == []
    assert request(tmp_path / "s", "status") == {"name": "status"}


def test_a_document_says_what_it_is(tmp_path, serve):
    serve(tmp_path / "s")
    assert said(tmp_path / "s", post()) == (
        200, {"schema": 1, "view": "done", "result": {"name": "status"}})
    assert said(tmp_path / "s", post(path="/-/do/refuse")) == (
        409, {"schema": 1, "view": "error", "status": 409, "error": "not today"})


def test_an_ordinary_client_of_http_gives_commands(tmp_path, serve):
    serving = serve(tmp_path / "s")
    done = subprocess.run(
        ["curl", "-sS", "--unix-socket", str(tmp_path / "s"), "-H",
         "Content-Type: application/json",
         "-d", json.dumps({"graceids": ["G1"], "reason": "x" * 5000}), "http://fsm/-/do/waive"],
        capture_output=True, check=True)
    assert json.loads(done.stdout)["result"]["graceids"] == ["G1"]
    assert serving.requests[0].name == "waive"


@pytest.mark.parametrize("name", ["a/b?c#d", "é\n", "..", "%2e", "x" * 1000])
def test_any_name_of_a_command_arrives_as_it_is(tmp_path, serve, name):
    serve(tmp_path / "s")
    assert request(tmp_path / "s", name) == {"name": name}


def test_a_command_given_for_somebody_names_who_vouches_for_it(tmp_path, serve):
    serving = serve(tmp_path / "s")
    request(tmp_path / "s", "waive", behalf="alba (by root)")
    assert serving.requests[0].who == f"alba by root (by {pwd.getpwuid(os.getuid()).pw_name})"


@pytest.mark.parametrize(("answer", "words"), [
    (b'{"error": "expected"}\n', "does not speak HTTP"), (b"", "has ended meanwhile"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "xpect"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "is no supervisor"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "IncompleteRead"),
    (b"HTTP/1.1 " + b"9" * 100_000, "got more than")])
def test_what_is_no_supervisor_is_said_to_be_none(tmp_path, answer, words):
    with socket.socket(socket.AF_UNIX) as way:
        way.bind(str(tmp_path / "s"))
        way.listen()

        def reply():
            one, _ = way.accept()
            with one:
                while b"{}" not in one.recv(65536):
                    pass
                one.sendall(answer)

        other = threading.Thread(target=reply)
        other.start()
        with pytest.raises(ControlError, match=words):
            request(tmp_path / "s", "status")
        other.join()


def test_one_who_says_nothing_holds_nobody_up(tmp_path, serve):
    serve(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(tmp_path / "s"))
        assert request(tmp_path / "s", "status") == {"name": "status"}


def test_many_at_once_leave_the_supervisor_files_for_its_own_work(tmp_path, serve, monkeypatch):
    monkeypatch.setattr(server, "MOST", 3)
    serve(tmp_path / "s")
    with contextlib.ExitStack() as silent:
        for _ in range(3):
            silent.enter_context(socket.socket(socket.AF_UNIX)).connect(str(tmp_path / "s"))
        for _ in range(20):
            with pytest.raises(CommandRefused, match="try again"):
                request(tmp_path / "s", "status")
    for _ in range(9):  # there is room again as soon as they have gone
        with contextlib.suppress(ControlError):
            assert request(tmp_path / "s", "status") == {"name": "status"}
            break
        time.sleep(0.2)
    else:
        raise AssertionError("it is full still")


def test_nobody_else_may_write_to_the_socket(tmp_path, serve):
    serve(tmp_path / "s")
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600


def test_a_group_may_be_admitted(tmp_path, serve):
    import grp

    serve(tmp_path / "s", group=grp.getgrgid(os.getgid()).gr_name)
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o660
    with pytest.raises(ControlError, match="there is no group 'nobodies'"):
        Control(tmp_path / "t", print, "nobodies")


ASKING = "from fsm.io.control import request; print(request({path!r}, 'status'))"


def test_a_second_user_without_permission_is_refused(tmp_path, serve):
    other = ["-u", "nobody"] if os.getuid() else None
    serve(tmp_path / "s")
    for parent in (tmp_path, *list(tmp_path.parents)[:-2]):
        if parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o011)  # it can be found, at least
    command = [sys.executable, "-c", "import os; os.setuid(65534)\n"
               + ASKING.format(path=str(tmp_path / "s"))]
    if other:
        command = ["sudo", "-n", *other, sys.executable, "-c",
                   ASKING.format(path=str(tmp_path / "s"))]
    # The program is loaded before the user is changed, who may not read it.
    command[-1] = "import fsm.io.control, fsm.io.jsonio\n" + command[-1]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "you may not give commands to this supervisor" in done.stderr


@pytest.mark.parametrize("how", ["nothing", "left behind", "no socket"])
def test_where_no_supervisor_is_it_is_said_what_to_do(tmp_path, how):
    path = tmp_path / "s"
    if how == "left behind":
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(path))
    elif how == "no socket":
        path.write_text("")
    with pytest.raises(ControlError, match="fsm run"):
        request(path, "status")


def test_a_socket_that_was_left_behind_is_replaced(tmp_path, serve):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "s"))
    serve(tmp_path / "s")
    assert request(tmp_path / "s", "status") == {"name": "status"}


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ControlError, match="no socket for operators can be made"):
        Control(tmp_path / "none" / "s", print)


def test_it_is_gone_when_the_supervisor_is(tmp_path):
    serving = Serving(tmp_path / "s")
    serving.control.close()
    assert list(tmp_path.iterdir()) == []


def test_who_waits_for_an_answer_does_not_hold_up_the_end(tmp_path):
    control = Control(tmp_path / "s", lambda request: None)  # nobody answers
    control.start()
    with socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as waiting:
        silent.connect(str(tmp_path / "s"))
        waiting.connect(str(tmp_path / "s"))
        waiting.sendall(post())
        closing = threading.Thread(target=control.close)
        closing.start()
        closing.join(5)
        assert not closing.is_alive()


def test_a_socket_that_another_serves_is_not_taken_away(tmp_path, serve):
    serving = serve(tmp_path / "s")
    with pytest.raises(ControlError, match="another supervisor serves this socket"):
        Control(tmp_path / "s", serving.take)
    assert request(tmp_path / "s", "status")["name"] == "status"


def test_what_is_no_socket_is_left_alone(tmp_path):
    (tmp_path / "s").write_text("precious")
    with pytest.raises(ControlError, match="is no socket"):
        Control(tmp_path / "s", lambda one: None)
    assert (tmp_path / "s").read_text() == "precious"


def test_a_deleted_socket_is_noticed_and_made_anew(tmp_path, serve):
    serving = serve(tmp_path / "s")
    assert serving.control.lost() == ""
    (tmp_path / "s").unlink()
    assert "cannot be found" in serving.control.lost()
    serving.control.renew()
    assert serving.control.lost() == ""
    assert request(tmp_path / "s", "status")["name"] == "status"


def test_a_socket_that_took_its_place_is_left_to_whoever_serves_it(tmp_path, serve):
    serving = serve(tmp_path / "s")
    (tmp_path / "s").unlink()
    other = serve(tmp_path / "s")
    assert "another socket" in serving.control.lost()
    with pytest.raises(ControlError, match="another supervisor"):
        serving.control.renew()
    serving.control.close()
    request(tmp_path / "s", "status")
    assert other.requests


def test_a_socket_whose_owner_is_busy_is_served_all_the_same(tmp_path):
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(str(tmp_path / "s"))
        busy.listen(0)
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                one.connect(str(tmp_path / "s"))
        with pytest.raises(ControlError, match="another supervisor"):
            Control(tmp_path / "s", lambda one: None)
        for one in waiting:
            one.close()


def test_what_is_quoted_of_a_request_is_short(tmp_path, serve):
    serve(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as way:
        way.connect(str(tmp_path / "s"))
        way.sendall(b"POST /-/do/waive H" + b"A" * 50_000 + b"\r\n\r\n")
        with way.makefile("rb") as stream:
            said = stream.read()
    assert b"400" in said.splitlines()[0] and len(said) < 1500
    assert "HAAA" in json.loads(said.partition(b"\r\n\r\n")[2])["error"]
