"""One log for all and one for each candidate, in the same line format."""

import logging
import os
import re

import pytest

from fsm.core.engine.effects import Transition
from fsm.io import logs
from fsm.io.config.sections import Logging

T = 1_502_000_000.25
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [\w.\[\]:-]+ [A-Z]+ .+")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []
    logs.begin(Logging(str(tmp_path / "logs"), megabytes=0.002, keep=2))
    yield tmp_path / "logs"
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers = before
    root.setLevel(level)


def moved(graceid="G1", **more):
    return Transition(T, graceid, "idq[H1]", "start", "evidence", "awaiting", "met",
                      "message 'x' is there")._replace(**more)


def test_a_transition_is_one_line_in_both_logs(folder):
    logs.transitions([moved()])
    line = ("2017-08-06 06:13:20,250 fsm.G1.idq[H1].start INFO evidence: awaiting -> met: "
            "message 'x' is there\n")
    assert (folder / "G1.log").read_text() == line == (folder / "supervisor.log").read_text()


def test_what_an_operator_ordered_is_a_line_too(folder):
    logs.transitions([moved(trigger="waive", source="open", dest="open", why="by shift: known")])
    assert (folder / "G1.log").read_text().endswith("INFO waive: open: by shift: known\n")


def test_all_lines_have_one_format(folder):
    logging.getLogger("fsm").warning("something %s", "else")
    logs.transitions([moved(), moved("G2", process="", check="")])
    lines = (folder / "supervisor.log").read_text().splitlines()
    assert len(lines) == 3 and all(LINE.fullmatch(line) for line in lines)
    assert "fsm.G2 INFO" in (folder / "G2.log").read_text()


def test_hostile_text_stays_within_its_line_and_its_file(folder):
    logs.transitions([moved(why="a\nb\x1b[31m\ud800", check="\n../x")])
    logs.about(logging.INFO, "../../evil", "p", "c", "m")
    assert len((folder / "G1.log").read_text().splitlines()) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["G1.log", "supervisor.log"]
    assert not (folder.parent.parent / "evil.log").exists()


def test_logs_are_rotated(folder):
    for _ in range(200):
        logs.transitions([moved()])
    assert sorted(path.name for path in folder.iterdir()) == [
        "G1.log", "G1.log.1", "supervisor.log", "supervisor.log.1", "supervisor.log.2"]
    assert all(path.stat().st_size <= 2000 for path in folder.iterdir())


def test_many_candidates_need_few_open_files(folder):
    before = len(os.listdir("/proc/self/fd"))
    for number in range(1, 3 * logs.MOST_OPEN):
        logs.transitions([moved(f"G{number}")])
    assert len(os.listdir("/proc/self/fd")) - before < 2 * logs.MOST_OPEN
    assert len(list(folder.glob("G*.log"))) == 3 * logs.MOST_OPEN - 1


def test_logs_of_candidates_are_deleted_when_they_are_old(folder):
    logs.transitions([moved(), moved("G2")])
    (folder / "notes.log").write_text("mine")
    for name in ("G1.log", "notes.log", "supervisor.log"):
        os.utime(folder / name, (1000, 1000))
    logs.prune(str(folder), 2000.0)
    assert sorted(path.name for path in folder.iterdir()) == ["G2.log", "notes.log",
                                                              "supervisor.log"]
    logs.prune("", 2000.0)


def test_what_is_written_after_a_log_was_deleted_is_in_a_new_one(folder):
    logs.transitions([moved()])
    os.utime(folder / "G1.log", (1000, 1000))
    logs.prune(str(folder), 2000.0)
    logs.transitions([moved()])
    assert len((folder / "G1.log").read_text().splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        logs.begin(Logging(str(tmp_path / "file" / "logs")))


def test_with_files_standard_error_has_no_transitions(folder):
    stream = logging.getLogger().handlers[0]
    kept = []
    stream.emit = kept.append
    logs.transitions([moved()])
    logs.about(logging.WARNING, "G1", "p", "c", "failure: gone")
    logging.getLogger("fsm").info("supervising")
    assert [record.getMessage() for record in kept] == ["failure: gone", "supervising"]
