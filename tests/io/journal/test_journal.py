"""The journal: what is in it stays in it, in order, and old ones are brought up to date."""

import contextlib
import json
import os
import sqlite3
import time

import pytest
import sqlalchemy as sa

from fsm.core.engine.effects import Ask, Measured, Notify, Retired
from fsm.core.engine.inputs import Answer
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.daemon.health.incidents import Incidents
from fsm.errors import JournalDamaged, JournalError
from fsm.io.addresses import named
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal import codec, migrations, pruning
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import read_effect, written
from fsm.io.journal.postgresql import PostgreSQL
from fsm.io.journal.schema import ALARMS, ARCHIVE, INPUTS, LATENCIES, OUTBOX, POST
from fsm.io.journal.supervised import Place, Summary
from fsm.io.jsonio import dumps
from fsm.io.listeners.inbox import Inbox
from tests.io.delivery.test_outbox import Letters

T = 1_502_000_000.0
OPEN = Place(0, T, T, T), Summary("open", 1, 0, "", "p")
LINE = json.dumps({"time": T, "topic": "cbc", "payload": {
    "uid": "G1", "alert_type": "log", "data": {"N": 1, "comment": "x", "tag_names": ["a"]}}})


@pytest.fixture(params=["file", "database"])
def where(request, tmp_path):
    """A function that returns where a journal is, each time anew."""
    if request.param == "file":
        return lambda: tmp_path / "j.db"
    url = request.getfixturevalue("postgres").create()
    return lambda: PostgreSQL(url)


@pytest.fixture
def journal(where):
    made = Journal(where())
    yield made
    made.close()


def rows():
    answer = Answer(
        T, "G1", "G1/1", event={"group": "\ud800", "n": 10**30}, labels=(("INJ", None),),
        logs=(LogEntry(T, 1, "x", "f", 0, frozenset({"b", "a"})),),
        signoffs=((("OP", "H1"), Signoff(T, "OK", "")),),
        contents={"f,0": {"size": 1}}, unavailable=frozenset({("content", "f", 0)}))
    return [codec.of_line(LINE.encode(), T + 1), codec.of_answer(answer, T + 2),
            codec.of_tick(T + 3, "G1"), codec.of_line(b"rubbish", T + 4)]


def test_inputs_come_back_as_they_went_in(journal):
    with journal.writing():
        assert list(journal.add(rows())) == [1, 2, 3, 4]
    assert journal.unacted() == ["G1"]  # what was rejected is nobody's
    assert journal.waiting("G1") == list(enumerate(rows()[:3], 1))
    assert journal.last_time() == T + 4


def test_inputs_are_acted_on_in_an_order_of_their_own(journal):
    with journal.writing():
        journal.add(rows())
        journal.acted_on([(3, T + 3, 1), (1, T + 5, 2)])
    assert [number for number, _ in journal.waiting("G1")] == [2]
    assert [(number, row.time - T) for number, row in journal.acted("G1", 0, 9)] == [(3, 3), (1, 5)]
    assert [number for number, _ in journal.acted("G1", 1, 2)] == [1]
    assert (journal.last_seq("G1"), journal.last_seq("G2")) == (2, 0)
    with pytest.raises(JournalError), journal.writing():
        journal.acted_on([(2, T, 2)])  # the place is taken


def test_what_failed_in_a_transaction_is_not_committed_whatever_was_made_of_it(journal):
    with pytest.raises(JournalError), journal.writing():
        journal.add(rows())
        with contextlib.suppress(JournalError):
            journal.db.exec_driver_sql("SELECT 1 FROM nowhere")
    assert journal.unacted() == [] or journal.broken


def test_nothing_arrives_in_the_future():
    line = LINE.replace(str(T), str(T + 3600), 1).encode()
    assert codec.of_line(line, T).item.received == T


def test_a_transaction_that_fails_leaves_nothing(journal):
    with pytest.raises(ZeroDivisionError), journal.writing():
        journal.add(rows())
        1 / 0  # noqa: B018
    assert journal.unacted() == []


