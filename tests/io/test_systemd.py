"""What systemd is told, through a real socket."""

import os
import socket

import pytest

from fsm.io import systemd


@pytest.mark.parametrize("name", ["notify", "@fsm-test-notify"])
def test_it_is_told_through_its_socket(tmp_path, monkeypatch, name):
    path = name if name.startswith("@") else str(tmp_path / name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(path.replace("@", "\0") if name.startswith("@") else path)
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        systemd.tell(READY=1, STATUS="3 candidates")
        assert listening.recv(1000) == b"READY=1\nSTATUS=3 candidates"


@pytest.mark.parametrize("path", ["", "/nowhere/at/all"])
def test_where_it_is_not_there_nothing_happens(monkeypatch, path):
    monkeypatch.setenv("NOTIFY_SOCKET", path)
    systemd.tell(READY=1)


@pytest.mark.parametrize(("microseconds", "pid", "seconds"), [
    ("20000000", None, 20.0), ("20000000", "self", 20.0), ("20000000", "1", None),
    ("0", None, None), ("soon", None, None), (None, None, None)])
def test_whether_it_watches(monkeypatch, microseconds, pid, seconds):
    for name, value in (("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", pid)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, str(os.getpid()) if value == "self" else value)
    assert systemd.watched() == seconds
