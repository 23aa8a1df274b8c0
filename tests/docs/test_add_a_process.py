"""The tutorial, followed as it is printed: its files are written, its commands run."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (\S+\.\w+)\n")


def commands(text):
    """Pairs (command, printed line that must be in its output)."""
    lines = text.splitlines()
    return [(line[2:], lines[i + 1]) for i, line in enumerate(lines) if line.startswith("$ ")]


def faulty(folder):
    """What a command says where the page's own mistake is made in the page's own file."""
    path = folder / "mine" / "scattering.py"
    right = path.read_text(encoding="utf-8")
    assert right.count("tags=") == 1
    path.write_text(right.replace("tags=", "tag="), encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "fsm", "machines", "--config", "supervisor.toml"],
                          cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
                          capture_output=True, timeout=300, check=False)
    path.write_text(right, encoding="utf-8")
    assert done.returncode != 0
    return done.stderr


def run(command, folder):
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    environment.pop("PYTEST_CURRENT_TEST", None)
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, text=True,
                          capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_tutorial_as_printed(tmp_path):
    ran = []
    page = (ROOT / "docs" / "add-a-process.md").read_text(encoding="utf-8")
    for language, text in BLOCK.findall(page):
        if language == "console":
            for command, printed in commands(text):
                shown = [line.strip() for line in run(command, tmp_path).splitlines()]
                assert any(fnmatch(line, f"*{printed}*") for line in shown), (command, shown)
                ran.append(command)
        else:
            path = tmp_path / FILE.match(text)[1]
            path.parent.mkdir(exist_ok=True)
            with path.open("a", encoding="utf-8") as stream:  # a file may be printed in parts
                stream.write(text)
    assert len(ran) == 6
    (fault,) = re.findall(r"^mine/scattering.py line .*$", page, re.MULTILINE)
    assert fault in faulty(tmp_path)
    assert (tmp_path / "diagrams" / "event" / "scattering.svg").exists()
    assert "| search | report |" in (tmp_path / "processes.md").read_text(encoding="utf-8")


def test_the_page_of_processes_is_not_stale():
    run("fsm document --check", ROOT)
