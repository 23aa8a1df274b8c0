"""What mutants are made of a module, and that the page about them says what was found."""

import ast
import importlib
import json
import runpy
import subprocess
import sys
import time
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
MODULE = '''
"""What it is."""
__all__ = ["ONE"]
Kind = Literal["one", "other"]
ONE = Process("one", "A title of it", noun="one", options={"most": 2.5},
              stages=[Stage("wait", check("hello", not_(log("Hello")), within=60, each=True))])

Slotted = attrs.frozen(Some, slots=True)


@lru_cache(64)
def judge(evidence, scope: "Scope") -> "Verdict":
    """Judge."""
    if evidence.far is None or not evidence.far < 1:
        raise ValueError("no far")
    return Verdict("right", "it is so", evidence.far + 2)
'''


@pytest.fixture
def mutation(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield importlib.import_module("mutation")
    sys.modules.pop("mutation", None)


@pytest.fixture
def page(mutation):
    return runpy.run_path(str(ROOT / "benchmarks" / "mutants_page.py"))


def test_one_thing_is_changed_at_a_time(mutation, tmp_path):
    (tmp_path / "one.py").write_text(MODULE)
    made = mutation.mutants(tmp_path, "one.py")
    assert [one.change for one in made] == [
        "'one' -> 'oneX'", "'most' -> 'mostX'", "2.5 -> 5.0", "'wait' -> 'waitX'",
        "'hello' -> 'helloX'", "not_(log('Hello')) -> log('Hello')", "'Hello' -> 'HelloX'",
        "60 -> 61", "True -> False",
        "evidence.far is None or not evidence.far < 1 -> "
        "evidence.far is None and (not evidence.far < 1)",
        "evidence.far is None -> evidence.far is not None",
        "not evidence.far < 1 -> evidence.far < 1", "evidence.far < 1 -> evidence.far <= 1",
        "1 -> 2", "'right' -> 'rightX'", "evidence.far + 2 -> evidence.far - 2", "2 -> 3"]
    whole = ast.unparse(ast.parse(MODULE))
    texts = {ast.unparse(mutation.changed(tmp_path, one)) for one in made}
    assert len(texts) == len(made) and whole not in texts


def test_a_module_is_imported_changed_and_no_file_is_touched(mutation, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "changing.py").write_text("ONE = 1\n")
    importer = mutation.Importer(tmp_path, mutation.mutants(tmp_path, "changing.py")[0])
    monkeypatch.setattr(sys, "meta_path", [importer, *sys.meta_path])
    assert importlib.import_module("changing").ONE == 2
    del sys.modules["changing"]
    assert (tmp_path / "changing.py").read_text() == "ONE = 1\n"


def test_the_page_is_written_from_what_was_found(page):
    found = json.loads((ROOT / "docs" / "mutants.json").read_text())
    assert (ROOT / "docs" / "mutants.md").read_text() == page["page"](found)


def test_every_reason_is_of_a_survivor(page):
    found = json.loads((ROOT / "docs" / "mutants.json").read_text())
    survivors = {(one["path"], one["text"], one["change"])
                 for place in found.values() for one in place["survivors"]}
    assert set(page["reasons"]()) <= survivors


def test_what_was_found_first_is_kept_when_tests_have_been_written_for_it(
        page, tmp_path, monkeypatch):
    (tmp_path / "machines").mkdir()
    (tmp_path / "machines" / "one.py").write_text("ONE, TWO = 1, 2\n")
    (tmp_path / "docs").mkdir()
    there = page["gather"].__globals__
    monkeypatch.setitem(there, "ROOT", tmp_path)
    monkeypatch.setitem(there, "FOUND", tmp_path / "docs" / "mutants.json")
    one, two = there["mutants"](tmp_path, "machines/one.py")
    lines = [{**attrs.asdict(mutant), "outcome": outcome,
              "source": there["digest"](tmp_path, one.path)}
             for mutant, outcome in ((one, "survived"), (two, "killed"), (one, "killed"))]
    results = tmp_path / "machines-3.jsonl"
    results.write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setattr(there["subprocess"], "run",
                        lambda *_, **__: subprocess.CompletedProcess((), 0, "12345678\n"))
    for _ in range(2):  # with what is known, too, and only what was killed since
        found = page["gather"]([results])
        assert found["machines"]["modules"] == {"machines/one.py": [2, 2]}
        first = found["machines"]["first"]["3"]
        assert (first["sample"], [left["change"] for left in first["survivors"]]) == (
            2, ["1 -> 2"])
        assert "| 3 | 2 | 1 |  | 50 % |" in page["page"](found)
        (tmp_path / "docs" / "mutants.json").write_text(json.dumps(found))
        results.write_text("".join(json.dumps(line) + "\n" for line in lines[1:]))


@pytest.fixture
def runner(mutation):
    return runpy.run_path(str(ROOT / "benchmarks" / "mutants.py"))


@pytest.mark.parametrize(("path", "first", "among"), [
    ("machines/o4/copies.py", "tests/facts/test_facts.py", "tests/machines/o4/test_copies.py"),
    ("machines/o4/searches.py", "tests/facts/test_facts.py", "tests/machines/o4/test_amplfi.py"),
    ("fsm/core/engine/timers.py", "tests/core/engine",
     "tests/sweeps/test_decisions.py::test_decisions_are_as_before[22]")])
def test_the_tests_that_matter_are_there(runner, path, first, among):
    turns = runner["tests_of"](path)
    assert turns[0][0] == first and any(among in turn for turn in turns)
    assert all((ROOT / test.partition("::")[0]).exists() for turn in turns for test in turn)


def test_mutants_of_some_folders_and_modules_alone(runner, mutation):
    made = [mutation.Mutant(path, 0, 1, 0, "1 -> 2", "1") for path in (
        "fsm/core/engine/timers.py", "fsm/core/expect/base.py", "fsm/core/times.py")]
    assert runner["narrowed"](made, []) == made
    assert runner["narrowed"](made, ["fsm/core/engine/", "fsm/core/times.py"]) == [made[0], made[2]]


def test_what_is_run_is_what_was_not_or_what_survived(runner, mutation):
    made = mutation.mutants(ROOT, "fsm/core/times.py")[:4]
    found = [{**attrs.asdict(one), "source": mutation.digest(ROOT, one.path), "outcome": outcome}
             for one, outcome in ((made[0], "survived"), (made[1], "killed"),
                                  (made[3], "survived"), (made[3], "killed"))]
    assert runner["to_run"](made, found, 3, again=False) == [made[2]]
    assert runner["to_run"](made, found, None, again=True) == [made[0]]
    changed = [{**one, "source": "of another time"} for one in found]
    assert runner["to_run"](made, changed, 1, again=False) == [made[0]]


def test_a_mutant_that_a_test_notices_is_killed_and_one_that_none_does_survives(
        runner, mutation, tmp_path, monkeypatch):
    (tmp_path / "changing.py").write_text('"""Two."""\nONE, TWO = 1, 2\n')
    (tmp_path / "test_changing.py").write_text(
        "import changing\n\ndef test_one():\n    assert changing.ONE == 1\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    monkeypatch.setitem(runner["start"].__globals__, "ROOT", tmp_path)
    codes = []
    for mutant in mutation.mutants(tmp_path, "changing.py"):
        number = runner["start"]([[str(tmp_path / "test_changing.py")]], mutant)
        codes.append(runner["ended"]({number: (time.monotonic() + 60, mutant)}))
    assert [code for _, code in codes] == [1, 0]


def test_a_mutant_that_takes_too_long_is_stopped(runner, tmp_path):
    (tmp_path / "test_long.py").write_text("def test_long():\n    while True:\n        pass\n")
    number = runner["start"]([[str(tmp_path / "test_long.py")]])
    assert runner["ended"]({number: (time.monotonic() + 2, None)}) == (number, None)
