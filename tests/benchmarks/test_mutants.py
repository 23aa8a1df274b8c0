"""What mutants are made of a module, and that the page about them says what was found."""

import ast
import importlib
import json
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE = '''
"""What it is."""
__all__ = ["ONE"]
ONE = Process("one", "A title of it", noun="one", options={"most": 2.5},
              stages=[Stage("wait", check("hello", not_(log("Hello")), within=60, each=True))])


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
