"""Several supervisors in one process, on one PostgreSQL; hints go to whom the test tells them."""

import contextlib
import io
import os
import socket
import threading
import time
from queue import Queue

import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console

from fsm.chart import Process, Stage, check, log, new
from fsm.daemon.journal_writer import Hindered
from fsm.errors import JournalLost
from fsm.io.control import Request
from fsm.io.journal import sharing
from fsm.io.journal.postgresql import Overdue
from fsm.io.listeners.lvalert_commands import said
from fsm.io.reports import Report
from fsm.report.cluster_terminal import show_cluster
from fsm.report.operator_terminal import show_status
from fsm.testing.script import CURRENT, Script
from tests.daemon.in_process import CHARTS, DEMO, T
from tests.daemon.peers import Peer

LATER = ((Process("demo", "Demo", starts=new(), parties=("owner",), stages=[
    Stage("s", check("soon", log("soon"), within=90), check("later", log("later"), within=600))]),
    ), CHARTS[1])


@pytest.fixture
def url(postgres):
    return postgres.create()


@pytest.fixture
def peers(url):
    made = []

    def peer(*args):
        made.append(Peer(url, *args))
        return made[-1]

    yield peer
    for one in made:
        one.drop()


def charts_without_soon():
    """The charts of the test without the check that is overdue first."""
    later = next(one for _, one in DEMO.checks() if one.name == "later")
    return (Process("demo", "Demo", starts=new(), parties=("owner",),
                    stages=[Stage("s", later)]),), CHARTS[1]


def dead(peer, seconds=100):
    """It gives no sign of life any more."""
    with peer.journal.writing():
        peer.journal.db.exec_driver_sql(
            f"UPDATE workers SET beat = beat - {seconds} "
            f"WHERE name = '{peer.supervisor.work.membership.name}'")
        peer.journal.db.exec_driver_sql("UPDATE leases SET until = 0")


def test_whoever_is_told_acts_and_who_is_told_too_does_not(peers):
    a, b = peers(), peers()
    a.event("G1")
    assert a.take() == ["G1"] and a.acted("G1") == [(None, "alert")]
    b.tell("G1")
    a.tell("G1")
    assert a.acted("G1") == [(1, "alert")]
    assert a.states("G1")["soon"] == ("awaiting", T + 60)


def test_it_acts_at_once_on_some_of_what_it_hears_and_tells_others_of_the_rest(peers):
    a = peers()
    a.supervisor.work.here = 2
    for graceid in ("G1", "G2", "G3"):
        a.event(graceid)
    assert set(a.take()) == {"G3"}
    assert [a.acted(graceid) for graceid in ("G1", "G2", "G3")] == [
        [(1, "alert")], [(1, "alert")], [(None, "alert")]]


def test_what_another_one_has_is_left_to_it_and_that_one_looks_again(peers):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    with b.journal.writing():
        assert list(sharing.taken(b.journal, ["G1", "G2"])) == ["G1", "G2"]
        a.tell("G1")
        assert a.acted("G1") == [(None, "alert")]
    assert sharing.awaited(b.journal, ["G1", "G2"]) == ["G1"]


def test_two_that_hear_the_same_alert_write_it_down_once(peers):
    a, b = peers(), peers()
    for one in (a, b, a):
        one.event("G1")
        one.take()
    assert a.acted("G1") == [(None, "alert")]


def test_two_names_of_a_superevent_that_two_meet_at_once_are_of_one_candidate(peers):
    a, b = peers(), peers()
    a.alert(Script("S170809a", T, CURRENT, 0.0).new())
    b.alert(Script("GW170809A", T, CURRENT, 0.0).new())
    gather = a.supervisor.intake.gather

    def overtaken(longest):
        made = gather(longest)
        b.take()
        return made

    a.supervisor.intake.gather = overtaken
    a.take()
    assert a.rows("SELECT DISTINCT graceid FROM inputs") == [("GW170809A",)]
    a.tell("GW170809A")
    for one in (a, b):
        assert one.command("show", graceid="S170809a")["result"]["graceid"] == "GW170809A"


