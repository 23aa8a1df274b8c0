"""The check of a journal, in a file or a database: what its tables must say of each other."""

import json
import sys
import time

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.engine.effects import Notify, Retired
from fsm.errors import JournalError, JournalLost
from fsm.io.journal import codec, reading
from fsm.io.journal.check import check
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import Letter, letter_key, written
from fsm.io.journal.schema import OUTBOX, POST
from fsm.io.journal.supervised import Place, Summary
from tests.servers.journals import Journals, breakable

T = 1_502_000_000.0
MANY = 5  # inputs about each of G1, under supervision, and G2, which is not


def notify(key):
    return Notify(T, "G1", "p", "c", "failure", ("a",), "late", key)


def filled(stored):
    """Have it hold two candidates, messages, and a letter of two of these."""
    journal = Journal(stored.database())
    with journal.writing():
        for name in ("G1", "G2"):
            numbers = journal.add([codec.of_tick(T + n, name) for n in range(MANY)])
            journal.acted_on((number, T + n, n + 1) for n, number in enumerate(numbers))
        journal.save({"G1": (Place(MANY, T + MANY - 1, T + 3600), Summary("open"))})
        journal.store([("G1", 3, {"state": "open"})])
        key = letter_key("a@x", ["k1", "k2"])
        journal.db.execute(POST.insert(), [
            {"address": "a@x", "key": one, "time": T, "body": written(notify(one)), "letter": of}
            for one, of in (("k1", key), ("k2", key), ("k3", None))])
        journal.db.execute(OUTBOX.insert(), [
            {"key": one.key, "channel": channel, "target": target, "body": written(one),
             "tries": 0, "next": T, "since": T, "done": None}
            for one, channel, target in (
                (Letter(T, "a@x", "s", "t", key), "mail", "a@x"), (notify("k1"), "log", ""))])
    journal.close()


sound, stored = breakable(filled)


@pytest.fixture
def database(postgres):
    made = Journals("database", None, postgres).new()
    filled(made)
    yield made
    postgres.drop(made.where)


def wrong(stored, **options):
    return "\n".join(check(stored.where, **options)["findings"])


def run(*arguments):
    return CliRunner().invoke(main, ["journal", *map(str, arguments)])


# -- places and times -------------------------------------------------------------------------


def test_a_sound_one(stored):
    found = check(stored.where)
    assert found["findings"] == [] and found["sound"] and found["bytes"] > 0
    assert [found[name] for name in ("inputs", "not_acted_on", "candidates", "archived", "waiting")
            ] == [2 * MANY, 0, 1, 0, 2]
    assert (found["version"] is None) == (not stored.in_file)
    assert check(stored.where, quick=True)["findings"] == []


@pytest.mark.parametrize(("statements", "words"), [
    (["DELETE FROM inputs WHERE graceid = 'G1' AND seq = 3"],
     "candidate G1: 1 of its inputs up to 5 are missing"),
    (["DELETE FROM inputs WHERE graceid = 'G2' AND seq = 3"],
     "candidate G2: 1 of its inputs up to 5 are missing"),
    (["DELETE FROM inputs WHERE graceid = 'G1' AND seq = 1"],
     "candidate G1: its inputs begin with 2, though none were dropped as too old"),
    (["UPDATE inputs SET seq = 0 WHERE graceid = 'G2' AND seq = 1"],
     "candidate G2: its inputs begin with 0"),
    (["DELETE FROM inputs WHERE graceid = 'G1' AND seq = 5"],
     "candidate G1: as it is after input 5 about it, but 4 is the last that was acted on"),
    (["UPDATE candidates SET seq = 4"],
     "candidate G1: as it is after input 4 about it, but 5 is the last that was acted on"),
    (["UPDATE candidates SET stored = 6"],
     "candidate G1: stored after input 6 about it, but 5 is the last"),
    (["DROP INDEX inputs_acted", "UPDATE inputs SET seq = 4 WHERE graceid = 'G1' AND seq = 5"],
     "candidate G1: 1 of its inputs have a place that another has too"),
])
def test_places_that_are_not_one_after_the_other(stored, statements, words):
    stored.execute(*statements)
    assert words in wrong(stored, quick=True)


def test_inputs_that_were_dropped_as_too_old_are_not_missed(sound):
    journals, like = sound
    made = journals.new(like)
    journal = Journal(made.database())
    with journal.writing():
        journal.archive(Retired(T + 10, "G1", {}))
        assert not journal.prune(T + 3)
    journal.close()
    found = check(made.where)
    assert found["sound"] and found["inputs"] == 7  # those of G1, and two of G2
    made.execute("UPDATE inputs SET number = number + 100 WHERE graceid = 'G1'",
                 "DELETE FROM inputs WHERE graceid = 'G1' AND seq = 3")
    assert wrong(made) == "candidate G1: 1 of its inputs up to 5 are missing"
    journals.drop(made)


