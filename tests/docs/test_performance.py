"""The page about speed says what was measured."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_written_from_the_figures():
    written = runpy.run_path(str(ROOT / "benchmarks" / "performance_page.py"))
    measured = json.loads((ROOT / "docs" / "performance.json").read_text())
    assert (ROOT / "docs" / "performance.md").read_text() == written["page"](measured)
    assert (ROOT / "docs" / "performance.svg").exists()
