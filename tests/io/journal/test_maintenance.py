"""Checking, copying and shrinking journals, by the command, of running supervisors too."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.engine.effects import Retired
from fsm.core.engine.inputs import Answer
from fsm.daemon.health.journal_inspection import JournalInspection
from fsm.errors import JournalDamaged, JournalError, JournalLocked
from fsm.io.journal import codec, maintenance
from fsm.io.journal.errors import meant
from fsm.io.journal.journal import Journal
from fsm.io.journal.migrations import MIGRATIONS
from fsm.io.journal.schema import INPUTS
from fsm.io.journal.supervised import Place, Summary
from tests.io.journal.test_journal import FIRST_VERSION, LINE

T = 1_502_000_000.0


def filled(path, number=50):
    """A journal with something in it, open."""
    journal = Journal(path)
    with journal.writing():
        journal.add([codec.of_line(LINE.encode(), T), codec.of_answer(Answer(T, "G1", "q"), T),
                     codec.of_line(b"rubbish", T),
                     *(codec.of_tick(T + n, f"G{n}") for n in range(number - 3))])
        for about in journal.unacted():
            journal.acted_on((number, row.time, place) for place, (number, row)
                             in enumerate(journal.waiting(about), 1))
        journal.save({"G1": (Place(3, T + 5, T, T), Summary("open"))})
        journal.store([("G1", 2, {"state": "open"})])
    return journal


@pytest.fixture
def path(tmp_path):
    filled(tmp_path / "j.db").close()
    return tmp_path / "j.db"


def run(*arguments):
    return CliRunner().invoke(main, ["journal", *map(str, arguments)])


def checked(path, *options):
    done = run("check", path, "--json", *options)
    found = json.loads(done.stdout)
    assert done.exit_code == (0 if found["sound"] else 1)
    assert found["sound"] == (not found["findings"])
    return found


def wrong(path):
    return "\n".join(checked(path)["findings"])


def change(path, *statements):
    with closing(sqlite3.connect(path)) as db:
        for one in statements:
            db.execute(one)
        db.commit()


# -- check ------------------------------------------------------------------------------------


def test_a_sound_one(path):
    found = checked(path)
    assert (found["version"], found["inputs"], found["not_acted_on"], found["candidates"]) == (
        len(MIGRATIONS), 50, 0, 1)
    done = run("check", path)
    assert done.exit_code == 0 and "j.db is sound" in done.stdout and done.stderr == ""


def test_nothing_is_written_and_its_supervisor_goes_on(tmp_path):
    journal = filled(tmp_path / "j.db")
    before = (tmp_path / "j.db").read_bytes()
    with journal.writing():
        journal.add([codec.of_tick(T, "G1")])
        found = checked(tmp_path / "j.db")  # as of before
    assert found["sound"] and found["inputs"] == 50
    assert checked(tmp_path / "j.db")["not_acted_on"] == 1
    assert (tmp_path / "j.db").read_bytes() == before
    journal.close()


@pytest.mark.parametrize(("statement", "words"), [
    ("DELETE FROM inputs WHERE number = 5", "G1: as it is after input 3 about it"),
    ("UPDATE inputs SET seq = 4 WHERE number = 5", "G1: 1 of its inputs up to 4 are missing"),
    ("UPDATE candidates SET stored = 60", "candidate G1: stored after input 60"),
    ("UPDATE candidates SET body = x'7b'", "candidates G1: cannot be read"),
    ("UPDATE inputs SET body = x'00ff' WHERE number = 2", "inputs 2: cannot be read"),
    ("UPDATE inputs SET time = 'x' WHERE number = 7", "inputs 7: cannot be read"),
    ("UPDATE inputs SET graceid = CAST(x'ff' AS TEXT) WHERE number = 7", "inputs 7: cannot be"),
    ("INSERT INTO archive VALUES ('G7', 1, x'78da00')", "archive G7: cannot be read"),
    ("INSERT INTO outbox (key, body) VALUES ('k', x'7b7d')", "outbox 1: cannot be read"),
    ("INSERT INTO post (key, body) VALUES ('k', x'7b7d')", "post 1: cannot be read"),
    ("INSERT INTO alarms (name, body) VALUES ('a', x'7b7d')", "alarms a: cannot be read"),
    ("INSERT INTO questions (question, body) VALUES ('q', x'7b7d')", "questions q: cannot be read"),
    ("INSERT INTO history VALUES (7, x'5b5b315d5d')", "history 7: cannot be read"),
    ("INSERT INTO facts VALUES ('f', '}')", "facts f: cannot be read"),
    ("DROP TABLE inputs", "it lacks the table inputs"),
    ("DROP TABLE latencies", "it lacks the table latencies"),
    ("ALTER TABLE facts RENAME COLUMN value TO v", "it lacks the column facts.value"),
    ("PRAGMA user_version = 99", "version 99, this program knows up to"),
])
def test_what_is_wrong_is_named(path, statement, words):
    change(path, statement)
    assert words in wrong(path)
    done = run("check", path)
    assert done.exit_code == 1 and words in done.stderr and str(path) in done.stderr


def test_of_many_alike_some_are_named_and_the_rest_is_counted(path):
    change(path, "UPDATE inputs SET time = 'x'")
    assert len(checked(path)["findings"]) == 21
    assert "inputs: 30 more of this kind" in wrong(path)
    assert checked(path, "--quick")["sound"]


def test_damaged_pages(path):
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(os.urandom(path.stat().st_size - 4096))
    assert wrong(path)
    path.write_bytes(os.urandom(10_000))
    assert "file is not a database" in wrong(path)


def test_inputs_that_were_dropped_as_too_old_are_not_missed(tmp_path):
    journal = filled(tmp_path / "j.db")
    with journal.writing():
        for number in range(50):
            journal.archive(Retired(T, f"G{number}", {}))
        while journal.prune(T + 1000):
            pass
    journal.close()
    assert checked(tmp_path / "j.db")["inputs"] == 0
    change(tmp_path / "j.db", "DELETE FROM facts WHERE name = 'pruned'")  # by an earlier version
    assert checked(tmp_path / "j.db")["sound"]


def test_one_of_an_earlier_version_and_what_is_none(tmp_path):
    with closing(sqlite3.connect(tmp_path / "old.db")) as db:
        db.executescript(FIRST_VERSION)
    assert checked(tmp_path / "old.db")["version"] == 1
    change(tmp_path / "other.db", "CREATE TABLE t (a)")
    assert "it is no journal" in wrong(tmp_path / "other.db")
    (tmp_path / "empty.db").touch()
    assert "it is no journal" in wrong(tmp_path / "empty.db")
    for name in ("nothing.db", "."):
        done = run("check", tmp_path / name)
        assert done.exit_code == 2 and "no journal" in done.stderr
    assert not (tmp_path / "nothing.db").exists()


@pytest.mark.parametrize("name", ["a ?#%41&mode=rwc", "naïve", "'x'"])
def test_odd_names(tmp_path, name):
    filled(tmp_path / name).close()
    assert checked(tmp_path / name)["inputs"] == 50
    assert run("backup", tmp_path / name, tmp_path / f"{name} copy").exit_code == 0
    assert checked(tmp_path / f"{name} copy")["inputs"] == 50


def test_the_journal_of_a_configuration(path, tmp_path):
    config = tmp_path / "c.toml"
    config.write_text(f'[journal]\npath = "{path}"\n')
    assert "j.db is sound" in run("check", "--config", config).stdout
    assert run("backup", "--config", config, tmp_path / "copy").exit_code == 0
    assert "before" in run("vacuum", "--config", config).stdout


# -- backup -----------------------------------------------------------------------------------


def test_a_copy_while_the_supervisor_writes(tmp_path):
    journal = filled(tmp_path / "j.db", 5000)
    old = os.umask(0)
    done = run("backup", tmp_path / "j.db", tmp_path / "copy.db", "--json")
    os.umask(old)
    assert done.exit_code == 0 and json.loads(done.stdout)["inputs"] == 5000
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "copy.db", "j.db", "j.db-shm", "j.db-wal", "j.db.lock"]
    with journal.writing():
        journal.add([codec.of_tick(T, "G1")])
    journal.close()
    again = Journal(tmp_path / "copy.db")
    assert again.place("G1").stored == 2 and again.configuration("G1") == {"state": "open"}
    again.close()


WRITER = """
import sys, time
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
journal = Journal(sys.argv[1])
print("ready", flush=True)
while True:
    with journal.writing():
        journal.add([codec.of_tick(1.5e9, "G1")])
