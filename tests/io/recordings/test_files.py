"""Recordings: what can be used is, what cannot is named with its line and reason."""

import gzip
import io
import json
import os

import pytest

from fsm.errors import RecordingError
from fsm.io.recordings.files import Record, Rejection, read
from fsm.testing.script import Script, text

T = 1_502_000_000.0


def recording():
    script = Script("G1", T)
    script.log("hello", 5)
    script.log("again", 6)
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


def entry(number=1, **more):
    return {"time": T + number, "topic": "x", **more, "payload": {
        "uid": f"G{number}", "alert_type": "log", "data": {"comment": "hello", "N": number}}}


def written(tmp_path, text):
    path = tmp_path / "r.json"
    path.write_text(text)
    return list(read(str(path)))


def graceids(items):
    return [item.alert.graceid for item in items]


@pytest.mark.parametrize("text", [
    json.dumps(entry(), indent=2), "\n\n" + json.dumps(entry(), indent=1) + "\n",
    json.dumps([entry()]), json.dumps([entry()], indent=4),
])
def test_a_document_over_many_lines_is_one_entry(tmp_path, text):
    assert graceids(written(tmp_path, text)) == ["G1"]


def test_documents_one_after_the_other(tmp_path):
    several = [json.dumps(entry(number), indent=2) for number in (1, 2, 3)]
    assert graceids(written(tmp_path, "\n".join(several))) == ["G1", "G2", "G3"]
    assert graceids(written(tmp_path, json.dumps([entry(1), entry(2)]))) == ["G1", "G2"]


def test_a_broken_document_is_rejected_once_and_those_around_it_are_taken(tmp_path):
    good = json.dumps(entry(), indent=2)
    broken = json.dumps(entry(2), indent=2)[:-20]
    one, two, three = written(tmp_path, "\n".join([good, broken, good]))
    assert graceids([one, three]) == ["G1", "G1"]
    assert two.line == len(good.splitlines()) + 1 and "not JSON" in two.reason
    two, three = written(tmp_path, "\n".join([broken, good]))
    assert two.line == 1 and graceids([three]) == ["G1"]


def test_one_odd_item_of_a_list_is_rejected_with_its_line(tmp_path):
    good, bad = written(tmp_path, json.dumps([entry(), 5]))
    assert graceids([good]) == ["G1"] and (bad.line, bad.reason[:8]) == (1, "expected")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(("more", "time"), [
    ({"data": {"created": "2017-08-17 12:41:45 UTC"}, "object": {"created": 5}}, 1502973705.0),
    ({"data": {"name": "x"}, "object": {"created": "2017-08-17T12:41:45Z"}}, 1502973705.0),
    ({"time": 1502973705, "data": {"created": 7}}, 1502973705.0),
])
def test_a_payload_alone_is_as_old_as_it_says(tmp_path, more, time, indent):
    payload = {"uid": "G1", "alert_type": "log", **more}
    (record,) = written(tmp_path, json.dumps(payload, indent=indent))
    assert (record.alert.graceid, record.alert.received) == ("G1", time)


def test_a_payload_alone_that_does_not_say_when(tmp_path):
    (rejected,) = written(tmp_path, '{"uid": "G1", "alert_type": "log"}')
    assert "'created'" in rejected.reason and "'time'" in rejected.reason


@pytest.mark.parametrize("unit", [1, 1e3, 1e6, 1e9])
def test_times_in_any_unit_are_understood(tmp_path, unit):
    (record,) = written(tmp_path, json.dumps({**entry(), "time": T * unit}))
    assert record.alert.received == pytest.approx(T)


@pytest.mark.parametrize("time", [5e9, 1e11, 1e14, 1e300])
def test_a_time_that_is_none_in_any_unit_is_refused_by_name(tmp_path, time):
    (rejected,) = written(tmp_path, json.dumps({**entry(), "time": time}))
    assert "'time' must be unix seconds" in rejected.reason and "2100" in rejected.reason


@pytest.mark.parametrize("time", ["1e308", "NaN", "-Infinity", "-5", "0", "631151999", "4102444800",
                                  "true", '"1502000000"', "null", "[]"])
def test_a_time_that_cannot_be_is_refused_by_name(tmp_path, time):
    text = json.dumps({**entry(), "time": 0}).replace('"time": 0', f'"time": {time}')
    before, refused, after = written(tmp_path, f"{json.dumps(entry())}\n{text}\n"
                                               f"{json.dumps(entry(2))}\n")
    assert graceids([before, after]) == ["G1", "G2"]
    named = {"NaN": "nan", "-Infinity": "-inf", "true": "True", "null": "None", "1e308": "1e+308",
             '"1502000000"': "'1502000000'"}.get(time, time)
    assert refused.line == 2 and named in refused.reason and "1990 and 2100" in refused.reason


@pytest.mark.parametrize("time", [631_152_000, 4_102_444_799, 631_152_000_000])
def test_the_limits_themselves_are_times(tmp_path, time):
    (record,) = written(tmp_path, json.dumps({**entry(), "time": time}))
    assert isinstance(record, Record)


@pytest.mark.parametrize("name", [b"\xff.jsonl", b"a\nb.jsonl", b"\x1b[31m.jsonl"])
def test_a_recording_of_any_name_is_read_and_named_in_one_line(tmp_path, name):
    path = os.fsdecode(os.path.join(os.fsencode(tmp_path), name))
    with open(path, "w") as stream:
        stream.write(recording() + "rubbish\n")
    *good, bad = read(path)
    assert len(good) == 2 and bad.recording.isprintable() and ".jsonl" in bad.recording
    with pytest.raises(RecordingError) as caught:
        list(read(f"{path}.away"))
    assert str(caught.value).isprintable()
