"""The screen of the demo: what there is fits on it, whatever the night was like."""

import json
import runpy
from email.message import EmailMessage
from pathlib import Path

import pytest

PROGRAM = runpy.run_path(str(Path(__file__).parents[2] / "bin" / "demo_screen.py"))
ROWS, COLUMNS = 50, 100


def candidate(significance="", process="initial_notice", **states):
    return {"significance": significance, "processes": {process: {"checks": {
        name: {"state": state} for name, state in states.items()}}}}


@pytest.fixture
def night(tmp_path):
    """Writes what a demo leaves; returns the screen of it."""
    def make(candidates, letters):
        (tmp_path / "mail").mkdir()
        (tmp_path / "night.json").write_text(json.dumps({"alerts": 613, "graceids": candidates}))
        for number, (subject, text) in enumerate(letters):
            letter = EmailMessage()
            letter["To"], letter["Subject"] = "operators@example.org", subject
            letter.set_content(text)
            (tmp_path / "mail" / f"{number:04}.eml").write_bytes(bytes(letter))
        return PROGRAM["screen"](tmp_path)
    return make


def test_all_is_on_one_screen(night):
    letters = [("S1: needs attention", "line\n" * 9), ("S2: recovered", "wide " * 100),
               ("a digest", "longest\n" * 300)]
    troubled = {f"S26010{n}a": candidate(json="missing", avro="late", plot="met")
                for n in range(9)}
    shown = night({**troubled, "S260109a": candidate(json="met")}, letters)
    assert len(shown) <= ROWS and max(map(len, shown)) <= COLUMNS
    text = "\n".join(shown)
    assert text.startswith("LOOK AT\n")
    for words in ("alerts came about 10 superevents", "9 missing", "and 4 with less", "3 letters",
                  "missing: initial_notice json; late: initial_notice avro",
                  *(subject for subject, _ in letters)):
        assert words in text
    assert "S260109a" not in text  # nothing is wrong with it


def test_the_gravest_comes_first_and_keys_are_told_together(night):
    scans = {f"omegascans[{ifo}]": {"checks": {"plot": {"state": "missing"}}}
             for ifo in ("H1", "L1", "V1")}
    shown = night({
        "MS1": {"significance": "mock", "processes": {**scans, **candidate(
            json="missing", avro="missing")["processes"]}},
        "S1": {"significance": "significant", "processes": scans},
        "S2": candidate("significant", json="late"),
        "S3": candidate("significant", json="missing")}, [("x", "x")])
    told = [line.split() for line in shown if "missing:" in line or "late:" in line]
    assert [line[0] for line in told] == ["S3", "S1", "MS1", "S2"]
    assert "  S1         missing: omegascans[H1, L1, V1] plot" in shown


def test_the_letters_are_about_different_candidates(night):
    letters = [("[minor] G1: no coinc.xml", "x"), ("[minor] G1: coinc.xml recovered", "xx"),
               ("[critical] S1: no initial notice (json)", "xxx"),
               ("[critical] S1: no initial notice (json), and 3 more", "long " * 300)]
    shown = [line for line in night({}, letters) if line.startswith("  [")]
    assert shown == ["  [critical] S1: no initial notice (json)",
                     "  [minor] G1: coinc.xml recovered"]


def test_a_night_without_recovery_has_two_letters(night):
    shown = "\n".join(night({"S1": candidate(json="missing")}, [("first", "x"), ("other", "xy")]))
    assert "first" in shown and "other" in shown and "came at last" not in shown
