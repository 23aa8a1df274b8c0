"""The tutorial, followed as it is printed: its files are written, its commands run."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from shlex import quote

from fsm.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "add-a-process.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (\S+\.\w+)\n")


def commands(text):
    """Pairs (command, printed line that must be in its output, or "")."""
    lines = [*text.splitlines(), "$ "]
    return [(line[2:], "" if below.startswith("$ ") else below)
            for line, below in zip(lines, lines[1:], strict=False) if line.startswith("$ ")]


def steps(page):
    """What a page has one do: (name, text) of a file, (None, (command, printed line))."""
    for language, text in BLOCK.findall(page):
        if language == "console":
            yield from ((None, one) for one in commands(text))
        else:
            yield FILE.match(text)[1], text


def script(page, folder):
    """A page as a script for a shell, which leaves the output of each command in a folder.

    Returns:
        the script, and (command, printed line, file with its output) for each command.
    """
    lines, ran = ["set -e"], []
    for number, (name, what) in enumerate(steps(page)):
        path = folder / f"{number}.txt"
        if name is None:
            lines.append(f"{{ {what[0]}\n}} > {quote(str(path))} 2>&1")
            ran.append((*what, path))
        else:  # a file may be printed in parts
            path.write_text(what, encoding="utf-8")
            lines.append(f"mkdir -p {quote(str(Path(name).parent))}; "
                         f"cat {quote(str(path))} >> {quote(name)}")
    return "\n".join(lines), ran


def clone(folder):
    """What of a clone the page uses; its set-up, which has been made already, does nothing."""
    (folder / "bin").mkdir(parents=True)
    setup = folder / "bin" / "setup"
    setup.write_text("#!/bin/sh\n")
    setup.chmod(0o755)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


def shell(text, folder):
    """Run a script as one who begins, in the environment that these tests run with."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(
        filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))}
    for name in ("PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"):
        environment.pop(name, None)
    return subprocess.run(["bash", "-c", text], cwd=folder, env=environment, text=True,
                          capture_output=True, timeout=300, check=False)


def faulty(folder):
    """What a command says where the page's own mistake is made in the page's own file."""
    path = folder / "mine" / "scattering.py"
    right = path.read_text(encoding="utf-8")
    assert right.count("tags=") == 1
    path.write_text(right.replace("tags=", "tag="), encoding="utf-8")
    done = shell(f"{sys.executable} -m fsm machines --config supervisor.toml", folder)
    path.write_text(right, encoding="utf-8")
    assert done.returncode != 0
    return done.stderr


def test_the_tutorial_as_printed(tmp_path):
    (tmp_path / "output").mkdir()
    text, ran = script(PAGE, tmp_path / "output")
    done = shell(text, clone(tmp_path / "clone"))
    said = "".join(path.read_text() for *_, path in ran if path.exists())
    assert done.returncode == 0, said + done.stderr
    for command, printed, path in ran:
        shown = [line.strip() for line in path.read_text().splitlines()]
        assert not printed or any(fnmatch(line, f"*{printed.strip()}*") for line in shown), (
            command, shown)
    assert len(ran) == 12
    folder = tmp_path / "clone" / "build" / "tutorial"
    (fault,) = re.findall(r"^mine/scattering.py line .*$", PAGE, re.MULTILINE)
    assert fault in faulty(folder)
    assert (folder / "diagrams" / "event" / "scattering.svg").exists()
    assert "| search | report |" in (folder / "processes.md").read_text(encoding="utf-8")


def test_what_it_says_of_this_repository_is_there():
    table = PAGE.partition("## In this repository")[2]
    named = re.findall(r"`(bin/\w+|\.ci/\w+|make \w+|\.venv/bin/fsm \w+)", table)
    assert len(named) == 7
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in named:
        what, _, name = command.partition(" ")
        if what == "make":
            assert f"\n{name}:" in makefile
        elif name:
            assert name in main.commands
        else:
            assert os.access(ROOT / what, os.X_OK)


def test_the_page_of_processes_is_not_stale():
    done = shell(f"{sys.executable} -m fsm document --check", ROOT)
    assert done.returncode == 0, done.stderr
