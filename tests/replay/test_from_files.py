"""Recordings replayed while they are read, or sorted first: the same is decided, little is kept."""

import gc
import gzip
import io
import json
import random
from datetime import UTC, datetime

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.evidence.alert import Alert
from fsm.errors import RecordingError
from fsm.io.recordings import sorting
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.io.recordings.order import OrderError
from fsm.registry import charts
from fsm.replay import from_files
from fsm.replay.replay import Replay
from fsm.report.candidate import document
from fsm.simulator.faults import rates
from fsm.simulator.night import plan

CHARTS = charts()
POLICY = default_policy(CHARTS[0])
T = 1_700_000_000.0
DAY = 86400
FAULTS = rates("all=0.1,lost=0.05")


def night(kinds=("cbc", "significant", "burst", "swapped"), number=4, seed="1", faults=FAULTS):
    """The lines of a night of both eras, as dicts."""
    made = [line for one in plan(kinds, number, 60.0, seed, T)
            for line in one.lines(one.graceid, CHARTS[0], faults, None)]
    return sorted(made, key=lambda line: line["time"])


def written(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def whole(lines, until=float("inf")):
    """What is decided where all is in memory from the beginning."""
    records = sorted((record_of(json.dumps(line)) for line in lines),
                     key=lambda record: record.alert.received)
    running = Replay(*CHARTS, POLICY, RecordedGraceDB(records), until)
    for _ in running.run(records):
        pass
    return document(running.outcome)


def replayed(*names, **how):
    return document(from_files.from_files(names, CHARTS, POLICY, **how))


def test_while_reading_and_sorted_first_and_from_memory_the_same_is_decided(
        tmp_path, monkeypatch, capsys):
    lines = night()
    expected = whole(lines)
    assert expected["effects"] and expected["queries"] > 10
    assert replayed(written(tmp_path / "r.jsonl", lines)) == expected
    assert capsys.readouterr().err == ""
    for name, value in (("RUN", 50), ("BLOCK", 7), ("RUNS", 3)):
        monkeypatch.setattr(sorting, name, value)
    random.Random(2).shuffle(lines)
    assert replayed(written(tmp_path / "s.jsonl", lines)) == whole(lines)
    said = capsys.readouterr().err
    assert "arrived" in said and "sorted first" in said and f"sorted {len(lines):,} alerts" in said


def test_standard_input_is_read_once_in_whatever_order(tmp_path, monkeypatch):
    lines = night()[::-1]
    expected = whole(lines)
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    for data in (text, gzip.compress(text)):
        stream = io.BufferedReader(io.BytesIO(data))
        monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": stream}))
        assert replayed("-") == expected


def test_several_recordings_are_one_while_they_are_read_or_sorted(tmp_path, monkeypatch):
    lines = night()
    parts = [lines[part::3] for part in range(3)]
    expected = whole([line for part in parts for line in part])  # the first one's come first
    names = [written(tmp_path / f"{number}.jsonl", part) for number, part in enumerate(parts)]
    assert replayed(*names) == expected
    monkeypatch.setattr(from_files, "MOST_OPEN", 2)
    assert replayed(*names) == expected


@pytest.mark.parametrize("later", [90, 5000, 3 * DAY])
def test_what_gracedb_had_before_its_alert_came_is_found_when_it_asks(tmp_path, later):
    chance = random.Random(later)
    lines = night()
    for line in lines:
        if chance.random() < 0.05:
            line["time"] += later
    expected = whole(lines)
    lines.sort(key=lambda line: line["time"])
    assert replayed(written(tmp_path / "r.jsonl", lines)) == expected


def test_one_who_was_asked_about_too_early_says_so():
    lines = night(("cbc",), 1, faults={})
    records = [record_of(json.dumps(line)) for line in lines]
    late = records.pop(30)
    gracedb = RecordedGraceDB(records)
    gracedb.state(late.alert.graceid, late.alert.received + 1)
    with pytest.raises(OrderError, match="before an alert of what it had by then"):
        gracedb.add(late)


@pytest.mark.parametrize("until", [T - 1, T + 300, T + 7000])
def test_the_clock_may_stop_before_the_recording_ends(tmp_path, until):
    lines = night()
    name = written(tmp_path / "r.jsonl", [*lines, {"time": "soon"}])
    done = replayed(name, until=until)
    assert [one["line"] for one in done.pop("rejected")] == [len(lines) + 1]
    expected = whole(lines, until)
    del expected["rejected"]
    assert done == expected


def test_hostile_lines_between_good_ones_change_nothing(tmp_path):
    lines = night()
    texts = [json.dumps(line) for line in lines]
    for place, bad in ((5, "\x00\xff"), (50, '{"time": 1'), (90, "[" * 100_000),
                       (120, '{"time": 5, "payload": "' + "x" * 5_000_000 + '"}')):
        texts.insert(place, bad)
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(texts), encoding="utf-8")
    done = replayed(str(path))
    assert [one["line"] for one in done["rejected"]] == [6, 51, 91, 121]
    assert {**done, "rejected": []} == whole(lines)


