"""The core and the machines stay free of the world."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"fsm.io", "fsm.daemon", "fsm.cli", "socket", "sqlite3", "http", "urllib", "requests",
             "logging", "time", "random", "subprocess", "asyncio", "threading"}
SOURCES = sorted([*(ROOT / "fsm" / "core").rglob("*.py"), *(ROOT / "machines").rglob("*.py"),
                  ROOT / "fsm" / "chart.py"])


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_imports_nothing_of_the_world(path):
    bad = {name for name in imported(path)
           for wrong in FORBIDDEN if name == wrong or name.startswith(wrong + ".")}
    assert not bad


def test_running_it_loads_nothing_of_the_world():
    code = ("import sys, fsm.core.engine.engine, fsm.registry; fsm.registry.charts();"
            "print([m for m in sys.modules if m.startswith(('fsm.io', 'fsm.daemon', 'sqlite3'))])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_core_never_reads_the_clock():
    for path in SOURCES:
        text = path.read_text()
        assert "datetime.now" not in text and "utcnow" not in text, path
