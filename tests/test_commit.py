"""The commit is known in a clone, and in what is made of one; ``fsm --version`` says it."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import fsm
from fsm import commit
from fsm.cli import main

ROOT = Path(__file__).parents[1]


def said():
    done = CliRunner().invoke(main, ["--version"])
    assert done.exit_code == 0
    return done.stdout.strip()


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program in a folder of its own, with what its file of the commit says."""
    monkeypatch.setattr(commit, "BAKED", tmp_path / "fsm" / "commit.txt")
    commit.BAKED.parent.mkdir()
    commit.BAKED.write_text(Path(fsm.__file__).with_name("commit.txt").read_text())
    return tmp_path


def git(folder, *arguments):
    author = ("-c", "user.name=author", "-c", "user.email=author@example.org")
    done = subprocess.run(["git", "-C", folder, *author, *arguments], check=True, text=True,
                          capture_output=True)
    return done.stdout.strip()


def committed(folder):
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    return git(folder, "rev-parse", "--short=12", "HEAD")


def test_in_a_clone(program):
    made_of = committed(program)
    assert said() == f"fsm {fsm.__version__}, commit {made_of}"
    commit.BAKED.with_name("other.py").write_text("")
    git(program, "add", ".")
    assert said() == f"fsm {fsm.__version__}, commit {made_of}-dirty"


def test_where_nothing_tells(program):
    assert said() == f"fsm {fsm.__version__}"


def test_a_clone_that_it_merely_lies_in_says_nothing(program, monkeypatch):
    committed(program)
    monkeypatch.setattr(commit, "BAKED", program / "lib" / "fsm" / "commit.txt")
    commit.BAKED.parent.mkdir(parents=True)
    commit.BAKED.write_text(commit.UNKNOWN)
    assert said() == f"fsm {fsm.__version__}"


def test_what_is_baked_in_counts(program):
    committed(program)
    commit.BAKED.write_text("0123456789ab\n")
    assert said() == f"fsm {fsm.__version__}, commit 0123456789ab"


def test_an_archive_of_git_has_it(program):
    (program / "fsm" / ".gitattributes").write_bytes(
        (ROOT / "fsm" / ".gitattributes").read_bytes())
    committed(program)
    shown = git(program, "archive", "--format=tar", "HEAD", "fsm/commit.txt")
    assert git(program, "rev-parse", "--short", "HEAD") in shown
