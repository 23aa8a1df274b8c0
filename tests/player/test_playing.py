"""``fsm play`` into files: order, pace, times, and what cannot be played."""

import json
import os
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.player.playing import Player
from fsm.player.tape import read

EXAMPLES = Path(__file__).parents[2] / "examples"
START = 1_502_000_000.0


class Outlet:
    """Holds what is played, and waits in no time."""

    whole, name = False, "nowhere"

    def __init__(self):
        self.lines, self.waited = [], []

    def put(self, topics, line):
        self.lines.append((topics, line))

    def wait(self, seconds):
        self.waited.append(seconds)


def play(*arguments, **more):
    return CliRunner().invoke(main, ["play", *map(str, arguments)], **more)


def recording(path, *lines):
    made = [{"time": START + after, "topic": topic, "payload": {
        "uid": graceid, "alert_type": "label_added", "data": {"name": "INJ"}, "object": {}}, **more}
        for after, graceid, topic, more in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in made))
    return path


@pytest.fixture
def two(tmp_path):
    return [recording(tmp_path / "a.jsonl", (0, "G1", "cbc_gstlal", {}), (9, "G1", "", {})),
            recording(tmp_path / "b.jsonl", (5, "G2", "burst_cwb_allsky", {}),
                      (7, "G2", "burst_cwb_allsky", {"delivered": False}))]


def test_several_recordings_are_played_as_one(two):
    outlet = Outlet()
    player = Player(read(two), outlet, 2.0, now=lambda: START + 1000.7)
    assert [line.graceid for line in player.play()] == ["G1", "G2", "G1"]
    assert [topics for topics, _ in outlet.lines] == [
        ("cbc_gstlal",), ("burst_cwb_allsky", "burst_cwb"), ("cbc_gstlal",)]
    assert [line["time"] for _, line in outlet.lines] == [START + 1000 + n for n in (0, 5, 9)]
    assert outlet.waited == pytest.approx([0.0, 2.5, 4.5], abs=0.2)


def test_what_was_recorded_from_both_topics_is_not_doubled(tmp_path):
    path = recording(tmp_path / "a.jsonl", (0, "G2", "burst_cwb_allsky", {}),
                     (0, "G2", "burst_cwb", {}))
    outlet = Outlet()
    assert len(list(Player(read([path]), outlet, 0).play())) == 2
    assert [topics for topics, _ in outlet.lines] == [("burst_cwb_allsky",), ("burst_cwb",)]
    assert outlet.waited == []


def test_a_file_has_everything_and_times_may_be_kept(two, tmp_path):
    out = tmp_path / "out.jsonl"
    done = play(*two, "--to", out, "--speed", 0, "--keep-times")
    assert done.exit_code == 0 and "4 of 4 alerts" in done.stderr
    assert [json.loads(line)["time"] for line in out.read_text().splitlines()] == [
        START + n for n in (0, 5, 7, 9)]


def test_the_rate_is_kept(two, tmp_path):
    began = time.monotonic()
    assert play(*two, "--to", tmp_path / "out.jsonl", "--speed", 9).exit_code == 0
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("name", ["cbc_on_time", "burst_on_time", "burst_troubled",
                                  "superevent_significant", "superevent_retracted"])
def test_a_moved_recording_gets_the_same_verdicts(name, tmp_path):
    out = tmp_path / "out.jsonl"
    assert play(EXAMPLES / f"{name}.jsonl", "--to", out, "--speed", 0).exit_code == 0

    def verdicts(path):
        done = CliRunner().invoke(main, ["replay", str(path), "--json"])
        return {(graceid, process, check, one["state"])
                for graceid, plain in json.loads(done.stdout)["graceids"].items()
                for process, run in plain["processes"].items()
                for check, one in run["checks"].items()}

    def unnumbered(found):  # a process may be keyed by a name with a time in it
        return sorted((graceid, process, check, state) for graceid, process, check, state in found)

    assert unnumbered(verdicts(out)) == unnumbered(verdicts(EXAMPLES / f"{name}.jsonl"))


def test_payloads_alone_are_given_a_topic(tmp_path):
    path = tmp_path / "a.jsonl"
    event = {"group": "CBC", "pipeline": "MBTA", "search": None, "created": START}
    path.write_text("".join(json.dumps(one) + "\n" for one in (
        {"uid": "G1", "alert_type": "new", "data": event, "object": event},
        {"uid": "G1", "alert_type": "label_added", "data": {"name": "INJ", "created": START + 1}},
        {"uid": "MS170806a", "alert_type": "new", "data": {"created": START + 2}},
        {"uid": "command", "alert_type": "status", "data": {"created": START}})))
    assert [line.topic for line in read([path]).lines] == ["cbc_mbta", "cbc_mbta", "mdc_superevent"]


def test_what_has_no_topic_is_announced_nowhere(tmp_path):
    path = recording(tmp_path / "a.jsonl", (0, "G1", "", {}), (1, "G2", "cbc_mbta", {}))
    outlet = Outlet()
    assert [line.graceid for line in Player(read([path]), outlet).play()] == ["G2"]
    outlet.whole = True
    assert len(list(Player(read([path]), outlet).play())) == 2


def test_a_pipe_is_played_into(two, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(pipe.read_bytes().splitlines()))
    reader.start()
    assert play(*two, "--to", pipe, "--speed", 0).exit_code == 0
    reader.join(10)
    assert len(lines) == 4


def test_what_cannot_be_used_is_named_and_the_rest_is_played(two, tmp_path):
    with two[0].open("a") as stream:
        stream.write("no JSON\n")
    done = play(two[0], "--to", "-", "--speed", 0)
    assert done.exit_code == 3 and "a.jsonl, line 3: not JSON" in done.stderr
    assert len(done.stdout.splitlines()) == 2


def test_standard_input_is_played():
    text = (EXAMPLES / "superevent_retracted.jsonl").read_text()
    done = play("-", "--to", "-", "--speed", 0, "--keep-times", input=text)
    assert list(map(json.loads, done.stdout.splitlines())) == list(map(json.loads,
                                                                       text.splitlines()))


@pytest.mark.parametrize(("target", "words"), [
    ("missing/out.jsonl", "missing/out.jsonl: No such file"), (".", "Is a directory"),
    ("http://localhost/", "--to http://localhost/"), ("kafka://", "kafka://HOST"),
    ("kafka://h:x", "--to kafka://h:x"), ("xmpp://u:secret@localhost", "netrc"),
    ("kafka://localhost:9092/group", "--group"), ("kafka://kafka.example.org", "--anywhere"),
    ("xmpp://192.0.2.1", "--anywhere")])
def test_what_cannot_be_played_to_is_a_clear_error(two, target, words):
    done = play(*two, "--to", target)
    assert done.exit_code == 2 and words in done.stderr and "secret" not in done.stderr


def test_what_cannot_be_read_is_a_clear_error(two, tmp_path):
    done = play(tmp_path / "missing.jsonl", "--to", "-")
    assert done.exit_code == 2 and "missing.jsonl" in done.stderr
    before = two[0].read_text()
    done = play(*two, "--to", two[0])
    assert done.exit_code == 2 and "what is played" in done.stderr
    assert two[0].read_text() == before
    for speed in ("-1", "nan", "fast", "1e-300", "inf"):
        assert play(*two, "--to", "-", "--speed", speed).exit_code == 2