def test_candidates_questions_and_facts(journal):
    with journal.writing():
        journal.save({"G1": (Place(7, T, T, T), Summary("open", 3, 1, "", "p")),
                      "G2": (Place(), Summary())})
        journal.store([("G1", 7, {"state": "open"})])
        journal.save({"G1": (Place(8, T, T + 5, None, 7), Summary("open", 2, 0, "", "p"))})
        journal.asked([Ask(T, "G1", "G1/1", (("content", "f", 0),)), Ask(T, "G2", "G2/1", ())])
        journal.answered(["G2/1"])
        journal.set_facts(**{"position a": {"offset": 3}, "other": 1})
    assert journal.places() == {"G1": Place(8, T, T + 5, None, 7), "G2": Place()}
    assert journal.place("G1") == Place(8, T, T + 5, None, 7) and journal.place("G3") is None
    assert journal.configuration("G1") == {"state": "open"}
    assert journal.configuration("G2") is None
    assert journal.unstored() == ["G1"] and journal.open_since() == {}
    assert [ask.question for ask in journal.questions()] == ["G1/1"]
    assert journal.facts("position ") == {"a": {"offset": 3}}


def test_archived_candidates_keep_their_inputs_for_a_while(journal):
    with journal.writing():
        journal.add(rows())
        journal.save({"G1": OPEN})
        journal.archive(Retired(T + 10, "G1", {"state": "closed.complete"}))
    assert journal.places() == {} and journal.archived() == ["G1"]
    with journal.writing():
        journal.prune(T + 5)
    assert journal.count(INPUTS) == 3  # what was rejected is old enough
    with journal.writing():
        journal.prune(T + 20)
    assert journal.count(INPUTS) == 0
    assert journal.archived() == ["G1"]


def test_no_number_is_given_twice_even_where_the_last_inputs_have_been_pruned(where):
    journal = Journal(where())
    with journal.writing():
        journal.add(rows())
        journal.archive(Retired(T + 10, "G1", {}))
        journal.prune(T + 20)
    journal.close()
    again = Journal(where())
    with again.writing():
        assert list(again.add(rows()[:1])) == [5]
    assert [number for number, _ in again.waiting("G1")] == [5]
    again.close()


def test_a_journal_of_an_older_version_is_brought_up_to_date(tmp_path, monkeypatch):
    Journal(tmp_path / "j.db").close()
    monkeypatch.setattr(migrations, "MIGRATIONS", [
        *migrations.MIGRATIONS, "ALTER TABLE archive ADD COLUMN remark TEXT"])
    journal = Journal(tmp_path / "j.db")
    assert journal.db.exec_driver_sql("SELECT remark FROM archive").all() == []
    journal.close()
    again = Journal(tmp_path / "j.db")  # it is altered only once
    assert again.db.exec_driver_sql("PRAGMA user_version").scalar() == len(migrations.MIGRATIONS)
    again.close()


FIRST_VERSION = """
CREATE TABLE inputs (number INTEGER PRIMARY KEY, time FLOAT, graceid TEXT, kind TEXT, body BLOB);
CREATE TABLE candidates (graceid TEXT PRIMARY KEY, timer FLOAT, heard FLOAT, number INTEGER,
                         body BLOB);
CREATE TABLE archive (graceid TEXT PRIMARY KEY, time FLOAT, body BLOB);
CREATE TABLE outbox (number INTEGER PRIMARY KEY, "key" TEXT, channel TEXT, body BLOB,
                     tries INTEGER, next FLOAT, done FLOAT, error TEXT, UNIQUE (channel, "key"));
CREATE TABLE questions (question TEXT PRIMARY KEY, body BLOB);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
INSERT INTO candidates VALUES ('G1', 1502000000.0, 1502000000.0, 0, NULL);
INSERT INTO facts VALUES ('acted', '7');
PRAGMA user_version = 1;
"""


def test_a_journal_of_the_first_version_goes_on(tmp_path):
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.executescript(FIRST_VERSION)
    journal = Journal(tmp_path / "j.db")
    assert journal.places() == {"G1": Place(0, 0.0, T, T, rules=None)}
    with journal.writing():
        journal.save({"G1": OPEN})
        assert list(journal.add([codec.of_tick(T, "G1")])) == [8]
        journal.history([(8, [(T, "G1", "", "", "t", "a", "b", "w")])])
    assert [one.dest for one in journal.history_of("G1")] == ["b"]
    journal.close()


