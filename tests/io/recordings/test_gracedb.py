"""The GraceDB of a replay shows what had been annotated by then, and no more."""

from types import SimpleNamespace

from fsm.core.engine.effects import Ask
from fsm.core.evidence.parsing import parse
from fsm.io.recordings.files import Record
from fsm.io.recordings.gracedb import NoGraceDB, RecordedGraceDB
from fsm.testing.script import CURRENT, Script

T = 1_502_000_000.0


def gracedb(*scripts):
    return RecordedGraceDB([
        Record(parse(line["payload"], line["time"]), line.get("delivered", True),
               line.get("contents"))
        for script in scripts for line in script.lines])


def ask(seconds, *wants):
    return Ask(T + seconds, "G1", "G1/1", wants)


def test_only_what_had_been_annotated_by_then():
    script = Script("G1", T, transit=100.0)
    script.new()
    script.log("early", 5, delivered=False)
    script.log("late", 50)
    script.label("DQV", 7)
    answer = gracedb(script).answer(ask(20))
    assert [e.comment for e in answer.logs] == ["Original Data", "early", "Label: DQV"]
    assert answer.event["pipeline"] == "gstlal"
    assert gracedb(script).answer(ask(-5)).event is None


def test_labels_and_signoffs_as_they_stood():
    script = Script("G1", T)
    script.label("DQV", 5)
    script.unlabel("DQV", 10)
    script.signoff("OP", "H1", "OK", 11)
    assert gracedb(script).answer(ask(8)).labels == (("DQV", T + 6),)
    answer = gracedb(script).answer(ask(20))
    assert answer.labels == (("H1OK", T + 12),) and answer.signoffs[0][0] == ("OP", "H1")


def test_contents_known_and_not():
    script = Script("G1", T)
    script.file("psd.xml.gz", 1, contents={"size": 200})
    known, unknown = ("content", "psd.xml.gz", 0), ("content", "a.fits", 0)
    answer = gracedb(script).answer(ask(20, known, unknown))
    assert answer.contents == {"psd.xml.gz,0": {"size": 200}}
    assert answer.unavailable == {unknown}


def test_neighbours_in_the_window_that_were_there_by_then():
    scripts = [Script(f"G{n}", T + 10 * n) for n in range(1, 6)]
    for script in scripts:
        script.new()
    answer = gracedb(*scripts).answer(
        ask(35, ("neighbours", "created", T + 15, T + 1000, "CBC", "gstlal", "AllSky")))
    assert [row["graceid"] for row in answer.neighbours["created"]] == ["G2", "G3"]
    other = ("neighbours", "created", T + 15, T + 1000, "CBC", "pycbc", "AllSky")
    assert gracedb(*scripts).answer(ask(35, other)).neighbours == {"created": []}


def test_what_a_recording_has_nothing_about_is_not_taken_for_empty():
    script = Script("G1", T)
    script.new()
    answer = gracedb(script).answer(ask(20, ("member", "G1"), ("member", "G2")))
    assert [member.graceid for member in answer.members] == ["G1"]
    assert list(answer.unread) == ["G2"] and "nothing" in answer.unread["G2"]
    assert "nothing" in gracedb(script).answer(Ask(T, "S190425z", "q", ())).failure


def test_no_gracedb_fails_every_question():
    assert NoGraceDB().answer(ask(0)).failure


def state(*lines, at=1000):
    records = [Record(parse(line["payload"], line["time"])) for line in lines]
    records.sort(key=lambda record: record.alert.received)
    return RecordedGraceDB(records).state("G1", T + at)


def heard(line, after):
    return {**line, "time": T + after}


def test_the_last_alert_tells_the_events_values_whether_it_states_them_or_not():
    script = Script("G1", T, CURRENT, far=1e-8)
    lines = [script.new(), script.log("hello", 5)]
    script.fields = {**script.fields, "far": 1e-3}
    lines.append(script.log("its data were replaced", 9))
    script.fields = {**script.fields, "far": 1e-5}
    lines.append(script.log("and again", 19))
    assert [state(*lines, at=at).event["far"] for at in (3, 9.5, 15, 30)] == [
        1e-8, 1e-3, 1e-3, 1e-5]
    lines.append(script.update(40, {"far": 1e-6}))
    assert state(*lines).event["far"] == 1e-6


def test_values_that_an_alert_leaves_out_are_as_before():
    script = Script("G1", T, CURRENT)
    lines = [script.new(), script.log("hello", 5)]
    lines[1]["payload"]["object"] = {"graceid": "G1", "far": 1e-3}
    event = state(*lines).event
    assert (event["far"], event["pipeline"]) == (1e-3, "gstlal")


def labels(*lines):
    return [name for name, _ in state(*lines).labels]


def test_a_label_put_off_and_on_is_on_however_late_or_close_together():
    script = Script("G1", T, CURRENT)
    on, off, again = script.label("X", 10.1), script.unlabel("X", 10.4), script.label("X", 10.8)
    assert labels(on, off, again) == ["X"]  # within a second, to which it is told
    assert labels(heard(on, 500), heard(off, 500), heard(again, 500)) == ["X"]
    assert labels(heard(on, 500), heard(off, 500.1), heard(again, 500.2)) == ["X"]
    assert labels(on, off, again, script.unlabel("X", 20)) == []


def test_a_label_whose_alerts_came_in_the_wrong_order_is_off():
    script = Script("G1", T, CURRENT)
    on, off = script.label("X", 10), script.unlabel("X", 20)
    assert labels(off, heard(on, 40)) == []
    assert labels(off, heard(on, 40), script.label("X", 60)) == ["X"]


def test_labels_from_the_beginning_do_not_undo_what_came_later():
    script = Script("G1", T, CURRENT, labels=["INJ"])
    new, off = script.new(), script.unlabel("INJ", 20)
    assert labels(new) == ["INJ"] and labels(new, off) == [] == labels(off, heard(new, 40))


def test_a_sign_off_that_is_given_anew_is_told_from_one_that_is_delivered_again():
    script = Script("S260101a", T, CURRENT)
    script.label("ADVREQ", 5)
    script.signoff("ADV", "", "OK", 100)
    script.withdraw("ADV", "", 300)
    again = [{**line, "time": line["time"] + 1000.0} for line in script.lines]
    shown = gracedb(script, SimpleNamespace(lines=again))
    asked = Ask(T + 5000, "S260101a", "S260101a/1", ())
    assert [name for name, _ in shown.answer(asked).labels] == ["ADVREQ"]
    script.signoff("ADV", "", "OK", 500)
    assert [name for name, _ in gracedb(script).answer(asked).labels] == ["ADVOK"]