def test_one_whose_memory_is_of_yesterday_goes_by_the_journal(peers):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    b.alert(b.script("G1").log("soon", 5.0))
    b.take()
    b.tell("G1")
    a.alert(a.script("G1").log("later", 9.0))
    a.take()
    a.tell("G1")
    assert a.acted("G1") == [(1, "alert"), (2, "alert"), (3, "alert")]
    assert {state for state, _ in a.states("G1").values()} == {"met"}


def test_one_that_began_anew_knows_when_a_candidate_is_due(peers):
    a = peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    b = peers()  # has its place, not its timer
    b.alert(b.script("G1").label("X", 5.0))
    b.take()
    b.tell("G1")
    assert b.rows("SELECT timer FROM candidates") == [(T + 60,)]
    b.clock.time = T + 60
    b.tell("G1")
    assert b.acted("G1")[-1] == (3, "tick") and len(b.asks) == 1


def test_what_nobody_was_told_of_is_found(peers, url):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    assert Overdue(url)() == ["G1"]
    b.tell("G1")
    assert Overdue(url)() == ["G1"]  # it is due since 2017
    b.clock.time = T + 60
    b.tell("G1")
    b.command("retire", graceids=["G1"])
    assert Overdue(url)() == []


def test_more_inputs_than_are_taken_at_once_are_acted_on_in_one_go(peers):
    a = peers()
    a.event("G1")
    for number in range(450):
        a.alert(a.script("G1").log(f"n{number}", 1.0))
    while a.inbox.head():
        a.take()
    a.tell("G1")
    assert [place for place, _ in a.acted("G1")] == list(range(1, 452))


def test_what_was_taken_by_a_clock_that_is_ahead_is_found_too(peers, url):
    a, b = peers(), peers()
    a.clock.time = time.time() + 3600
    a.alert(a.script("G1").new())
    a.take()
    assert Overdue(url)() == ["G1"]
    b.clock.time = a.clock.time
    b.tell("G1")
    assert Overdue(url)() == []
    ((due,),) = b.rows("SELECT timer FROM candidates")
    assert due > time.time() + 3600
    assert list(sharing.overdue(b.journal, due)) == ["G1"]


# -- questions ------------------------------------------------------------------------------------

def asked(peer):
    """Have it ask a question about G1."""
    peer.event("G1")
    peer.take()
    peer.tell("G1")
    peer.clock.time = T + 60
    peer.tell("G1")
    assert [ask.question for ask in peer.asks] == ["G1/1"]


def test_the_questions_of_a_dead_one_are_inherited_and_its_late_answer_does_not_count(peers):
    a, b = peers(), peers()
    b.clock.time = T + 60
    asked(a)
    b.beat()
    assert b.asks == []
    dead(a)
    b.beat()
    assert [ask.question for ask in b.asks] == ["G1/1"]
    for one, signalled in ((b, ["G1"]), (a, [])):  # which was only slow
        one.answer()
        assert one.take() == signalled
        one.tell("G1")
    assert [kind for _, kind in a.acted("G1")] == ["alert", "tick", "answer"]
    assert a.rows("SELECT * FROM questions") == []


def test_a_commit_of_which_nobody_heard_has_come_to_pass_once(peers):
    a = peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    a.clock.time = T + 60
    steady, commits = a.journal.db, []
    commit = steady.commit

    def cut():
        commit()
        commits.append(1)
        if len(commits) == 1:
            raise JournalLost("cut")

    steady.commit = cut
    a.tell("G1")
    assert [kind for _, kind in a.acted("G1")] == ["alert", "tick"]
    assert a.asks == []
    a.beat()
    assert [ask.question for ask in a.asks] == ["G1/1"]
    a.beat()
    assert len(a.asks) == 1


# -- rules ----------------------------------------------------------------------------------------