def test_a_journal_of_a_newer_version_is_refused(tmp_path):
    Journal(tmp_path / "j.db").close()
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(JournalError, match="version 99, .* knows up to 13: use the newer"):
        Journal(tmp_path / "j.db")


def test_what_is_no_journal_is_said(tmp_path):
    (tmp_path / "j.db").write_text("not a database" * 100)
    with pytest.raises(JournalError, match="no usable journal"):
        Journal(tmp_path / "j.db")
    with pytest.raises(JournalError, match="Not a directory|File exists"):
        Journal(tmp_path / "j.db" / "k.db")


@pytest.mark.parametrize("way", ["itself", "symbolic link", "hard link", "without its lock file"])
def test_a_second_supervisor_is_refused_by_whatever_name(tmp_path, way):
    path = tmp_path / "j.db"
    journal, name = Journal(path), path
    if way == "symbolic link":
        (name := tmp_path / "other.db").symlink_to(path)
    elif way == "hard link":
        (name := tmp_path / "other.db").hardlink_to(path)
    elif way == "without its lock file":
        (tmp_path / "j.db.lock").unlink()
    with pytest.raises(JournalError, match=f"process {'.' if way == 'hard link' else os.getpid()}|"
                                           "another supervisor"):
        Journal(name)
    with journal.writing():
        journal.add(rows())
    journal.close()
    Journal(name).close()


@pytest.mark.parametrize("harm", ["deleted", "replaced", "moved"])
def test_what_becomes_of_its_file_is_noticed_and_it_goes_on(tmp_path, harm):
    path = tmp_path / "j.db"
    journal = Journal(path)
    assert journal.database.lost() == ""
    if harm == "moved":
        path.rename(tmp_path / "k.db")
    else:
        path.unlink()
    if harm == "replaced":
        path.write_bytes(b"")
    assert str(path) in journal.database.lost()
    with journal.writing():
        assert list(journal.add(rows()))
    assert journal.last_time() is not None
    journal.close()


def test_new_files_are_nobody_elses(tmp_path):
    journal = Journal(tmp_path / "j.db")
    with journal.writing():
        journal.add(rows())
    assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == dict.fromkeys(
        ("j.db", "j.db-wal", "j.db-shm", "j.db.lock"), 0)
    journal.close()


def test_secrets_that_an_earlier_version_wrote_out_are_gone(tmp_path, monkeypatch):
    secret = "slack://tokenA1234567/tokenB1234567"
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
    journal = Journal(tmp_path / "j.db")
    with journal.writing():
        journal.db.execute(sa.insert(POST), [{"address": secret, "key": "k", "time": T,
                                              "body": b"{}"}])
        journal.db.execute(sa.insert(OUTBOX), [{
            "key": "k", "channel": "chat", "tries": 1, "error": f"{secret}: tokenA1234567 is bad",
            "body": dumps({"kind": "letter", "time": T, "address": secret, "subject": "s",
                           "text": "t", "key": "k"})}])
    journal.close()
    monkeypatch.undo()
    journal = Journal(tmp_path / "j.db")
    (letter,) = journal.db.scalars(sa.select(OUTBOX.c.body))
    assert read_effect(letter).address == named(secret)
    for path in tmp_path.iterdir():
        assert b"1234567" not in path.read_bytes(), path
    journal.close()


