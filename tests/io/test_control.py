"""Orders through a real Unix socket: who gives them, rubbish, a supervisor that has gone."""

import contextlib
import os
import pwd
import socket
import stat
import subprocess
import sys
import threading

import pytest

from fsm.errors import ControlError
from fsm.io.control import Control, request


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


@pytest.mark.parametrize("line", [b"\n", b"rubbish\n", b"[]\n", b"{}\n", b'{"command": 7}\n',
                                  b"\xff\xfe\n", b"[" * 100_000 + b"\n"])
def test_rubbish_is_refused_and_harms_nobody(tmp_path, serve, line):
    serving = serve(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as way:
        way.connect(str(tmp_path / "s"))
        way.sendall(line)
        assert b"expected a JSON object" in way.makefile("rb").readline()
    assert serving.requests == []
    assert request(tmp_path / "s", "status") == {"name": "status"}


def test_one_who_says_nothing_holds_nobody_up(tmp_path, serve):
    serve(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(tmp_path / "s"))
        assert request(tmp_path / "s", "status") == {"name": "status"}


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
    command[-1] = "import fsm.io.control\n" + command[-1]
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
        waiting.sendall(b'{"command": "status"}\n')
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