def test_what_is_dropped_leaves_the_time_before_which_it_was(sound):
    journals, like = sound
    made = journals.new(like)
    journal = Journal(made.database())
    with journal.writing():
        journal.prune(T - 1000, T - 1000)
    assert journal.fact("dropped before") is None
    with journal.writing():
        journal.archive(Retired(T, "G1", {}))
        journal.prune(T + 2, T + 1)
        journal.prune(T + 1, T + 1)  # a clock that was set back
    assert (journal.fact("dropped before"), journal.fact("forgotten before")) == (T + 2, T + 1)
    journal.close()
    journals.drop(made)


def test_times_that_fall(stored):
    stored.execute(f"UPDATE inputs SET time = {T - 5} WHERE graceid = 'G2' AND seq = 3")
    assert f"candidate G2: input 3 about it was acted on at {T - 5:f}, the one before it at " \
           f"{T + 1:f}" in wrong(stored)
    stored.execute(f"UPDATE inputs SET time = {T - 100} WHERE graceid = 'G2' AND seq >= 3")
    assert wrong(stored) == ""  # the clock was set back


# -- at rest ----------------------------------------------------------------------------------


def test_inputs_that_wait(stored):
    stored.execute("UPDATE candidates SET seq = 3, timer = 1e12",
                   "UPDATE inputs SET seq = NULL WHERE graceid = 'G1' AND seq > 3")
    assert wrong(stored) == ""
    assert wrong(stored, at_rest=True) == \
        "candidate G1: 2 inputs about it wait to be acted on, the first has the number 4"


def test_what_is_due(stored):
    now = T + 4 if stored.in_file else time.time()
    stored.execute(f"UPDATE candidates SET timer = {now + 60}")
    assert wrong(stored, at_rest=True) == ""
    stored.execute(f"UPDATE candidates SET timer = {now - 4}")
    assert wrong(stored, at_rest=True) == "" or not stored.in_file  # which has another clock
    stored.execute(f"UPDATE candidates SET timer = {now - 60}")
    assert f"candidate G1: something is due since {now - 60:f}" in wrong(stored, at_rest=True)
    assert wrong(stored) == ""


def test_recorded_alerts_have_a_clock_of_their_own(stored):
    stored.execute(f"INSERT INTO facts VALUES ('clock', '{T + 3600}')")
    assert wrong(stored, at_rest=True) == ""
    stored.execute(f"UPDATE facts SET value = '{T + 3606}'")
    assert f"due since {T + 3600:f}, and it is {T + 3606:f}" in wrong(stored, at_rest=True)


# -- what goes out ----------------------------------------------------------------------------


def test_what_goes_out_twice(stored):
    stored.without_constraint("outbox")
    stored.execute("INSERT INTO outbox (number, key, channel, body, target) SELECT 99, key, "
                   "channel, body, target FROM outbox WHERE channel = 'log'")
    assert wrong(stored) == "outbox: k1 is there 2 times for log"
    stored.execute("UPDATE outbox SET channel = 'file' WHERE number = 99")
    assert wrong(stored) == ""


def test_what_an_address_is_told_twice(stored):
    stored.without_constraint("post")
    stored.execute("INSERT INTO post (number, address, key, body) SELECT 99, address, key, body "
                   "FROM post WHERE key = 'k3'")
    assert wrong(stored) == "post: k3 is there 2 times for a@x"


@pytest.mark.parametrize("until", ["1e300", "'Infinity'", "'NaN'"])
def test_what_somebody_has_in_hand_for_ever(database, until):
    database.execute(f"UPDATE outbox SET claimed = 'w1', until = {time.time() + 80} "
                     "WHERE channel = 'log'")
    assert wrong(database) == ""
    database.execute(f"UPDATE outbox SET until = {until} WHERE channel = 'log'")
    assert "outbox 2: w1 has it in hand until " in wrong(database)
    database.execute("UPDATE outbox SET done = 1")
    assert wrong(database) == ""


@pytest.mark.parametrize(("statement", "words"), [
    ("UPDATE post SET letter = NULL WHERE key = 'k2'", "the letter to a@x has other messages than"),
    ("DELETE FROM post WHERE key = 'k2'", "the letter to a@x has other messages than the 1"),
    ("UPDATE post SET address = 'b@x' WHERE key = 'k2'", "messages to others than a@x are noted"),
])
def test_letters_that_are_not_of_their_messages(stored, statement, words):
    stored.execute(statement)
    assert "outbox 1: " in wrong(stored) and words in wrong(stored)


