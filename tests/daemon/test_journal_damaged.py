"""A journal that is damaged while it is in use, or at the start: said, told, not tried again."""

import os
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fsm.cli.shared import DAMAGED
from fsm.errors import CommandRefused
from fsm.io.control import request
from fsm.standin.mail import MailStandIn
from tests.daemon.test_daemon import NONE, lines

CONFIG = """
gather = 0.1
{more}
[mail]
server = "127.0.0.1"
port = {port}
security = "none"
sender = "es@example.org"
[parties]
operators = "ops@example.org"
"""


@pytest.fixture
def mail(tmp_path):
    made = MailStandIn(tmp_path / "mail").start()
    yield made
    made.stop()


@pytest.fixture
def daemon(running, mail, tmp_path):
    recording = tmp_path / "alerts.jsonl"
    recording.write_text(lines(3))
    made = running(tmp_path / "d", recording, *NONE)
    made.environment = {**os.environ, "NETRC": str(tmp_path / "none")}
    configure(made, mail.port)
    return made


def taken(daemon):
    """Whether it has acted on all that there is so far."""
    return daemon.rows("SELECT COUNT(*) FROM candidates") == [(3,)]


def configure(daemon, port, more=""):
    config = daemon.folder / "config.toml"
    before = config.read_text().partition("\ngather")[0]
    config.write_text(before + CONFIG.format(port=port, more=more))


def emptied(path):
    """All that was written is in the main file, and who has it open must read it anew."""
    with closing(sqlite3.connect(path, timeout=10)) as db:
        db.execute("INSERT INTO facts VALUES ('another', '1')")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def flip(path, first=1):
    emptied(path)
    size = path.stat().st_size
    with path.open("r+b") as stream:
        for page in range(first, size // 4096):
            stream.seek(page * 4096)
            stream.write(os.urandom(4096))


def statement(path, *statements):
    with closing(sqlite3.connect(path, timeout=10)) as db:
        for one in statements:
            db.execute(one)
        db.commit()


HARM = {
    "flipped pages": flip,
    "rubbish from the beginning": lambda path: flip(path, 0),
    "cut": lambda path: (emptied(path), os.truncate(path, 4096)),
    "cut to nothing": lambda path: (emptied(path), os.truncate(path, 0)),
    "no table of inputs": lambda path: statement(path, "DROP TABLE inputs"),
    "no table of messages": lambda path: statement(path, "DROP TABLE outbox"),
    "no table of letters": lambda path: statement(path, "DROP TABLE post"),
    "no column": lambda path: statement(path, "ALTER TABLE facts RENAME COLUMN value TO v"),
    "others' inputs": lambda path: statement(
        path, "INSERT INTO inputs (number) SELECT number + 10 FROM inputs"),
    "a question in rubbish": lambda path: statement(
        path, "INSERT INTO questions (question, body) VALUES ('q', x'80')"),
    "an alarm in rubbish": lambda path: statement(
        path, "INSERT INTO alarms (name, body) VALUES ('a', x'80')"),
    "a fact in rubbish": lambda path: statement(path, "UPDATE facts SET value = '}'"),
}


def said_and_told(daemon, mail):
    assert daemon.process.wait(30) == 65, daemon.log()
    log = daemon.log()
    assert "Traceback" not in log, log
    (line,) = re.findall(r"^.*damaged, no usable journal.*$", log, re.MULTILINE)
    assert str(daemon.journal) in line and "'Journal damaged' in docs/operating.md" in line
    (letter,) = [one for one in mail.received if "Subject: Event Supervisor: its journal" in one]
    assert "To: ops@example.org" in letter and str(daemon.journal) in letter.replace("=\r\n", "")
    return line


def only(when):
    """What is noticed then: rubbish when it is read, inputs of others when they are in the way."""
    return [harm for harm in HARM if not ("rubbish" in harm and " in " in harm and when == "later"
            or harm in ("others' inputs", "cut to nothing") and when == "start")]


@pytest.mark.parametrize("harm", only("later"))
def test_what_cannot_be_read_or_written_any_more_ends_it_with_a_clear_word(daemon, mail, harm):
    daemon.start(env=daemon.environment).until(lambda: taken(daemon))
    HARM[harm](daemon.journal)
    with daemon.recording.open("a") as stream:
        stream.write(lines(20, graceid="H"))
    said_and_told(daemon, mail)


@pytest.mark.parametrize("harm", only("start"))
def test_one_that_is_damaged_at_the_start(daemon, mail, harm):
    daemon.start(env=daemon.environment).until(lambda: taken(daemon)).kill()
    HARM[harm](daemon.journal)
    (daemon.folder / "log").write_text("")
    daemon.start(env=daemon.environment)
    said_and_told(daemon, mail)


@pytest.mark.parametrize("harm", ["flipped pages", "its log is cut"])
def test_damage_is_found_where_nothing_needs_what_is_damaged(daemon, mail, harm):
    daemon.start(env=daemon.environment).until(lambda: taken(daemon))
    if harm == "flipped pages":
        flip(daemon.journal)
    else:
        os.truncate(f"{daemon.journal}-wal", 8192)
    said_and_told(daemon, mail)


def test_last_words_have_addresses_of_their_own_and_hold_nothing_up(daemon, mail):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, and says nothing
        configure(daemon, deaf.getsockname()[1], 'last_words = ["night@example.org"]')
        daemon.start(env=daemon.environment).until(lambda: taken(daemon))
        flip(daemon.journal)
        assert daemon.process.wait(30) == 65
    assert "not everybody could be told within 10 s" in daemon.log()
    configure(daemon, mail.port, 'last_words = ["night@example.org"]')
    daemon.start(env=daemon.environment)
    assert daemon.process.wait(30) == 65
    (letter,) = mail.received
    assert "To: night@example.org" in letter


def test_nobody_is_told_where_nobody_is_to_be_told_anything(daemon, mail):
    with (daemon.folder / "config.toml").open("a") as stream:
        stream.write("[general]\nwarnings = false\n")
    daemon.start(env=daemon.environment).until(lambda: taken(daemon))
    flip(daemon.journal)
    assert daemon.process.wait(30) == 65 and mail.received == []


def test_systemd_does_not_start_it_again_for_that():
    unit = Path(__file__).parents[2] / "examples/event-supervisor.service"
    assert f"RestartPreventExitStatus={DAMAGED}" in unit.read_text().splitlines()


def test_one_candidate_in_rubbish_is_shown_as_that_and_ends_nothing(daemon):
    daemon.start(env=daemon.environment).until(lambda: taken(daemon))
    socket = f"{daemon.journal}.sock"
    request(socket, "retire", graceids=["G1"])
    statement(daemon.journal, "UPDATE archive SET body = x'78da00' WHERE graceid = 'G1'")
    with pytest.raises(CommandRefused, match="what is archived of G1 cannot be read"):
        request(socket, "show", graceid="G1")
    assert request(socket, "status")["candidates"] == 2