def test_what_was_judged_by_newer_rules_is_left_alone_by_older_ones(peers):
    a = peers("old")
    for graceid in ("G1", "G2"):
        a.event(graceid)
        a.take()
        a.tell(graceid)
    b = peers("new", LATER)
    a.beat()
    b.alert(b.script("G1").label("X", 5.0))
    b.take()
    b.tell("G1")
    assert (b.of("G1"), b.of("G2")) == ("new", "old")
    assert b.states("G1")["soon"] == ("awaiting", T + 60)  # what waits keeps its deadline
    a.alert(a.script("G1").log("soon", 6.0))
    a.take()
    a.tell("G1")
    assert a.acted("G1")[-1] == (None, "alert")
    a.alert(a.script("G2").log("soon", 6.0))
    a.take()
    a.tell("G2")
    assert a.acted("G2")[-1] == (2, "alert") and a.of("G2") == "old"
    b.tell("G1")
    assert b.acted("G1")[-1] == (3, "alert")
    b.event("G3", 7.0)
    b.take()
    b.tell("G3")
    assert b.states("G3")["soon"] == ("awaiting", T + 97)
    assert [rules for rules, in a.rows("SELECT digest FROM rules ORDER BY since")] == ["old", "new"]


def test_the_rules_of_one_that_has_just_begun_count_before_others_have_seen_it(peers):
    a = peers("old")
    b = peers("new")
    b.event("G1")
    b.take()
    b.tell("G1")
    a.alert(a.script("G1").log("soon", 6.0))
    a.take()
    a.tell("G1")  # without a look at who else is there
    assert a.acted("G1")[-1] == (None, "alert")


def test_older_rules_count_again_when_nobody_has_newer_ones_any_more(peers):
    a, b = peers("old"), peers("new")
    b.event("G1")
    b.take()
    b.tell("G1")
    a.beat()
    a.tell("G1")
    assert a.of("G1") == "new"
    dead(b, 50)  # which may come back
    a.beat()
    assert a.supervisor.acting.leaves("G1")
    dead(b, 20)
    a.beat()
    a.alert(a.script("G1").log("soon", 6.0))
    a.take()
    a.tell("G1")
    assert a.of("G1") == "old" and a.acted("G1")[-1] == (2, "alert")


def test_what_others_still_expect_is_not_said_to_be_over(peers):
    a = peers("old")
    a.event("G1")
    a.take()
    a.tell("G1")
    a.clock.time = T + 120.0
    a.tell("G1")
    a.answer()
    a.take()
    a.tell("G1")
    alarms = "SELECT process, graceid FROM alarms"
    assert a.rows(alarms) == [("demo", "G1")]
    b = peers("new", charts_without_soon())
    b.beat()
    assert b.rows(alarms) == [("demo", "G1")]
    dead(a)
    b.beat()
    assert b.rows(alarms) == []


def test_a_command_about_what_others_judge_is_refused_with_a_word(peers):
    a, b = peers("old"), peers("new")
    b.event("G1")
    b.take()
    b.tell("G1")
    said = a.command("waive", graceids=["G1"])
    assert "newer rules" in said["error"]
    assert b.command("waive", graceids=["G1"])["result"]["waived"] == 2
    assert a.command("show", graceid="G1")["result"]["graceid"] == "G1"


# -- operators ------------------------------------------------------------------------------------

def test_whoever_is_asked_shows_what_the_others_have_done(peers):
    a, b = peers(), peers()
    b.event("G1")
    b.take()
    b.tell("G1")
    status = a.command("status")["result"]
    assert [one["graceid"] for one in status["listed"]] == ["G1"] and status["candidates"] == 1
    b.alert(b.script("G1").log("soon", 5.0))
    b.take()
    b.tell("G1")
    shown = a.command("show", graceid="G1")["result"]
    assert "met" in str(shown["processes"])
    assert a.command("waive", graceids=["G1"])["result"] == {
        "graceid": "G1", "waived": 1, "open": 0}
    assert b.command("retire", graceids=["G1"])["result"]["retired"] == ["G1"]
    assert a.command("status")["result"]["listed"] == []


