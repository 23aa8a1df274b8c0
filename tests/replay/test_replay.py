"""Replays of the examples: the verdict on every check, both GraceDBs, and the JSON document."""

import importlib.util
import json
from pathlib import Path

import pytest

from fsm.core.charts.policy import default_policy
from fsm.errors import ConfigurationError
from fsm.io.recordings.files import read
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay import from_files
from fsm.replay.replay import Replay
from fsm.report.candidate import document
from fsm.testing import followups
from fsm.testing.script import CURRENT, LEGACY, Script, text

ROOT = Path(__file__).parents[2]
CHARTS = charts()
POLICY = default_policy(CHARTS[0])
OPEN = {"awaiting", "warned", "overdue"}


def replayed(*names, **how):
    paths = [str(ROOT / "examples" / f"{name}.jsonl") for name in names]
    return document(from_files.from_files(paths, CHARTS, POLICY, **how))


def checks(done):
    return {(graceid, process, name): check
            for graceid, candidate in done["graceids"].items()
            for process, plain in candidate["processes"].items()
            for name, check in plain["checks"].items()}


def states(done):
    return {key[1:]: check["state"] for key, check in checks(done).items()}


def test_the_examples_are_as_their_maker_writes_them():
    spec = importlib.util.spec_from_file_location("make", ROOT / "examples" / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for name, story in make.STORIES.items():
        assert (ROOT / "examples" / f"{name}.jsonl").read_text() == text([story()]), name


@pytest.mark.parametrize("flavour", [LEGACY, CURRENT])
@pytest.mark.parametrize(("kind", "fields", "most"), [
    (followups.compact_binary, {}, 3),
    # one about its rates, and one about each sky map, which come hours apart
    (followups.burst, {"group": "Burst", "pipeline": "CWB"}, 4)])
def test_a_healthy_event_raises_no_message_and_few_questions(tmp_path, flavour, kind, fields, most):
    path = tmp_path / "r.jsonl"
    path.write_text(text([kind(Script("G1", 1_502_000_000.0, flavour, **fields))]))
    done = document(from_files.from_files([str(path)], CHARTS, POLICY))
    assert done["effects"] == [] and done["queries"] <= most
    assert set(states(done).values()) == {"met", "not_expected"}
    assert done["graceids"]["G1"]["lifecycle"] == "closed.complete"
    assert done["graceids"]["G1"]["regions"] == {"approval": "complete"}
    assert all(check["latency"] >= 0 for check in checks(done).values()
               if check["state"] == "met")


def test_troubles_are_told_apart():
    done = replayed("burst_troubled")
    found = states(done)
    assert found["segdb2grcdb", "flag[L1:DMT-ANALYSIS_READY:1]"] == "missing"
    assert found["idq[H1]", "glitch_fap[ovl]"] == "late"
    assert found["plot_skymap[skyprobcc_cWB.fits]", "plot"] == "missing"
    assert found["segdb2grcdb", "flag[H1:DMT-ANALYSIS_READY:1]"] == "met"
    assert found["segdb2grcdb", "start"] == "found"
    assert found["far", "far"] == "missing"
    assert "lvem" in checks(done)["G411000", "plot_skymap[skyprobcc_cWB.fits]", "plot"]["why"]
    told = [(e["process"], e["outcome"]) for e in done["effects"] if e["kind"] == "notify"]
    assert sorted(told) == [
        ("far", "failure"), ("idq[H1]", "failure"), ("idq[H1]", "recovery"),
        ("plot_skymap[skyprobcc_cWB.fits]", "failure"), ("segdb2grcdb", "failure")]
    assert done["graceids"]["G411000"]["regions"] == {"approval": "rejected"}


def test_missed_alerts_are_found_and_what_follows_is_followed():
    done = replayed("cbc_missed_alerts")
    found = states(done)
    for key in (("bayestar", "start"), ("idq[H1]", "start"), ("idq[L1]", "calibration[ovl]"),
                ("plot_skymap[bayestar.fits.gz]", "plot")):
        assert found[key] == "found", key
    assert found["bayestar", "skymap"] == "met"
    assert {e["process"] for e in done["effects"]} == {"em_bright"}


def test_without_gracedb_nothing_is_blamed_on_anybody():
    done = replayed("cbc_missed_alerts", gracedb="none")
    assert states(done)["em_bright", "classification"] == "unverified"
    assert {e["outcome"] for e in done["effects"]} == {"exception"}


def test_a_label_waives_what_is_open():
    done = replayed("cbc_vetoed")
    assert done["graceids"]["G300100"]["lifecycle"] == "waived.vetoed"
    assert "DQV" in done["graceids"]["G300100"]["reason"]
    assert states(done)["idq[H1]", "roc[ovl]"] == "waived"
    assert states(done)["approval_retraction", "voevent"] == "met"
    assert done["effects"] == []


def test_until_stops_the_clock():
    done = replayed("cbc_on_time", until=1_502_000_030.0)
    assert states(done)["em_bright", "classification"] == "awaiting"
    assert done["alerts"] < 60
    nothing = replayed("cbc_on_time", until=0.0)
    assert nothing["graceids"] == {} and nothing["alerts"] == 0


def test_several_recordings_are_one_night():
    done = replayed("cbc_on_time", "burst_troubled")
    assert set(done["graceids"]) == {"G298048", "G411000"}


def test_contents_that_the_recording_does_not_hold_are_unverified_without_a_message(tmp_path):
    script = followups.compact_binary(Script("G1", 1_502_000_000.0))
    for line in script.lines:
        line.pop("contents", None)
    path = tmp_path / "r.jsonl"
    path.write_text(text([script]))
    done = document(from_files.from_files([str(path)], CHARTS, POLICY))
    assert states(done)["skymap_sanity[bayestar.fits.gz]", "sanity"] == "unverified"
    assert done["effects"] == [] and done["graceids"]["G1"]["lifecycle"] == "closed.complete"


def test_the_order_of_the_lines_does_not_matter_their_times_do(tmp_path):
    lines = (ROOT / "examples" / "burst_troubled.jsonl").read_text().splitlines(keepends=True)
    path = tmp_path / "backwards.jsonl"
    path.write_text("".join(reversed(lines)))
    done = document(from_files.from_files([str(path)], CHARTS, POLICY))
    assert done == replayed("burst_troubled")


def test_the_document_is_json_with_the_promised_keys():
    done = json.loads(json.dumps(replayed("burst_troubled")))
    assert set(done) == {"alerts", "rejected", "failed", "graceids", "effects", "queries",
                         "unsupervised", "of_retired"}
    for check in checks(done).values():
        assert {"state", "why", "due", "at", "latency"} <= set(check)
        assert check["state"] not in OPEN
    for effect in done["effects"]:
        assert {"time", "kind", "graceid", "process", "check", "outcome", "to"} <= set(effect)


def test_a_replay_decides_the_same_twice_and_through_a_restart():
    records = list(read(str(ROOT / "examples" / "burst_troubled.jsonl")))

    def running():
        return Replay(*CHARTS, POLICY, RecordedGraceDB(records))

    whole, broken = running(), running()
    for count in whole.run(records):
        assert count
    for count in broken.run(records):
        if count % 7 == 0:
            _restart(broken)
    assert broken.outcome == whole.outcome
    assert len(whole.outcome.effects) > 5


def _restart(replay):
    old = replay.engine
    replay.engine = replay.guard.engine = type(old)(*CHARTS, POLICY)
    for graceid in old.candidates:
        replay.engine.restore(json.loads(json.dumps(old.configuration(graceid))))
    replay.engine.resume(old.now, old.retired)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ConfigurationError, match="recorded"):
        replayed("cbc_on_time", gracedb="gopher://x")


def test_a_night_of_empty_products_is_wrong_by_its_recording(tmp_path):
    lines = (ROOT / "examples" / "superevent_significant.jsonl").read_text().splitlines()
    spoilt = [json.dumps({**line, "contents": {"size": 0, "error": "the file is empty"}}
                         if "contents" in line else line) for line in map(json.loads, lines)]
    path = tmp_path / "empty.jsonl"
    path.write_text("\n".join(spoilt))
    done = document(from_files.from_files([str(path)], CHARTS, POLICY))
    told = {effect["process"]: effect["outcome"] for effect in done["effects"]}
    for name in ("bayestar.multiorder.fits", "em_bright.json", "gstlal.p_astro.json",
                 "H1_omegascan.png"):
        assert any(f"[{name}]" in process for process in told), name
    assert set(told.values()) == {"failure"}
    sane = document(from_files.from_files(
        [str(ROOT / "examples" / "superevent_significant.jsonl")], CHARTS, POLICY))
    assert sane["effects"] == [] and sane["queries"] == 3
