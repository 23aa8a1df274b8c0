"""Recordings that are followed while they are written."""

import io
import json

import pytest

from fsm.io.listeners.files import Files, StandardInput, _stamp


def line(number, **more):
    return json.dumps({"time": 1.5e9 + number, "topic": "cbc",
                       "payload": {"uid": f"G{number}", "alert_type": "new"}, **more}) + "\n"


def heard(ear):
    return [plain["payload"]["uid"] for one in ear.lines if one.line
            and "payload" in (plain := json.loads(one.line))]


def refused(ear):
    return [plain["rejected"] for one in ear.lines if one.line
            and "rejected" in (plain := json.loads(one.line))]


def files(path, positions=None):
    return Files(path, (positions or {}).get)


def test_a_file_that_is_not_there_yet_is_waited_for(ears, tmp_path):
    ear = ears(files(tmp_path / "a.jsonl"))
    (tmp_path / "a.jsonl").write_text(line(1) + line(2))
    ear.until(lambda e: len(e.lines) == 2)
    assert heard(ear) == ["G1", "G2"]
    assert [(one.topic, one.time) for one in ear.lines] == [("cbc", 1.5e9 + 1), ("cbc", 1.5e9 + 2)]


def test_a_line_is_taken_when_it_is_whole(ears, tmp_path):
    path = tmp_path / "a.jsonl"
    whole = line(2)
    path.write_text(line(1) + whole[:20])
    ear = ears(files(path)).until(lambda e: len(e.lines) == 1)
    with path.open("a") as stream:
        stream.write(whole[20:])
    ear.until(lambda e: len(e.lines) == 2)
    assert heard(ear) == ["G1", "G2"]


def test_it_goes_on_after_the_position_in_the_journal(ears, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(line(1) + line(2))
    first = ears(files(path)).until(lambda e: len(e.lines) == 2)
    assert heard(ears(files(path, first.lines[0].places)).until(lambda e: e.lines)) == ["G2"]


@pytest.mark.parametrize("how", ["replaced", "truncated"])
def test_a_file_that_begins_anew_is_read_from_its_beginning(ears, tmp_path, how):
    path = tmp_path / "a.jsonl"
    path.write_text(line(1) + line(2))
    ear = ears(files(path)).until(lambda e: len(e.lines) == 2)
    if how == "replaced":
        (tmp_path / "b").write_text(line(3) + line(4) + line(5))
        (tmp_path / "b").rename(path)
    else:
        path.write_text(line(3))
    fresh = ["G3", "G4", "G5"] if how == "replaced" else ["G3"]
    ear.until(lambda e: len(e.lines) >= 2 + len(fresh))
    assert heard(ear) == ["G1", "G2", *fresh]


def test_a_folder_is_followed_file_after_file(ears, tmp_path):
    (tmp_path / "b.jsonl").write_text(line(2))
    (tmp_path / "a.jsonl").write_text(line(1))
    (tmp_path / "notes.txt").write_text("not these")
    ear = ears(files(tmp_path)).until(lambda e: len(e.lines) == 2)
    (tmp_path / "c.jsonl").write_text(line(3))
    ear.until(lambda e: len(e.lines) == 3)
    assert heard(ear) == ["G1", "G2", "G3"]
    assert len({one.source for one in ear.lines}) == 3


def test_a_file_that_cannot_be_read_is_told_by_name_and_tried_again(ears, tmp_path, monkeypatch):
    monkeypatch.setattr("fsm.io.listeners.condition.PATIENCE", 0.5)
    monkeypatch.setattr("fsm.io.listeners.condition.STAY", 0.2)
    (tmp_path / "a.jsonl").mkdir()
    (tmp_path / "b.jsonl").write_text(line(2))
    ear = ears(files(tmp_path)).until(lambda e: e.reports(wrong=True))
    assert heard(ear) == ["G2"]
    assert ear.reports(wrong=True)[0] == f"{tmp_path}/a.jsonl: Is a directory"
    (tmp_path / "a.jsonl").rmdir()
    ear.until(lambda e: e.reports(wrong=False))


def test_a_line_that_is_too_long_is_passed_over_and_refused(ears, tmp_path, monkeypatch):
    monkeypatch.setattr("fsm.io.listeners.files.LONGEST_LINE", 1000)
    monkeypatch.setattr("fsm.io.listeners.files.CHUNK", 100)
    (tmp_path / "a.jsonl").write_text("x" * 5000 + "\n" + line(1))
    ear = ears(files(tmp_path / "a.jsonl")).until(lambda e: len(e.lines) == 2)
    assert heard(ear) == ["G1"]
    assert refused(ear) == ["a line of more than 1000 bytes is passed over; expected one alert"]


@pytest.mark.parametrize("size", [999, 1000, 1001, 1100, 99_999])
@pytest.mark.parametrize("stdin", [False, True])
def test_the_limit_of_a_line_counts_its_end(ears, tmp_path, monkeypatch, size, stdin):
    monkeypatch.setattr("fsm.io.listeners.files.LONGEST_LINE", 1000)
    monkeypatch.setattr("fsm.io.listeners.files.CHUNK", 64)
    long = line(2).rstrip("\n")
    long = long[:-1] + " " * (size - len(long) - 1) + "}\n"
    assert len(long) == size
    text = (line(1) + long + line(3)).encode()
    (tmp_path / "a.jsonl").write_bytes(text)
    listener = StandardInput(io.BytesIO(text)) if stdin else files(tmp_path / "a.jsonl")
    ear = ears(listener).until(lambda e: len(e.lines) == 3 + stdin)
    assert heard(ear) == (["G1", "G2", "G3"] if size <= 1000 else ["G1", "G3"])
    assert len(refused(ear)) == (size > 1000)


def test_standard_input_ends_with_a_mark(ears):
    ear = ears(StandardInput(io.BytesIO((line(1) + "\nrubbish\n").encode())))
    ear.until(lambda e: len(e.lines) == 3)
    assert [one.line for one in ear.lines][1:] == [b"rubbish", None]


@pytest.mark.parametrize(("plain", "stamp"), [
    ({"time": 1.5e9, "topic": "x", "payload": {}}, ("x", 1.5e9)),
    ({"time": 1.5e12, "topic": "x", "payload": {}}, ("x", 1.5e9)),
    ({"time": 5e9, "payload": {}}, ("", float("-inf"))),
    ({"uid": "G1", "data": {"created": "2017-08-17 12:41:45 UTC"}}, ("", 1502973705.0)),
])
def test_the_time_of_a_line_is_the_one_that_its_alert_gets(plain, stamp):
    assert _stamp(json.dumps(plain).encode()) == stamp