@pytest.mark.parametrize(("statement", "words"), [
    ("UPDATE inputs SET kind = 'alert', body = '}' WHERE number = 2", "inputs 2: cannot be read"),
    ("UPDATE candidates SET body = '{'", "candidates G1: cannot be read"),
    ("UPDATE outbox SET body = '{}' WHERE number = 1", "outbox 1: cannot be read"),
    ("UPDATE candidates SET seq = NULL", "G1: as it is after input 0 about it, but 5 is the last"),
    ("DROP TABLE latencies", "it lacks the table latencies"),
    ("ALTER TABLE facts RENAME COLUMN value TO v", "it lacks the column facts.value"),
    ("DROP TABLE inputs", "it lacks the table inputs"),
])
def test_what_cannot_be_read(stored, statement, words):
    stored.execute(statement)
    assert words in wrong(stored)


# -- databases --------------------------------------------------------------------------------


def test_nothing_is_written_and_others_go_on(database):
    with pytest.raises(sa.exc.InternalError, match="read-only transaction"), \
            reading.opened(database.where) as opened:
        opened.db.execute(OUTBOX.delete())
    with reading.opened(database.where) as opened:
        assert opened.db.execute(OUTBOX.select()).all()
        database.execute("DELETE FROM outbox")
        assert opened.db.execute(OUTBOX.select()).all()  # one state, whatever happens meanwhile


def test_a_database_that_is_lost_meanwhile(database, postgres):
    def cut(db, findings):
        postgres.cut()
        with findings.of("x"):
            db.execute(OUTBOX.select())
        return {}

    with pytest.raises(JournalLost):
        check(database.where, further=cut)


def test_what_is_no_journal_or_cannot_be_reached(postgres):
    empty = postgres.create()
    assert check(empty)["findings"] == ["it is no journal: it has no table of inputs"]
    done = run("check", f"{postgres.url('nowhere', password='secret')}")
    assert done.exit_code == 2 and 'database "nowhere" does not exist' in done.stderr
    for url in ("postgresql://me:secret@[::", "postgresql://me:secret@127.0.0.1:1/x"):
        done = run("check", url)
        assert done.exit_code == 2 and done.stderr.startswith("fsm: ")
        assert "secret" not in done.output
    with pytest.raises(JournalError):
        check("postgresql://127.0.0.1:1/x")


# -- the command ------------------------------------------------------------------------------


def test_the_command(stored, tmp_path):
    done = run("check", stored.where)
    assert done.exit_code == 0 and " is sound: " in done.stdout and "10 inputs" in done.stdout
    assert ("version" in done.stdout) == stored.in_file
    stored.execute("UPDATE candidates SET seq = 4")
    done = run("check", stored.where)
    assert done.exit_code == 1 and "candidate G1: as it is after input 4" in done.stderr
    key = "path" if stored.in_file else "url"
    config = tmp_path / "c.toml"
    config.write_text(f'[journal]\n{key} = "{stored.where}"\n')
    done = run("check", "--config", config, "--json", "--at-rest")
    found = json.loads(done.stdout)
    assert done.exit_code == 1 and found["sound"] is False and found["candidates"] == 1
    assert ("something is due" in "".join(found["findings"])) != stored.in_file


def test_no_password_is_shown(database, postgres):
    ((name,),) = database.execute("SELECT current_database()")
    url = postgres.url(name, password="secret")
    for arguments in (("check",), ("check", "--json"), ("check", "--quick")):
        done = run(*arguments, url)
        assert done.exit_code == 0 and "secret" not in done.output and "***" in done.stdout
    database.execute("DROP TABLE facts")
    done = run("check", url)
    assert done.exit_code == 1 and "secret" not in done.output and "***" in done.stderr


@pytest.mark.parametrize(("arguments", "words"), [
    (("backup", "URL", "copy.db"), "pg_dump copies it"),
    (("vacuum", "URL"), "the server's autovacuum keeps it small"),
])
def test_what_a_database_does_by_itself(tmp_path, arguments, words):
    url = "postgresql://me:secret@host/x"
    config = tmp_path / "c.toml"
    config.write_text(f'[journal]\nurl = "{url}"\n')
    given = [{"URL": url, "copy.db": tmp_path / "copy.db"}.get(one, one) for one in arguments]
    configured = [*(one for one in given if one != url), "--config", config]
    for some in (given, configured):
        done = run(*some)
        assert done.exit_code == 2 and words in done.stderr and "secret" not in done.output
    assert not (tmp_path / "copy.db").exists()


def test_what_takes_long_is_seen_to_go_on(stored, monkeypatch):
    monkeypatch.setattr(sys.modules["fsm.cli.journal"], "PATIENCE", 0.0)
    done = run("check", stored.where)
    assert "reading inputs" in done.stderr and "reading inputs" not in done.stdout
    assert run("check", "--quick", stored.where).stderr == ""
    told = []
    check(stored.where, progress=lambda *some: told.append(some))
    assert told == [("reading inputs", 0, 2 * MANY)]