def test_a_command_about_what_another_one_retires_meanwhile_is_answered(peers, monkeypatch):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    note = a.supervisor.commands.rows

    def rows():
        monkeypatch.undo()
        b.command("retire", graceids=["G1"])
        return note()

    monkeypatch.setattr(a.supervisor.commands, "rows", rows)
    assert "has left supervision" in a.command("waive", graceids=["G1"])["error"]


def test_what_one_has_retired_another_one_takes_back_and_all_go_on_with_it(peers):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    before = a.states("G1")
    assert b.command("retire", graceids=["G1"])["result"]["retired"] == ["G1"]
    assert a.command("unretire", graceids=["G1"])["result"] == {"supervised": ["G1"]}
    assert "is under supervision" in b.command("unretire", graceids=["G1"])["error"]
    assert a.states("G1") == before and not a.journal.has_left("G1")
    b.alert(b.script("G1").log("soon", 1))
    b.take()
    b.tell("G1")
    assert b.states("G1")["soon"][0] == "met"
    assert a.command("retire", graceids=["G1"])["result"]["retired"] == ["G1"]
    assert b.journal.has_left("G1")


def test_a_command_that_waits_for_another_one_is_not_said_to_have_failed(peers, monkeypatch):
    a, b = peers(), peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    monkeypatch.setattr("fsm.daemon.command_desk.PATIENCE", 0.1)
    with a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        for name in ("waive", "retire"):
            assert "it is noted, and done as soon as G1 is free" in b.command(
                name, graceids=["G1"])["error"]
    b.tell("G1")
    assert [place for place, _ in b.acted("G1")] == [1, 2, 3]


def test_who_commands_something_about_what_another_one_has_holds_nobody_up(peers):
    a, b, answers = peers(), peers(), []
    a.event("G1")
    a.take()
    a.tell("G1")
    with a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        b.inbox.tell(Request("waive", "me", {"graceids": ["G1"]},
                             lambda **given: answers.append(given)))
        b.event("G2")
        b.supervisor.turn(0.0)
        b.tell("G2")
        assert b.acted("G2") == [(1, "alert")]
        assert "result" in b.command("status") and answers == []
    a.tell("G1")
    b.supervisor.turn(0.0)
    assert answers == [{"result": {"graceid": "G1", "waived": 2, "open": 0}}]


def held(peers):
    """A supervisor, another one that has G1 in hand, and what the first one answers."""
    a, b, answers = peers(), peers(), []
    b.event("G1")
    b.take()
    b.tell("G1")

    def ask(name, **arguments):
        b.inbox.tell(Request(name, "me", arguments, lambda **given: answers.append(given)))
        b.supervisor.turn(0.0)

    return a, b, answers, ask


def test_a_deadline_is_kept_where_who_had_the_candidate_changed_nothing(peers):
    a, b, answers, ask = held(peers)
    due = b.rows("SELECT timer FROM candidates")
    with contextlib.suppress(ZeroDivisionError), a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        ask("waive", graceids=["G1"], process="demo", check="later")
        raise ZeroDivisionError  # as one that is killed
    b.supervisor.turn(0.0)
    b.tell("G1")
    assert "result" in answers[0] and b.rows("SELECT timer FROM candidates") == due


def test_a_command_that_waits_while_the_journal_is_away_is_answered_once(peers):
    a, b, answers, ask = held(peers)
    with a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        ask("waive", graceids=["G1"])
        for _ in range(5):
            b.supervisor.commands.hindered((), Hindered("the journal is away"))
    b.supervisor.turn(0.0)
    b.supervisor.turn(0.0)
    assert len(answers) == 1 and "it is noted" in answers[0]["error"]