def test_a_recording_that_breaks_off_is_replayed_up_to_there(tmp_path):
    data = gzip.compress("".join(json.dumps(line) + "\n" for line in night()).encode())
    path = tmp_path / "r.jsonl.gz"
    path.write_bytes(data[:len(data) // 2])
    done = replayed(str(path))
    assert "breaks off" in done["rejected"][-1]["reason"] and done["alerts"] > 20


@pytest.mark.parametrize("clock", [
    lambda number, time: T,  # everything at once
    lambda number, time: time + 40 * DAY * (number == 60),  # once far ahead
    lambda number, time: time - 40 * DAY * (number == 60),  # once far back
    lambda number, time: time + 3600 * (number > 100),  # set forward
    lambda number, time: time - 3600 * (number > 100)])  # and back
def test_clocks_that_jump(tmp_path, clock):
    lines = [{**line, "time": clock(number, line["time"])}
             for number, line in enumerate(night(number=2))]
    assert replayed(written(tmp_path / "r.jsonl", lines)) == whole(lines)


@pytest.mark.parametrize(("seed", "every"), [("4", 9), ("139", 4)])
def test_candidates_that_are_over_leave_the_memory_and_come_back(tmp_path, monkeypatch, seed,
                                                                every):
    lines = night(number=12, seed=seed)
    again = [line for line in lines
             if line["payload"]["alert_type"] in ("log", "label_added")][::every]
    lines += [{**line, "time": line["time"] + 2.5 * DAY} for line in again]
    expected = whole(lines)
    inside = []

    class Small(Replay):
        def __init__(self, *given, **how):
            super().__init__(*given, in_memory=0, late=0)

        def _take(self, item):
            super()._take(item)
            inside.append((len(self.engine.candidates), len(self.taken)))

    monkeypatch.setattr(from_files, "Replay", Small)
    assert replayed(written(tmp_path / "r.jsonl", lines)) == expected
    assert max(inside) >= (12, 12) and inside[-1] == (0, 0)


def test_memory_does_not_grow_with_the_recording(tmp_path, monkeypatch):
    """The alerts that are in memory are counted, for a recording and one three times as long."""
    most, calls = [], []

    class Counted(Replay):
        def __init__(self, *given):
            super().__init__(*given, in_memory=2, late=0)

        def _take(self, item):
            super()._take(item)
            calls.append(item.graceid)
            if len(calls) % 200 == 0:
                held = sum(type(one) is Alert for one in gc.get_objects())
                most[-1] = max(most[-1], held)

    monkeypatch.setattr(from_files, "Replay", Counted)
    for nights in (2, 6):
        lines = [line for number in range(nights) for line in _night_on_day(number)]
        most.append(0)
        done = replayed(written(tmp_path / "r.jsonl", lines))
        assert len(done["graceids"]) > 3 * nights
    assert 50 < most[1] < 1.2 * most[0]


def _night_on_day(day):
    made = [line for one in plan(("cbc", "significant"), 4, 60.0, f"d{day}", T + 1.1 * day * DAY)
            for line in one.lines(f"G{500_000 + 10 * day + one.number}", CHARTS[0], {}, None)]
    return sorted(made, key=lambda line: line["time"])


def test_a_file_that_is_not_there_is_an_error_before_anything_is_replayed(tmp_path):
    with pytest.raises(RecordingError, match="give the path"):
        replayed(written(tmp_path / "r.jsonl", night()), str(tmp_path / "none.jsonl"))


@pytest.mark.parametrize("late", [53, 1053])
def test_the_content_of_a_file_that_comes_late_is_told_in_all_ways(late, tmp_path, monkeypatch):
    lines = night(("cbc",), 1, faults={})
    psd, = [line for line in lines if line["payload"].get("file") == "psd.xml.gz"]
    assert "contents" in psd
    made = record_of(json.dumps(psd)).alert.entry.time + late
    psd |= {"time": psd["time"] + late, "delivered": False}
    psd["payload"]["object"]["created"] = f"{datetime.fromtimestamp(made, UTC):%F %T}+00:00"
    lines.sort(key=lambda line: line["time"])
    expected = whole(lines)
    (run,) = [run for run in expected["graceids"]["G100001"]["processes"].values()
              if "psd_size" in json.dumps(run) or "psd" in run["checks"]][:1]
    assert {check["state"] for check in run["checks"].values()} & {"late"}
    assert replayed(written(tmp_path / "r.jsonl", lines)) == expected
    stream = io.TextIOWrapper(io.BytesIO("".join(
        json.dumps(line) + "\n" for line in lines).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert replayed("-") == expected