def test_letters_that_an_earlier_version_left_are_delivered(tmp_path, monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:5])
    journal = Journal(tmp_path / "j.db")
    letter = {"kind": "letter", "time": T, "address": "a@example.org", "subject": "s",
              "text": "t", "key": "k"}
    with journal.writing():
        for column in ("target", "gravity", "unknown"):
            journal.db.exec_driver_sql("DROP INDEX IF EXISTS outbox_of")
            journal.db.exec_driver_sql(f"ALTER TABLE outbox DROP COLUMN {column}")
        for channel in ("mail", "file"):
            journal.db.exec_driver_sql(
                "INSERT INTO outbox (key, channel, body, tries, next) VALUES ('k', ?, ?, 1, ?)",
                (channel, dumps(letter), T))
    journal.close()
    monkeypatch.undo()
    journal = Journal(tmp_path / "j.db")
    found = journal.db.execute(sa.select(OUTBOX.c.channel, OUTBOX.c.target, OUTBOX.c.gravity))
    assert sorted(map(tuple, found)) == [("file", "", 0), ("mail", "a@example.org", 0)]
    got = Letters()
    outbox = Outbox(journal, {"mail": got}, (inbox := Inbox()).tell)
    outbox.send((), T)
    inbox.wait(5, alerts=False)
    assert got.begun == ["k"]
    outbox.close(5)
    journal.close()


EARLIER_ALARMS = """
DROP TABLE alarms;
CREATE TABLE alarms (name TEXT NOT NULL, body BLOB, PRIMARY KEY (name));
PRAGMA user_version = 9;
"""
NO_PLACES = """
DROP INDEX inputs_acted;
DROP INDEX inputs_waiting;
ALTER TABLE inputs DROP COLUMN seq;
PRAGMA user_version = 4;
"""


def with_alarms(path, bodies, *scripts):
    """A journal as an earlier version wrote it."""
    Journal(path).close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        for script in scripts:
            db.executescript(script)
        db.executemany("INSERT INTO alarms VALUES (?, ?)", bodies.items())
        db.commit()


@pytest.mark.parametrize("older", [(), (NO_PLACES,)])
def test_alarms_that_an_earlier_version_wrote_are_alarms_still(tmp_path, older):
    clock = Notify(T, "", "supervisor", "clock", "failure", ("operators",), "\ud800", "k", "", T)
    start = clock._replace(graceid="G1", process="idq[H1]", check="start", message="gone")
    with_alarms(tmp_path / "j.db", {
        "/supervisor/clock": dumps({"message": written(clock).decode(), "reminded": 5,
                                    "acknowledged": "shift", "next": None}),
        "G1/idq[H1]/start": dumps({"message": written(start).decode(), "reminded": 1,
                                   "acknowledged": "", "next": T + 5}),
    }, EARLIER_ALARMS, *older)
    journal = Journal(tmp_path / "j.db")
    found = journal.db.execute(sa.select(ALARMS).order_by(ALARMS.c.name)).all()
    assert [(*one[:7], read_effect(one.body)) for one in found] == [
        ("/supervisor/clock", "", "supervisor", "clock", float("inf"), 5, "shift", clock),
        ("G1/idq[H1]/start", "G1", "idq[H1]", "start", T + 5, 1, "", start)]
    journal.close()


NO_INCIDENTS = """
DROP TABLE incidents;
INSERT INTO facts VALUES ('troubles', '{"clock": 1502000000.5, "channel mail": 1502000001.0}');
PRAGMA user_version = 10;
"""


def test_troubles_that_an_earlier_version_wrote_are_incidents(tmp_path):
    Journal(tmp_path / "j.db").close()
    with contextlib.closing(sqlite3.connect(tmp_path / "j.db")) as db:
        db.executescript(NO_INCIDENTS)
    journal = Journal(tmp_path / "j.db")
    assert Incidents(journal).since == {"clock": T + 0.5, "channel mail": T + 1}
    assert journal.fact("troubles") is None
    journal.close()


@pytest.mark.parametrize("body", [b"\x80", b"{}", b"[]", b'{"message": "{}", "next": 1}'])
def test_an_alarm_of_an_earlier_version_that_cannot_be_read_is_damage(tmp_path, body):
    with_alarms(tmp_path / "j.db", {"a": body}, EARLIER_ALARMS)
    with pytest.raises(JournalDamaged, match="what an older version has written cannot be read"):
        Journal(tmp_path / "j.db")


