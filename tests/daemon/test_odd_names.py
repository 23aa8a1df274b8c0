"""Files whose names are no UTF-8, or more than a line: followed, replayed, written."""

import json
import os
import subprocess
import sys
import time

import pytest

from fsm.testing.script import Script

NAMES = [b"\xff.jsonl", b"a\nb.jsonl", b"\x1b[2J.jsonl", b"x" * 240 + b"\xfe.jsonl"]


def fsm(*arguments):
    done = subprocess.run([sys.executable, "-m", "fsm", *arguments], capture_output=True,
                          check=False)
    assert b"Traceback" not in done.stderr
    return done


def recording(number=1):
    return json.dumps(Script(f"G{number}", time.time()).new()) + "\nrubbish\n"


@pytest.fixture
def folder(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"f\xfe\n")
    os.mkdir(path)
    for number, name in enumerate(NAMES, 1):
        with open(os.path.join(path, name), "w") as stream:
            stream.write(recording(number))
    return path


def test_a_daemon_follows_them_and_goes_on(running, folder, tmp_path):
    daemon = running(tmp_path / "d", os.fsdecode(folder), "--gracedb", "none")
    taken = "SELECT (SELECT COUNT(*) FROM inputs WHERE kind = 'alert'), " \
            "(SELECT COUNT(*) FROM inputs WHERE kind = 'rejected')"
    for more in (0, 1):
        daemon.start().until(lambda more=more: daemon.rows(taken) == [(4 + more, 4 + more)])
        said = fsm("status", "--json", "--socket", f"{daemon.journal}.sock")
        # 1 once it is told of those that were rejected
        assert said.returncode in (0, 1)
        assert json.loads(said.stdout)["candidates"] == 4 + more
        assert daemon.stop() == 0
        with open(os.path.join(folder, NAMES[0]), "a") as stream:
            stream.write(recording(9))
    assert "Traceback" not in daemon.log() and "\x1b" not in daemon.log()
    assert daemon.log().count("cannot be used") == 5
    assert all(line.startswith("20") for line in daemon.log().splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_they_are_replayed_and_named_in_one_line(folder, name):
    path = os.path.join(folder, name)
    for more in ((), ("--json",)):
        done = fsm("replay", path, *more)
        assert done.returncode == 3 and b"not JSON" in done.stdout
    done = fsm("replay", path + b".away")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_they_are_written(folder, name):
    path = os.path.join(folder, b"new " + name)
    done = fsm("simulate", "cbc", "--to", path)
    assert done.returncode == 0 and os.path.getsize(path) > 1000
    done = fsm("simulate", "cbc", "--to", os.path.join(folder, b"no\xff", name))
    assert done.returncode and done.stderr.startswith(b"fsm: ")
