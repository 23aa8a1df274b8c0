"""What documents name is there: files of the code, folders, and other documents."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACES = ("fsm", "machines", "tests", "docs", "examples", "benchmarks", "diagrams", "bin",
          "packaging")
NAMED = re.compile(r"`((?:" + "|".join(PLACES) + r")/[\w./-]*)`")
BESIDE = re.compile(r"`([a-z][a-z_0-9]*\.py)`")  # a file beside the one named before


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_it_is_there(document):
    folder, missing = ROOT, []
    for found in re.finditer(f"{NAMED.pattern}|{BESIDE.pattern}", document.read_text()):
        path = ROOT / found[1] if found[1] else folder / found[2]
        if found[1]:
            folder = path if path.is_dir() else path.parent
        if not path.exists():
            missing.append(found[0])
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