def test_an_input_that_two_commands_retry_is_taken_once(peers):
    a, b, answers, ask = held(peers)
    with a.journal.writing():
        a.journal.db.execute(sa.text(
            "INSERT INTO failed (number, graceid, time, trace) "
            "SELECT number, graceid, time, 'x' FROM inputs WHERE graceid = 'G1'"))
    with a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        ask("retry", graceids=["G1"])
        ask("retry", graceids=["G1"])
    for _ in range(3):
        b.supervisor.turn(0.0)
    b.tell("G1")
    assert len(answers) == 2
    assert [kind for _, kind in b.acted("G1")].count("alert") == 2  # the first, and once again


def test_a_command_that_waits_is_answered_when_its_supervisor_ends(peers):
    a, b, answers, ask = held(peers)
    with a.journal.writing():
        list(sharing.taken(a.journal, ["G1"]))
        ask("waive", graceids=["G1"])
        b.inbox.close()
        b.supervisor.commands.carry_out()
    assert len(answers) == 1 and "it is noted" in answers[0]["error"]


def test_rows_of_other_supervisors_that_lack_something_stop_nobody(peers):
    a = peers()
    a.supervisor.chores += a.supervisor.work.chores
    with a.journal.writing():
        for statement in ("INSERT INTO workers (name) VALUES ('x')",
                          "UPDATE leases SET since = since - 100", "UPDATE rules SET since = NULL"):
            a.journal.db.execute(sa.text(statement))
    for _ in range(2):
        a.supervisor.turn(0.0)
    a.event("G1")
    a.take()
    a.tell("G1")
    assert a.acted("G1") == [(1, "alert")]
    assert "result" in a.command("waive", graceids=["G1"])


def test_a_command_of_which_nobody_knows_whether_it_is_noted_is_not_called_refused(peers):
    a = peers()
    a.event("G1")
    a.take()
    a.tell("G1")
    commit, commits = a.journal.db.commit, []

    def cut():
        commit()
        commits.append(1)
        if len(commits) == 1:
            raise JournalLost("cut")

    a.journal.db.commit = cut
    assert "it may have been noted all the same" in a.command("waive", graceids=["G1"])["error"]
    a.tell("G1")
    assert a.acted("G1")[-1] == (2, "command")


def test_while_the_server_is_away_a_status_is_of_memory_and_the_rest_waits(peers, url, postgres,
                                                                           monkeypatch):
    monkeypatch.setattr("fsm.io.journal.postgresql.WAIT", 0.1)
    a, answers, name = peers(), Queue(), conninfo_to_dict(url)["dbname"]
    a.event("G1")
    a.take()
    a.tell("G1")
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.cut()
    turns = threading.Thread(target=lambda: [a.supervisor.turn(0.0) for _ in range(3)])
    for read in range(3):
        a.inbox.tell(Request("status", "me", {}, lambda **given: answers.put(given)))
        if not read:
            turns.start()
        status = answers.get(timeout=5)["result"]
        assert "not currently accepting connections" in status["hindered"]["why"]
        assert not status["well"] and status["incidents"] is None
        assert [(one["graceid"], one["open"]) for one in status["listed"]] == [("G1", 2)]
    out = io.StringIO()
    show_status(Console(file=out, width=200), status, everything=True)
    assert "could not be written since" in out.getvalue()
    assert "1 candidate, 2 checks open" in out.getvalue()
    assert "could not be written since" in said(status, in_words=True)
    a.event("G2")
    time.sleep(0.5)
    assert turns.is_alive()
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    turns.join(10)
    assert a.journal.broken is None and "result" in a.command("status")
    assert [kind for _, kind in a.acted("G2")] == ["alert"]


def test_one_that_ends_while_the_server_is_away_waits_for_nothing(peers, url, postgres):
    a, name = peers(), conninfo_to_dict(url)["dbname"]
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.cut()
    a.inbox.close()
    with pytest.raises(JournalLost):
        a.journal.questions()
    postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_one_does_what_is_done_once_and_another_when_that_is_dead_or_leaves(peers):
    a, b = peers(), peers()
    assert (a.supervisor.work.leads, b.supervisor.work.leads) == (True, False)
    dead(a)
    b.beat()
    a.beat()
    assert (a.supervisor.work.leads, b.supervisor.work.leads) == (False, True)
    b.supervisor.work.close()
    a.beat()
    assert a.supervisor.work.leads
    assert len(a.supervisor.work.membership.workers()) == 1


