"""Writes the commit into what is built of a clone: setuptools' commands, named in setup.cfg."""

import sys
from pathlib import Path

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from fsm import commit  # noqa: E402 (found only now: what builds is in an environment of its own)


def bake(folder: str) -> None:
    """Have the file of the commit in a folder say of which commit it was made, if that is known."""
    made_of = commit.made_of()
    if made_of:
        path = Path(folder) / commit.BAKED.relative_to(ROOT)
        path.unlink()  # it may be a link to the file of the clone
        path.write_text(f"{made_of}\n", encoding="utf-8")


class BuildPy(build_py):
    """Copies the modules, and bakes the commit in."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            bake(self.build_lib)


class SDist(sdist):
    """Copies the sources, and bakes the commit in."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        bake(base_dir)
