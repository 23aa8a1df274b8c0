"""Unix sockets on which something is served: nobody is pushed aside, nobody comes too early."""

import os
import pwd
import socket
import stat

import pytest

from fsm.errors import ControlError
from fsm.io.unix_socket import Served, account, bound, peer


def test_who_is_at_the_other_end_is_told_by_the_system(tmp_path):
    with bound(tmp_path / "s") as way, socket.socket(socket.AF_UNIX) as other:
        other.connect(str(tmp_path / "s"))
        assert peer(way.accept()[0]) == os.getuid()
    assert account(os.getuid()) == pwd.getpwuid(os.getuid()).pw_name
    assert account(987_654_321) == "uid 987654321"


@pytest.mark.parametrize(("group", "mode"), [(-1, 0o600), (os.getgid(), 0o660)])
def test_its_mode_says_who_may_reach_it(tmp_path, group, mode):
    with bound(tmp_path / "s", group):
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == mode


def test_one_that_is_served_is_left_to_whoever_does(tmp_path):
    with bound(tmp_path / "s"), pytest.raises(Served, match="somebody serves this socket"):
        bound(tmp_path / "s")
    with bound(tmp_path / "s"):  # what was left behind is replaced
        assert [one.name for one in tmp_path.iterdir()] == ["s"]


def test_what_is_no_socket_is_left_alone(tmp_path):
    (tmp_path / "s").write_text("precious")
    with pytest.raises(ControlError, match="is no socket"):
        bound(tmp_path / "s")
    assert (tmp_path / "s").read_text() == "precious"


def test_nothing_is_left_where_none_can_be_made(tmp_path):
    with pytest.raises(OSError):
        bound(tmp_path / "none" / "s")
    if os.getuid():
        with pytest.raises(OSError):
            bound(tmp_path / "s", group=0)
    assert list(tmp_path.iterdir()) == []