def test_a_dead_one_has_nothing_either_when_the_clock_of_the_database_has_gone_back(peers):
    a, b = peers(), peers()
    b.clock.time = T + 60
    asked(a)
    with a.journal.writing():
        for statement in ("UPDATE workers SET beat = beat + 3600",
                          "UPDATE leases SET until = until + 3600"):
            a.journal.db.exec_driver_sql(statement)
    b.beat()
    assert b.supervisor.work.leads
    assert [ask.question for ask in b.asks] == ["G1/1"]


def test_what_a_dead_one_was_sending_is_sent_by_others_after_a_while(peers):
    a, b = peers(), peers()
    for one in (a, b):
        one.beat()
    with a.journal.writing():
        a.journal.db.execute(sa.text(
            "INSERT INTO outbox (key, channel, tries, next, claimed, until) VALUES "
            "('k', 'people', 0, 0, :who, extract(epoch from clock_timestamp()) + 90)"),
            {"who": a.supervisor.work.membership.name})
    until = "SELECT until IS NULL FROM outbox"
    dead(a, 10)
    b.beat()
    assert b.rows(until) == [(False,)]  # it may be at it
    dead(a, 30)
    b.beat()
    assert b.rows(until) == [(True,)]


def test_status_shows_who_does_what_what_waits_and_which_rules_are_in_force(peers):
    a, b = peers("old"), peers("new")
    asked(a)
    b.event("G2")
    b.take()
    b.tell("G2")
    b.alert(b.script("G2").log("soon", 5.0))
    b.take()
    shown = a.command("status")["result"]["cluster"]
    one, other = shown["workers"]
    assert (one["host"], one["process"], one["rules"]) == (socket.gethostname(), os.getpid(), "old")
    assert (one["leads"], other["leads"], one["alive"], one["questions"]) == (True, False, True, 1)
    assert shown["waiting"] == 1 and shown["lag"] > 1e6  # the clock of the test is of 2017
    assert [(each["digest"], each["workers"], each["candidates"]) for each in shown["rules"]] == [
        ("new", 1, 1), ("old", 1, 1)]
    out = io.StringIO()
    show_cluster(Console(file=out, width=200), shown, a.clock.time)
    assert "1 input waits, the oldest for" in out.getvalue()
    assert "acts, leads, 1 questions" in out.getvalue()


def test_status_shows_a_worker_that_has_never_given_a_sign_of_life(peers):
    a = peers()
    with a.journal.writing():
        a.journal.db.exec_driver_sql("INSERT INTO workers (name, instance) VALUES ('x', 'x')")
    shown = a.command("status")["result"]["cluster"]
    assert ("x", False) in [(one["name"], one["alive"]) for one in shown["workers"]]
    out = io.StringIO()
    show_cluster(Console(file=out, width=200), shown, a.clock.time)
    a.beat()
    assert [one.name for one in a.supervisor.work.membership.workers()] == [shown["name"]]


def test_what_one_has_whose_clock_stands_still_is_told_once(peers, monkeypatch):
    a = peers()
    monkeypatch.setattr(Peer, "instance", "b")
    b = peers()
    a.supervisor.chores += a.supervisor.work.chores
    a.clock.time = T + 4000  # b does not know yet what time it is, and little has come of late
    for _ in range(4):
        b.inbox.tell(Report("clock", True, "nobody tells the time"))
        for one in (b, a):
            one.supervisor.turn(0.0)
    told = "SELECT key FROM outbox WHERE key LIKE 'supervisor/clock%%'"
    assert len(a.rows(told)) == 1
    dead(b, 400)
    a.supervisor.turn(0.0)
    assert len(a.rows(told)) == 2
