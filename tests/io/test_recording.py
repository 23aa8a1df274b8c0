"""Recordings: what can be used is, what cannot is named with its line and reason."""

import gzip
import io
import json

import pytest

from fsm.errors import RecordingError
from fsm.io.recording import Record, Rejection, read
from fsm.testing.script import Script, text

T = 1_502_000_000.0


def recording():
    script = Script("G1", T)
    script.new()
    script.log("hello", 5)
    return text([script])


def test_plain_and_gzip_by_content(tmp_path):
    plain, zipped = tmp_path / "a.gz", tmp_path / "b.jsonl"
    plain.write_text(recording())
    zipped.write_bytes(gzip.compress(recording().encode()))
    assert list(read(str(plain))) == list(read(str(zipped)))
    assert len(list(read(str(plain)))) == 2


def test_standard_input(monkeypatch):
    stream = io.BufferedReader(io.BytesIO(recording().encode()))
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": stream}))
    assert len(list(read("-"))) == 2


@pytest.mark.parametrize(("line", "words"), [
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("\x00\xff", "not JSON"),
    ("[]", "expected an object"),
    ("3", "expected an object"),
    ('{"payload": {}}', "'time'"),
    ('{"time": "now", "payload": {}}', "'time'"),
    ('{"time": true, "payload": {}}', "'time'"),
    ('{"time": NaN, "payload": {}}', "'time'"),
    ('{"time": 1e999, "payload": {}}', "'time'"),
    ('{"time": 5}', "payload"),
    ('{"time": 5, "payload": "{}"}', "'payload' is text"),
    ('{"time": 5, "payload": {}}', "'uid'"),
    ('{"time": 5, "payload": {"uid": "Q1", "alert_type": "new"}}', "no GraceID"),
    ('{"time": 5, "payload": {"uid": "G1", "alert_type": "new"}, "delivered": "no"}', "delivered"),
    ('{"time": 5, "payload": {"uid": "G1", "alert_type": "new"}, "contents": 3}', "contents"),
])
def test_unusable_lines_are_rejected_and_the_rest_goes_on(tmp_path, line, words):
    path = tmp_path / "r.jsonl"
    path.write_text(line + "\n" + recording(), encoding="utf-8")
    first, *rest = read(str(path))
    assert isinstance(first, Rejection) and first.line == 1 and words in first.reason
    assert [type(item) for item in rest] == [Record, Record]


def test_line_numbers_count_empty_lines_and_control_messages(tmp_path):
    path = tmp_path / "r.jsonl"
    control = {"time": 1, "payload": {"uid": "command", "alert_type": "printQueue"}}
    path.write_text("\n" + json.dumps(control) + "\nrubbish\n")
    assert [item.line for item in read(str(path))] == [3]


def test_a_gzip_file_cut_short_keeps_what_came_before(tmp_path):
    lines = "".join(json.dumps({"time": n, "payload": {"uid": f"G{n * 7919}", "alert_type": "new"},
                                "topic": str(n * 104729)}) + "\n" for n in range(20_000))
    path = tmp_path / "r.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-20_000])
    *kept, last = read(str(path))
    assert len(kept) > 100 and "breaks off" in last.reason


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(RecordingError, match="nowhere"):
        list(read(str(tmp_path / "nowhere")))
    with pytest.raises(RecordingError, match="directory"):
        list(read(str(tmp_path)))


def test_undelivered_and_contents_are_kept(tmp_path):
    script = Script("G1", T)
    script.file("psd.xml.gz", 1, delivered=False, contents={"size": 3})
    path = tmp_path / "r.jsonl"
    path.write_text(text([script]))
    (record,) = read(str(path))
    assert not record.delivered and record.contents == {"size": 3}
