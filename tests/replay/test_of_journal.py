"""What a journal has of a night: its alerts, what only answers showed, commands, outages."""

import json
from math import inf

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask
from fsm.core.engine.inputs import Answer, Command
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.errors import JournalError
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
from fsm.io.recordings.gracedb import NoGraceDB
from fsm.registry import charts
from fsm.replay import from_files
from fsm.replay.of_journal import Interrupted, Night
from fsm.testing.script import Script

T = 1_502_000_000.0
EVENT = {"graceid": "G1", "group": "CBC", "pipeline": "gstlal", "far": 1e-9, "created": T}


def answer(asked, logs=(), **more):
    return codec.of_answer(Answer(asked, "G1", "q", event=dict(EVENT), logs=logs, **more),
                           asked + 1.0)


@pytest.fixture
def journal(tmp_path):
    """A function that writes inputs into a journal, and returns its path."""
    def write(*rows):
        path = str(tmp_path / "j.db")
        made = Journal(path)
        with made.writing():
            made.add(rows)
        made.close()
        return path
    return write


def heard(line):
    return codec.of_line(json.dumps(line).encode(), line["time"])


def read(path, **limits):
    night = Night(path, **limits)
    return night, list(night.records())


def test_an_alert_arrived_when_it_was_taken(journal):
    line = Script("G1", T, transit=0.0).new()
    row = codec.of_line(json.dumps(line).encode(), T + 3.0)
    _, [record] = read(journal(row))
    assert record.delivered and record.alert.received == T + 3.0 and record.alert.what == "new"


def test_what_only_an_answer_tells_was_there_but_never_heard(journal):
    new = heard(Script("G1", T, transit=0.0).new())
    logs = (LogEntry(T + 9.0, 7, "seen", "a.fits", 0, frozenset({"sky_loc"})),)
    path = journal(new, answer(T + 20.0, logs, labels=(("EM_READY", T + 8.0), ("DQV", None)),
                               contents={"a.fits,0": {"nside": 64}},
                               signoffs=((("operator", "H1"), Signoff(T + 7.0, "OK")),)))
    _, records = read(path)
    missed = [record for record in records if not record.delivered]
    told = {record.alert.what: record for record in missed}
    assert told["log"].alert.entry == logs[0] and told["log"].alert.received == T + 9.0
    assert told["log"].contents == {"nside": 64}
    labels = {r.alert.label: r.alert.time for r in missed if r.alert.what == "label_added"}
    assert labels == {"EM_READY": T + 8.0, "DQV": T + 20.0}
    assert told["signoff"].alert.signoff == (("operator", "H1"), Signoff(T + 7.0, "OK"))


def test_what_was_heard_is_not_told_again_and_a_label_that_is_gone_was_taken_off(journal):
    script = Script("G1", T, transit=0.0)
    new, label = heard(script.new()), heard(script.label("DQV", 3.0))
    path = journal(new, label, answer(T + 20.0, labels=(("DQV", T + 3.0),)),
                   answer(T + 40.0, labels=()))
    _, records = read(path)
    marks = [(r.alert.what, r.alert.time) for r in records if r.alert.label]
    assert marks == [("label_added", T + 3.0), ("label_removed", T + 40.0)]


def test_gracedb_does_not_answer_anew_while_it_did_not(journal):
    path = journal(heard(Script("G1", T, transit=0.0).new()),
                   codec.of_answer(Answer(T + 10.0, "G1", "q", failure="503"), T + 11.0),
                   codec.of_answer(Answer(T + 30.0, "G1", "q", failure="no such", gone=True),
                                   T + 31.0),
                   codec.of_answer(Answer(T + 50.0, "G1", "q", failure="503"), T + 51.0))
    night, _ = read(path)
    assert night.outages == [(T + 10.0, T + 31.0), (T + 50.0, inf)]
    source = Interrupted(NoGraceDB(), night.outages)
    words = [source.answer(Ask(T + at, "G1", "q", ())).failure for at in (5.0, 10.0, 40.0, 99.0)]
    assert [word.startswith("GraceDB did not") for word in words] == [False, True, False, True]


def test_commands_that_change_what_is_expected_are_given_again(journal):
    given = [Command(T + 5.0, "G1", order, "alba") for order in ("waive", "acknowledge", "retire")]
    night, _ = read(journal(heard(Script("G1", T, transit=0.0).new()),
                            *map(codec.of_command, given)))
    assert [one.order for one in night.commands] == ["waive", "retire"]


def test_candidates_heard_of_before_are_left_out_and_what_came_later(journal):
    rows = [heard(Script(f"G{n}", T + 100.0 * n, transit=0.0).new()) for n in (1, 2, 3)]
    late = heard(Script("G1", T, transit=0.0).label("DQV", 250.0))
    night, records = read(journal(*rows[:2], late, rows[2]), since=T + 150.0, until=T + 260.0)
    assert [record.alert.graceid for record in records] == ["G2"]
    assert night.last == T + 250.0


def test_what_was_rejected_is_told_with_its_number(journal):
    _, [one] = read(journal(codec.of_line(b'{"time": 1, "payload": {"alert_type": 7}}', T)))
    assert one.line == 1 and one.reason


def test_a_journal_is_known_by_its_first_bytes(journal, tmp_path):
    (tmp_path / "r.jsonl").write_text("{}\n")
    assert from_files.is_journal(journal()) and from_files.is_journal("postgresql://fsm@host/x")
    assert not any(from_files.is_journal(str(one)) for one in (
        tmp_path / "r.jsonl", tmp_path / "none", tmp_path))


def test_an_input_that_cannot_be_read_costs_only_itself_and_is_named(journal, tmp_path):
    path = journal(heard(Script("G1", T, transit=0.0).new()),
                   codec.Input(T + 1.0, "G1", codec.ANSWER, b"rubbish"),
                   codec.Input(T + 2.0, "G1", codec.MEMBER, b"[]"))
    _, [kept, lost] = read(path)
    assert kept.alert.graceid == "G1"
    assert lost.line == 2 and "cannot be read" in lost.reason  # news of members are made anew
    (tmp_path / "no.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(JournalError):
        read(str(tmp_path / "no.db"))


def test_the_clock_of_a_journal_stops_where_its_supervisor_is(journal):
    known = charts()
    path = journal(heard(Script("G1", T, group="CBC", pipeline="gstlal", search="LowMass",
                                transit=0.0).new()))
    outcome = from_files.from_files([path], known, default_policy(known[0]))
    states = {check["state"] for process in outcome.configurations["G1"]["processes"].values()
              for check in process["checks"].values()}
    assert not states & {"overdue", "missing"} and not list(outcome.effects)