def test_what_is_too_old_goes_a_little_at_a_time_and_its_room_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(pruning, "ROWS", 20)
    journal = Journal(tmp_path / "j.db")
    with journal.writing():
        for number in range(50):
            graceid = f"G{number}"
            journal.add([codec.Input(T, graceid, codec.ALERT, b"x" * 20_000)])
            journal.archive(Retired(T + number, graceid, {"text": "y" * 1000}))
            journal.measured([Measured(T, graceid, "p", "c", 0, "met", T, T, T, T)])
    full = journal.size()[0]
    with journal.writing():
        assert journal.prune(T + 100) and journal.prune(T + 100) and not journal.prune(T + 100)
    journal.shrink()
    assert journal.size()[0] < full / 2 and journal.size()[1] == 0
    assert len(journal.archived()) == 50 and journal.count(LATENCIES) == 50
    assert journal.archived_configuration("G7") == {"text": "y" * 1000}
    with journal.writing():
        assert journal.prune(T + 100, T + 30)
        assert not journal.prune(T + 100, T + 30)
    assert journal.archived() == [f"G{number}" for number in range(30, 50)]
    assert journal.count(LATENCIES) == 20
    journal.close()


def test_an_archived_configuration_of_an_earlier_version_is_read(where):
    journal = Journal(where())
    with journal.writing():
        journal.db.execute(sa.insert(ARCHIVE), [{"graceid": "G1", "time": T, "body": b'{"a": 1}'}])
    assert journal.archived_configuration("G1") == {"a": 1}
    journal.close()


def test_inputs_go_that_belong_to_no_candidate_and_what_came_after_one_had_left(where,
                                                                               monkeypatch):
    monkeypatch.setattr(pruning, "ROWS", 5)
    journal = Journal(where())
    with journal.writing():
        journal.save({"G1": OPEN})
        for graceid in ("G1", "G2", "T3"):  # supervised, archived, of a kind without lifecycle
            journal.add([codec.Input(T, graceid, codec.ALERT, LINE.encode())] * 7)
        journal.archive(Retired(T + 1, "G2", {}))
        journal.add([codec.Input(T + 50, "G2", codec.ALERT, LINE.encode())])
    for now, left in ((T + 10, [*["G1"] * 7, "G2"]), (T + 60, ["G1"] * 7)):
        with journal.writing():
            while journal.prune(now):
                pass
        assert journal.db.scalars(sa.select(INPUTS.c.graceid)).all() == left
    journal.close()


def test_what_lives_long_holds_up_nothing_that_is_younger(where, monkeypatch):
    monkeypatch.setattr(pruning, "ROWS", 3)
    journal = Journal(where())
    with journal.writing():
        journal.save({"G1": OPEN})
        for number in range(10):
            for graceid in ("G1", "T2"):
                journal.add([codec.Input(T + number, graceid, codec.ALERT, LINE.encode())])
        while journal.prune(T + 5):
            pass
    assert [row.time - T for row in journal.db.execute(
        sa.select(INPUTS.c.time).where(INPUTS.c.graceid == "T2"))] == [5, 6, 7, 8, 9]
    assert len(journal.waiting("G1")) == 10
    journal.close()


def test_what_need_not_be_on_the_disk_at_once_is_there_with_the_next_that_must(tmp_path):
    journal = Journal(tmp_path / "j.db")
    synchronous = []
    for flushed in (True, False, False, True):
        with journal.writing(flushed):
            journal.set_facts(flushed=flushed)
            synchronous.append(journal.db.exec_driver_sql("PRAGMA synchronous").scalar())
    assert synchronous == [2, 1, 1, 2]
    journal.close()


def test_a_checkpoint_beside_the_writer_brings_the_file_up_to_date(tmp_path):
    def alone():
        """What is in the file without the log beside it."""
        copy = tmp_path / "alone.db"
        copy.write_bytes((tmp_path / "j.db").read_bytes())
        with contextlib.closing(sqlite3.connect(copy)) as db:
            return db.execute("SELECT name FROM facts").fetchall()

    journal = Journal(tmp_path / "j.db")
    with journal.writing():
        journal.set_facts(told="before")
    assert alone() == []
    end = time.monotonic() + 30
    while alone() != [("told",)]:
        assert time.monotonic() < end
        journal.database.checkpoint()
    journal.close()