"""


def test_what_is_written_without_a_pause_does_not_begin_it_anew(tmp_path, monkeypatch):
    filled(tmp_path / "j.db", 20_000).close()
    monkeypatch.setattr(maintenance, "PAGES", 5)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "j.db")],
                          stdout=subprocess.PIPE) as writer:
        try:
            writer.stdout.readline()
            steps = []
            maintenance.backup(tmp_path / "j.db", tmp_path / "copy.db",
                                 lambda done, whole: steps.append((done, whole)))
        finally:
            writer.kill()
    assert len(steps) > 20 and steps == sorted(steps) and steps[-1][0] == steps[-1][1]
    assert checked(tmp_path / "copy.db")["inputs"] >= 20_000


def test_nothing_is_overwritten(path, tmp_path):
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name, words in (("there", "there already"), ("link", "there already"), ("j.db", "there"),
                        (".", "a folder"), ("no/where", "No such file")):
        done = run("backup", path, tmp_path / name)
        assert done.exit_code == 2 and words in done.stderr, done.output
    assert (tmp_path / "there").read_text() == "mine" and checked(path)["sound"]
    assert run("backup", "a", "b", "c").exit_code == 2
    assert run("backup", tmp_path / "nix", tmp_path / "copy").exit_code == 2


def test_a_copy_that_has_no_room_is_none(path, tmp_path, monkeypatch):
    def full(*arguments):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(maintenance, "_copy", full)
    done = run("backup", path, tmp_path / "copy")
    assert done.exit_code == 2 and "copy: database or disk is full" in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["j.db", "j.db.lock"]


def test_a_copy_of_what_is_damaged_is_kept_and_said_to_be(path, tmp_path):
    with closing(sqlite3.connect(path)) as db:
        page, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'inputs'").fetchone()
    with path.open("r+b") as stream:
        stream.seek(4096 * (page - 1))
        stream.write(os.urandom(4096))
    done = run("backup", path, tmp_path / "copy")
    assert done.exit_code == 65 and "damaged as the journal is" in done.stderr
    assert (tmp_path / "copy").exists()


# -- vacuum -----------------------------------------------------------------------------------


def test_one_of_an_early_version_becomes_small_and_gives_back_what_is_free(tmp_path):
    path = tmp_path / "j.db"
    change(path, "CREATE TABLE t (a)", "PRAGMA auto_vacuum = NONE")
    Journal(path).close()
    journal = Journal(path)
    with journal.writing():
        journal.add([codec.Input(T, "", codec.REJECTED, b"x" * 10_000)] * 100)
    with journal.writing():
        journal.db.execute(sa.delete(INPUTS))
    journal.shrink(10_000)
    assert journal.size()[1] > 900_000
    assert "another supervisor" in run("vacuum", path).stderr
    journal.close()
    done = json.loads(run("vacuum", path, "--json").stdout)
    assert done["after"] < done["before"] / 4 and path.stat().st_size == done["after"]
    journal = Journal(path)
    assert journal.db.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
    journal.close()
    done = run("vacuum", path)
    assert done.exit_code == 0 and "MB before" in done.stdout


def test_what_cannot_be_shrunk_is_left_as_it_is(path, tmp_path):
    assert run("vacuum", tmp_path / "nix").exit_code == 2 and not (tmp_path / "nix").exists()
    change(path, "DROP TABLE inputs")
    before = path.read_bytes()
    done = run("vacuum", path)
    assert done.exit_code == 65 and "it lacks the table inputs" in done.stderr
    assert path.read_bytes() == before


# -- what errors mean -------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "kind"), [
    ("FULL", JournalError), ("BUSY", JournalLocked), ("BUSY_SNAPSHOT", JournalLocked),
    ("LOCKED", JournalLocked), ("IOERR_WRITE", JournalError), ("IOERR_FSYNC", JournalError),
    ("READONLY", JournalError), ("CANTOPEN", JournalError), ("NOMEM", JournalError),
    ("CORRUPT", JournalDamaged), ("CORRUPT_INDEX", JournalDamaged), ("NOTADB", JournalDamaged),
    ("IOERR_READ", JournalDamaged), ("IOERR_SHORT_READ", JournalDamaged),
    ("ERROR", JournalDamaged), ("CONSTRAINT_UNIQUE", JournalDamaged)])
def test_what_passes_and_what_does_not(code, kind):
    error = sqlite3.OperationalError("it says so")
    error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")
    made = meant("j.db", error)
    assert type(made) is kind and "j.db" in str(made) and "it says so" in str(made)


def test_what_was_read_wrong_is_never_written(tmp_path):
    journal = filled(tmp_path / "j.db")
    journal.db.exec_driver_sql("DROP TABLE history")
    with pytest.raises(JournalDamaged), journal.writing():
        with pytest.raises(JournalDamaged):
            journal.history_of("G1")  # somebody swallows it
        journal.set_facts(x=1)
    with pytest.raises(JournalDamaged), journal.writing():
        pass
    assert journal.facts("x") == {}
    journal.close()


def test_looking_for_damage_loses_no_locks(tmp_path):
    """Others would take the journal for one that nobody has open, and remove what is beside it."""
    journal = filled(tmp_path / "j.db")
    inspecting = JournalInspection(journal)
    inspecting.look(0)
    inspecting._looking.result(10)
    assert run("check", tmp_path / "j.db").exit_code == 0
    subprocess.run([sys.executable, "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1])"
                    ".execute('SELECT * FROM facts').fetchall()", str(tmp_path / "j.db")],
                   check=True)
    assert (tmp_path / "j.db-wal").exists() and journal.broken is None
    with journal.writing():
        journal.add([codec.of_tick(T, "G1")])
    assert threading.active_count() and checked(tmp_path / "j.db")["inputs"] == 51
    journal.close()
