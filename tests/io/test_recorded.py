"""The GraceDB of a replay shows what had been annotated by then, and no more."""

from fsm.core.alert import parse
from fsm.core.effects import Ask
from fsm.io.recorded import NoGraceDB, RecordedGraceDB
from fsm.io.recording import Record
from fsm.testing.script import Script

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
    assert [e.comment for e in answer.logs] == ["early", "Label: DQV"]
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


def test_no_gracedb_fails_every_question():
    assert NoGraceDB().answer(ask(0)).failure
